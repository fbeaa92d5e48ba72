// SPDX-License-Identifier: GPL-2.0
/* thp rules among each other: the first of the highest priority decides. */
#include "check_impl.h"

#include <string.h>

#include "base/arena.h"

#define ALL_KINDS ((1u << THP_KIND_COUNT) - 1)
#define DEFAULT_ORDER 16 /* the highest offered: above any that can be named */

static unsigned kinds_of(const struct plan_rule *r)
{
	return r->thp.kinds ? r->thp.kinds : ALL_KINDS;
}

static bool is_of_order(const struct plan_rule *r)
{
	return r->thp.answer == PLAN_THP_EXACT || r->thp.answer == PLAN_THP_OR_SMALLER;
}

static const struct bucket *thp_rules(struct checker *c)
{
	return bucket_find(c, ACTION_THP, PLAN_NONE);
}

/* Unreachable. */

/* j is evaluated before i, for every call that i could decide. */
static bool comes_before(const struct plan_rule *j, const struct plan_rule *i, bool is_earlier)
{
	int64_t a = value_of(&j->thp.priority), b = value_of(&i->thp.priority);

	return (a > b || (a == b && is_earlier)) &&
	       (j->process == PLAN_NONE || j->process == i->process) &&
	       !(kinds_of(i) & ~kinds_of(j));
}

/* Whenever j's condition holds, j is active: nothing makes it wait or leave early. */
static bool acts_at_once(const struct plan_rule *j, const struct plan_rule *i)
{
	return !j->until && (!j->when || (!value_of(&j->cooldown) &&
					  value_of(&j->when_for) <= value_of(&i->when_for)));
}

/* While i is active, its condition holds. */
static bool ends_at_once(const struct plan_rule *i)
{
	return !i->when || (!i->until && !value_of(&i->hold));
}

static bool leaves_nothing(struct checker *c, const struct bucket *b, uint32_t i,
			   const struct facts **ret_last)
{
	const struct facts *f = &c->facts[b->rules[i]];
	uint32_t from = i > CHECK_MAX_DISTANCE ? i - CHECK_MAX_DISTANCE : 0;
	struct region rest = f->when, next;

	for (uint32_t j = from; j < b->count && j <= i + CHECK_MAX_DISTANCE; j++) {
		const struct facts *by = &c->facts[b->rules[j]];

		if (j == i || !by->is_analysed || by->is_dead || by->is_duplicate ||
		    !comes_before(by->plan, f->plan, j < i) || !acts_at_once(by->plan, f->plan) ||
		    !(ends_at_once(f->plan) || !by->plan->when))
			continue;
		if (!region_meets(&c->space, rest, by->when, NULL) ||
		    !region_and(&c->space, rest, not_when(c, by), &next))
			continue;
		rest = next;
		*ret_last = by;
		if (region_is_empty(rest))
			return true;
	}
	return false;
}

CHECK_POLICY(unreachable)
{
	const struct bucket *b = thp_rules(c);

	for (uint32_t i = 0; b && i < b->count; i++) {
		struct facts *f = &c->facts[b->rules[i]];
		const struct facts *by = NULL;
		struct diag *d;

		if (!f->is_analysed || f->is_dead || f->is_duplicate ||
		    !leaves_nothing(c, b, i, &by))
			continue;
		f->is_dead = true;
		d = diag_add(c->ds, DIAG_UNREACHABLE_RULE, rule_span(f),
			     "the rule never decides: rules before it cover all its cases");
		diag_note(c->ds, d, rule_span(by), "%s",
			  region_contains(&c->space, by->when, not_when(c, by), f->when)
				  ? "this rule decides in its place"
				  : "with this rule nothing is left to it");
	}
}

/* Conflicts. */

