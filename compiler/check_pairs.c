// SPDX-License-Identifier: GPL-2.0
/* Pairs of rules for one target: the same, one behind the other, one against the other. */
#include "check_impl.h"

#include <inttypes.h>
#include <string.h>

#include "arena.h"

/* Duplicates: what a rule comes to, as text. */

static const char *expr_key(struct checker *c, const struct plan_expr *x)
{
	return x ? plan_key(c->arena, x) : "-";
}

static const char *value_key(struct checker *c, const struct plan_value *v)
{
	if (!v->is_given)
		return "-";
	if (v->is_param)
		return arena_printf(c->arena, "$%u", v->param);
	return arena_printf(c->arena, "%" PRId64, v->value);
}

static const char *action_key(struct checker *c, const struct plan_rule *r)
{
	struct arena *a = c->arena;

	switch (r->action) {
	case ACTION_PROTECT:
		return arena_printf(a, "%d %s", r->protect.at_min, value_key(c, &r->protect.up_to));
	case ACTION_THROTTLE:
		return arena_printf(a, "%s %s %s %s %s", value_key(c, &r->throttle.delay),
				    value_key(c, &r->throttle.to), value_key(c, &r->throttle.from),
				    value_key(c, &r->throttle.until), expr_key(c, r->throttle.signal));
	case ACTION_RECLAIM:
		return arena_printf(a, "%s %s %s %d %d", value_key(c, &r->reclaim.step),
				    value_key(c, &r->reclaim.swappiness),
				    value_key(c, &r->reclaim.budget), r->reclaim.no_swap,
				    r->reclaim.no_pace);
	case ACTION_THP:
		return arena_printf(a, "%d %s %u %s", r->thp.answer, value_key(c, &r->thp.order),
				    r->thp.kinds, value_key(c, &r->thp.priority));
	case ACTION_NOTIFY:
		return arena_printf(a, "%d %s", r->notify.level, r->notify.message);
	case ACTION_COUNT:
		break;
	}
	return "";
}

static const char *rule_key(struct checker *c, const struct plan_rule *r)
{
	return arena_printf(c->arena, "%d %u %u|%s|%s|%s|%s %s %s %s|%s", r->action, r->group, r->process,
			    expr_key(c, r->when), expr_key(c, r->call), expr_key(c, r->until),
			    value_key(c, &r->when_for), value_key(c, &r->until_for),
			    value_key(c, &r->hold), value_key(c, &r->cooldown), action_key(c, r));
}

CHECK_POLICY(duplicates)
{
	struct table seen;

	table_init(&seen, c->arena);
	for (uint32_t i = 0; i < c->plan->rule_count; i++) {
		struct facts *f = &c->facts[i], *first;
		const char *key;
		struct diag *d;

		/* Alone with its target, as most are in a large policy. */
		if (bucket_find(c, f->plan->action, f->plan->group)->count == 1)
			continue;
		key = rule_key(c, f->plan);
		first = table_add(&seen, key, strlen(key), f);
		if (first == f)
			continue;
		f->is_duplicate = true;
		d = diag_add(c->ds, DIAG_DUPLICATE_RULE, rule_span(f), "the rule is there twice");
		diag_note(c->ds, d, rule_span(first), "the first one is here");
	}
}

/* Shadows. */

/*
 * Whenever `a` is active, so is `b`. b must not wait longer to enter, pause after leaving, nor leave
 * while its condition holds; and a must not outlast its own.
 */
static bool is_behind(struct checker *c, const struct facts *a, const struct facts *b)
{
	const struct plan_rule *p = a->plan, *q = b->plan;

	if (!a->is_analysed || !b->is_analysed || a->is_dead || b->is_dead ||
	    !region_contains(&c->space, b->when, b->not_when, a->when))
		return false;
	if (!q->when)
		return !q->until;
	return !q->until && !value_of(&q->cooldown) && !p->until && !value_of(&p->hold) &&
	       value_of(&p->when_for) >= value_of(&q->when_for);
}

/* What a does, b does at least as much. */
static bool is_weaker(const struct plan_rule *a, const struct plan_rule *b)
{
	if (a->action == ACTION_PROTECT)
		return a->protect.at_min == b->protect.at_min &&
		       (!b->protect.up_to.is_given ||
			(a->protect.up_to.is_given &&
			 a->protect.up_to.value <= b->protect.up_to.value));
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
		/* Of two that are behind each other, the later one is told of. */
		if (j > i && is_weaker(by->plan, f->plan) && is_behind(c, by, f))
			continue;
		f->is_dead = true;
		d = diag_add(c->ds, DIAG_SHADOWED_RULE, rule_span(f),
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
		if (b->action != ACTION_PROTECT && b->action != ACTION_THROTTLE)
			continue;
		if (b->count > CHECK_MAX_DISTANCE + 1)
			note_distance(c, b);
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

/* Both test one signal, and in ranges that meet: "psi between 10% and 20%", else NULL. */
static const char *meeting_text(struct checker *c, const struct facts *a, const struct facts *b)
{
	for (uint32_t i = 0; i < a->when.count; i++) {
		for (uint32_t j = 0; j < b->when.count; j++) {
			struct box both;
			uint32_t *dims;
			uint32_t count = common_dims(c, a->when.boxes[i], b->when.boxes[j], &dims);

			if (count && box_intersect(&c->space, a->when.boxes[i], b->when.boxes[j], &both) &&
			    box_text(c, both, dims, count))
				return box_text(c, both, dims, count);
		}
	}
	return NULL;
}

static bool is_same_region(struct checker *c, const struct facts *a, const struct facts *b)
{
	return region_contains(&c->space, a->when, a->not_when, b->when) &&
	       region_contains(&c->space, b->when, b->not_when, a->when);
}

static bool can_conflict(const struct facts *f)
{
	return f->is_analysed && !f->is_dead && !f->is_duplicate && (f->plan->when || f->plan->call);
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

static bool judge_own_protector(struct checker *c, const struct facts *f, const struct facts *protect)
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
	d = diag_add(c->ds, DIAG_CONFLICTING_RULES, rule_span(f), "%s works against a rule that protects '%s'",
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
