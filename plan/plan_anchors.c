// SPDX-License-Identifier: GPL-2.0
#include "plan_anchors.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/pattern.h"
#include "base/table.h"

/* A pattern of a group, or the path of a named one; base: where it would be attached alone. */
struct place {
	const char *text, *base;
	uint32_t group;
	struct anchor *anchor;
};

struct anchor {
	struct plan_anchor is;
	uint32_t room, first_group;
};

struct finder {
	struct arena *arena;
	const struct plan *plan;
	struct place *places;
	uint32_t place_count, anchor_count;
	struct anchor *anchors;
	struct table paths;
};

static void add_place(struct finder *f, uint32_t group, const char *text)
{
	f->places[f->place_count++] = (struct place){
		.text = text,
		.base = arena_strndup(f->arena, text, pattern_base(text)),
		.group = group,
	};
}

static void add_places(struct finder *f)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < f->plan->group_count; i++)
		count += f->plan->groups[i].is_glob ? f->plan->groups[i].pattern_count : 1;
	f->places = arena_array(f->arena, struct place, count + 1);
	f->anchors = arena_array(f->arena, struct anchor, count + 1);
	for (uint32_t i = 0; i < f->plan->group_count; i++) {
		const struct plan_group *g = &f->plan->groups[i];

		if (g->is_target && !g->is_glob)
			add_place(f, i, g->absolute);
		for (uint32_t k = 0; g->is_target && k < g->pattern_count; k++)
			add_place(f, i, g->patterns[k]);
	}
}

/* Ancestors first, and of one path those that are mentioned first. */
static int compare_places(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int order = strcmp(x->base, y->base);

	return order ? order : (int)x->group - (int)y->group;
}

/* The nearest anchor at or above a path. */
static struct anchor *find_above(struct finder *f, const char *path, bool is_at)
{
	size_t len = strlen(path);
	struct anchor *found;

	for (;;) {
		found = is_at ? table_find(&f->paths, path, len) : NULL;
		if (found || !len)
			return found;
		for (is_at = true; len && path[len - 1] != '/'; len--)
			;
		len -= len != 0;
	}
}

static struct anchor *anchor_of(struct finder *f, const struct place *p)
{
	struct anchor *found = find_above(f, p->base, true), *a;

	if (found && (!found->is.allow_override || !strcmp(found->is.path, p->base)))
		return found;
	a = &f->anchors[f->anchor_count++];
	a->is.path = p->base;
	a->first_group = UINT32_MAX;
	table_add(&f->paths, p->base, strlen(p->base), a);
	return a;
}

static void choose_anchors(struct finder *f)
{
	for (uint32_t i = 0; i < f->place_count; i++) {
		struct place *p = &f->places[i];
		const struct plan_group *g = &f->plan->groups[p->group];

		p->anchor = anchor_of(f, p);
		p->anchor->is.allow_override |= g->allow_override;
		p->anchor->is.hooks |= g->hooks;
		if (p->group < p->anchor->first_group)
			p->anchor->first_group = p->group;
	}
}

static void add_claim(struct finder *f, struct anchor *a, struct plan_claim claim)
{
	struct plan_claim *old = a->is.claims;

	if (a->is.claim_count == a->room) {
		a->room = a->room ? 2 * a->room : 1;
		a->is.claims = arena_array(f->arena, struct plan_claim, a->room);
		if (a->is.claim_count)
			memcpy(a->is.claims, old, a->is.claim_count * sizeof(*old));
	}
	a->is.claims[a->is.claim_count++] = claim;
}

/* "b/c" of "a/b/c"; "" after the last component. */
static const char *after_component(const char *text)
{
	text += strcspn(text, "/");
	return text + (*text == '/');
}

static bool takes_component(struct finder *f, const char *pattern, const char *path)
{
	struct mmp_pattern compiled;
	const char *problem;

	return pattern_compile(&compiled, arena_strndup(f->arena, pattern, strcspn(pattern, "/")),
			       &problem) &&
	       pattern_matches(&compiled, arena_strndup(f->arena, path, strcspn(path, "/")));
}

