// SPDX-License-Identifier: GPL-2.0
#include "trial_run.h"

#include "base/arena.h"
#include "base/bug.h"
#include "plan/words.h"

static bool holds(enum compare_op op, int64_t a, int64_t b)
{
	switch (op) {
	case COMPARE_GT:
		return a > b;
	case COMPARE_GE:
		return a >= b;
	case COMPARE_LT:
		return a < b;
	case COMPARE_LE:
		return a <= b;
	case COMPARE_EQ:
		return a == b;
	case COMPARE_NE:
		return a != b;
	}
	BUG("comparison %d", op);
}

const char *check_print(char *buf, size_t size, const struct check *c, struct mmp_value value)
{
	if (!value.is_known)
		snprintf(buf, size, "-");
	else if (c->quantity == QUANTITY_CONDITION)
		snprintf(buf, size, "%s", value.n ? "true" : "false");
	else if (c->quantity == QUANTITY_ENUM)
		snprintf(buf, size, "%s", plan_state_words.list[value.n]);
	else if (c->subject == SUBJECT_ORDER && value.n == 0)
		snprintf(buf, size, "0 (base pages)");
	else
		quantity_print(buf, size, c->quantity, value.n);
	return buf;
}

/* Answers */

static bool rule_is_about(const struct check *c, const struct plan_rule *r)
{
	return c->rule ? c->rule == r : c->group == r->group;
}

static bool protects(const struct evaluation *e, const struct check *c)
{
	if (c->rule)
		return evaluation_rule_protects(e, c->rule, c->row);
	return (c->at_low && evaluation_protects(e, c->group, c->row, false)) ||
	       (c->at_min && evaluation_protects(e, c->group, c->row, true));
}

/* Changes between active and not active since before tick `from`. */
static int64_t count_so_far(const struct bound_trial *b, struct check *c, uint32_t tick,
			    const struct evaluation *e)
{
	int64_t total = 0;

	for (uint32_t i = 0; i < b->plan->rule_count; i++) {
		const struct mmp_machine *m;

		if (!rule_is_about(c, &b->plan->rules[i]))
			continue;
		m = evaluation_machine(e, &b->plan->rules[i], c->row);
		total += (int64_t)m->entered;
		if (c->subject == SUBJECT_TRANSITIONS)
			total += (int64_t)m->left;
	}
	if (tick < c->from)
		c->count_before = total;
	return total - c->count_before;
}

static int64_t answer(const struct bound_trial *b, struct check *c, uint32_t tick,
		      const struct evaluation *e)
{
	switch (c->subject) {
	case SUBJECT_PROTECT:
		return protects(e, c);
	case SUBJECT_DELAY:
		return c->rule ? evaluation_rule_delay(e, c->rule, c->row)
			       : evaluation_delay(e, c->group, c->row);
	case SUBJECT_RECLAIM:
		return c->rule ? evaluation_rule_reclaims(e, c->rule, c->row)
			       : evaluation_reclaims(e, c->group, c->row);
	case SUBJECT_ORDER:
		return evaluation_thp_order(e, c->process, &c->call);
	case SUBJECT_NOTIFY:
		return e->fired[c->rule->row_base + (c->rule->rows > 1 ? c->row : 0)];
	case SUBJECT_ACTIVE:
		return evaluation_is_active(e, c->rule, c->row);
	case SUBJECT_STATE:
		return evaluation_machine(e, c->rule, c->row)->state;
	case SUBJECT_TRANSITIONS:
	case SUBJECT_ENTERED:
		return count_so_far(b, c, tick, e);
	case SUBJECT_COUNT:
		break;
	}
	BUG("subject %d", c->subject);
}

/* The recording's lanes: inputs, the rules' states, then each check's answers. */

static void add_lane(struct recording *rec, struct arena *a, const char *name, enum lane_kind kind,
		     enum quantity quantity, struct mmp_value *at)
{
	rec->lanes[rec->lane_count++] = (struct lane){
		.name = name,
		.kind = kind,
		.quantity = quantity,
		.at = at ? at : arena_array(a, struct mmp_value, rec->ticks),
	};
}

static void start_recording(struct arena *a, struct bound_trial *b, const struct evaluation *e)
{
	struct recording *rec = &b->recording;
	const struct plan *p = b->plan;

	*rec = (struct recording){ .ticks = b->ticks, .time = arena_array(a, uint64_t, b->ticks) };
	rec->lanes = arena_array(a, struct lane,
				 b->input_count + p->rule_rows + b->check_count + 1);
	for (uint32_t i = 0; i < b->input_count; i++)
		add_lane(rec, a, b->inputs[i].name, LANE_VALUE, input_quantity(&b->inputs[i]),
			 NULL);
	for (uint32_t i = 0; i < p->rule_count; i++)
		for (uint32_t row = 0; row < p->rules[i].rows; row++)
			if (evaluation_shows(e, &p->rules[i], row))
				add_lane(rec, a,
					 row ? arena_printf(a, "%s[%u]", p->rules[i].name, row)
					     : p->rules[i].name,
					 LANE_STATE, QUANTITY_ENUM, NULL);
}

