// SPDX-License-Identifier: GPL-2.0
/* Things declared and not used, names that look like others, and which cgroup a signal is of. */
#include "check_impl.h"

#include <string.h>

#include "base/arena.h"
#include "base/policy_name.h"

/* Unused. */

static void report_unused(struct checker *c, const struct word *name, const char *kind)
{
	diag_add(c->ds, DIAG_UNUSED, name->span, "%s '%s' is not used", kind, name->text);
}

/* An included file is used where any of its rules counts or any of its names is mentioned. */
static bool is_stmt_used(const struct stmt *s)
{
	switch (s->kind) {
	case STMT_CGROUP:
		return s->cgroup.is_used;
	case STMT_PROCESS:
		return s->process.is_used;
	case STMT_DEFINE:
		return s->define.is_used;
	case STMT_PARAM:
		return s->param.is_used;
	case STMT_SIGNAL:
		return s->signal.is_used;
	case STMT_INCLUDE:
	case STMT_TICK:
	case STMT_MODE:
	case STMT_RULE:
	case STMT_KIND_COUNT:
		break;
	}
	return true;
}

/* The statements of an included file follow its `include`; those of one that it includes, too. */
static bool is_include_used(const struct checker *c, const struct stmt *include)
{
	const struct stmt *s = include->next;

	if (!s || s->span.file == include->span.file)
		return true; /* it is empty, or could not be read */
	for (; s && s->span.file != include->span.file; s = s->next)
		if (s->kind != STMT_INCLUDE && is_stmt_used(s))
			return true;
	return false;
}

CHECK_POLICY(name)
{
	struct span start = { .file = c->plan->file };
	struct diag *d;

	if (policy_name_is_valid(c->plan->name))
		return;
	d = diag_add(c->ds, DIAG_UNLOADABLE_NAME, start,
		     "'%s', after the file, is not a name that a policy can be loaded under",
		     c->plan->name);
	diag_hint(c->ds, d, "rename the file, or load it with --name: %s", POLICY_NAME_RULE);
}

/* Nothing that acts; where errors have removed rules, those errors were reported. */
CHECK_POLICY(empty)
{
	struct span start = { .file = c->plan->file };
	struct diag *d;

	if (c->plan->rule_count || c->ds->errors)
		return;
	d = diag_add(c->ds, DIAG_EMPTY_POLICY, start, "the policy has no rule: it does nothing");
	diag_hint(c->ds, d, "write one, as in: protect web when pgfault_rate > 100/s hold 3s");
}

CHECK_POLICY(unused)
{
	uint32_t unused_file = UINT32_MAX;

	/* A name that is not used may be the one that a misspelt name meant. */
	if (c->ds->errors)
		return;
	for (const struct stmt *s = c->ast->first; s; s = s->next) {
		if (s->kind == STMT_INCLUDE && !is_include_used(c, s)) {
			diag_add(c->ds, DIAG_UNUSED, s->span, "nothing of '%s' is used",
				 s->include.path.text);
			unused_file = s->next->span.file;
		}
		/* The include has been reported; a library's other names are for other users. */
		if (s->span.file == unused_file || c->sources->files[s->span.file].is_included)
			continue;
		if (s->kind == STMT_CGROUP && !s->cgroup.is_used)
			report_unused(c, &s->cgroup.name, "cgroup");
		else if (s->kind == STMT_PROCESS && !s->process.is_used)
			report_unused(c, &s->process.name, "process");
		else if (s->kind == STMT_DEFINE && !s->define.is_used)
			report_unused(c, &s->define.name, "define");
		else if (s->kind == STMT_PARAM && !s->param.is_used)
			report_unused(c, &s->param.name, "param");
		else if (s->kind == STMT_SIGNAL && !s->signal.is_used)
			report_unused(c, &s->signal.name, "named condition");
	}
	for (const struct define_decl *d = c->ast->defines; d; d = d->next)
		if (d->is_from_option && !d->is_used)
			report_unused(c, &d->name, "define");
}

/* Similar names: only against declared ones, and only while that is cheap. */

#define SIMILAR_MAX 1000
#define SIMILAR_MIN_LENGTH 4

CHECK_POLICY(similar_names)
{
	const char *declared[SIMILAR_MAX];
	size_t count = 0, implicit = 0;

	for (const struct cgroup_decl *g = c->ast->cgroups; g; g = g->next) {
		implicit += g->is_implicit;
		if (!g->is_implicit && count < SIMILAR_MAX)
			declared[count++] = g->name.text;
	}
	if (!count || implicit > SIMILAR_MAX || c->ds->errors)
		return;
	for (const struct cgroup_decl *g = c->ast->cgroups; g; g = g->next) {
		const char *nearest;
		struct diag *d;

		if (!g->is_implicit || g->name.len < SIMILAR_MIN_LENGTH)
			continue;
		nearest = nearest_word(g->name.text, g->name.len, declared, count);
		if (!nearest ||
		    edit_distance(g->name.text, g->name.len, nearest, strlen(nearest), 1) > 1)
			continue;
		d = diag_add(c->ds, DIAG_SIMILAR_NAME, g->name.span,
			     "'%s' is not declared, so it stands for %s", g->name.text,
			     g->absolute);
		diag_fix(c->ds, d, g->name.span, nearest, false, "did you mean '%s'?", nearest);
	}
}

/* self or group */

static bool is_of_target(const struct plan *p, const struct plan_signal *s, void *data)
{
	return s->scope == PLAN_OF_GROUP && s->group == *(const uint32_t *)data;
}

static bool is_of_self(const struct plan *p, const struct plan_signal *s, void *data)
{
	return s->scope == PLAN_OF_SELF;
}

/* A rule that reads the descendant of the call and, without a scope, the whole cgroup. */
static const struct plan_expr *first_of_target(const struct plan *p, const struct plan_expr *x,
					       uint32_t group)
{
	const struct plan_expr *found;

	if (!x || !any_signal(p, x, is_of_target, &group))
		return NULL;
	if (x->op == PLAN_SIGNAL)
		return x;
	found = first_of_target(p, x->a, group);
	return found ? found : first_of_target(p, x->b, group);
}

CHECK_POLICY(self_or_group)
{
	for (uint32_t i = 0; i < c->plan->rule_count; i++) {
		const struct plan_rule *r = c->facts[i].plan;
		const struct plan_expr *x;
		const char *name;
		struct diag *d;

		if (r->group == PLAN_NONE || !any_signal(c->plan, r->call, is_of_self, NULL))
			continue;
		x = first_of_target(c->plan, r->when, r->group);
		if (!x)
			x = first_of_target(c->plan, r->call, r->group);
		if (!x)
			continue;
		name = c->plan->groups[r->group].name;
		d = diag_add(c->ds, DIAG_SELF_OR_GROUP, x->span,
			     "'%s' is that of '%s' with all below it, while 'self' is the one "
			     "cgroup that the call is about",
			     checker_excerpt(c, x->span), name);
		diag_hint(c->ds, d, "descendants of '%s' inherit the rule", name);
	}
}
