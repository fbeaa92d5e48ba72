// SPDX-License-Identifier: GPL-2.0
/* What a word is: the reference's entry, a name's declaration, a rule in words, a finding's why. */
#include "handlers.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/bug.h"
#include "commands/describe.h"
#include "commands/explain.h"
#include "names.h"
#include "parse/tokens.h"
#include "plan/plan.h"
#include "report/excerpt.h"
#include "report/report.h"
#include "mmp.tab.h"

struct hover {
	struct arena arena;
	struct document *document;
	struct analysis *analysis;
	uint32_t offset;
	FILE *out; /* Markdown */
	struct span span; /* of the word in the document */
	bool has_part;
};

static void begin_part(struct hover *h)
{
	if (h->has_part)
		fputs("\n---\n\n", h->out);
	h->has_part = true;
}

/* A text as it is, not as Markdown: it is cut where it would end its block. */
static void put_block(struct hover *h, const char *language, const char *text)
{
	begin_part(h);
	fprintf(h->out, "```%s\n", language);
	for (const char *at = text; *at; at++)
		if (strncmp(at, "```", 3))
			fputc(*at, h->out);
	fputs("\n```\n", h->out);
}

static bool put_explained(struct hover *h, const char *word)
{
	const char *nearest = NULL;
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	bool is_known = out && explain_word(&h->arena, out, EXPLAIN_TEXT, word, &nearest);

	if (!out || fclose(out))
		NO_MEMORY();
	if (is_known && len) {
		text[len - 1] = '\0';
		put_block(h, "text", text);
	}
	free(text);
	return is_known;
}

/* ---- Words ---- */

static bool covers(struct span s, uint32_t offset)
{
	return s.start <= offset && offset <= s.end;
}

/* A number's unit, and its value in base units. */
static void put_number(struct hover *h, const char *text, size_t len)
{
	size_t digits = strspn(text, "0123456789.");

	if (digits < len)
		put_explained(h, arena_strndup(&h->arena, text + digits, len - digits));
}

/* The whole of a dotted name: psi.some.avg10, of web.psi.some.avg10 the signal. */
static void put_signal(struct hover *h, const struct tokens *ts, uint32_t i)
{
	const struct token *items = ts->items;
	uint32_t first = i, last = i;

	while (first >= 2 && items[first - 1].kind == '.')
		first -= 2;
	while (last + 2 < ts->count && items[last + 1].kind == '.')
		last += 2;
	for (; first <= last; first += 2) {
		uint32_t start = items[first].start, end = items[last].end;
		const char *text = h->document->text + start;

		if (first > i || signal_find(text, end - start) == SIGNAL_COUNT)
			continue;
		h->span.start = start;
		h->span.end = end;
		put_explained(h, arena_strndup(&h->arena, text, end - start));
		return;
	}
}

static bool is_of_rule(int kind)
{
	return kind >= TOK_PROTECT && kind <= TOK_NOTIFY;
}

static void put_rule(struct hover *h)
{
	const struct plan *p = analysis_plan(h->analysis);
	char *text = NULL;
	size_t len = 0;
	FILE *out;

	for (uint32_t i = 0; p && i < p->rule_count; i++) {
		if (p->rules[i].span.file != h->analysis->policy->file ||
		    !covers(p->rules[i].span, h->span.start))
			continue;
		out = open_memstream(&text, &len);
		if (!out)
			NO_MEMORY();
		describe_rule(out, p, &p->rules[i]);
		fclose(out);
		put_block(h, "text", text);
		free(text);
		return;
	}
}

static void put_word(struct hover *h, const struct tokens *ts, uint32_t i)
{
	const struct token *t = &ts->items[i];
	const char *text = h->document->text + t->start;
	size_t len = t->end - t->start;
	const char *word = arena_strndup(&h->arena, text, len);

	h->span.start = t->start;
	h->span.end = t->end;
	if (t->kind == TOK_NUMBER) {
		put_number(h, text, len);
		return;
	}
	if (is_of_rule(t->kind) && !h->analysis->is_of_tests)
		put_rule(h);
	if (t->kind >= TOK_INCLUDE && t->kind <= TOK_ON)
		put_explained(h, word);
	else if (t->kind == TOK_NAME || (t->kind >= TOK_ALL && t->kind <= TOK_TO))
		put_signal(h, ts, i);
	if (!h->has_part && t->kind == TOK_NAME)
		for (int k = 0; k < THP_KIND_COUNT; k++)
			if (!strcmp(thp_kind_infos[k].word, word))
				put_explained(h, word);
}