static void record(struct bound_trial *b, const struct evaluation *e, uint32_t tick)
{
	struct lane *lane = &b->recording.lanes[b->input_count];
	const struct plan *p = b->plan;

	b->recording.time[tick] = (uint64_t)tick * (uint64_t)b->tick_ns;
	for (uint32_t i = 0; i < p->rule_count; i++)
		for (uint32_t row = 0; row < p->rules[i].rows; row++)
			if (evaluation_shows(e, &p->rules[i], row))
				(lane++)->at[tick] = mmp_known(
					evaluation_machine(e, &p->rules[i], row)->state);
}

/* One tick */

static void give_inputs(struct bound_trial *b, struct evaluation *e, uint32_t tick)
{
	inputs_begin(e);
	for (uint32_t i = 0; i < b->input_count; i++) {
		const struct series *s = &b->series[i];
		struct mmp_value value = tick < s->count ? s->values[tick] : mmp_unknown();

		b->recording.lanes[i].at[tick] = value;
		input_give(e, &b->inputs[i], value);
	}
	inputs_end(e);
}

/* A count is checked at its end, or as soon as it is too large. */
static bool is_judged(const struct check *c, uint32_t tick)
{
	if (tick < c->from || tick > c->to)
		return false;
	return c->quantity != QUANTITY_COUNT || tick == c->to || c->expect->compare == COMPARE_LE ||
	       c->expect->compare == COMPARE_LT;
}

/* Have all the series that the rule reads ended before the tick? Of none that is not so. */
static bool is_past_its_series(const struct bound_trial *b, const struct plan_rule *r,
			       uint32_t tick)
{
	bool has_series = false;

	for (uint32_t i = 0; i < r->signal_count; i++)
		for (uint32_t j = 0; j < b->input_count; j++) {
			if (!input_is(&b->inputs[j], &b->plan->signals[r->signals[i]]))
				continue;
			if (tick < b->series[j].count)
				return false;
			has_series = true;
		}
	return has_series;
}

/* Of the rules that an expectation asks about, has one a value of what it reads? */
static bool has_fed_rule(const struct bound_trial *b, const struct check *c, uint32_t tick)
{
	for (uint32_t i = 0; i < b->plan->rule_count; i++)
		if (rule_is_about(c, &b->plan->rules[i]) &&
		    !is_past_its_series(b, &b->plan->rules[i], tick))
			return true;
	return false;
}

/*
 * A check that begins after every series that its rules read has ended tests nothing that was
 * given: it always fails. An order is asked of a process, whose rules are not known here.
 */
bool trial_is_about_nothing(const struct bound_trial *b, const struct check *c)
{
	uint32_t tick = c->expect->when == TRIAL_AT ? c->to : c->from;

	if (c->expect->when == TRIAL_ALWAYS)
		return false;
	return c->subject != SUBJECT_ORDER && !has_fed_rule(b, c, tick);
}

static void judge(struct bound_trial *b, struct check *c, const struct evaluation *e, uint32_t tick,
		  struct coverage *coverage)
{
	c->answers[tick] = mmp_known(answer(b, c, tick, e));
	if (!is_judged(c, tick))
		return;
	if (c->subject == SUBJECT_ORDER)
		coverage_note_call(coverage, e, c->process, &c->call);
	if (!c->is_wrong && (trial_is_about_nothing(b, c) ||
			     !holds(c->expect->compare, c->answers[tick].n, c->value))) {
		c->is_wrong = true;
		c->wrong_tick = tick;
	}
}

uint32_t trial_run(struct arena *a, struct bound_trial *b, struct coverage *coverage)
{
	struct evaluation e;
	uint32_t wrong = 0;

	evaluation_init(&e, a, b->plan);
	e.is_monitor = b->is_monitor;
	for (uint32_t i = 0; i < b->plan->param_count; i++)
		e.params[i] = b->params[i];
	for (uint32_t i = 0; i < b->input_count; i++)
		input_claim(&e, &b->inputs[i]);
	start_recording(a, b, &e);
	for (uint32_t i = 0; i < b->check_count; i++)
		b->checks[i].answers = arena_array(a, struct mmp_value, b->ticks);
	for (uint32_t tick = 0; tick < b->ticks; tick++) {
		give_inputs(b, &e, tick);
		evaluation_step(&e, (uint64_t)tick * (uint64_t)b->tick_ns);
		record(b, &e, tick);
		coverage_note(coverage, &e);
		for (uint32_t i = 0; i < b->check_count; i++)
			judge(b, &b->checks[i], &e, tick, coverage);
	}
	for (uint32_t i = 0; i < b->check_count; i++)
		wrong += b->checks[i].is_wrong;
	return wrong;
}
