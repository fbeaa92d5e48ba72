// SPDX-License-Identifier: GPL-2.0
/* The limits of a plan (plan/limits.h), reported where the policy exceeds them. */
#include "lower_impl.h"

#include <inttypes.h>
#include <string.h>

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
	else if (plan->rule_rows > PLAN_ROWS_MAX || plan->signal_rows > PLAN_ROWS_MAX ||
		 plan->slot_rows > PLAN_ROWS_MAX)
		diag_add(p->ds, DIAG_TOO_LARGE, at,
			 "the policy needs more than %d rows of state; a rule or a signal of a "
			 "glob takes %d",
			 PLAN_ROWS_MAX, PLAN_GLOB_SLOTS);
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
