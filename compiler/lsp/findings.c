// SPDX-License-Identifier: GPL-2.0
/* Findings as the protocol's diagnostics. */
#include "analysis.h"

#include "document.h"
#include "report/report.h"

enum { SEVERITY_ERROR = 1, SEVERITY_WARNING, SEVERITY_INFORMATION };
enum { TAG_UNNECESSARY = 1 };

static int severity_of(enum diag_level level)
{
	return level == DIAG_ERROR     ? SEVERITY_ERROR
	       : level == DIAG_WARNING ? SEVERITY_WARNING
				       : SEVERITY_INFORMATION;
}

static void add_link(json_t *j, const char *page, const char *slug)
{
	if (page)
		json_object_set_new(j, "codeDescription",
				    json_pack("{s:o}", "href", json_sprintf("%s#%s", page, slug)));
}

/* The message, then the hint: editors do not show hints of their own. */
static json_t *message_json(const struct diag *d)
{
	json_t *text = report_text_json(d->text), *note, *longer;

	for (const struct diag_note *n = d->notes; n; n = n->next) {
		if (!n->is_hint)
			continue;
		note = report_text_json(n->text);
		longer = json_sprintf("%s\nhint: %s", json_string_value(text),
				      json_string_value(note));
		json_decref(text);
		json_decref(note);
		if (!longer)
			return json_string(diag_summary(d->code));
		text = longer;
	}
	return text;
}

static void add_related(json_t *list, const struct unit *u, struct span span, json_t *message)
{
	json_array_append_new(list, json_pack("{s:o, s:o}", "location", location_json(u, span),
					      "message", message));
}

static json_t *related_json(const struct unit *u, const struct diag *d)
{
	json_t *list = json_array();
	const struct source *f = &u->sources->files[d->span.file];

	for (const struct diag_note *n = d->notes; n; n = n->next)
		if (n->has_span && !n->is_hint)
			add_related(list, u, n->span, report_text_json(n->text));
	for (; f->is_included; f = &u->sources->files[f->included_at.file])
		add_related(list, u, f->included_at, json_string("included here"));
	return list;
}

json_t *finding_json(const struct unit *u, const struct diag *d)
{
	json_t *j = json_pack("{s:o, s:i, s:s, s:s, s:o}", "range", range_json(u, d->span),
			      "severity", severity_of(d->level), "code", diag_slug(d->code),
			      "source", "mmpc", "message", message_json(d));
	json_t *related = related_json(u, d);

	if (json_array_size(related))
		json_object_set(j, "relatedInformation", related);
	json_decref(related);
	if (d->code == DIAG_UNUSED || d->code == DIAG_UNUSED_SUPPRESSION)
		json_object_set_new(j, "tags", json_pack("[i]", TAG_UNNECESSARY));
	add_link(j, u->page, diag_slug(d->code));
	return j;
}

static void add_finding(json_t *findings, const char *uri, json_t *finding)
{
	json_t *list = json_object_get(findings, uri);

	if (!list) {
		list = json_array();
		json_object_set_new(findings, uri, list);
	}
	json_array_append_new(list, finding);
}

/* A problem of the file as a whole is shown at its beginning. */
static json_t *trouble_json(const char *text)
{
	return json_pack("{s:{s:{s:i, s:i}, s:{s:i, s:i}}, s:i, s:s, s:o}", "range", "start",
			 "line", 0, "character", 0, "end", "line", 0, "character", 0, "severity",
			 SEVERITY_ERROR, "source", "mmpc", "message", report_text_json(text));
}

static const char *trouble_of(const struct analysis *a)
{
	if (a->is_of_tests && a->suite.trouble)
		return a->suite.trouble;
	return a->policy ? a->policy->trouble : NULL;
}

json_t *findings_json(const struct analysis *a, const struct document *doc)
{
	json_t *findings = json_object();

	json_object_set_new(findings, doc->uri, json_array());
	for (unsigned i = 0; i < a->unit_count; i++) {
		const struct unit *u = &a->units[i];

		for (const struct diag *d = u->diags->first; d; d = d->next)
			add_finding(findings, u->files[d->span.file].uri, finding_json(u, d));
	}
	if (trouble_of(a))
		add_finding(findings, doc->uri, trouble_json(trouble_of(a)));
	return findings;
}
