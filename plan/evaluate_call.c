// SPDX-License-Identifier: GPL-2.0
/* One call of the THP hook: the values it gives to conditions, and the rule that decides it. */
#include "evaluate_call.h"

#include <string.h>

#include "base/bug.h"
#include "base/path.h"

struct mmp_value evaluate_call_number(const struct evaluation_call *call, enum signal_id signal)
{
	if (!call)
		return mmp_unknown();
	switch ((int)signal) {
	case SIGNAL_PID:
		return call->pid;
	case SIGNAL_UID:
		return call->uid;
	case SIGNAL_VMA_ANON:
		return call->vma_anon;
	case SIGNAL_VMA_SIZE:
		return call->vma_size;
	case SIGNAL_VMA_ADVICE:
		return call->vma_advice;
	case SIGNAL_ORDERS:
		return mmp_known(mmp_highest_order(call->orders));
	}
	BUG("signal %d is no number of a call", signal);
}

enum mmp_truth evaluate_comm_is(const struct evaluation_call *call, const char *comm)
{
	if (!call || !call->comm)
		return MMP_UNKNOWN;
	return strcmp(call->comm, comm) ? MMP_FALSE : MMP_TRUE;
}

enum mmp_truth evaluate_in_cgroup(const struct evaluation_call *call, const struct plan_group *g)
{
	if (!call || !call->cgroup)
		return MMP_UNKNOWN;
	return path_is_at_or_below(call->cgroup, g->absolute) ? MMP_TRUE : MMP_FALSE;
}

/* In the one instance for every process, a named process is a test of the call. */
static bool is_process(const struct evaluation *e, uint32_t wanted, uint32_t process,
		       const struct evaluation_call *call)
{
	const struct plan_process *p;

	if (wanted == PLAN_NONE || wanted == process)
		return true;
	/* The hook of a process that has its own instance is called for that process only. */
	if (process != PLAN_NONE && !e->plan->has_global_thp)
		return false;
	p = &e->plan->processes[wanted];
	switch (p->kind) {
	case PLAN_PROCESS_COMM:
		return evaluate_comm_is(call, p->text) == MMP_TRUE;
	case PLAN_PROCESS_PID:
		return mmp_eq(call->pid, mmp_known(p->pid)) == MMP_TRUE;
	case PLAN_PROCESS_CGROUP:
		return evaluate_in_cgroup(call, &e->plan->groups[p->group]) == MMP_TRUE;
	case PLAN_PROCESS_PIDFILE:
		return false;
	case PLAN_PROCESS_ALL:
		return true;
	}
	BUG("process kind %d", p->kind);
}

/* Is the rule about this call, active or not? */
static bool thp_concerns(const struct evaluation *e, const struct plan_rule *r, uint32_t process,
			 const struct evaluation_call *call)
{
	if (r->action != ACTION_THP || !is_process(e, r->process, process, call))
		return false;
	if (r->thp.kinds && !(r->thp.kinds & 1u << call->kind))
		return false;
	return evaluate_rule_condition(e, r, r->call, 0, call) == MMP_TRUE;
}

static bool thp_holds(const struct evaluation *e, const struct plan_rule *r, uint32_t process,
		      const struct evaluation_call *call)
{
	return r->action == ACTION_THP && evaluation_machine(e, r, 0)->state == MMP_ACTIVE &&
	       thp_concerns(e, r, process, call);
}

const struct plan_rule *evaluation_thp_rule(const struct evaluation *e, uint32_t process,
					    const struct evaluation_call *call)
{
	const struct plan_rule *best = NULL;
	int64_t best_priority = 0;

	for (uint32_t i = 0; i < e->plan->rule_count; i++) {
		const struct plan_rule *r = &e->plan->rules[i];
		int64_t priority;

		if (!thp_holds(e, r, process, call))
			continue;
		priority = evaluate_value(e, &r->thp.priority);
		if (!best || priority > best_priority) {
			best = r;
			best_priority = priority;
		}
	}
	return best;
}

/* The orders that belong to rules which are not active. */
static uint64_t thp_withheld(const struct evaluation *e, uint32_t process,
			     const struct evaluation_call *call)
{
	uint64_t orders = 0;

	for (uint32_t i = 0; i < e->plan->rule_count; i++) {
		const struct plan_rule *r = &e->plan->rules[i];

		if (thp_concerns(e, r, process, call) && !thp_holds(e, r, process, call))
			orders |= mmp_thp_withheld((enum mmp_thp_answer)r->thp.answer,
						   evaluate_value(e, &r->thp.order));
	}
	return orders;
}

int evaluation_thp_order(const struct evaluation *e, uint32_t process,
			 const struct evaluation_call *call)
{
	const struct plan_rule *r = evaluation_thp_rule(e, process, call);

	if (e->is_monitor)
		return mmp_highest_order(call->orders);
	if (!r)
		return mmp_highest_order(call->orders & ~thp_withheld(e, process, call));
	return mmp_thp_order((enum mmp_thp_answer)r->thp.answer, evaluate_value(e, &r->thp.order),
			     call->orders);
}
