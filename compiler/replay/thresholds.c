// SPDX-License-Identifier: GPL-2.0
#include "thresholds.h"

#include "base/arena.h"

static bool is_of(const struct plan *p, const struct plan_expr *x, const struct input *in)
{
	if (x->op != PLAN_SIGNAL || !input_is(in, &p->signals[x->index]))
		return false;
	return p->signals[x->index].is_percent == in->is_percent;
}

static bool is_number(const struct plan *p, const struct plan_expr *x, int64_t *ret)
{
	if (x->op == PLAN_CONST)
		*ret = x->value;
	else if (x->op == PLAN_PARAM)
		*ret = p->params[x->index].value;
	else
		return false;
	return true;
}

static void add(struct lane *lane, int64_t value)
{
	for (uint32_t i = 0; i < lane->threshold_count; i++)
		if (lane->thresholds[i] == value)
			return;
	if (lane->threshold_count < LANE_THRESHOLDS)
		lane->thresholds[lane->threshold_count++] = value;
}

static void add_all(const struct plan *p, const struct plan_expr *x, const struct input *in,
		    struct lane *lane)
{
	int64_t value;

	if (!x)
		return;
	if (plan_op_infos[x->op].kind != PLAN_IS_COMPARISON) {
		add_all(p, x->a, in, lane);
		add_all(p, x->b, in, lane);
		return;
	}
	if ((is_of(p, x->a, in) && is_number(p, x->b, &value)) ||
	    (is_of(p, x->b, in) && is_number(p, x->a, &value)))
		add(lane, value);
}

void lane_thresholds(struct arena *a, const struct plan *p, const struct input *in,
		     struct lane *lane)
{
	lane->thresholds = arena_array(a, int64_t, LANE_THRESHOLDS);
	for (uint32_t i = 0; i < p->rule_count; i++) {
		add_all(p, p->rules[i].when, in, lane);
		add_all(p, p->rules[i].until, in, lane);
	}
}
