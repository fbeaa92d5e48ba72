// SPDX-License-Identifier: GPL-2.0
#include "evaluate.h"

#include "base/arena.h"
#include "base/bug.h"
#include "evaluate_call.h"
#include "plan_apply.h"

#define PAGE_SHIFT 12 /* the kernel counts charged memory in pages */

void evaluation_init(struct evaluation *e, struct arena *a, const struct plan *p)
{
	*e = (struct evaluation){
		.plan = p,
		.is_monitor = p->is_monitor,
		.signals = arena_array(a, struct mmp_value, p->signal_rows + 1),
		.self = arena_array(a, struct mmp_value, p->signal_count + 1),
		.usage = arena_array(a, struct mmp_value, p->slot_rows + 1),
		.share = arena_array(a, struct mmp_value, p->slot_rows + 1),
		.limit = arena_array(a, struct mmp_value, p->slot_rows + 1),
		.most = arena_array(a, struct mmp_value, p->slot_rows + 1),
		.used = arena_array(a, bool, p->slot_rows + 1),
		.params = arena_array(a, int64_t, p->param_count + 1),
		.machines = arena_array(a, struct mmp_machine, p->rule_rows + 1),
		.owes = arena_array(a, bool, p->slot_rows + 1),
		.debt = arena_array(a, uint64_t, p->slot_rows + 1),
		.fired = arena_array(a, bool, p->rule_rows + 1),
	};
	for (uint32_t i = 0; i < p->param_count; i++)
		e->params[i] = p->params[i].value;
	for (uint32_t i = 0; i < p->group_count; i++)
		if (!p->groups[i].is_glob)
			e->used[p->groups[i].row_base] = true;
}

static uint32_t slot_of(const struct evaluation *e, uint32_t group, uint32_t row)
{
	const struct plan_group *g = &e->plan->groups[group];

	return g->row_base + (g->rows > 1 ? row : 0);
}

int64_t evaluate_value(const struct evaluation *e, const struct plan_value *v)
{
	return v->is_param ? e->params[v->param] : v->value;
}

static struct mmp_value signal_value(const struct evaluation *e, uint32_t index, uint32_t row)
{
	const struct plan_signal *s = &e->plan->signals[index];

	if (s->scope == PLAN_OF_SELF)
		return e->self[index];
	return e->signals[s->row_base + (s->rows > 1 ? row : 0)];
}

struct mmp_value evaluate_number(const struct evaluation *e, const struct plan_expr *x,
				 uint32_t row, const struct evaluation_call *call)
{
	switch (x->op) {
	case PLAN_CONST:
		return mmp_known(x->value);
	case PLAN_PARAM:
		return mmp_known(e->params[x->index]);
	case PLAN_SIGNAL:
		return signal_value(e, x->index, row);
	case PLAN_CALL_SIGNAL:
		return evaluate_call_number(call, x->signal);
	default:
		break;
	}
	if (plan_op_infos[x->op].kind != PLAN_IS_ARITHMETIC)
		BUG("plan operation %d is not a number", x->op);
	return plan_apply(x->op, evaluate_number(e, x->a, row, call),
			  x->b ? evaluate_number(e, x->b, row, call) : mmp_unknown());
}

static struct evaluation sampled_part(const struct evaluation *e)
{
	struct evaluation at_tick = *e;

	if (e->sampled)
		at_tick.signals = e->sampled;
	return at_tick;
}

struct mmp_value evaluate_size(const struct evaluation *e, const struct plan_value *v, uint32_t row)
{
	struct evaluation at_tick;

	if (!v->share)
		return mmp_known(evaluate_value(e, v));
	at_tick = sampled_part(e);
	return evaluate_number(&at_tick, v->share, row, NULL);
}

static enum mmp_truth compare(enum plan_op op, struct mmp_value a, struct mmp_value b)
{
	switch ((int)op) {
#define COMPARISON(id, word, function)                                                             \
	case PLAN_##id:                                                                            \
		return function(a, b);
#include "ops.def"
	}
	BUG("plan operation %d is not a comparison", op);
}

