// SPDX-License-Identifier: GPL-2.0
/* Pairs of rules for one target: duplicates, rules that another one makes useless, conflicts. */
#include "check_impl.h"

#include <string.h>

#include "base/arena.h"

/*
 * Duplicates. Most rules differ in a hash of their meaning; only rules with equal hashes are
 * compared.
 */

static bool same_value(const struct plan_value *a, const struct plan_value *b)
{
	return a->is_given == b->is_given && a->is_param == b->is_param && a->value == b->value &&
	       a->param == b->param && plan_expr_equal(a->share, b->share);
}

static bool same_action(const struct plan_rule *a, const struct plan_rule *b)
{
	switch (a->action) {
	case ACTION_PROTECT:
		return a->protect.at_min == b->protect.at_min &&
		       same_value(&a->protect.up_to, &b->protect.up_to);
	case ACTION_THROTTLE:
		return same_value(&a->throttle.delay, &b->throttle.delay) &&
		       same_value(&a->throttle.to, &b->throttle.to) &&
		       same_value(&a->throttle.from, &b->throttle.from) &&
		       same_value(&a->throttle.until, &b->throttle.until) &&
		       plan_expr_equal(a->throttle.signal, b->throttle.signal);
	case ACTION_RECLAIM:
		return same_value(&a->reclaim.step, &b->reclaim.step) &&
		       same_value(&a->reclaim.swappiness, &b->reclaim.swappiness) &&
		       same_value(&a->reclaim.budget, &b->reclaim.budget) &&
		       a->reclaim.no_swap == b->reclaim.no_swap &&
		       a->reclaim.no_pace == b->reclaim.no_pace;
	case ACTION_THP:
		return a->thp.answer == b->thp.answer && same_value(&a->thp.order, &b->thp.order) &&
		       a->thp.kinds == b->thp.kinds &&
		       same_value(&a->thp.priority, &b->thp.priority);
	case ACTION_NOTIFY:
		return a->notify.level == b->notify.level &&
		       !strcmp(a->notify.message, b->notify.message);
	case ACTION_COUNT:
		break;
	}
	return false;
}

static bool same_rule(const struct plan_rule *a, const struct plan_rule *b)
{
	return a->action == b->action && a->group == b->group && a->process == b->process &&
	       plan_expr_equal(a->when, b->when) && plan_expr_equal(a->call, b->call) &&
	       plan_expr_equal(a->until, b->until) && same_value(&a->when_for, &b->when_for) &&
	       same_value(&a->until_for, &b->until_for) && same_value(&a->hold, &b->hold) &&
	       same_value(&a->cooldown, &b->cooldown) && same_action(a, b);
}

static uint64_t rule_hash(const struct plan_rule *r)
{
	return plan_expr_hash(r->when) * 3 + plan_expr_hash(r->call) * 5 +
	       plan_expr_hash(r->until) * 7 + r->process * 13ULL;
}

/* The first rule of the same hash that says the same, or NULL. */
static struct facts *find_same(const struct facts *f, struct facts *first)
{
	for (struct facts *g = first; g != f; g = g->same_hash) {
		if (same_rule(g->plan, f->plan))
			return g;
		if (!g->same_hash)
			g->same_hash = (struct facts *)f;
	}
	return NULL;
}

static void check_bucket_duplicates(struct checker *c, const struct bucket *b)
{
	struct table seen;

	table_init(&seen, c->arena);
	for (uint32_t i = 0; i < b->count; i++) {
		struct facts *f = &c->facts[b->rules[i]], *first;
		struct diag *d;

		f->hash = rule_hash(f->plan);
		first = find_same(f, table_add(&seen, &f->hash, sizeof(f->hash), f));
		if (!first)
			continue;
		f->is_duplicate = true;
		d = diag_add(c->ds, DIAG_DUPLICATE_RULE, rule_span(f), "the rule is there twice");
		diag_note(c->ds, d, rule_span(first), "the first one is here");
	}
}

CHECK_POLICY(duplicates)
{
	for (const struct bucket *b = c->buckets; b; b = b->next)
		if (b->count > 1)
			check_bucket_duplicates(c, b);
}

/* Shadows. */

/*
 * The same where both leave at one condition, and neither condition to enter holds together with
 * it: b has entered by then, and both leave in the same evaluation.
 */
