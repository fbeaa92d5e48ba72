// SPDX-License-Identifier: GPL-2.0
#include "replay.h"

#include "base/arena.h"
#include "thresholds.h"

#define HOUR_NS 3600000000000ULL

static void list_rules(struct arena *a, struct replay *r, const struct evaluation *e)
{
	r->rules = arena_array(a, struct replayed, r->plan->rule_rows + 1);
	for (uint32_t i = 0; i < r->plan->rule_count; i++) {
		const struct plan_rule *rule = &r->plan->rules[i];

		for (uint32_t row = 0; row < rule->rows; row++) {
			if (!evaluation_shows(e, rule, row))
				continue;
			r->rules[r->rule_count++] = (struct replayed){
				.rule = rule,
				.row = row,
				.name = rule->rows == 1
						? rule->name
						: arena_printf(a, "%s[%u]", rule->name, row),
			};
		}
	}
}

/* A signal that was known at some time, in some row, is not missing. */
static void note_known(struct evaluation *e, bool *known)
{
	for (uint32_t i = 0; i < e->plan->signal_count; i++) {
		known[i] |= e->self[i].is_known;
		for (uint32_t row = 0; !known[i] && row < e->plan->signals[i].rows; row++)
			known[i] = e->signals[e->plan->signals[i].row_base + row].is_known;
	}
}

static void list_missing(struct arena *a, struct replay *r, const bool *known)
{
	uint32_t n = 0;

	r->missing = arena_array(a, const char *, r->plan->signal_count + 1);
	for (uint32_t i = 0; i < r->plan->signal_count; i++)
		if (!known[i])
			r->missing[n++] = r->plan->signals[i].name;
}

void replay_claim_rows(struct evaluation *e, const struct trace *t)
{
	for (uint32_t i = 0; i < e->plan->slot_rows; i++)
		e->used[i] = false;
	for (uint32_t i = 0; i < e->plan->group_count; i++)
		if (!e->plan->groups[i].is_glob)
			e->used[e->plan->groups[i].row_base] = true;
	for (uint32_t i = 0; i < t->column_count; i++)
		if (t->columns[i].is_of_policy)
			input_claim(e, &t->columns[i].input);
}

static struct lane signal_lane(struct arena *a, const struct plan *p, const struct trace_column *c)
{
	struct lane lane = { .name = c->name,
			     .kind = LANE_VALUE,
			     .quantity = input_quantity(&c->input),
			     .at = c->values };

	lane_thresholds(a, p, &c->input, &lane);
	return lane;
}

static void lay_out(struct arena *a, struct replay *r)
{
	struct recording *rec = &r->recording;
	const struct trace *t = r->trace;

	*rec = (struct recording){ .time = t->time, .ticks = t->rows };
	rec->lanes = arena_array(a, struct lane, t->column_count + r->rule_count + 1);
	for (uint32_t i = 0; i < t->column_count; i++)
		if (t->columns[i].is_of_policy && t->columns[i].input.is_read)
			rec->lanes[rec->lane_count++] = signal_lane(a, r->plan, &t->columns[i]);
	for (uint32_t i = 0; i < r->rule_count; i++)
		rec->lanes[rec->lane_count++] = (struct lane){
			.name = r->rules[i].name,
			.kind = LANE_STATE,
			.quantity = QUANTITY_ENUM,
			.at = arena_array(a, struct mmp_value, t->rows),
		};
}

void replay_give_row(struct evaluation *e, const struct trace *t, uint32_t row)
{
	inputs_begin(e);
	for (uint32_t i = 0; i < t->column_count; i++)
		if (t->columns[i].is_of_policy && t->columns[i].input.is_read)
			input_give(e, &t->columns[i].input, t->columns[i].values[row]);
	inputs_end(e);
}

void replayed_note(struct replayed *one, const struct evaluation *e)
{
	const struct mmp_machine *m = evaluation_machine(e, one->rule, one->row);
	uint64_t lasted = m->since - one->machine.since;
	int64_t delay;

	if (one->machine.state == MMP_ACTIVE && m->state != MMP_ACTIVE &&
	    (!one->shortest_ns || lasted < one->shortest_ns))
		one->shortest_ns = lasted;
	if (m->state == MMP_ACTIVE) {
		one->active_ticks++;
		delay = one->rule->action == ACTION_THROTTLE
				? evaluation_rule_delay(e, one->rule, one->row)
				: 0;
		one->delay_sum_ns += (double)delay;
		if (delay > one->delay_most_ns)
			one->delay_most_ns = delay;
	}
	one->machine = *m;
}

void replay_run(struct arena *a, const struct plan *p, const struct trace *t, struct replay *ret)
{
	struct replay r = { .plan = p, .trace = t, .duration_ns = t->time[t->rows - 1] };
	bool *known = arena_array(a, bool, p->signal_count + 1);
	uint32_t first_rule;
	struct evaluation e;

	evaluation_init(&e, a, p);
	e.is_monitor = false; /* the question is what it would have done */
	replay_claim_rows(&e, t);
	list_rules(a, &r, &e);
	lay_out(a, &r);
	first_rule = r.recording.lane_count - r.rule_count;
	for (uint32_t row = 0; row < t->rows; row++) {
		replay_give_row(&e, t, row);
		note_known(&e, known);
		evaluation_step(&e, t->time[row]);
		for (uint32_t i = 0; i < r.rule_count; i++) {
			replayed_note(&r.rules[i], &e);
			r.recording.lanes[first_rule + i].at[row] = mmp_known(
				r.rules[i].machine.state);
		}
	}
	list_missing(a, &r, known);
	*ret = r;
}

uint64_t replay_changes_an_hour(const struct replay *r, const struct replayed *one)
{
	uint64_t changes = one->machine.entered + one->machine.left;

	return r->duration_ns
		       ? (uint64_t)((unsigned __int128)changes * 100 * HOUR_NS / r->duration_ns)
		       : 0;
}