static bool is_rival(const struct plan_rule *a, const struct plan_rule *b)
{
	return is_of_order(a) && is_of_order(b) && a->process == b->process &&
	       value_of(&a->thp.priority) == value_of(&b->thp.priority) &&
	       kinds_of(a) & kinds_of(b) &&
	       (value_of(&a->thp.order) != value_of(&b->thp.order) ||
		a->thp.answer != b->thp.answer);
}

static bool contains(struct checker *c, const struct facts *big, const struct facts *small)
{
	return region_contains(&c->space, big->when, not_when(c, big), small->when) &&
	       !(kinds_of(small->plan) & ~kinds_of(big->plan));
}

static bool judge_thp(struct checker *c, const struct facts *first, const struct facts *f)
{
	struct box both;
	const char *text;
	struct diag *d;

	if (!is_rival(first->plan, f->plan) ||
	    !region_meets(&c->space, first->when, f->when, &both) || contains(c, first, f) ||
	    contains(c, f, first))
		return false;
	text = box_text(c, both, NULL, 0);
	d = diag_add(c->ds, DIAG_CONFLICTING_RULES, rule_span(f),
		     "two rules ask for different orders at once; the first in the file decides");
	if (text)
		diag_note(c->ds, d, rule_span(first), "both hold for %s", text);
	else
		diag_note(c->ds, d, rule_span(first), "both can hold at once");
	diag_hint(c->ds, d, "give one a 'priority', or let one begin where the other ends");
	return true;
}

static bool is_sound(const struct facts *f)
{
	return f->is_analysed && !f->is_dead && !f->is_duplicate;
}

/* Each rule with those shortly before it, until one finding. */
static void for_pairs(struct checker *c, bool (*judge)(struct checker *c, const struct facts *first,
						       const struct facts *f))
{
	const struct bucket *b = thp_rules(c);

	for (uint32_t i = 1; b && i < b->count; i++) {
		const struct facts *f = &c->facts[b->rules[i]];
		uint32_t j = i > CHECK_MAX_DISTANCE ? i - CHECK_MAX_DISTANCE : 0;

		while (is_sound(f) && j < i &&
		       !(is_sound(&c->facts[b->rules[j]]) && judge(c, &c->facts[b->rules[j]], f)))
			j++;
	}
}

CHECK_POLICY(thp_conflicts)
{
	for_pairs(c, judge_thp);
}

/* Larger pages at higher pressure. */

static int64_t size_of(const struct plan_rule *r)
{
	if (r->thp.answer == PLAN_THP_NEVER)
		return 0;
	return r->thp.answer == PLAN_THP_DEFAULT ? DEFAULT_ORDER : value_of(&r->thp.order);
}

static bool is_pressure(const struct dim *d)
{
	return d->kind == DIM_SIGNAL && signal_infos[d->signal].reads == READS_PSI;
}

/* Of two single boxes that limit the same: the pressure that keeps them apart, or NULL. */
static const struct range *pressure_above(struct checker *c, struct box low, struct box high)
{
	const struct range *found = NULL;

	if (low.count != high.count)
		return NULL;
	for (uint32_t i = 0; i < low.count; i++) {
		const struct range *a = &low.ranges[i], *b = &high.ranges[i];

		if (a->dim != b->dim)
			return NULL;
		if (is_pressure(&c->space.dims[a->dim]) && b->low > a->high)
			found = b;
		else if (a->low != b->low || a->high != b->high)
			return NULL;
	}
	return found;
}

static struct diag *report_reversed(struct checker *c, const struct facts *f, const struct range *r)
{
	struct diag *d = diag_add(c->ds, DIAG_THP_PRESSURE_DIRECTION, rule_span(f),
				  "larger pages at higher pressure: %s %s", dim_text(c, r->dim),
				  range_text(&c->space, r));

	c->facts[f - c->facts].is_reversed = true;
	diag_hint(c->ds, d, "huge pages are hard to find, and cost most, when memory is short");
	return d;
}