static bool is_behind_until(struct checker *c, const struct facts *a, const struct facts *b)
{
	const struct plan_rule *p = a->plan, *q = b->plan;

	return p->until && q->until && plan_expr_equal(p->until, q->until) &&
	       same_value(&p->until_for, &q->until_for) && !value_of(&p->hold) &&
	       !value_of(&q->hold) && !value_of(&q->cooldown) &&
	       value_of(&p->when_for) >= value_of(&q->when_for) && !value_of(&q->when_for) &&
	       !region_meets(&c->space, b->when, b->until, NULL);
}

/*
 * Whenever `a` is active, so is `b`. b must not wait longer to enter, pause after leaving, nor
 * leave while its condition holds; and a must not outlast its own.
 */
static bool is_behind(struct checker *c, const struct facts *a, const struct facts *b)
{
	const struct plan_rule *p = a->plan, *q = b->plan;

	if (!a->is_analysed || !b->is_analysed || a->is_dead || b->is_dead ||
	    !region_contains(&c->space, b->when, not_when(c, b), a->when))
		return false;
	if (!q->when)
		return !q->until;
	if (q->until || p->until)
		return is_behind_until(c, a, b);
	return !q->until && !value_of(&q->cooldown) && !p->until && !value_of(&p->hold) &&
	       value_of(&p->when_for) >= value_of(&q->when_for);
}

/* Of shares only those of one whole are compared. */
static bool is_at_most(const struct plan_value *a, const struct plan_value *b)
{
	const struct plan_expr *x = a->share, *y = b->share;

	if (!a->is_given || !x != !y)
		return false;
	if (!x)
		return a->value <= b->value;
	return plan_expr_equal(x, y) || (x->a->op == PLAN_CONST && y->a->op == PLAN_CONST &&
					 x->a->value <= y->a->value && plan_expr_equal(x->b, y->b));
}

/* What a does, b does at least as much. */
static bool is_weaker(const struct plan_rule *a, const struct plan_rule *b)
{
	if (a->action == ACTION_PROTECT)
		return a->protect.at_min == b->protect.at_min &&
		       (!b->protect.up_to.is_given ||
			is_at_most(&a->protect.up_to, &b->protect.up_to));
	return !b->throttle.is_ramp &&
	       value_of(&a->throttle.delay) <= value_of(&b->throttle.delay) &&
	       (!a->throttle.is_ramp || value_of(&a->throttle.to) <= value_of(&b->throttle.delay));
}

static void check_shadow(struct checker *c, const struct bucket *b, uint32_t i)
{
	struct facts *f = &c->facts[b->rules[i]];
	uint32_t from = i > CHECK_MAX_DISTANCE ? i - CHECK_MAX_DISTANCE : 0;

	for (uint32_t j = from; j < b->count && j <= i + CHECK_MAX_DISTANCE; j++) {
		const struct facts *by = &c->facts[b->rules[j]];
		struct diag *d;

		if (j == i || by->is_duplicate || !is_weaker(f->plan, by->plan) ||
		    !is_behind(c, f, by))
			continue;
		/* Of two that each include the other, the later one is reported. */
		if (j > i && is_weaker(by->plan, f->plan) && is_behind(c, by, f))
			continue;
		f->is_dead = true;
		d = diag_add(
			c->ds, DIAG_SHADOWED_RULE, rule_span(f),
			"the rule never decides: whenever it is active, another one does as much");
		diag_note(c->ds, d, rule_span(by), "the other rule is here");
		return;
	}
}

static void note_distance(struct checker *c, const struct bucket *b)
{
	const struct facts *f = &c->facts[b->rules[CHECK_MAX_DISTANCE + 1]];

	diag_add(c->ds, DIAG_NOT_ANALYSED, rule_span(f),
		 "from here on, %s rules of one target are compared with their %d neighbours only",
		 action_infos[b->action].word, CHECK_MAX_DISTANCE);
}

CHECK_POLICY(shadowed)
{
	for (struct bucket *b = c->buckets; b; b = b->next) {
		bool is_compared = b->action == ACTION_PROTECT || b->action == ACTION_THROTTLE;

		if (b->count > CHECK_MAX_DISTANCE + 1 && (is_compared || b->action == ACTION_THP))
			note_distance(c, b);
		if (!is_compared)
			continue;
		for (uint32_t i = 0; b->count > 1 && i < b->count; i++)
			if (!c->facts[b->rules[i]].is_duplicate)
				check_shadow(c, b, i);
	}
}

