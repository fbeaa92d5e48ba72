// SPDX-License-Identifier: GPL-2.0
/* For programs: one object with all findings. docs/mmpc.1 lists its members. */
#include "report.h"

#include <jansson.h>
#include <stdlib.h>
#include "base/bug.h"

json_t *report_text_json(const char *text)
{
	char *clean = report_clean(text);
	json_t *j = json_string(clean);

	free(clean);
	if (!j)
		BUG("a text that is no JSON string");
	return j;
}

static json_t *place_json(const struct sources *s, struct span span)
{
	struct report_region r = report_region(s, span);

	return json_pack("{s:o, s:i, s:i, s:i}", "file", report_text_json(r.start.file), "line",
			 (int)r.start.line, "column", (int)r.start.column, "endColumn",
			 (int)r.end_column);
}

static json_t *includes_json(const struct sources *s, uint32_t file)
{
	const struct source *f = &s->files[file];
	json_t *list = json_array();

	for (; f->is_included; f = &s->files[f->included_at.file])
		json_array_append_new(list, place_json(s, f->included_at));
	return list;
}

static json_t *notes_json(const struct sources *s, const struct diag_note *note, bool hints)
{
	json_t *list = json_array(), *j;

	for (; note; note = note->next) {
		if (note->is_hint != hints)
			continue;
		j = note->has_span ? place_json(s, note->span) : json_object();
		json_object_set_new(j, "message", report_text_json(note->text));
		if (note->replacement) {
			json_object_set_new(j, "replacement", report_text_json(note->replacement));
			json_object_set_new(j, "replaced", place_json(s, note->replaced));
		}
		json_array_append_new(list, j);
	}
	return list;
}

static json_t *finding_json(const struct sources *s, const struct diag *d)
{
	json_t *j = place_json(s, d->span);

	json_object_set_new(j, "level", json_string(diag_level_name(d->level)));
	json_object_set_new(j, "code", json_string(diag_slug(d->code)));
	json_object_set_new(j, "message", report_text_json(d->text));
	json_object_set_new(j, "hints", notes_json(s, d->notes, true));
	json_object_set_new(j, "notes", notes_json(s, d->notes, false));
	json_object_set_new(j, "includedFrom", includes_json(s, d->span.file));
	return j;
}

static json_t *troubles_json(const struct report_run *run)
{
	json_t *list = json_array();

	for (size_t i = 0; i < run->count; i++)
		if (run->units[i].trouble)
			json_array_append_new(
				list, json_pack("{s:o, s:o}", "file",
						report_text_json(run->units[i].path), "message",
						report_text_json(run->units[i].trouble)));
	return list;
}

void report_json(const struct report_run *run)
{
	json_t *findings = json_array(), *document;
	struct report_cursor c = { 0 };
	struct report_totals t;

	while (report_next(run, &c))
		json_array_append_new(findings, finding_json(c.unit->sources, c.diag));
	t = report_count(run, &c);
	document = json_pack("{s:i, s:s, s:o, s:o, s:i, s:i, s:i, s:i}", "format", 1, "mmpc",
			     MMP_VERSION, "findings", findings, "troubles", troubles_json(run),
			     "errors", (int)t.errors, "warnings", (int)t.warnings, "notes",
			     (int)t.notes, "hidden", (int)t.hidden);
	json_dumpf(document, run->out, JSON_INDENT(2) | JSON_ENSURE_ASCII);
	fputc('\n', run->out);
	json_decref(document);
}