static bool judge_direction(struct checker *c, const struct facts *first, const struct facts *f)
{
	const struct facts *low = first, *high = f;
	const struct range *r;

	if (first->plan->process != f->plan->process ||
	    !(kinds_of(first->plan) & kinds_of(f->plan)) || first->when.count != 1 ||
	    f->when.count != 1 || size_of(first->plan) == size_of(f->plan))
		return false;
	if (size_of(first->plan) > size_of(f->plan)) {
		low = f;
		high = first;
	}
	r = pressure_above(c, low->when.boxes[0], high->when.boxes[0]);
	if (!r)
		return false;
	diag_note(c->ds, report_reversed(c, high, r), rule_span(low),
		  "at lower pressure, this rule asks for smaller ones");
	return true;
}

/* The pressure below which an exact rule is not active, so that its order is withheld; or NULL. */
static const struct range *pressure_wanted(struct checker *c, const struct facts *f)
{
	struct region sampled;

	/* Conditions about the call do not withhold. */
	if (!region_of(&c->space, f->plan->when, false, &sampled) || sampled.count != 1)
		return NULL;
	for (uint32_t i = 0; i < sampled.boxes[0].count; i++) {
		const struct range *r = &sampled.boxes[0].ranges[i];
		const struct dim *d = &c->space.dims[r->dim];

		if (is_pressure(d) && r->low > d->low)
			return box_find(f->when.boxes[0], r->dim);
	}
	return NULL;
}

/* The same except for the pressure, which is lower. */
static struct region calmer(struct checker *c, struct box b, const struct range *pressure)
{
	struct box *calm = arena_new(c->arena, struct box);
	struct range *ranges = arena_array(c->arena, struct range, b.count);

	memcpy(ranges, b.ranges, b.count * sizeof(*ranges));
	ranges[pressure - b.ranges].low = c->space.dims[pressure->dim].low;
	ranges[pressure - b.ranges].high = pressure->low - 1;
	*calm = (struct box){ ranges, b.count };
	return (struct region){ calm, 1 };
}

/* May g give f's processes pages as large while f is not active? */
static bool may_make_up(struct checker *c, const struct facts *g, const struct facts *f,
			struct region calm)
{
	bool may_share = g->plan->process == f->plan->process || c->plan->has_global_thp;

	return !g->is_dead && may_share && kinds_of(g->plan) & kinds_of(f->plan) &&
	       size_of(g->plan) >= size_of(f->plan) &&
	       (!g->is_analysed || region_meets(&c->space, g->when, calm, NULL));
}

/*
 * `order 9 when psi > 20` and nothing else: base pages while pressure is low. Only for the largest
 * order, because for other orders a larger one may follow where the rule is not active.
 */
static void judge_alone(struct checker *c, const struct bucket *b, const struct facts *f)
{
	const struct plan_rule *p = f->plan;
	const struct range *r;
	struct region calm;

	if (p->thp.answer != PLAN_THP_EXACT || p->thp.order.is_param ||
	    p->thp.order.value != THP_ORDER_MAX || f->when.count != 1)
		return;
	r = pressure_wanted(c, f);
	if (!r)
		return;
	calm = calmer(c, f->when.boxes[0], r);
	for (uint32_t i = 0; i < b->count; i++)
		if (&c->facts[b->rules[i]] != f && may_make_up(c, &c->facts[b->rules[i]], f, calm))
			return;
	diag_note(c->ds, report_reversed(c, f, r), condition_span(f, MODIFIER_WHEN),
		  "while this is false, an exact order is withheld");
}

CHECK_POLICY(pressure_direction)
{
	const struct bucket *b = thp_rules(c);

	for_pairs(c, judge_direction);
	for (uint32_t i = 0; b && b->count <= CHECK_MAX_DISTANCE && i < b->count; i++) {
		const struct facts *f = &c->facts[b->rules[i]];

		if (is_sound(f) && !f->is_reversed)
			judge_alone(c, b, f);
	}
}
