/* SPDX-License-Identifier: GPL-2.0 */
/* What a plan needs of the kernel, rule by rule, as sets of base/needs.h. */
#ifndef MMP_PLAN_NEEDS_H
#define MMP_PLAN_NEEDS_H

#include "base/needs.h"
#include "plan.h"

/* The hooks of its cgroup in which a rule acts, as 1 << enum hook. */
unsigned plan_rule_hooks(const struct plan_rule *r);
uint64_t plan_rule_needs(const struct plan *p, const struct plan_rule *r);
/*
 * What attaching with these hooks needs: more than the rules need where reclaim rules work without
 * hooks.
 */
uint64_t plan_hooks_need(unsigned hooks);
/*
 * What sampling and deciding need where nothing is attached: mmpctl gives cgroups their slots, and
 * acts by files.
 */
uint64_t plan_eyes_need(const struct plan *p);
/* Of the whole plan: of every rule, and of what is also sampled. */
uint64_t plan_needs(const struct plan *p);

#endif
