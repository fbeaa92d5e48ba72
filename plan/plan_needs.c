// SPDX-License-Identifier: GPL-2.0
#include "plan_needs.h"

#define OF_A_GLOB (NEED_BIT(ONLINE) | NEED_BIT(OFFLINE))

unsigned plan_rule_hooks(const struct plan_rule *r)
{
	unsigned hooks = action_hooks(r->action);

	switch (r->action) {
	case ACTION_PROTECT:
		/* At low both: see bpf-templates/mmp_guard.h. */
		return r->protect.at_min ? hooks & ~(1u << HOOK_BELOW_LOW) : hooks;
	case ACTION_RECLAIM:
		return !r->reclaim.no_pace || r->is_live ? hooks : 0;
	case ACTION_THP: /* of a process, not of a cgroup */
		return 0;
	default:
		return hooks;
	}
}

/* mmpctl gives a named cgroup its slot; the matches of a glob claim theirs by hooks. */
static uint64_t group_needs(const struct plan *p, uint32_t group)
{
	if (group == PLAN_NONE)
		return 0;
	return NEEDS_OF_A_CGROUP | (p->groups[group].hooks & 1u << HOOK_ONLINE ? OF_A_GLOB : 0);
}

static uint64_t sampled_needs(const struct plan *p, const struct plan_signal *s)
{
	if (s->scope == PLAN_OF_SELF) /* read in the hook, from its argument */
		return 0;
	return signal_needs(s->id, s->scope == PLAN_OF_SYSTEM) |
	       (s->scope == PLAN_OF_SYSTEM ? 0 : group_needs(p, s->group));
}

static uint64_t expr_needs(const struct plan *p, const struct plan_expr *x)
{
	if (!x)
		return 0;
	if (x->op == PLAN_SIGNAL)
		return sampled_needs(p, &p->signals[x->index]);
	if (x->op == PLAN_IN_CGROUP)
		return group_needs(p, x->index);
	return expr_needs(p, x->a) | expr_needs(p, x->b);
}

static uint64_t hooks_needs(unsigned hooks)
{
	uint64_t needs = 0;

	for (int h = 0; h < HOOK_COUNT; h++)
		if (hooks & 1u << h)
			needs |= hook_need((enum hook)h);
	return needs;
}

static uint64_t action_needs(const struct plan *p, const struct plan_rule *r)
{
	uint64_t needs = hooks_needs(plan_rule_hooks(r));

	switch (r->action) {
	case ACTION_THROTTLE:
		return needs | expr_needs(p, r->throttle.signal);
	case ACTION_RECLAIM:
		/*
		 * Its hook is for pace and for a trigger between ticks: it reclaims without the
		 * hook.
		 */
		return NEED_BIT(RECLAIM);
	case ACTION_THP:
		return NEED_BIT(GET_ORDER) |
		       (r->thp.kinds & 1u << THP_KIND_SWAP ? NEED_BIT(TVA_SWAP) : 0);
	default:
		return needs;
	}
}

/* Every policy has a sampler, which a timer starts through a work queue. */
uint64_t plan_rule_needs(const struct plan *p, const struct plan_rule *r)
{
	uint64_t needs = NEED_BIT(WORKQUEUE) | action_needs(p, r) | group_needs(p, r->group);
	const struct plan_value *sizes[PLAN_SIZES_MAX];
	unsigned count = plan_rule_sizes(r, sizes);

	if (r->action == ACTION_THP && r->process != PLAN_NONE)
		needs |= group_needs(p, p->processes[r->process].group);
	for (unsigned i = 0; i < count; i++)
		needs |= expr_needs(p, sizes[i]->share);
	return needs | expr_needs(p, r->when) | expr_needs(p, r->until) | expr_needs(p, r->call);
}

uint64_t plan_hooks_need(unsigned hooks)
{
	return hooks_needs(hooks);
}

uint64_t plan_eyes_need(const struct plan *p)
{
	uint64_t needs = NEED_BIT(WORKQUEUE) | (p->slot_rows ? NEEDS_OF_A_CGROUP : 0);

	for (uint32_t i = 0; i < p->signal_count; i++)
		needs |= sampled_needs(p, &p->signals[i]);
	return needs & ~OF_A_GLOB;
}

uint64_t plan_needs(const struct plan *p)
{
	uint64_t needs = NEED_BIT(WORKQUEUE);

	for (uint32_t i = 0; i < p->rule_count; i++)
		needs |= plan_rule_needs(p, &p->rules[i]);
	for (uint32_t i = 0; i < p->signal_count; i++)
		needs |= sampled_needs(p, &p->signals[i]);
	if (p->slot_rows)
		needs |= NEEDS_OF_A_CGROUP;
	return needs;
}
