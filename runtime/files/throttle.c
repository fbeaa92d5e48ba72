// SPDX-License-Identifier: GPL-2.0
#include "throttle.h"

#define MILLION 1000000

static uint64_t square_root(uint64_t n)
{
	uint64_t root = n, next = (n + 1) / 2;

	while (next < root) {
		root = next;
		next = (root + n / root) / 2;
	}
	return root;
}

/* usage / high = 1 + sqrt(delay / 64 s), here in millionths. */
int64_t throttle_high(int64_t usage, int64_t delay_ns)
{
	uint64_t over = square_root((uint64_t)delay_ns * 15625 / 1000);
	uint64_t pages = (uint64_t)usage / 4096;

	return (int64_t)(pages * MILLION / (MILLION + over) * 4096);
}

static int64_t least(int64_t a, int64_t b)
{
	return a == THROTTLE_NONE || (b != THROTTLE_NONE && b < a) ? b : a;
}

static int64_t pace_standing(const struct evaluation *e, const struct plan_rule *r, uint32_t slot)
{
	uint32_t row = slot - e->plan->groups[r->group].row_base;
	uint64_t limit, from;

	if (r->reclaim.no_pace || !r->is_live || !e->limit[slot].is_known)
		return THROTTLE_NONE;
	limit = (uint64_t)e->limit[slot].n >> 12;
	from = evaluation_trigger(e, r, row, limit);
	return throttle_high((int64_t)(mmp_pace_from(limit, from) << 12), MMP_PACE_FIRST_NS);
}

/* The usage at which a ramp over the cgroup's own usage begins. */
static int64_t ramp_standing(const struct evaluation *e, const struct plan_rule *r, uint32_t slot)
{
	const struct plan_expr *x = r->throttle.signal;
	const struct plan_signal *s;
	struct mmp_value from;

	if (!r->throttle.is_ramp || !x || x->op != PLAN_SIGNAL)
		return THROTTLE_NONE;
	s = &e->plan->signals[x->index];
	from = evaluate_size(e, &r->throttle.from, slot - e->plan->groups[r->group].row_base);
	if (s->id != SIGNAL_USAGE || s->group != r->group || !from.is_known || from.n < 0)
		return THROTTLE_NONE;
	if (s->is_percent && !e->limit[slot].is_known)
		return THROTTLE_NONE;
	if (s->is_percent)
		from.n = e->limit[slot].n / 10000 * from.n;
	return throttle_high(from.n, mmp_delay(evaluate_value(e, &r->throttle.delay)));
}

/*
 * The rule's own condition, except its usage part, must hold: only live rules and unconditional
 * ones set a value.
 */
static int64_t standing(const struct evaluation *e, const struct plan_rule *r, uint32_t row,
			uint32_t slot)
{
	if (r->action == ACTION_RECLAIM)
		return pace_standing(e, r, slot);
	if (r->action == ACTION_THROTTLE && evaluation_is_active(e, r, row))
		return ramp_standing(e, r, slot);
	return THROTTLE_NONE;
}

int64_t throttle_want(const struct evaluation *e, uint32_t group, uint32_t row, int64_t *anchor)
{
	uint32_t slot = e->plan->groups[group].row_base + row, i;
	int64_t price = evaluation_delay(e, group, row), high = THROTTLE_NONE;

	if (e->is_monitor || !e->usage[slot].is_known)
		return THROTTLE_NONE;
	if (price > 0) {
		*anchor = e->usage[slot].n > *anchor ? e->usage[slot].n : *anchor;
		return throttle_high(*anchor, price);
	}
	*anchor = 0;
	for (i = 0; i < e->plan->rule_count; i++)
		if (e->plan->rules[i].group == group)
			high = least(high, standing(e, &e->plan->rules[i], row, slot));
	return high;
}
