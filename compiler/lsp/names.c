// SPDX-License-Identifier: GPL-2.0
#include "names.h"

#include <stdlib.h>
#include <string.h>

struct walk {
	const struct unit *unit; /* of the policy */
	const struct unit *tests; /* or NULL */
	const struct ast *ast;
	name_visitor visit;
	void *data;
};

static void put(const struct walk *w, const struct unit *unit, enum name_kind kind,
		struct span span, const struct word *name, const void *decl)
{
	struct occurrence o = { .kind = kind,
				.unit = unit,
				.span = span,
				.home = w->unit,
				.name = name,
				.decl = decl };

	if (kind == NAME_CGROUP)
		o.is_implicit = ((const struct cgroup_decl *)decl)->is_implicit;
	w->visit(&o, w->data);
}

/* A name that -D declares has no place in a file. */
static void put_dollar(const struct walk *w, const struct expr *e)
{
	struct span span = e->span;

	span.start++;
	if (e->dollar.define && !e->dollar.define->is_from_option)
		put(w, w->unit, NAME_DEFINE, span, &e->dollar.define->name, e->dollar.define);
	else if (e->dollar.param)
		put(w, w->unit, NAME_PARAM, span, &e->dollar.param->name, e->dollar.param);
}

static void walk_expr(const struct walk *w, const struct expr *e);

static void put_name(const struct walk *w, const struct expr *e)
{
	struct span span = e->name.parts[0].span;

	if (e->name.ref == REF_CONDITION)
		put(w, w->unit, NAME_CONDITION, span, &e->name.condition->name, e->name.condition);
	else if (e->name.ref != REF_WORD && e->name.cgroup)
		put(w, w->unit, NAME_CGROUP, span, &e->name.cgroup->name, e->name.cgroup);
	walk_expr(w, e->name.window);
}

static void walk_expr(const struct walk *w, const struct expr *e)
{
	if (!e)
		return;
	switch (e->kind) {
	case EXPR_NUMBER:
	case EXPR_STRING:
	case EXPR_KIND_COUNT:
		return;
	case EXPR_DOLLAR:
		put_dollar(w, e);
		return;
	case EXPR_NAME:
		put_name(w, e);
		return;
	case EXPR_IN:
		walk_expr(w, e->in.value);
		walk_expr(w, e->in.low);
		walk_expr(w, e->in.high);
		return;
	case EXPR_NOT:
	case EXPR_NEG:
		walk_expr(w, e->left);
		return;
	case EXPR_OR:
	case EXPR_AND:
	case EXPR_COMPARE:
	case EXPR_ADD:
	case EXPR_SUB:
	case EXPR_MUL:
	case EXPR_DIV:
	case EXPR_OF:
		walk_expr(w, e->left);
		walk_expr(w, e->right);
		return;
	}
}

static void walk_rule(const struct walk *w, const struct rule *r)
{
	if (r->name.text)
		put(w, w->unit, NAME_RULE, r->name.span, &r->name, r);
	if (r->cgroup)
		put(w, w->unit, NAME_CGROUP, r->target.span, &r->cgroup->name, r->cgroup);
	for (uint32_t i = 0; r->more_cgroups && i < r->more_count; i++)
		if (r->more_cgroups[i])
			put(w, w->unit, NAME_CGROUP, r->more_targets[i].span,
			    &r->more_cgroups[i]->name, r->more_cgroups[i]);
	if (r->process)
		put(w, w->unit, NAME_PROCESS, r->target.span, &r->process->name, r->process);
	if (r->action == ACTION_THROTTLE) {
		walk_expr(w, r->throttle.delay);
		walk_expr(w, r->throttle.to);
		walk_expr(w, r->throttle.signal);
		walk_expr(w, r->throttle.from);
		walk_expr(w, r->throttle.until);
	} else if (r->action == ACTION_THP) {
		walk_expr(w, r->thp.order);
	}
	for (const struct modifier *m = r->modifiers; m; m = m->next) {
		walk_expr(w, m->timed.condition);
		walk_expr(w, m->timed.duration);
		walk_expr(w, m->value);
	}
}

/* The included file is among the sources: the visit that read it knows its includer. */
static void put_file(const struct walk *w, const struct unit *u, const struct word *path)
{
	struct occurrence o = { .kind = NAME_FILE, .unit = u, .span = path->span };
	const struct sources *s = u->sources;

	for (uint32_t i = 0; i < s->count && !o.path; i++)
		if (s->files[i].is_included && s->files[i].included_at.file == path->span.file &&
		    s->files[i].included_at.start == path->span.start)
			o.path = u->files[i].path;
	if (u == w->tests)
		o.path = w->unit->files[0].path;
	w->visit(&o, w->data);
}