static enum mmp_truth combine(enum plan_op op, enum mmp_truth a, enum mmp_truth b)
{
	switch ((int)op) {
#define LOGIC1(id, word, function)                                                                 \
	case PLAN_##id:                                                                            \
		return function(a);
#define LOGIC2(id, word, function)                                                                 \
	case PLAN_##id:                                                                            \
		return function(a, b);
#include "ops.def"
	}
	BUG("plan operation %d is not of truths", op);
}

enum mmp_truth evaluate_condition(const struct evaluation *e, const struct plan_expr *x,
				  uint32_t row, const struct evaluation_call *call)
{
	if (plan_op_infos[x->op].kind == PLAN_IS_COMPARISON)
		return compare(x->op, evaluate_number(e, x->a, row, call),
			       evaluate_number(e, x->b, row, call));
	if (plan_op_infos[x->op].kind == PLAN_IS_LOGIC)
		return combine(x->op, evaluate_condition(e, x->a, row, call),
			       x->b ? evaluate_condition(e, x->b, row, call) : MMP_UNKNOWN);
	if (x->op == PLAN_COMM_IS)
		return evaluate_comm_is(call, e->plan->strings[x->index]);
	if (x->op == PLAN_IN_CGROUP)
		return evaluate_in_cgroup(call, &e->plan->groups[x->index]);
	return mmp_truth_of(evaluate_number(e, x, row, call));
}

static enum mmp_truth any_match(const struct evaluation *e, const struct plan_group *g,
				const struct plan_expr *x, const struct evaluation_call *call)
{
	enum mmp_truth any = MMP_FALSE;

	for (uint32_t row = 0; row < g->rows; row++)
		if (e->used[g->row_base + row])
			any = mmp_or(any, evaluate_condition(e, x, row, call));
	return any;
}

enum mmp_truth evaluate_rule_condition(const struct evaluation *e, const struct plan_rule *r,
				       const struct plan_expr *x, uint32_t row,
				       const struct evaluation_call *call)
{
	if (!x)
		return MMP_TRUE;
	if (plan_asks_any(e->plan, r, x))
		return any_match(e, &e->plan->groups[r->any_group], x, call);
	return evaluate_condition(e, x, row, call);
}

static uint64_t duration(const struct evaluation *e, const struct plan_value *v)
{
	int64_t ns = v->is_given ? evaluate_value(e, v) : 0;

	return ns < 0 ? 0 : (uint64_t)ns;
}

void evaluation_step_row(struct evaluation *e, const struct plan_rule *r, uint32_t row,
			 uint64_t now)
{
	struct mmp_machine *m = &e->machines[r->row_base + row];
	struct mmp_timing timing = {
		.when_for = duration(e, &r->when_for),
		.until_for = duration(e, &r->until_for),
		.hold = duration(e, &r->hold),
		.cooldown = duration(e, &r->cooldown),
		.has_until = !!r->until,
	};
	uint64_t entered = m->entered;

	mmp_machine_step(m, &timing, evaluate_rule_condition(e, r, r->when, row, NULL),
			 r->until ? evaluate_rule_condition(e, r, r->until, row, NULL) : MMP_FALSE,
			 now);
	e->fired[r->row_base + row] = m->entered != entered;
}

/* A rule on a glob has a row for each match; all others have one, which is always in use. */
static bool is_row_used(const struct evaluation *e, const struct plan_rule *r, uint32_t row)
{
	if (r->rows == 1 || r->group == PLAN_NONE)
		return true;
	return e->used[e->plan->groups[r->group].row_base + row];
}

/*
 * Rules that may delay tasks that charge: throttle, and reclaim with pace where the limit is known.
 */
static bool asks_charges(const struct evaluation *e, const struct plan_rule *r, uint32_t row)
{
	if (r->action == ACTION_THROTTLE)
		return true;
	return r->action == ACTION_RECLAIM && !r->reclaim.no_pace &&
	       e->limit[slot_of(e, r->group, row)].is_known;
}

/* The next rule that throttles starts without debt. */
static void forget_debts(struct evaluation *e)
{
	const struct plan *p = e->plan;

	for (uint32_t i = 0; i < p->slot_rows; i++)
		e->owes[i] = false;
	for (uint32_t i = 0; i < p->rule_count; i++) {
		const struct plan_rule *r = &p->rules[i];

		for (uint32_t row = 0; row < r->rows; row++)
			if (asks_charges(e, r, row) &&
			    evaluation_machine(e, r, row)->state == MMP_ACTIVE)
				e->owes[slot_of(e, r->group, row)] = true;
	}
	for (uint32_t i = 0; i < p->slot_rows; i++)
		if (!e->owes[i])
			e->debt[i] = 0;
}

