// SPDX-License-Identifier: GPL-2.0
/* Changes of the text that the client requests: layout, and hints carried out. */
#include "handlers.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "commands/fix.h"
#include "commands/format.h"
#include "report/report.h"

static json_t *edit_json(const struct line_index *lines, uint32_t start, uint32_t end,
			 const char *text)
{
	return json_pack("{s:{s:o, s:o}, s:o}", "range", "start",
			 position_json(position_of(lines, start)), "end",
			 position_json(position_of(lines, end)), "newText", report_text_json(text));
}

/* A byte at which both texts begin a line: an edit never divides a character. */
static uint32_t common_lines(const char *a, const char *b)
{
	uint32_t start = 0;

	for (uint32_t i = 0; a[i] && a[i] == b[i]; i++)
		if (a[i] == '\n')
			start = i + 1;
	return start;
}

static uint32_t common_end(const char *a, size_t alen, const char *b, size_t blen, uint32_t start)
{
	uint32_t n = 0, lines = 0;

	while (n < alen - start && n < blen - start && a[alen - n - 1] == b[blen - n - 1]) {
		if (a[alen - n - 1] == '\n')
			lines = n;
		n++;
	}
	return lines;
}

/* Only the lines that change, so that cursors and marks elsewhere stay. */
static json_t *changed_lines(const struct document *d, const char *text)
{
	json_t *edits = json_array();
	size_t len = strlen(text);
	uint32_t start = common_lines(d->text, text);
	uint32_t end = common_end(d->text, d->len, text, len, start);
	char *part;

	if (!strcmp(d->text, text))
		return edits;
	part = strndup(text + start, len - start - end);
	json_array_append_new(edits, edit_json(&d->lines, start, (uint32_t)d->len - end, part));
	free(part);
	return edits;
}

/* A text with errors stays as it is, as mmpc fmt leaves it. */
void lsp_formatting(struct server *s, const json_t *params, struct answer *a)
{
	struct document *d = document_read(s, params, a);
	struct sources sources;
	struct arena arena;
	struct diags ds;
	char *text;

	if (!d || server_analysis(s, d)->is_of_tests || d->len > SOURCE_MAX_BYTES ||
	    strlen(d->text) != d->len)
		return;
	arena_init(&arena);
	sources_init(&sources, &arena);
	diags_init(&ds, &arena);
	sources_add(&sources, d->path, d->text, d->len);
	text = format_policy(&arena, &sources, 0, &ds);
	if (text)
		a->result = changed_lines(d, text);
	arena_finish(&arena);
}

/* ---- Quick fixes ---- */

struct request {
	struct document *document;
	uint32_t start, end;
	json_t *actions;
};

static json_t *workspace_edit(const char *uri, json_t *edits)
{
	json_t *changes = json_object();

	json_object_set_new(changes, uri, edits);
	return json_pack("{s:o}", "changes", changes);
}

static json_t *fix_title(const struct diag_note *n)
{
	json_t *text = report_text_json(n->replacement), *title;

	if (*n->replacement)
		title = json_sprintf("Write '%s'", json_string_value(text));
	else
		title = json_string("Leave it out");
	json_decref(text);
	return title;
}

static void add_fix(struct request *r, const struct unit *u, const struct diag *d,
		    const struct diag_note *n)
{
	const struct file_view *file = &u->files[n->replaced.file];
	json_t *edits = json_array();
	struct fix f;

	if (!fix_of_note(u->sources, d, n, &f)) {
		json_decref(edits);
		return;
	}
	json_array_append_new(edits, edit_json(&file->lines, f.span.start, f.span.end, f.text));
	json_array_append_new(
		r->actions, json_pack("{s:o, s:s, s:[o], s:b, s:o}", "title", fix_title(n), "kind",
				      "quickfix", "diagnostics", finding_json(u, d), "isPreferred",
				      (int)n->is_sure, "edit", workspace_edit(file->uri, edits)));
}

static uint32_t statement_start(const struct analysis *an, const struct diag *d)
{
	const struct stmt *s = an->policy->ast->first;

	for (; s; s = s->next)
		if (s->span.file == d->span.file && s->span.start <= d->span.start &&
		    d->span.start <= s->span.end)
			return s->span.start;
	return d->span.start;
}