static void walk_process(const struct walk *w, const struct process_decl *p)
{
	put(w, w->unit, NAME_PROCESS, p->name.span, &p->name, p);
	walk_expr(w, p->pid);
	if (p->cgroup)
		put(w, w->unit, NAME_CGROUP, p->text.span, &p->cgroup->name, p->cgroup);
}

static void walk_param(const struct walk *w, const struct param_decl *p)
{
	put(w, w->unit, NAME_PARAM, p->name.span, &p->name, p);
	walk_expr(w, p->value);
	walk_expr(w, p->low);
	walk_expr(w, p->high);
}

static void walk_stmt(const struct walk *w, const struct stmt *s)
{
	switch (s->kind) {
	case STMT_INCLUDE:
		put_file(w, w->unit, &s->include.path);
		return;
	case STMT_CGROUP:
		put(w, w->unit, NAME_CGROUP, s->cgroup.name.span, &s->cgroup.name, &s->cgroup);
		return;
	case STMT_PROCESS:
		walk_process(w, &s->process);
		return;
	case STMT_DEFINE:
		put(w, w->unit, NAME_DEFINE, s->define.name.span, &s->define.name, &s->define);
		walk_expr(w, s->define.value);
		return;
	case STMT_PARAM:
		walk_param(w, &s->param);
		return;
	case STMT_SIGNAL:
		put(w, w->unit, NAME_CONDITION, s->signal.name.span, &s->signal.name, &s->signal);
		walk_expr(w, s->signal.condition);
		return;
	case STMT_TICK:
		walk_expr(w, s->tick.value);
		return;
	case STMT_RULE:
		walk_rule(w, &s->rule);
		return;
	case STMT_MODE:
	case STMT_KIND_COUNT:
		return;
	}
}

/* ---- Tests: their words are the policy's names, found by their text. ---- */

static void put_param(const struct walk *w, const struct word *word)
{
	for (const struct param_decl *p = w->ast->params; p; p = p->next)
		if (word_is(word, p->name.text))
			put(w, w->tests, NAME_PARAM, word->span, &p->name, p);
}

static bool put_cgroup(const struct walk *w, const struct word *word)
{
	for (const struct cgroup_decl *g = w->ast->cgroups; g; g = g->next)
		if (word_is(word, g->name.text)) {
			put(w, w->tests, NAME_CGROUP, word->span, &g->name, g);
			return true;
		}
	return false;
}

static void put_object(const struct walk *w, const struct word *word)
{
	if (put_cgroup(w, word))
		return;
	for (const struct process_decl *p = w->ast->processes; p; p = p->next)
		if (word_is(word, p->name.text))
			put(w, w->tests, NAME_PROCESS, word->span, &p->name, p);
	for (const struct stmt *s = w->ast->first; s; s = s->next)
		if (s->kind == STMT_RULE && s->rule.name.text && word_is(word, s->rule.name.text))
			put(w, w->tests, NAME_RULE, word->span, &s->rule.name, &s->rule);
}

static void walk_trial(const struct walk *w, const struct trial *t)
{
	for (const struct trial_set *s = t->sets; s; s = s->next)
		put_param(w, &s->param);
	for (const struct trial_series *s = t->series; s; s = s->next)
		if (s->name.count > 1)
			put_cgroup(w, &s->name.parts[0]);
	for (const struct trial_expect *e = t->expects; e; e = e->next)
		if (e->object.count)
			put_object(w, &e->object.parts[0]);
}

void names_visit(const struct analysis *a, name_visitor visit, void *data)
{
	struct walk w = { .visit = visit, .data = data };

	if (!a->policy || !a->policy->ast || !a->unit_count)
		return;
	w.ast = a->policy->ast;
	w.unit = &a->units[a->unit_count - 1];
	for (const struct stmt *s = w.ast->first; s; s = s->next)
		walk_stmt(&w, s);
	if (!a->is_of_tests)
		return;
	w.tests = &a->units[0];
	put_file(&w, w.tests, &a->suite.file->use);
	for (const struct trial *t = a->suite.file->trials; t; t = t->next)
		walk_trial(&w, t);
}

struct search {
	const char *uri;
	uint32_t offset;
	struct occurrence found;
	bool is_found;
};

static void match(const struct occurrence *o, void *data)
{
	struct search *s = data;

	if (o->span.start > s->offset || o->span.end < s->offset ||
	    strcmp(o->unit->files[o->span.file].uri, s->uri))
		return;
	s->found = *o;
	s->is_found = true;
}

bool name_at(const struct analysis *a, const char *uri, uint32_t offset, struct occurrence *ret)
{
	struct search s = { .uri = uri, .offset = offset };

	names_visit(a, match, &s);
	*ret = s.found;
	return s.is_found;
}