void evaluation_step(struct evaluation *e, uint64_t now)
{
	const struct plan *p = e->plan;

	for (uint32_t i = 0; i < p->rule_count; i++)
		for (uint32_t row = 0; row < p->rules[i].rows; row++)
			if (is_row_used(e, &p->rules[i], row))
				evaluation_step_row(e, &p->rules[i], row, now);
	forget_debts(e);
}

bool evaluation_shows(const struct evaluation *e, const struct plan_rule *r, uint32_t row)
{
	if (r->action == ACTION_THP && !r->when)
		return false;
	return is_row_used(e, r, row);
}

struct mmp_machine *evaluation_machine(const struct evaluation *e, const struct plan_rule *r,
				       uint32_t row)
{
	return &e->machines[r->row_base + (r->rows > 1 ? row : 0)];
}

bool evaluation_is_active(const struct evaluation *e, const struct plan_rule *r, uint32_t row)
{
	return evaluation_machine(e, r, row)->state == MMP_ACTIVE &&
	       evaluate_rule_condition(e, r, r->call, row, NULL) == MMP_TRUE;
}

bool evaluation_rule_protects(const struct evaluation *e, const struct plan_rule *r, uint32_t row)
{
	const struct plan_value *up_to = &r->protect.up_to;

	if (e->is_monitor || !evaluation_is_active(e, r, row))
		return false;
	return !up_to->is_given || mmp_le(e->usage[slot_of(e, r->group, row)],
					  evaluate_size(e, up_to, row)) == MMP_TRUE;
}

bool evaluation_protects(const struct evaluation *e, uint32_t group, uint32_t row, bool at_min)
{
	for (uint32_t i = 0; i < e->plan->rule_count; i++) {
		const struct plan_rule *r = &e->plan->rules[i];

		if (r->action == ACTION_PROTECT && r->group == group &&
		    r->protect.at_min == at_min && evaluation_rule_protects(e, r, row))
			return true;
	}
	return false;
}

/* A condition that only a call can answer reads a named group's usage as sampled, as in BPF. */
static bool call_allows(const struct evaluation *e, const struct plan_rule *r, uint32_t row)
{
	struct evaluation at_tick = sampled_part(e);

	return evaluate_rule_condition(&at_tick, r, r->call, row, NULL) == MMP_TRUE;
}

bool evaluation_acts(const struct evaluation *e, const struct plan_rule *r, uint32_t row)
{
	const struct mmp_machine *m = evaluation_machine(e, r, row);

	if (!call_allows(e, r, row))
		return false;
	if (m->state == MMP_ACTIVE)
		return true;
	return r->is_live && m->state == MMP_IDLE &&
	       evaluate_rule_condition(e, r, r->when, row, NULL) == MMP_TRUE;
}

static int64_t ramp_price(const struct evaluation *e, const struct plan_rule *r, uint32_t row,
			  struct mmp_value signal)
{
	struct mmp_ends ends = { .from = evaluate_size(e, &r->throttle.from, row),
				 .until = evaluate_size(e, &r->throttle.until, row) };
	int64_t delay = evaluate_value(e, &r->throttle.delay);
	int64_t to = evaluate_value(e, &r->throttle.to);

	return plan_ramp_decides(r) ? mmp_ramp_from_of(signal, ends, delay, to)
				    : mmp_ramp_of(signal, ends, delay, to);
}

/* The greatest over the matches of a glob, as they were at the tick. */
static int64_t any_ramp_price(const struct evaluation *e, const struct plan_rule *r)
{
	const struct plan_group *g = &e->plan->groups[r->any_group];
	struct evaluation at_tick = sampled_part(e);
	int64_t most = -1, ns;

	for (uint32_t row = 0; row < g->rows; row++) {
		if (!e->used[g->row_base + row])
			continue;
		ns = ramp_price(e, r, 0, evaluate_number(&at_tick, r->throttle.signal, row, NULL));
		most = ns > most ? ns : most;
	}
	return most < 0 ? ramp_price(e, r, 0, mmp_unknown()) : most;
}

