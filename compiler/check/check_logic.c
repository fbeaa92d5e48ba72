// SPDX-License-Identifier: GPL-2.0
/* One rule's conditions: can they hold, can they fail, and which of their parts matter. */
#include "check_impl.h"

#include <string.h>

#include "base/arena.h"
#include "base/bug.h"

#define TERMS_MAX 16

/* Terms of a chain of `and` (or of `or`), as long as they stand in one condition of the file. */
struct terms {
	const struct plan_expr *items[TERMS_MAX];
	uint32_t count; /* TERMS_MAX + 1: there are more */
};

static bool is_inside(struct span part, struct span whole)
{
	return part.file == whole.file && part.start >= whole.start && part.end <= whole.end;
}

/* `in` is lowered to an `and` whose span is its sides': one term to the reader. */
static bool is_chain(const struct plan_expr *x, enum plan_op op, struct span whole)
{
	return x->op == op && is_inside(x->a->span, whole) && is_inside(x->b->span, whole) &&
	       !(x->a->span.start == x->b->span.start && x->a->span.file == x->b->span.file);
}

static void add_terms(struct terms *t, const struct plan_expr *x, enum plan_op op,
		      struct span whole)
{
	if (is_chain(x, op, whole)) {
		add_terms(t, x->a, op, whole);
		add_terms(t, x->b, op, whole);
	} else if (t->count <= TERMS_MAX) {
		if (t->count < TERMS_MAX)
			t->items[t->count] = x;
		t->count++;
	}
}

static struct terms terms_of(const struct plan_expr *x, enum plan_op op)
{
	struct terms t = { .count = 0 };

	add_terms(&t, x, op, x->span);
	return t;
}

/* Not analysed. */

CHECK_RULE(not_analysed)
{
	const struct modifier *when = modifier_of(f, MODIFIER_WHEN);
	struct diag *d;

	if (f->is_analysed)
		return;
	d = diag_add(c->ds, DIAG_NOT_ANALYSED,
		     when ? condition_span(f, MODIFIER_WHEN) : rule_span(f),
		     "the rule's conditions are not analysed: they amount to more than %d cases",
		     REGION_MAX_BOXES);
	diag_hint(c->ds, d, "several rules with shorter conditions can be checked");
}

/* Impossible and always true. */

/* Why a single comparison cannot fail, or cannot hold. */
static const char *domain_text(struct checker *c, const struct plan_expr *x)
{
	const struct plan_expr *signal;
	const char *name;

	if (x->op < PLAN_GT || x->op > PLAN_NE)
		return NULL;
	signal = x->a->op == PLAN_SIGNAL ? x->a : x->b;
	if (signal->op != PLAN_SIGNAL)
		return NULL;
	name = checker_excerpt(c, signal->span);
	if (signal->quantity == QUANTITY_PERCENT)
		return arena_printf(c->arena, "'%s' goes from 0%% to 100%%", name);
	return arena_printf(c->arena, "'%s' is never negative", name);
}

/* Two terms that exclude each other, or one that cannot be. */
static void explain_impossible(struct checker *c, struct diag *d, const struct plan_expr *x)
{
	struct terms t = terms_of(x, PLAN_AND);
	struct region a, b, both;

	if (t.count > TERMS_MAX)
		return;
	for (uint32_t i = 0; i < t.count; i++) {
		if (!region_of(&c->space, t.items[i], false, &a))
			return;
		if (region_is_empty(a) && domain_text(c, t.items[i])) {
			diag_hint(c->ds, d, "%s", domain_text(c, t.items[i]));
			return;
		}
		for (uint32_t j = 0; j < i; j++) {
			if (!region_of(&c->space, t.items[j], false, &b) ||
			    !region_and(&c->space, a, b, &both) || !region_is_empty(both))
				continue;
			diag_note(c->ds, d, t.items[i]->span, "'%s' excludes '%s'",
				  checker_excerpt(c, t.items[i]->span),
				  checker_excerpt(c, t.items[j]->span));
			return;
		}
	}
}

CHECK_RULE(impossible)
{
	const struct modifier *when = modifier_of(f, MODIFIER_WHEN);
	struct diag *d;

	if (!f->is_analysed || !when || !region_is_empty(f->when))
		return;
	f->is_dead = true;
	d = diag_add(c->ds, DIAG_IMPOSSIBLE_CONDITION, condition_span(f, MODIFIER_WHEN),
		     "the condition is never true, so the rule never acts");
	if (f->plan->when)
		explain_impossible(c, d, f->plan->when);
	if (f->plan->call)
		explain_impossible(c, d, f->plan->call);
}

