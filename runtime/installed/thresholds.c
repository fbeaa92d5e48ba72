// SPDX-License-Identifier: GPL-2.0
#include "thresholds.h"

#include "installed.h"
#include "object/manifest.h"

#include <stdbool.h>
#include <stdint.h>

struct place {
	const struct installed *p;
	void (*each)(const struct threshold *t, void *arg);
	void *arg;
	uint32_t rule;
	const char *clause;
	int count; /* of the rule's so far */
};

/* A comparison with its sides changed over, and the one that holds where it does not. */
static const enum plan_op mirrored[PLAN_OP_COUNT] = {
	[PLAN_GT] = PLAN_LT, [PLAN_GE] = PLAN_LE, [PLAN_LT] = PLAN_GT,
	[PLAN_LE] = PLAN_GE, [PLAN_EQ] = PLAN_EQ, [PLAN_NE] = PLAN_NE,
};
static const enum plan_op opposite[PLAN_OP_COUNT] = {
	[PLAN_GT] = PLAN_LE, [PLAN_GE] = PLAN_LT, [PLAN_LT] = PLAN_GE,
	[PLAN_LE] = PLAN_GT, [PLAN_EQ] = PLAN_NE, [PLAN_NE] = PLAN_EQ,
};

static void add(struct place *at, uint32_t signal, enum plan_op op, int64_t value)
{
	at->each(&(struct threshold){ .rule = at->rule,
				      .signal = signal,
				      .number = ++at->count,
				      .clause = at->clause,
				      .comparison = op,
				      .value = value },
		 at->arg);
}

static void add_comparison(struct place *at, const struct plan_expr *x, bool is_negated)
{
	const struct plan_expr *signal = x->a->op == PLAN_SIGNAL ? x->a : x->b;
	const struct plan_expr *bound = signal == x->a ? x->b : x->a;
	enum plan_op op = signal == x->a ? x->op : mirrored[x->op];

	if (signal->op != PLAN_SIGNAL || (bound->op != PLAN_CONST && bound->op != PLAN_PARAM))
		return;
	add(at, signal->index, is_negated ? opposite[op] : op,
	    bound->op == PLAN_PARAM ? at->p->config.params[bound->index] : bound->value);
}

static void add_condition(struct place *at, const struct plan_expr *x, bool is_negated)
{
	if (!x)
		return;
	if (plan_op_infos[x->op].kind == PLAN_IS_COMPARISON) {
		add_comparison(at, x, is_negated);
		return;
	}
	add_condition(at, x->a, is_negated != (x->op == PLAN_NOT));
	add_condition(at, x->b, is_negated);
}

static void add_ramp(struct place *at, const struct plan_rule *r)
{
	const struct plan_value *from = &r->throttle.from, *until = &r->throttle.until;
	const __s64 *params = at->p->config.params;
	const struct plan_expr *signal = r->throttle.signal;

	if (!r->throttle.is_ramp || signal->op != PLAN_SIGNAL || from->share || until->share)
		return;
	add(at, signal->index, PLAN_GE, from->is_param ? params[from->param] : from->value);
	add(at, signal->index, PLAN_LE, until->is_param ? params[until->param] : until->value);
}

void thresholds_each(const struct installed *p, void (*each)(const struct threshold *t, void *arg),
		     void *arg)
{
	struct place at = { .p = p, .each = each, .arg = arg };
	const struct plan *plan = p->manifest->plan;

	for (at.rule = 0; at.rule < plan->rule_count; at.rule++) {
		const struct plan_rule *r = &plan->rules[at.rule];

		at.count = 0;
		at.clause = "when";
		add_condition(&at, r->when, false);
		add_condition(&at, r->call, false);
		at.clause = "until";
		add_condition(&at, r->until, false);
		at.clause = "as";
		if (r->action == ACTION_THROTTLE)
			add_ramp(&at, r);
	}
}

struct description {
	const struct manifest *m;
	json_t *list;
};

static void describe(const struct threshold *t, void *arg)
{
	const struct description *d = arg;
	const struct manifest_signal *signal = &d->m->signals[t->signal];

	json_array_append_new(
		d->list,
		json_pack("{s:s, s:i, s:s, s:s, s:s, s:s, s:I}", "rule", d->m->rules[t->rule].name,
			  "number", t->number, "clause", t->clause, "comparison",
			  plan_op_infos[t->comparison].word, "signal", signal->name, "quantity",
			  quantity_name(signal->quantity), "value", (json_int_t)t->value));
}

json_t *thresholds_describe(const struct installed *p)
{
	struct description d = { .m = p->manifest, .list = json_array() };

	thresholds_each(p, describe, &d);
	return d.list;
}