/*
 * What is left of an exception below an anchor whose components are `path`; nothing, where it does
 * not lead there. Where it ends above the anchor, all below is left out.
 */
static void except(struct finder *f, struct anchor *a, uint32_t group, const char *pattern,
		   const char *path)
{
	if (!*path || !*pattern) {
		add_claim(f, a, (struct plan_claim){ group, PLAN_CLAIM_EXCEPT, pattern });
		return;
	}
	if (!strncmp(pattern, "**", strcspn(pattern, "/")) && strcspn(pattern, "/") == 2) {
		if (pattern[2])
			except(f, a, group, pattern + 3, path);
		except(f, a, group, pattern, after_component(path));
	} else if (takes_component(f, pattern, path)) {
		except(f, a, group, after_component(pattern), after_component(path));
	}
}

static void add_exceptions(struct finder *f, struct anchor *a, uint32_t group)
{
	const struct plan_group *g = &f->plan->groups[group];

	for (uint32_t i = 0; i < g->exception_count; i++)
		except(f, a, group, g->exceptions[i] + 1, a->is.path + (a->is.path[0] == '/'));
}

static bool has_group(const struct anchor *a, uint32_t group)
{
	for (uint32_t i = 0; i < a->is.claim_count; i++)
		if (a->is.claims[i].group == group)
			return true;
	return false;
}

static int compare_claims(const void *a, const void *b)
{
	const struct plan_claim *x = a, *y = b;

	return x->group != y->group ? (x->group < y->group ? -1 : 1) : (int)x->kind - (int)y->kind;
}

static void add_claims(struct finder *f)
{
	for (uint32_t i = 0; i < f->place_count; i++) {
		const struct place *p = &f->places[i];
		bool is_glob = f->plan->groups[p->group].is_glob;
		const char *rest = p->text + strlen(p->anchor->is.path);

		if (is_glob && !has_group(p->anchor, p->group))
			add_exceptions(f, p->anchor, p->group);
		add_claim(f, p->anchor,
			  (struct plan_claim){ p->group,
					       is_glob ? PLAN_CLAIM_MATCH : PLAN_CLAIM_NAMED,
					       rest + (*rest == '/') });
	}
	for (struct anchor *a = f->anchors; a < f->anchors + f->anchor_count; a++) {
		qsort(a->is.claims, a->is.claim_count, sizeof(*a->is.claims), compare_claims);
		a->is.is_plain = a->is.claim_count == 1 && a->is.claims[0].kind == PLAN_CLAIM_NAMED;
	}
}

static int compare_anchors(const void *a, const void *b)
{
	const struct anchor *x = a, *y = b;

	if (x->first_group != y->first_group)
		return x->first_group < y->first_group ? -1 : 1;
	return strcmp(x->is.path, y->is.path);
}

void plan_find_anchors(struct arena *a, const struct plan *p, struct plan_anchors *ret)
{
	struct finder f = { .arena = a, .plan = p };

	table_init(&f.paths, a);
	table_reserve(&f.paths, p->group_count);
	add_places(&f);
	if (f.place_count)
		qsort(f.places, f.place_count, sizeof(*f.places), compare_places);
	choose_anchors(&f);
	add_claims(&f);
	if (f.anchor_count)
		qsort(f.anchors, f.anchor_count, sizeof(*f.anchors), compare_anchors);
	*ret = (struct plan_anchors){ .list = arena_array(a, struct plan_anchor, f.anchor_count),
				      .count = f.anchor_count };
	for (uint32_t i = 0; i < f.anchor_count; i++)
		ret->list[i] = f.anchors[i].is;
}

uint32_t plan_anchor_group(const struct plan_anchor *anchor, uint32_t at)
{
	uint32_t last = PLAN_NONE;

	for (uint32_t i = 0; i < anchor->claim_count; i++) {
		if (anchor->claims[i].group == last)
			continue;
		last = anchor->claims[i].group;
		if (!at--)
			return last;
	}
	return PLAN_NONE;
}
