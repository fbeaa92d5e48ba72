// SPDX-License-Identifier: GPL-2.0
#include "attach_plan.h"

#include <string.h>

#include "arena.h"

void attach_plan_init(struct attach_plan *p, struct arena *a)
{
	*p = (struct attach_plan){ .arena = a };
	p->last = &p->first;
	table_init(&p->paths, a);
	table_init(&p->pids, a);
}

static const char *attach_path(struct attach_plan *p, const struct plan_group *g)
{
	const char *slash = strrchr(g->absolute, '/');

	return g->is_glob && slash ? arena_strndup(p->arena, g->absolute, slash - g->absolute) :
				     g->absolute;
}

void attach_plan_add(struct attach_plan *p, const struct plan *plan, struct diags *ds,
		     const char *file)
{
	for (uint32_t i = 0; i < plan->group_count; i++) {
		const struct plan_group *g = &plan->groups[i];
		struct attachment *a;

		if (!g->is_target)
			continue;
		a = arena_new(p->arena, struct attachment);
		*a = (struct attachment){ .group = g, .plan = plan, .ds = ds, .file = file,
					  .path = attach_path(p, g) };
		*p->last = a;
		p->last = &a->next;
	}
}

/* A note at the other one, or, where that is in another policy's file, a sentence about it. */
static void point_at(struct diag *d, const struct attachment *at, const struct attachment *other,
		     const char *text)
{
	if (at->plan == other->plan)
		diag_note(at->ds, d, other->group->span, "%s", text);
	else
		diag_hint(at->ds, d, "'%s' is in %s", other->group->name, other->file);
}

static void report_twice(const struct attachment *a, const struct attachment *first)
{
	struct diag *d;

	if (a->plan == first->plan)
		d = diag_add(a->ds, DIAG_ATTACH_PLAN_BUSY, a->group->span,
			     "'%s' and '%s' are attached to one cgroup, %s, which takes one only",
			     first->group->name, a->group->name, a->path);
	else
		d = diag_add(a->ds, DIAG_ATTACH_PLAN_BUSY, a->group->span,
			     "another policy has rules for %s too, and a cgroup takes one policy only",
			     a->path);
	point_at(d, a, first, "the other one is here");
	if (a->group->is_glob || first->group->is_glob)
		diag_hint(a->ds, d, "a glob is attached to the parent of its matches");
	else
		diag_hint(a->ds, d, "use one name in all its rules");
}

static void report_below(const struct attachment *a, const struct attachment *above)
{
	struct diag *d = diag_add(a->ds, DIAG_ATTACH_PLAN_BUSY, a->group->span,
				  "'%s' is below '%s', whose rules hold for all its descendants",
				  a->group->name, above->group->name);

	point_at(d, a, above, "the ancestor is here");
	diag_hint(a->ds, d, "let descendants have rules of their own: 'cgroup NAME = \"%s\" allow override'",
		  above->group->path);
}

/* The nearest attached ancestor: only its flag counts. */
static struct attachment *find_above(const struct attach_plan *p, const char *path)
{
	size_t len = strlen(path);

	while (len) {
		struct attachment *above;

		while (len && path[len - 1] != '/')
			len--;
		if (!len)
			return NULL;
		len--;
		above = table_find(&p->paths, path, len);
		if (above)
			return above;
	}
	return NULL;
}

void attach_plan_check(struct attach_plan *p)
{
	for (struct attachment *a = p->first; a; a = a->next) {
		const struct attachment *first = table_add(&p->paths, a->path, strlen(a->path), a);

		if (first != a)
			report_twice(a, first);
	}
	for (struct attachment *a = p->first; a; a = a->next) {
		struct attachment *above = find_above(p, a->path);

		/* One missing `allow override` is one mistake, however many descendants there are. */
		if (!above || above->group->allow_override || above->is_told ||
		    table_find(&p->paths, a->path, strlen(a->path)) != a)
			continue;
		above->is_told = true;
		report_below(a, above);
	}
}
