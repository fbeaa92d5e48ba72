// SPDX-License-Identifier: GPL-2.0
#include "runner_notes.h"

#include "event_log.h"
#include "runner.h"

static void note_change(struct mmp_rule *row, uint64_t now)
{
	int i;

	for (i = 3; i; i--) {
		row->last_change[i] = row->last_change[i - 1];
		row->last_state[i] = row->last_state[i - 1];
	}
	row->last_change[0] = now;
	row->last_state[0] = row->machine.state;
}

/* The first match for which the condition holds, or 0. */
static uint32_t match_of(const struct runner *r, const struct plan_rule *rule)
{
	const struct plan_group *g;
	uint32_t i;

	if (!plan_asks_any(r->plan, rule, rule->when))
		return 0;
	g = &r->plan->groups[rule->any_group];
	for (i = 0; i < g->rows; i++)
		if (r->evaluation.used[g->row_base + i] &&
		    evaluate_condition(&r->evaluation, rule->when, i, NULL) == MMP_TRUE)
			return i + 1;
	return 0;
}

void runner_note_event(struct runner *r, const struct mmp_event *e)
{
	const char *path = e->slot ? r->places.rows[e->slot - 1].path : NULL;

	state_event(r->state, e);
	runner_count_act(r, &r->plan->rules[e->rule], 0);
	event_log_write(r->event_log, r->state->name, r->plan, e, path);
}

static void write_event(struct runner *r, uint32_t index, uint64_t now)
{
	const struct plan_rule *rule = &r->plan->rules[index];
	uint32_t match = match_of(r, rule), i, slot;
	struct mmp_event e = { .time = now, .rule = index, .state = MMP_ACTIVE };

	if (match) {
		slot = r->plan->groups[rule->any_group].row_base + match - 1;
		e.slot = slot + 1;
		e.cgroup_id = r->places.rows[slot].id;
	}
	for (i = 0; i < rule->signal_count && i < MMP_EVENT_VALUES; i++) {
		const struct plan_signal *s = &r->plan->signals[rule->signals[i]];
		uint32_t row = s->row_base + (match && s->rows > 1 ? match - 1 : 0);

		if (s->rows && r->evaluation.signals[row].is_known) {
			e.values[i] = r->evaluation.signals[row].n;
			e.known |= 1ull << i;
		}
		e.value_count = i + 1;
	}
	runner_note_event(r, &e);
}

static void note_row(struct runner *r, uint32_t index, uint32_t i, uint64_t now)
{
	const struct plan_rule *rule = &r->plan->rules[index];
	struct mmp_rule *row = &r->state->rules[rule->row_base + i];
	uint32_t before = row->machine.state;

	row->machine = r->evaluation.machines[rule->row_base + i];
	row->verdict = row->machine.state == MMP_ACTIVE;
	if (r->bpf || row->machine.state == before) /* eyes in the kernel have noted it */
		return;
	note_change(row, now);
	if (row->verdict && rule->action == ACTION_NOTIFY)
		write_event(r, index, now);
}

void runner_note_rules(struct runner *r, uint64_t now)
{
	const struct plan *p = r->plan;
	uint32_t i, row, rows;

	for (i = 0; i < p->rule_count; i++) {
		rows = places_rows(&r->places, p->rules[i].group, p->rules[i].rows);
		for (row = 0; row < rows; row++)
			note_row(r, i, row, now);
	}
}