/* A comment above the statement, with its indentation. */
static void add_ignore(struct request *r, const struct analysis *an, const struct unit *u,
		       const struct diag *d)
{
	const struct source *f = &u->sources->files[d->span.file];
	uint32_t start = statement_start(an, d), indent = 0;
	json_t *edits = json_array();
	char text[160];

	while (start && f->text[start - 1] != '\n')
		start--;
	while (f->text[start + indent] == ' ' || f->text[start + indent] == '\t')
		indent++;
	snprintf(text, sizeof(text), "%.*s# mmpc: ignore %s REASON\n",
		 indent < 40 ? (int)indent : 40, f->text + start, diag_slug(d->code));
	json_array_append_new(edits, edit_json(&u->files[d->span.file].lines, start, start, text));
	json_array_append_new(r->actions,
			      json_pack("{s:o, s:s, s:[o], s:o}", "title",
					json_sprintf("Ignore '%s' here", diag_slug(d->code)),
					"kind", "quickfix", "diagnostics", finding_json(u, d),
					"edit", workspace_edit(u->files[d->span.file].uri, edits)));
}

static bool is_asked(const struct request *r, const struct unit *u, const struct diag *d)
{
	return d->span.start <= r->end && d->span.end >= r->start &&
	       !strcmp(u->files[d->span.file].uri, r->document->uri);
}

static void add_actions(struct request *r, const struct analysis *an, const struct unit *u)
{
	for (const struct diag *d = u->diags->first; d; d = d->next) {
		if (!is_asked(r, u, d))
			continue;
		for (const struct diag_note *n = d->notes; n; n = n->next)
			if (n->replacement)
				add_fix(r, u, d, n);
		if (diag_default_level(d->code) != DIAG_ERROR && !an->is_of_tests &&
		    d->code != DIAG_UNUSED_SUPPRESSION && d->code != DIAG_BAD_SUPPRESSION)
			add_ignore(r, an, u, d);
	}
}

/* What mmpc fix would do, as one action. */
static void add_fix_all(struct server *s, struct request *r, const struct analysis *an)
{
	bool codes[DIAG_CODE_COUNT];
	struct fix_result result;
	struct arena arena;

	if (!an->policy->ast || strlen(r->document->text) != r->document->len)
		return;
	memset(codes, true, sizeof(codes));
	arena_init(&arena);
	fix_policy(&arena, &s->options, r->document->path, r->document->text, codes, &result);
	if (result.fixed)
		json_array_append_new(
			r->actions,
			json_pack("{s:s, s:s, s:o}", "title", "Mend what surely can be mended",
				  "kind", "source.fixAll.mmpc", "edit",
				  workspace_edit(r->document->uri,
						 changed_lines(r->document, result.text))));
	arena_finish(&arena);
}

/* `only` names kinds; a kind has those below it. */
static bool is_wanted(const json_t *params, const char *kind)
{
	const json_t *only = json_object_get(json_object_get(params, "context"), "only"), *one;
	size_t i;

	if (!json_is_array(only))
		return !strcmp(kind, "quickfix");
	json_array_foreach ((json_t *)only, i, one) {
		const char *text = json_string_value(one);
		size_t len = text ? strlen(text) : 1;

		if (text && !strncmp(kind, text, len) && (!len || !kind[len] || kind[len] == '.'))
			return true;
	}
	return false;
}

void lsp_code_actions(struct server *s, const json_t *params, struct answer *a)
{
	const json_t *range = json_object_get(params, "range");
	struct request r = { .document = document_read(s, params, a) };
	struct analysis *an;
	struct position from, to;

	if (!r.document)
		return;
	if (!position_read(json_object_get(range, "start"), &from) ||
	    !position_read(json_object_get(range, "end"), &to)) {
		answer_error(a, LSP_INVALID_PARAMS, "range has no start and end");
		return;
	}
	r.start = position_offset(&r.document->lines, from);
	r.end = position_offset(&r.document->lines, to);
	an = server_analysis(s, r.document);
	r.actions = a->result = json_array();
	for (unsigned i = 0; i < an->unit_count && is_wanted(params, "quickfix"); i++)
		add_actions(&r, an, &an->units[i]);
	if (!an->is_of_tests && is_wanted(params, "source.fixAll.mmpc"))
		add_fix_all(s, &r, an);
}
