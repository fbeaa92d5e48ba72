// SPDX-License-Identifier: GPL-2.0
/* Which cgroups the groups of one anchor have: each cgroup may have one group only. */
#include "check_impl.h"

#include <string.h>

#include "base/arena.h"
#include "base/pattern.h"
#include "plan/plan_anchors.h"

/* The patterns of an anchor's claims; an exception's subtree is a pattern of its own. */
struct claims {
	const struct plan_anchor *anchor;
	struct mmp_pattern *patterns; /* two a claim */
	struct table named;
};

static void compile(struct mmp_pattern *ret, const char *text)
{
	const char *problem;

	if (!pattern_compile(ret, text, &problem))
		*ret = (struct mmp_pattern){ 0 }; /* too long for two characters more */
}

static const char *below(struct checker *c, const char *text)
{
	return arena_printf(c->arena, "%s%s**", text, *text ? "/" : "");
}

static void compile_all(struct checker *c, struct claims *x)
{
	const struct plan_claim *claims = x->anchor->claims;

	x->patterns = arena_array(c->arena, struct mmp_pattern, 2 * x->anchor->claim_count);
	for (uint32_t i = 0; i < x->anchor->claim_count; i++) {
		compile(&x->patterns[2 * i], claims[i].pattern);
		if (claims[i].kind == PLAN_CLAIM_EXCEPT)
			compile(&x->patterns[2 * i + 1], below(c, claims[i].pattern));
	}
}

/* The group's exceptions stand before its other claims. */
static bool leaves_out(const struct claims *x, uint32_t claim, const struct mmp_pattern *p)
{
	const struct plan_claim *claims = x->anchor->claims;
	uint32_t first = claim, count = 0;

	while (first && claims[first - 1].group == claims[claim].group)
		first--;
	while (claims[first + count].kind == PLAN_CLAIM_EXCEPT)
		count++;
	return count && pattern_is_covered(p, &x->patterns[2 * first], 2 * count);
}

static bool do_meet(const struct claims *x, uint32_t a, uint32_t b)
{
	const struct mmp_pattern *p = &x->patterns[2 * a], *q = &x->patterns[2 * b];

	return pattern_meets(p, q) && !leaves_out(x, a, q) && !leaves_out(x, b, p);
}

static void report_meeting(struct checker *c, const struct plan_claim *first,
			   const struct plan_claim *later)
{
	const struct plan_group *g = &c->plan->groups[first->group];
	const struct plan_group *h = &c->plan->groups[later->group];
	struct diag *d = diag_add(c->ds, DIAG_PATTERNS_MEET, h->span,
				  "a cgroup can be both in '%s' and in '%s', and has the rules of "
				  "one only",
				  g->name, h->name);

	diag_note(c->ds, d, g->span, "'%s' is declared here", g->name);
	diag_hint(c->ds, d, "leave it out of one of them, as in: except \"%s\"",
		  first->kind == PLAN_CLAIM_NAMED ? g->path : h->path);
}

static void report_same(struct checker *c, const struct plan_anchor *a,
			const struct plan_claim *first, const struct plan_claim *later)
{
	const struct plan_group *g = &c->plan->groups[first->group];
	const struct plan_group *h = &c->plan->groups[later->group];
	struct diag *d = diag_add(c->ds, DIAG_ATTACH_PLAN_BUSY, h->span,
				  "'%s' and '%s' are attached to one cgroup, %s, which takes one "
				  "only",
				  g->name, h->name, h->absolute);

	diag_note(c->ds, d, g->span, "the other one is here");
	diag_hint(c->ds, d, "use one name in all its rules");
}

/* The first claim before this one that is of another group and meets it; else NULL. */
static const struct plan_claim *find_meeting(const struct claims *x, uint32_t claim)
{
	const struct plan_claim *claims = x->anchor->claims, *now = &claims[claim];

	for (uint32_t i = 0; i < claim && claims[i].group != now->group; i++) {
		bool is_glob = now->kind == PLAN_CLAIM_MATCH || claims[i].kind == PLAN_CLAIM_MATCH;

		if (is_glob && claims[i].kind != PLAN_CLAIM_EXCEPT && do_meet(x, i, claim))
			return &claims[i];
	}
	return NULL;
}

static void check_anchor(struct checker *c, const struct plan_anchor *a)
{
	struct claims x = { .anchor = a };
	uint32_t told = PLAN_NONE;

	table_init(&x.named, c->arena);
	table_reserve(&x.named, a->claim_count);
	compile_all(c, &x);
	for (uint32_t i = 0; i < a->claim_count; i++) {
		struct plan_claim *claim = &a->claims[i];
		const struct plan_claim *other = claim;

		if (claim->kind == PLAN_CLAIM_EXCEPT || claim->group == told)
			continue;
		if (claim->kind == PLAN_CLAIM_NAMED)
			other = table_add(&x.named, claim->pattern, strlen(claim->pattern), claim);
		if (other != claim)
			report_same(c, a, other, claim);
		other = find_meeting(&x, i);
		if (!other)
			continue;
		report_meeting(c, other, claim);
		told = claim->group;
	}
}

/* Whether below some anchor a cgroup has to find out whose it is: the plan then has its hook. */
static bool has_shared_anchor(const struct plan *p)
{
	for (uint32_t i = 0; i < p->group_count; i++)
		if (p->groups[i].hooks & 1u << HOOK_ONLINE)
			return true;
	return false;
}

CHECK_POLICY(patterns_meet)
{
	struct plan_anchors anchors;

	if (!has_shared_anchor(c->plan))
		return;
	plan_find_anchors(c->arena, c->plan, &anchors);
	for (uint32_t i = 0; i < anchors.count; i++)
		if (anchors.list[i].claim_count > 1)
			check_anchor(c, &anchors.list[i]);
}

/* Exceptions. */

static bool is_all_left_out(struct checker *c, const struct plan_group *g)
{
	struct mmp_pattern *out = arena_array(c->arena, struct mmp_pattern, 2 * g->exception_count),
			   p;

	for (uint32_t i = 0; i < g->exception_count; i++) {
		compile(&out[2 * i], g->exceptions[i] + 1);
		compile(&out[2 * i + 1], below(c, g->exceptions[i] + 1));
	}
	for (uint32_t i = 0; i < g->pattern_count; i++) {
		compile(&p, g->patterns[i] + 1);
		if (!pattern_is_covered(&p, out, 2 * g->exception_count))
			return false;
	}
	return true;
}

CHECK_POLICY(nothing_left)
{
	for (uint32_t i = 0; i < c->plan->group_count; i++) {
		const struct plan_group *g = &c->plan->groups[i];
		struct diag *d;

		if (!g->exception_count || !is_all_left_out(c, g))
			continue;
		d = diag_add(c->ds, DIAG_NOTHING_LEFT, g->span,
			     "the exceptions of '%s' leave nothing of it: its rules never act",
			     g->name);
		diag_hint(c->ds, d,
			  "an exception is for the cgroups that match it, and for all "
			  "below them");
	}
}
