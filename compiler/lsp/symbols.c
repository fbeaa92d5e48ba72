// SPDX-License-Identifier: GPL-2.0
/* An outline of one file. */
#include "handlers.h"

#include <string.h>

#include "base/arena.h"
#include "report/excerpt.h"
#include "report/report.h"

/* The protocol's kinds, of which each editor has an icon. */
enum {
	KIND_FILE = 1,
	KIND_NAMESPACE = 3,
	KIND_METHOD = 6,
	KIND_FUNCTION = 12,
	KIND_VARIABLE = 13,
	KIND_CONSTANT = 14,
	KIND_BOOLEAN = 17,
	KIND_OBJECT = 19,
	KIND_EVENT = 24,
};

static void add_symbol(json_t *list, const struct unit *u, int kind, const struct word *name,
		       struct span whole, struct span at, const char *detail)
{
	const char *text = name->len ? name->text : "(unnamed)";

	json_array_append_new(list,
			      json_pack("{s:o, s:o, s:i, s:o, s:o}", "name", report_text_json(text),
					"detail", report_text_json(detail), "kind", kind, "range",
					range_json(u, whole), "selectionRange", range_json(u, at)));
}

/* The name shown for an unnamed rule: its action and its target. */
static void add_rule(json_t *list, struct arena *a, const struct unit *u, const struct stmt *s)
{
	const struct rule *r = &s->rule;
	struct span at = r->action_span;
	struct word name = r->name;

	if (!name.text) {
		if (r->target.text)
			at = span_join(at, r->more_count ? r->more_targets[r->more_count - 1].span
							 : r->target.span);
		if (r->action == ACTION_NOTIFY)
			at = span_join(at, r->message.span);
		name.text = source_excerpt(a, u->sources, at);
		name.len = (uint32_t)strlen(name.text);
	} else {
		at = name.span;
	}
	add_symbol(list, u, KIND_EVENT, &name, s->span, at, source_excerpt(a, u->sources, s->span));
}

static void add_stmt(json_t *list, struct arena *a, const struct unit *u, const struct stmt *s)
{
	static const int kinds[STMT_KIND_COUNT] = {
		[STMT_INCLUDE] = KIND_FILE,   [STMT_CGROUP] = KIND_NAMESPACE,
		[STMT_PROCESS] = KIND_OBJECT, [STMT_DEFINE] = KIND_CONSTANT,
		[STMT_PARAM] = KIND_VARIABLE, [STMT_SIGNAL] = KIND_BOOLEAN,
	};
	const struct word *names[STMT_KIND_COUNT] = {
		[STMT_INCLUDE] = &s->include.path, [STMT_CGROUP] = &s->cgroup.name,
		[STMT_PROCESS] = &s->process.name, [STMT_DEFINE] = &s->define.name,
		[STMT_PARAM] = &s->param.name,	   [STMT_SIGNAL] = &s->signal.name,
	};

	if (s->kind == STMT_RULE)
		add_rule(list, a, u, s);
	else if (names[s->kind])
		add_symbol(list, u, kinds[s->kind], names[s->kind], s->span, names[s->kind]->span,
			   source_excerpt(a, u->sources, s->span));
}

void lsp_symbols(struct server *s, const json_t *params, struct answer *a)
{
	struct document *d = document_read(s, params, a);
	struct analysis *an = d ? server_analysis(s, d) : NULL;
	struct arena arena;

	if (!an)
		return;
	a->result = json_array();
	arena_init(&arena);
	if (an->is_of_tests && an->suite.file)
		for (const struct trial *t = an->suite.file->trials; t; t = t->next)
			add_symbol(a->result, &an->units[0], KIND_METHOD, &t->name, t->span,
				   t->name.span, "");
	else if (!an->is_of_tests && an->policy->ast)
		for (const struct stmt *stmt = an->policy->ast->first; stmt; stmt = stmt->next)
			if (stmt->span.file == an->policy->file)
				add_stmt(a->result, &arena, &an->units[0], stmt);
	arena_finish(&arena);
}