/* Conflicts. */

/* The dimensions that both boxes limit. */
static uint32_t common_dims(struct checker *c, struct box a, struct box b, uint32_t **ret)
{
	uint32_t count = 0;

	*ret = arena_array(c->arena, uint32_t, a.count);
	for (uint32_t i = 0; i < a.count; i++)
		if (box_find(b, a.ranges[i].dim))
			(*ret)[count++] = a.ranges[i].dim;
	return count;
}

/* Both test one signal, in ranges that overlap: "psi between 10% and 20%", else NULL. */
static const char *meeting_text(struct checker *c, const struct facts *a, const struct facts *b)
{
	for (uint32_t i = 0; i < a->when.count; i++) {
		for (uint32_t j = 0; j < b->when.count; j++) {
			struct box both;
			uint32_t *dims;
			uint32_t count = common_dims(c, a->when.boxes[i], b->when.boxes[j], &dims);

			if (count &&
			    box_intersect(&c->space, a->when.boxes[i], b->when.boxes[j], &both) &&
			    box_text(c, both, dims, count))
				return box_text(c, both, dims, count);
		}
	}
	return NULL;
}

static bool is_same_region(struct checker *c, const struct facts *a, const struct facts *b)
{
	return region_contains(&c->space, a->when, not_when(c, a), b->when) &&
	       region_contains(&c->space, b->when, not_when(c, b), a->when);
}

static bool can_conflict(const struct facts *f)
{
	return f->is_analysed && !f->is_dead && !f->is_duplicate &&
	       (f->plan->when || f->plan->call);
}

/* Each rule of b against the protect rules of its group; at most one finding for each. */
static void against_protection(struct checker *c, const struct bucket *b,
			       bool (*judge)(struct checker *c, const struct facts *f,
					     const struct facts *protect))
{
	const struct bucket *protects = bucket_find(c, ACTION_PROTECT, b->group);

	for (uint32_t i = 0; protects && i < b->count; i++) {
		const struct facts *f = &c->facts[b->rules[i]];
		uint32_t j = 0;

		if (!can_conflict(f))
			continue;
		while (j < protects->count && j < CHECK_MAX_DISTANCE &&
		       !(can_conflict(&c->facts[protects->rules[j]]) &&
			 judge(c, f, &c->facts[protects->rules[j]])))
			j++;
	}
}

static bool judge_own_protector(struct checker *c, const struct facts *f,
				const struct facts *protect)
{
	struct diag *d;

	if (!is_same_region(c, f, protect))
		return false;
	d = diag_add(c->ds, DIAG_THROTTLE_OWN_PROTECTOR, rule_span(f),
		     "the cgroup is throttled by the very condition that protects it");
	diag_note(c->ds, d, rule_span(protect), "it is protected here");
	diag_hint(c->ds, d, "throttle the neighbour that takes the memory instead");
	return true;
}

CHECK_POLICY(own_protector)
{
	for (struct bucket *b = c->buckets; b; b = b->next)
		if (b->action == ACTION_THROTTLE)
			against_protection(c, b, judge_own_protector);
}

static bool judge_conflict(struct checker *c, const struct facts *f, const struct facts *protect)
{
	const char *text = meeting_text(c, f, protect);
	struct diag *d;

	if (!text || (f->plan->action == ACTION_THROTTLE && is_same_region(c, f, protect)))
		return false;
	d = diag_add(c->ds, DIAG_CONFLICTING_RULES, rule_span(f),
		     "%s works against a rule that protects '%s'",
		     action_infos[f->plan->action].word, c->plan->groups[f->plan->group].name);
	diag_note(c->ds, d, rule_span(protect), "both hold for %s", text);
	diag_hint(c->ds, d, "let one begin where the other ends");
	return true;
}

CHECK_POLICY(conflicts)
{
	for (struct bucket *b = c->buckets; b; b = b->next)
		if (b->action == ACTION_THROTTLE || b->action == ACTION_RECLAIM)
			against_protection(c, b, judge_conflict);
}
