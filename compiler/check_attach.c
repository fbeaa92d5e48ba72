// SPDX-License-Identifier: GPL-2.0
/* What would be attached where, and what of that the kernel refuses. */
#include "check_impl.h"

#include <string.h>

#include "arena.h"
#include "attach_plan.h"

CHECK_POLICY(attach_plan)
{
	struct attach_plan plan;

	attach_plan_init(&plan, c->arena);
	attach_plan_add(&plan, c->plan, c->ds, NULL);
	attach_plan_check(&plan);
}

/* Two instances for one process: without a global one, each named process gets its own. */

static const char *process_key(struct checker *c, const struct plan_process *p)
{
	if (p->kind == PLAN_PROCESS_PID)
		return arena_printf(c->arena, "pid %lld", (long long)p->pid);
	if (p->kind == PLAN_PROCESS_CGROUP)
		return arena_printf(c->arena, "cgroup %s", c->plan->groups[p->group].absolute);
	return arena_printf(c->arena, "%d %s", p->kind, p->text);
}

CHECK_POLICY(processes)
{
	struct table seen;

	if (c->plan->has_global_thp)
		return;
	table_init(&seen, c->arena);
	for (uint32_t i = 0; i < c->plan->process_count; i++) {
		struct plan_process *p = &c->plan->processes[i], *first;
		const char *key = process_key(c, p);
		struct diag *d;

		first = table_add(&seen, key, strlen(key), p);
		if (first == p)
			continue;
		d = diag_add(c->ds, DIAG_ATTACH_PLAN_BUSY, p->span, "'%s' and '%s' are the same process, which can have one policy only",
			     p->name, first->name);
		diag_note(c->ds, d, first->span, "'%s' is declared here", first->name);
		diag_hint(c->ds, d, "use one name in all its rules");
	}
}