CHECK_RULE(always_true)
{
	const struct modifier *when = modifier_of(f, MODIFIER_WHEN);
	const char *domain;
	struct diag *d;

	/* A single box that limits anything is not everything; most regions are such boxes. */
	if (!f->is_analysed || !when || (f->when.count == 1 && !region_is_trivial(f->when)) ||
	    !region_is_empty(not_when(c, f)))
		return;
	d = diag_add(c->ds, DIAG_ALWAYS_TRUE, condition_span(f, MODIFIER_WHEN),
		     "the condition is always true");
	domain = f->plan->when ? domain_text(c, f->plan->when) : NULL;
	if (domain)
		diag_hint(c->ds, d, "%s", domain);
	diag_hint(c->ds, d, "a rule without 'when' says the same");
}

/* Redundant operands. */

/* All terms but the one at `left_out`, joined as they are. */
static bool region_of_others(struct checker *c, const struct terms *t, uint32_t left_out,
			     bool is_and, struct region *ret)
{
	struct region all, one;

	/* True for `and`, false for `or`: the operand that changes nothing. */
	region_of(&c->space, NULL, !is_and, &all);
	for (uint32_t i = 0; i < t->count; i++) {
		if (i == left_out)
			continue;
		if (!region_of(&c->space, t->items[i], false, &one) ||
		    !(is_and ? region_and(&c->space, all, one, &all)
			     : region_or(&c->space, all, one, &all)))
			return false;
	}
	*ret = all;
	return true;
}

/* In `A and B`, A is redundant where B and not A is empty; in `A or B`, where A and not B is. */
static bool is_redundant(struct checker *c, const struct terms *t, uint32_t i, bool is_and)
{
	struct region others, one, both;

	if (!region_of_others(c, t, i, is_and, &others))
		return false;
	if (is_and)
		return region_of(&c->space, t->items[i], true, &one) &&
		       region_and(&c->space, others, one, &both) && region_is_empty(both);
	/* others cover A: A and not (others) is empty; negate term by term */
	if (!region_of(&c->space, t->items[i], false, &both))
		return false;
	for (uint32_t j = 0; j < t->count; j++)
		if (j != i && (!region_of(&c->space, t->items[j], true, &one) ||
			       !region_and(&c->space, both, one, &both)))
			return false;
	return region_is_empty(both);
}

/* A single other term that makes this one redundant, for the note. */
static const struct plan_expr *which_implies(struct checker *c, const struct terms *t, uint32_t i,
					     bool is_and)
{
	struct region a, b, both;

	for (uint32_t j = 0; j < t->count; j++)
		if (j != i && region_of(&c->space, t->items[i], is_and, &a) &&
		    region_of(&c->space, t->items[j], !is_and, &b) &&
		    region_and(&c->space, a, b, &both) && region_is_empty(both))
			return t->items[j];
	return NULL;
}

/* interval.c knows relations of pairs of pressures and of pairs of sizes; of rates it knows none.
 */
static bool is_related(const struct plan *p, const struct plan_expr *a, const struct plan_expr *b)
{
	enum quantity quantity = signal_infos[p->signals[a->index].id].quantity;

	return a->index == b->index ||
	       (quantity == signal_infos[p->signals[b->index].id].quantity &&
		(quantity == QUANTITY_PERCENT || quantity == QUANTITY_SIZE));
}

/* Not at an end of the signal's range: comparing with it is neither always true nor never true. */
static bool is_inner(const struct plan_expr *bound)
{
	return bound->value > 0 &&
	       bound->value < (bound->quantity == QUANTITY_PERCENT ? 10000 : INT64_MAX - 1);
}

/*
 * Comparisons of different signals with constants; no two of the signals are known to be related.
 */
static bool is_unrelated(const struct plan *p, const struct terms *t)
{
	for (uint32_t i = 0; i < t->count; i++) {
		const struct plan_expr *x = t->items[i];

		if (x->op < PLAN_GT || x->op > PLAN_NE || x->a->op != PLAN_SIGNAL ||
		    x->b->op != PLAN_CONST || !is_inner(x->b))
			return false;
		for (uint32_t j = 0; j < i; j++)
			if (is_related(p, t->items[j]->a, x->a))
				return false;
	}
	return true;
}

static bool is_constant_region(struct checker *c, const struct plan_expr *x)
{
	struct region yes, no;

	return !region_of(&c->space, x, false, &yes) || !region_of(&c->space, x, true, &no) ||
	       region_is_empty(yes) || region_is_empty(no);
}