/* A code in a comment for mmpc, under the cursor. */
static void put_comment(struct hover *h, const struct comment *c)
{
	uint32_t start = h->offset, end = h->offset;
	const char *text = h->document->text;

	while (start > c->start && strchr("abcdefghijklmnopqrstuvwxyz-", text[start - 1]))
		start--;
	while (end < c->end && strchr("abcdefghijklmnopqrstuvwxyz-", text[end]))
		end++;
	h->span.start = start;
	h->span.end = end;
	if (end > start)
		put_explained(h, arena_strndup(&h->arena, text + start, end - start));
}

static void put_text(struct hover *h)
{
	struct sources s;
	struct tokens ts;
	struct diags ds;
	bool is_comment = false;

	sources_init(&s, &h->arena);
	diags_init(&ds, &h->arena);
	sources_add(&s, "hover", h->document->text, strlen(h->document->text));
	tokens_init(&ts, &s, 0, &ds);
	for (uint32_t i = 0; i < ts.comment_count && !is_comment; i++) {
		is_comment = ts.comments[i].start <= h->offset && h->offset <= ts.comments[i].end;
		if (is_comment)
			put_comment(h, &ts.comments[i]);
	}
	for (uint32_t i = 0; i + 1 < ts.count && !is_comment; i++)
		if (ts.items[i].start <= h->offset && h->offset < ts.items[i].end) {
			put_word(h, &ts, i);
			break;
		}
	tokens_finish(&ts);
}

/* ---- Names and findings ---- */

static struct span declaration_span(const struct hover *h, const struct occurrence *o)
{
	for (const struct stmt *s = h->analysis->policy->ast->first; s; s = s->next)
		if (o->decl == &s->cgroup || o->decl == &s->process || o->decl == &s->define ||
		    o->decl == &s->param || o->decl == &s->signal || o->decl == &s->rule)
			return s->span;
	return o->name->span;
}

static void put_name(struct hover *h)
{
	struct occurrence o;
	const struct cgroup_decl *g;

	if (!name_at(h->analysis, h->document->uri, h->offset, &o) || o.kind == NAME_FILE)
		return;
	h->span = o.span;
	put_block(h, "mmp", source_excerpt(&h->arena, o.home->sources, declaration_span(h, &o)));
	g = o.decl;
	if (o.kind == NAME_CGROUP && g->absolute)
		fprintf(h->out, "%s `%s`\n", g->is_glob ? "cgroups" : "cgroup", g->absolute);
}

static void put_findings(struct hover *h)
{
	for (unsigned i = 0; i < h->analysis->unit_count; i++) {
		const struct unit *u = &h->analysis->units[i];

		for (const struct diag *d = u->diags->first; d; d = d->next)
			if (covers(d->span, h->offset) &&
			    !strcmp(u->files[d->span.file].uri, h->document->uri))
				put_explained(h, diag_slug(d->code));
	}
}

static void put_all(struct hover *h)
{
	if (h->analysis->policy && h->analysis->policy->ast)
		put_name(h);
	if (h->document->len <= SOURCE_MAX_BYTES)
		put_text(h);
	put_findings(h);
}

static json_t *hover_json(struct hover *h, const char *text)
{
	const struct line_index *lines = &h->document->lines;

	return json_pack("{s:{s:s, s:o}, s:{s:o, s:o}}", "contents", "kind", "markdown", "value",
			 report_text_json(text), "range", "start",
			 position_json(position_of(lines, h->span.start)), "end",
			 position_json(position_of(lines, h->span.end)));
}

void lsp_hover(struct server *s, const json_t *params, struct answer *a)
{
	struct hover h = { 0 };
	struct spot spot;
	char *text = NULL;
	size_t len = 0;

	if (!spot_read(s, params, &spot, a))
		return;
	h.document = spot.document;
	h.offset = spot.offset;
	h.span.start = h.span.end = spot.offset;
	h.analysis = server_analysis(s, spot.document);
	h.out = open_memstream(&text, &len);
	if (!h.out)
		NO_MEMORY();
	arena_init(&h.arena);
	put_all(&h);
	fclose(h.out);
	if (h.has_part)
		a->result = hover_json(&h, text);
	arena_finish(&h.arena);
	free(text);
}