static int64_t throttle_price(const struct evaluation *e, const struct plan_rule *r, uint32_t row)
{
	if (!r->throttle.is_ramp)
		return mmp_delay(evaluate_value(e, &r->throttle.delay));
	if (plan_asks_any(e->plan, r, r->throttle.signal))
		return any_ramp_price(e, r);
	return ramp_price(e, r, row, evaluate_number(e, r->throttle.signal, row, NULL));
}

/* A rule without a trigger paces as if its trigger were half the limit. */
#define USUAL_TRIGGER 5000

uint64_t evaluation_trigger(const struct evaluation *e, const struct plan_rule *r, uint32_t row,
			    uint64_t limit)
{
	const struct plan_value *trigger = &r->reclaim.trigger;
	struct mmp_value value = trigger->is_given ? evaluate_size(e, trigger, row)
						   : mmp_known(USUAL_TRIGGER);

	if (!value.is_known)
		return MMP_NO_PAGES;
	if (value.n < 0)
		return 0;
	if (trigger->is_given && !r->reclaim.trigger_is_percent)
		return (uint64_t)value.n >> PAGE_SHIFT;
	return limit * (uint64_t)value.n / 10000;
}

static int64_t pace_price(const struct evaluation *e, const struct plan_rule *r, uint32_t row)
{
	uint32_t slot = slot_of(e, r->group, row);
	uint64_t limit;

	if (r->reclaim.no_pace || !e->usage[slot].is_known || !e->limit[slot].is_known)
		return 0;
	limit = (uint64_t)e->limit[slot].n >> PAGE_SHIFT;
	return mmp_pace_price((uint64_t)e->usage[slot].n >> PAGE_SHIFT, limit,
			      evaluation_trigger(e, r, row, limit));
}

static int64_t rule_price(const struct evaluation *e, const struct plan_rule *r, uint32_t row)
{
	if ((r->action != ACTION_THROTTLE && r->action != ACTION_RECLAIM) ||
	    !evaluation_acts(e, r, row))
		return 0;
	return r->action == ACTION_THROTTLE ? throttle_price(e, r, row) : pace_price(e, r, row);
}

static int64_t longest_price(const struct evaluation *e, uint32_t group, uint32_t row)
{
	int64_t longest = 0;

	for (uint32_t i = 0; i < e->plan->rule_count; i++) {
		const struct plan_rule *r = &e->plan->rules[i];
		int64_t delay = r->group == group ? rule_price(e, r, row) : 0;

		if (delay > longest)
			longest = delay;
	}
	return longest;
}

int64_t evaluation_rule_delay(const struct evaluation *e, const struct plan_rule *r, uint32_t row)
{
	return e->is_monitor ? 0 : rule_price(e, r, row);
}

int64_t evaluation_delay(const struct evaluation *e, uint32_t group, uint32_t row)
{
	return e->is_monitor ? 0 : longest_price(e, group, row);
}

uint64_t evaluation_charge(struct evaluation *e, uint32_t group, uint32_t row, uint64_t pages)
{
	uint64_t price = (uint64_t)longest_price(e, group, row), batches, ns;
	uint64_t *debt = &e->debt[slot_of(e, group, row)];

	if (!price)
		return 0;
	*debt += pages;
	batches = mmp_batches_paid(*debt, pages, price);
	*debt -= batches * MMP_BATCH_PAGES;
	if (e->is_monitor) /* the debt is paid in monitor mode too: the delay is counted */
		return 0;
	ns = batches * price;
	return (ns < MMP_DELAY_MAX_NS ? ns : MMP_DELAY_MAX_NS) / MMP_NS_PER_MS;
}

bool evaluation_rule_reclaims(const struct evaluation *e, const struct plan_rule *r, uint32_t row)
{
	return !e->is_monitor && evaluation_is_active(e, r, row);
}

bool evaluation_reclaims(const struct evaluation *e, uint32_t group, uint32_t row)
{
	for (uint32_t i = 0; i < e->plan->rule_count; i++) {
		const struct plan_rule *r = &e->plan->rules[i];

		if (r->action == ACTION_RECLAIM && r->group == group &&
		    evaluation_rule_reclaims(e, r, row))
			return true;
	}
	return false;
}
