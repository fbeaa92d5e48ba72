// SPDX-License-Identifier: GPL-2.0
/* Questions that every reader of a plan asks. */
#include "plan.h"

#include <stddef.h>
#include <string.h>

#include "base/arena.h"

const struct plan_op_info plan_op_infos[PLAN_OP_COUNT] = {
#define LEAF(id, word) { word, PLAN_IS_LEAF, 0, NULL },
#define LOGIC1(id, word, function) { word, PLAN_IS_LOGIC, 1, #function },
#define LOGIC2(id, word, function) { word, PLAN_IS_LOGIC, 2, #function },
#define COMPARISON(id, word, function) { word, PLAN_IS_COMPARISON, 2, #function },
#define ARITHMETIC1(id, word, function) { word, PLAN_IS_ARITHMETIC, 1, #function },
#define ARITHMETIC2(id, word, function) { word, PLAN_IS_ARITHMETIC, 2, #function },
#include "ops.def"
};

enum plan_op plan_op_mirrored(enum plan_op op)
{
	switch ((int)op) {
	case PLAN_GT:
		return PLAN_LT;
	case PLAN_GE:
		return PLAN_LE;
	case PLAN_LT:
		return PLAN_GT;
	case PLAN_LE:
		return PLAN_GE;
	default:
		return op;
	}
}

static bool reads_group(const struct plan *p, const struct plan_expr *x, uint32_t group)
{
	if (!x)
		return false;
	if (x->op == PLAN_SIGNAL && p->signals[x->index].group == group)
		return true;
	return reads_group(p, x->a, group) || reads_group(p, x->b, group);
}

bool plan_asks_any(const struct plan *p, const struct plan_rule *r, const struct plan_expr *x)
{
	return r->any_group != PLAN_NONE && reads_group(p, x, r->any_group);
}

unsigned plan_rule_sizes(const struct plan_rule *r, const struct plan_value *ret[PLAN_SIZES_MAX])
{
	if (r->action == ACTION_PROTECT && r->protect.up_to.is_given) {
		ret[0] = &r->protect.up_to;
		return 1;
	}
	if (r->action == ACTION_RECLAIM && r->reclaim.trigger.is_given) {
		ret[0] = &r->reclaim.trigger;
		return 1;
	}
	if (r->action == ACTION_THROTTLE && r->throttle.is_ramp) {
		ret[0] = &r->throttle.from;
		ret[1] = &r->throttle.until;
		return 2;
	}
	return 0;
}

/* Signals are stamped with the last rule that was seen to read them. */
struct lister {
	uint32_t *stamps, *list;
	uint32_t stamp, count;
};

static void list_in(struct lister *l, const struct plan_expr *x)
{
	if (!x)
		return;
	if (x->op == PLAN_SIGNAL && l->stamps[x->index] != l->stamp) {
		l->stamps[x->index] = l->stamp;
		l->list[l->count++] = x->index;
	}
	list_in(l, x->a);
	list_in(l, x->b);
}

static void list_rule(struct arena *a, struct lister *l, struct plan_rule *r)
{
	const struct plan_value *sizes[PLAN_SIZES_MAX];
	unsigned size_count = plan_rule_sizes(r, sizes);
	uint32_t *own;

	l->stamp++;
	l->count = 0;
	list_in(l, r->when);
	list_in(l, r->until);
	list_in(l, r->call);
	if (r->action == ACTION_THROTTLE)
		list_in(l, r->throttle.signal);
	for (unsigned i = 0; i < size_count; i++)
		list_in(l, sizes[i]->share);
	own = arena_array(a, uint32_t, l->count);
	memcpy(own, l->list, l->count * sizeof(*own));
	r->signals = own;
	r->signal_count = l->count;
}

void plan_list_signals(struct arena *a, struct plan *p)
{
	struct lister l = { .stamps = arena_array(a, uint32_t, p->signal_count),
			    .list = arena_array(a, uint32_t, p->signal_count) };

	for (uint32_t i = 0; i < p->rule_count; i++)
		list_rule(a, &l, &p->rules[i]);
}

enum quantity plan_signal_quantity(const struct plan_signal *s)
{
	return s->is_percent ? QUANTITY_PERCENT : signal_infos[s->id].quantity;
}

uint32_t plan_signal_rows(const struct plan *p, const struct plan_signal *s)
{
	if (s->scope == PLAN_OF_SELF)
		return 0;
	return s->group == PLAN_NONE ? 1 : p->groups[s->group].rows;
}

bool plan_is_usage_of(const struct plan *p, const struct plan_expr *x, uint32_t group)
{
	const struct plan_signal *s;

	if (x->op != PLAN_SIGNAL || group == PLAN_NONE)
		return false;
	s = &p->signals[x->index];
	return s->id == SIGNAL_USAGE && s->scope == PLAN_OF_GROUP && s->group == group;
}

bool plan_protects_at_low(const struct plan_rule *r)
{
	return r->action == ACTION_PROTECT && !r->protect.at_min;
}

bool plan_has_low(const struct plan *p)
{
	for (uint32_t i = 0; i < p->rule_count; i++)
		if (plan_protects_at_low(&p->rules[i]))
			return true;
	return false;
}

bool plan_ramp_decides(const struct plan_rule *r)
{
	return !r->when && !r->call;
}