/* False: the whole is impossible or always true, which has been reported. */
static bool check_chain(struct checker *c, const struct plan_expr *x)
{
	bool is_and = x->op == PLAN_AND;
	struct terms t = terms_of(x, x->op);

	if (t.count < 2 || t.count > TERMS_MAX || is_unrelated(c->plan, &t))
		return true;
	if (is_constant_region(c, x))
		return false;
	/* From the end: of two equal terms, the second one is reported. */
	for (uint32_t i = t.count; i-- > 0;) {
		const struct plan_expr *by;
		struct diag *d;

		if (!is_redundant(c, &t, i, is_and))
			continue;
		by = which_implies(c, &t, i, is_and);
		d = diag_add(c->ds, DIAG_REDUNDANT_OPERAND, t.items[i]->span,
			     "'%s' changes nothing here", checker_excerpt(c, t.items[i]->span));
		if (by && is_and)
			diag_note(c->ds, d, by->span, "where this is true, it is true as well");
		else if (by)
			diag_note(c->ds, d, by->span, "where it is true, this is true as well");
		else
			diag_hint(c->ds, d, "the other terms together say the same");
		break;
	}
	return true;
}

/* Each chain once: from its top. */
static void check_chains(struct checker *c, const struct plan_expr *x, enum plan_op above)
{
	if (!x)
		return;
	if ((x->op == PLAN_AND || x->op == PLAN_OR) && x->op != above && !check_chain(c, x))
		return;
	if (x->op == PLAN_AND || x->op == PLAN_OR || x->op == PLAN_NOT) {
		check_chains(c, x->a, x->op);
		check_chains(c, x->b, x->op);
	}
}

CHECK_RULE(redundant)
{
	const struct plan_expr *parts[] = { f->plan->when, f->plan->call, f->plan->until };

	if (!f->is_analysed)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		check_chains(c, parts[i], PLAN_OP_COUNT);
}

/* Until. */

CHECK_RULE(until_never)
{
	struct diag *d;

	if (!f->is_analysed || f->is_dead || !f->plan->until || !region_is_empty(f->until))
		return;
	d = diag_add(c->ds, DIAG_UNTIL_NEVER, condition_span(f, MODIFIER_UNTIL),
		     "'until' is never true, so the rule once active stays so");
	explain_impossible(c, d, f->plan->until);
}

static bool same_dims(struct checker *c, struct region a, struct region b)
{
	uint32_t *x, *y;
	uint32_t m = region_dims(&c->space, a, &x), n = region_dims(&c->space, b, &y);

	return m && m == n && !memcmp(x, y, m * sizeof(*x));
}

CHECK_RULE(until_at_once)
{
	struct region both;
	const char *range;
	struct diag *d;

	if (!f->is_analysed || f->is_dead || !f->plan->when || !f->plan->until || f->plan->call ||
	    !same_dims(c, f->when, f->until) || !region_and(&c->space, f->when, f->until, &both) ||
	    region_is_empty(both))
		return;
	d = diag_add(c->ds, DIAG_UNTIL_AT_ONCE, condition_span(f, MODIFIER_UNTIL),
		     "the rule may leave as soon as it has become active");
	range = box_text(c, both.boxes[0], NULL, 0);
	if (range)
		diag_note(c->ds, d, condition_span(f, MODIFIER_WHEN),
			  "'when' and 'until' both hold for %s", range);
	diag_hint(c->ds, d, "let 'until' begin where 'when' no longer holds");
}

/* A count of new events is often 0; a busy machine's pressure, rates and sizes hardly ever are. */
static bool is_at_bound(struct checker *c, struct box b)
{
	for (uint32_t i = 0; i < b.count; i++) {
		const struct range *r = &b.ranges[i];
		const struct dim *d = &c->space.dims[r->dim];

		if (d->kind == DIM_SIGNAL && d->quantity != QUANTITY_COUNT && r->low == r->high &&
		    (r->high == d->low || r->low == d->high))
			return true;
	}
	return false;
}

CHECK_RULE(until_at_bound)
{
	struct diag *d;

	if (!f->is_analysed || f->is_dead || !f->plan->until || region_is_empty(f->until))
		return;
	for (uint32_t i = 0; i < f->until.count; i++)
		if (!is_at_bound(c, f->until.boxes[i]))
			return;
	d = diag_add(c->ds, DIAG_UNTIL_AT_BOUND, condition_span(f, MODIFIER_UNTIL),
		     "'until' holds only at the very end of the signal's range, which a busy "
		     "machine may never reach");
	diag_hint(c->ds, d, "leave some room between '%s' and the end, as 'psi < 1%%' does",
		  checker_excerpt(c, condition_span(f, MODIFIER_UNTIL)));
}
