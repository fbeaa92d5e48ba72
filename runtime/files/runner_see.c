// SPDX-License-Identifier: GPL-2.0
#include "runner_see.h"

#include "runner.h"

#include <string.h>

/* Eyes in the kernel know everything but what is in use now: it is read for rules that act. */
static void choose_slots(struct runner *r, bool is_look)
{
	const struct plan *p = r->plan;
	uint32_t i, row, rows;

	r->is_busy = false;
	for (i = 0; i < p->group_count; i++) {
		const struct plan_group *g = &p->groups[i];
		bool is_skipped = !is_look || !r->works[i];

		memset(&r->eyes.skips[g->row_base], is_skipped, g->rows);
	}
	for (i = 0; i < p->rule_count; i++) {
		const struct plan_rule *m = &p->rules[i];

		if (m->action != ACTION_PROTECT && m->action != ACTION_THROTTLE &&
		    m->action != ACTION_RECLAIM)
			continue;
		rows = places_rows(&r->places, m->group, m->rows);
		for (row = 0; row < rows; row++) {
			if (!evaluation_is_active(&r->evaluation, m, row))
				continue;
			r->is_busy = true;
			r->eyes.skips[p->groups[m->group].row_base + row] = false;
		}
	}
}

/* Signals and machines, by either kind of eyes. */
void runner_see(struct runner *r, uint64_t now, bool is_look)
{
	bool is_armed = r->state->config->is_armed;

	if (r->bpf) {
		bpf_eyes_read(r->bpf, r->state, &r->evaluation);
		choose_slots(r, is_look);
	}
	eyes_read(&r->eyes, &r->evaluation, now);
	if (!r->bpf && is_armed)
		evaluation_step(&r->evaluation, now);
}
