// SPDX-License-Identifier: GPL-2.0
#include "variants.h"

#include <string.h>

#include "base/arena.h"
#include "replay.h"

#define HOUR_NS 3.6e12
#define PROGRESS_ROWS 1024

void variants_init(struct variants *v, struct arena *a, const struct plan *p, uint32_t count)
{
	*v = (struct variants){ .plan = p, .count = count };
	v->at = arena_array(a, struct evaluation, count);
	evaluation_init(&v->at[0], a, p);
	v->at[0].is_monitor = false; /* the question is what it would have done */
	for (uint32_t i = 0; i < count; i++) {
		struct evaluation *e = &v->at[i];

		*e = v->at[0]; /* signals and usage are common */
		e->params = arena_array(a, int64_t, p->param_count + 1);
		e->machines = arena_array(a, struct mmp_machine, p->rule_rows + 1);
		for (uint32_t k = 0; k < p->param_count; k++)
			e->params[k] = p->params[k].value;
	}
}

bool rule_has_state(const struct plan_rule *r)
{
	return r->action != ACTION_THP || r->when;
}

/* A rule's row, and what each variant makes of it. */
struct watched {
	const struct plan_rule *rule;
	uint32_t row;
	struct tally *tallies;
	struct replayed *of_variant;
};

static struct watched watch(struct arena *a, const struct plan_rule *r, uint32_t row,
			    struct tally *tallies, uint32_t count)
{
	struct watched w = { r, row, tallies, arena_array(a, struct replayed, count) };

	for (uint32_t i = 0; i < count; i++)
		w.of_variant[i] = (struct replayed){ .rule = r, .row = row };
	return w;
}

static uint32_t list_watched(struct arena *a, const struct variants *v, uint32_t count,
			     const struct plan_rule *const *rules, uint32_t rule_count,
			     struct tally *tallies, struct watched *ret)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < rule_count; i++)
		for (uint32_t row = 0; row < rules[i]->rows; row++)
			if (evaluation_shows(&v->at[0], rules[i], row))
				ret[n++] = watch(a, rules[i], row, &tallies[i * v->count], count);
	return n;
}

static void step(struct variants *v, uint32_t count, struct watched *w, uint64_t now)
{
	for (uint32_t i = 0; i < count; i++) {
		evaluation_step_row(&v->at[i], w->rule, w->row, now);
		replayed_note(&w->of_variant[i], &v->at[i]);
	}
}

/*
 * The least that an active rule asks for: a step at each tick, within its budget. How often a
 * machine would ask again within a tick depends on what reclaim frees, which no trace shows.
 */
static uint64_t reclaim_asked(const struct evaluation *e, const struct plan_rule *r,
			      uint64_t active_ns)
{
	const struct plan_value *budget = &r->reclaim.budget;
	double asked, most;

	if (r->action != ACTION_RECLAIM)
		return 0;
	asked = (double)active_ns / (double)e->plan->tick_ns *
		(double)evaluate_value(e, &r->reclaim.step);
	most = budget->is_given ? (double)active_ns / 1e9 * (double)evaluate_value(e, budget)
				: asked;
	return (uint64_t)(asked < most ? asked : most);
}

static void add(struct tally *to, const struct replayed *one, const struct evaluation *e,
		uint64_t duration_ns)
{
	to->watched_ns += duration_ns;
	to->active_ns += one->machine.active_ns;
	to->changes += one->machine.entered + one->machine.left;
	if (one->shortest_ns && (!to->shortest_ns || one->shortest_ns < to->shortest_ns))
		to->shortest_ns = one->shortest_ns;
	to->active_ticks += one->active_ticks;
	to->delay_sum_ns += one->delay_sum_ns;
	if (one->delay_most_ns > to->delay_most_ns)
		to->delay_most_ns = one->delay_most_ns;
	to->reclaim_bytes += reclaim_asked(e, one->rule, one->machine.active_ns);
}

static void run_rows(struct variants *v, uint32_t count, const struct trace *t, struct watched *w,
		     uint32_t watched_count)
{
	for (uint32_t row = 0; row < t->rows; row++) {
		replay_give_row(&v->at[0], t, row);
		for (uint32_t i = 0; i < watched_count; i++)
			step(v, count, &w[i], t->time[row]);
		if (v->progress && row % PROGRESS_ROWS == 0)
			v->progress(v->who, PROGRESS_ROWS);
	}
}

void variants_run(struct variants *v, uint32_t count, struct arena *a, const struct trace *t,
		  const struct plan_rule *const *rules, uint32_t rule_count, struct tally *tallies)
{
	uint32_t rows = 0, n;
	struct watched *w;

	for (uint32_t i = 0; i < rule_count; i++)
		rows += rules[i]->rows;
	w = arena_array(a, struct watched, rows + 1);
	replay_claim_rows(&v->at[0], t);
	n = list_watched(a, v, count, rules, rule_count, tallies, w);
	for (uint32_t i = 0; i < count; i++)
		memset(v->at[i].machines, 0, sizeof(struct mmp_machine) * v->plan->rule_rows);
	run_rows(v, count, t, w, n);
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t k = 0; k < count; k++)
			add(&w[i].tallies[k], &w[i].of_variant[k], &v->at[k], t->time[t->rows - 1]);
}

double tally_share(const struct tally *t)
{
	return t->watched_ns ? (double)t->active_ns / (double)t->watched_ns : 0;
}

double tally_changes_an_hour(const struct tally *t)
{
	return t->watched_ns ? (double)t->changes * HOUR_NS / (double)t->watched_ns : 0;
}

double tally_delay_mean(const struct tally *t)
{
	return t->active_ticks ? t->delay_sum_ns / (double)t->active_ticks : 0;
}

static bool expr_reads(const struct plan_expr *x, uint32_t param)
{
	if (!x)
		return false;
	if (x->op == PLAN_PARAM)
		return x->index == param;
	return expr_reads(x->a, param) || expr_reads(x->b, param);
}

static bool value_reads(const struct plan_value *v, uint32_t param)
{
	return expr_reads(v->share, param) || (v->is_given && v->is_param && v->param == param);
}

static bool action_reads(const struct plan_rule *r, uint32_t param)
{
	switch (r->action) {
	case ACTION_PROTECT:
		return value_reads(&r->protect.up_to, param);
	case ACTION_THROTTLE:
		return value_reads(&r->throttle.delay, param) ||
		       value_reads(&r->throttle.to, param) ||
		       value_reads(&r->throttle.from, param) ||
		       value_reads(&r->throttle.until, param) ||
		       expr_reads(r->throttle.signal, param);
	case ACTION_RECLAIM:
		return value_reads(&r->reclaim.step, param) ||
		       value_reads(&r->reclaim.swappiness, param) ||
		       value_reads(&r->reclaim.budget, param);
	case ACTION_THP:
		return value_reads(&r->thp.order, param) || value_reads(&r->thp.priority, param);
	default:
		return false;
	}
}

bool rule_reads_param(const struct plan_rule *r, uint32_t param)
{
	return expr_reads(r->when, param) || expr_reads(r->until, param) ||
	       value_reads(&r->when_for, param) || value_reads(&r->until_for, param) ||
	       value_reads(&r->hold, param) || value_reads(&r->cooldown, param) ||
	       action_reads(r, param);
}
