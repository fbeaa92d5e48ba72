// SPDX-License-Identifier: GPL-2.0
/* The limits of a plan (plan/limits.h), reported where the policy exceeds them. */
#include "lower_impl.h"

#include <inttypes.h>
#include <string.h>

#include "base/pattern.h"
#include "bpf-templates/mmp_abi.h"

void plan_too_large(struct planner *p, struct span at, const char *what, uint32_t most)
{
	if (!p->is_too_large)
		diag_add(p->ds, DIAG_TOO_LARGE, at, "a policy has at most %" PRIu32 " %s", most,
			 what);
	p->is_too_large = true;
}

void plan_check_name(struct planner *p, struct span at, const char *name)
{
	if (strlen(name) <= PLAN_NAME_MAX)
		return;
	diag_add(p->ds, DIAG_TOO_LARGE, at, "a name or path has at most %d bytes, this has %zu",
		 PLAN_NAME_MAX, strlen(name));
	p->is_too_large = true;
}

uint32_t plan_rows_of(const struct plan_group *g, uint32_t room)
{
	for (uint32_t i = 0; i < g->pattern_count; i++)
		if (pattern_is_one(g->patterns[i]))
			return room;
	return g->is_glob ? g->pattern_count : 1;
}

static bool has_rows(const struct plan *plan)
{
	return plan->rule_rows <= PLAN_ROWS_MAX && plan->signal_rows <= PLAN_ROWS_MAX &&
	       plan->slot_rows <= PLAN_ROWS_MAX;
}

static void take_rows(uint32_t rows, uint32_t *ret_rows, uint32_t *ret_base, uint32_t *next)
{
	*ret_rows = rows;
	*ret_base = *next;
	*next += rows;
}

/* A signal of `self` is read in the hook and has no rows. */
static void number_rows(struct plan *plan, uint32_t room)
{
	plan->slot_rows = plan->rule_rows = plan->signal_rows = 0;
	for (uint32_t i = 0; i < plan->group_count; i++) {
		struct plan_group *g = &plan->groups[i];

		take_rows(plan_rows_of(g, room), &g->rows, &g->row_base, &plan->slot_rows);
	}
	for (uint32_t i = 0; i < plan->rule_count; i++) {
		struct plan_rule *r = &plan->rules[i];

		take_rows(r->group == PLAN_NONE ? 1 : plan->groups[r->group].rows, &r->rows,
			  &r->row_base, &plan->rule_rows);
	}
	for (uint32_t i = 0; i < plan->signal_count; i++) {
		struct plan_signal *s = &plan->signals[i];

		take_rows(plan_signal_rows(plan, s), &s->rows, &s->row_base, &plan->signal_rows);
	}
}

void plan_fit_rooms(struct plan *plan, uint32_t room)
{
	bool is_given = room != 0;

	if (!is_given)
		room = PLAN_GLOB_SLOTS;
	number_rows(plan, room);
	while (!is_given && room > PLAN_GLOB_SLOTS_LEAST && !has_rows(plan))
		number_rows(plan, room /= 2);
}

bool plan_fits(struct planner *p, struct span at)
{
	const struct plan *plan = p->plan;

	if (p->is_too_large)
		return false;
	if (p->nodes > PLAN_NODES_MAX)
		diag_add(p->ds, DIAG_TOO_LARGE, at,
			 "the policy's conditions have more than %d parts once named conditions "
			 "are written out",
			 PLAN_NODES_MAX);
	else if (!has_rows(plan))
		diag_add(p->ds, DIAG_TOO_LARGE, at,
			 "the policy needs more than %d rows of state; a rule or a signal of a "
			 "glob takes at least %d, or what --matches says",
			 PLAN_ROWS_MAX, PLAN_GLOB_SLOTS_LEAST);
	else
		return true;
	return false;
}

bool plan_is_within_limits(const struct planner *p)
{
	return !p->is_too_large && p->nodes <= PLAN_NODES_MAX &&
	       p->plan->rule_rows <= PLAN_ROWS_MAX;
}

/* The instance of every process recognises those known by pid by their index among all. */
bool plan_processes_fit(const struct plan *plan, struct diags *ds)
{
	for (uint32_t i = MMP_PROCESSES_MAX; plan->has_global_thp && i < plan->process_count; i++) {
		const struct plan_process *p = &plan->processes[i];
		struct diag *d;

		if (p->kind != PLAN_PROCESS_PID && p->kind != PLAN_PROCESS_PIDFILE)
			continue;
		d = diag_add(ds, DIAG_TOO_LARGE, p->span,
			     "beside a rule for every process, only the first %d processes may be "
			     "known by pid",
			     MMP_PROCESSES_MAX);
		diag_hint(ds, d, "name those first, or write 'thp ... when pid == N'");
		return false;
	}
	return true;
}
