// SPDX-License-Identifier: GPL-2.0
/* SARIF 2.1.0, for code scanning. File names are percent-encoded, so they may contain any byte. */
#include "report.h"

#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include "base/bug.h"

#define SCHEMA "https://json.schemastore.org/sarif-2.1.0.json"

static json_t *uri_json(const char *path)
{
	char *uri = malloc(strlen(path) * 3 + sizeof("file://")), *out = uri;
	json_t *j;

	if (!uri)
		NO_MEMORY();
	if (*path == '/')
		out += sprintf(out, "file://");
	for (; *path; path++) {
		unsigned char c = (unsigned char)*path;

		if (c < 0x80 && (isalnum(c) || strchr("-._~/", c)))
			*out++ = (char)c;
		else
			out += sprintf(out, "%%%02X", c);
	}
	*out = '\0';
	j = json_pack("{s:s}", "uri", uri);
	free(uri);
	return j;
}

static json_t *region_json(const struct report_region *r)
{
	return json_pack("{s:i, s:i, s:i, s:i}", "startLine", (int)r->start.line, "startColumn",
			 (int)r->start.column, "endLine", (int)r->start.line, "endColumn",
			 (int)r->end_column);
}

static json_t *location_json(const struct sources *s, struct span span, const char *message)
{
	struct report_region r = report_region(s, span);
	json_t *j = json_pack("{s:{s:o, s:o}}", "physicalLocation", "artifactLocation",
			      uri_json(r.start.file), "region", region_json(&r));

	if (message)
		json_object_set_new(j, "message",
				    json_pack("{s:o}", "text", report_text_json(message)));
	return j;
}

static json_t *fix_json(const struct sources *s, const struct diag_note *note)
{
	struct report_region r = report_region(s, note->replaced);

	return json_pack("{s:{s:o}, s:[{s:o, s:[{s:o, s:{s:o}}]}]}", "description", "text",
			 report_text_json(note->text), "artifactChanges", "artifactLocation",
			 uri_json(r.start.file), "replacements", "deletedRegion", region_json(&r),
			 "insertedContent", "text", report_text_json(note->replacement));
}

/* SARIF has no hints: they follow the message. */
static json_t *message_json(const struct diag *d)
{
	json_t *text = report_text_json(d->text), *longer, *j;

	for (const struct diag_note *n = d->notes; n; n = n->next) {
		if (n->has_span)
			continue;
		j = report_text_json(n->text);
		longer = json_sprintf("%s; %s", json_string_value(text), json_string_value(j));
		json_decref(text);
		json_decref(j);
		text = longer;
	}
	return json_pack("{s:o}", "text", text);
}

/* A result has no location where its text is not in a file. */
static json_t *result_json(const struct sources *s, const struct diag *d)
{
	json_t *locations = json_array(), *related = json_array(), *fixes = json_array(), *j;

	if (!s->files[d->span.file].is_option)
		json_array_append_new(locations, location_json(s, d->span, NULL));
	for (const struct diag_note *n = d->notes; n; n = n->next) {
		if (n->has_span && !s->files[n->span.file].is_option)
			json_array_append_new(related, location_json(s, n->span, n->text));
		if (n->replacement && !s->files[n->replaced.file].is_option)
			json_array_append_new(fixes, fix_json(s, n));
	}
	j = json_pack("{s:s, s:i, s:s, s:o, s:o}", "ruleId", diag_slug(d->code), "ruleIndex",
		      (int)d->code, "level", diag_level_name(d->level), "message", message_json(d),
		      "locations", locations);
	if (json_array_size(related))
		json_object_set(j, "relatedLocations", related);
	if (json_array_size(fixes))
		json_object_set(j, "fixes", fixes);
	json_decref(related);
	json_decref(fixes);
	return j;
}

static json_t *rules_json(void)
{
	json_t *rules = json_array();

	for (int i = 0; i < DIAG_CODE_COUNT; i++) {
		enum diag_level level = diag_default_level(i);

		json_array_append_new(
			rules,
			json_pack("{s:s, s:{s:s}, s:{s:s}}", "id", diag_slug(i), "shortDescription",
				  "text", diag_summary(i), "defaultConfiguration", "level",
				  level == DIAG_OFF ? "none" : diag_level_name(level)));
	}
	return rules;
}

static json_t *notification(const char *level, json_t *text)
{
	return json_pack("{s:s, s:{s:o}}", "level", level, "message", "text", text);
}

static json_t *invocation_json(const struct report_run *run, unsigned hidden)
{
	json_t *notifications = json_array();
	bool is_successful;

	for (size_t i = 0; i < run->count; i++)
		if (run->units[i].trouble)
			json_array_append_new(
				notifications,
				notification("error", report_text_json(run->units[i].trouble)));
	is_successful = !json_array_size(notifications);
	if (hidden)
		json_array_append_new(notifications,
				      notification("warning",
						   json_sprintf("-fmax-errors hides %u findings",
								hidden)));
	return json_pack("{s:b, s:o}", "executionSuccessful", is_successful,
			 "toolExecutionNotifications", notifications);
}

void report_sarif(const struct report_run *run)
{
	json_t *results = json_array(), *driver, *document;
	struct report_cursor c = { 0 };

	while (report_next(run, &c))
		json_array_append_new(results, result_json(c.unit->sources, c.diag));
	driver = json_pack("{s:s, s:s, s:o}", "name", "mmpc", "version", MMP_VERSION, "rules",
			   rules_json());
	document = json_pack("{s:s, s:s, s:[{s:{s:o}, s:s, s:[o], s:o}]}", "$schema", SCHEMA,
			     "version", "2.1.0", "runs", "tool", "driver", driver, "columnKind",
			     "unicodeCodePoints", "invocations",
			     invocation_json(run, report_count(run, &c).hidden), "results",
			     results);
	json_dumpf(document, run->out, JSON_INDENT(2) | JSON_ENSURE_ASCII);
	fputc('\n', run->out);
	json_decref(document);
}
