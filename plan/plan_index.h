/* SPDX-License-Identifier: GPL-2.0 */
/* What belongs to each group, so that walks over all groups take time in proportion to the plan. */
#ifndef MMP_PLAN_INDEX_H
#define MMP_PLAN_INDEX_H

#include "plan.h"

struct plan_index {
	/*
	 * Lists in the plan's order: the first of each group, and the next after each. Entries
	 * without a group are in the list at plan.group_count. PLAN_NONE ends a list.
	 */
	uint32_t *first_rule, *next_rule;
	uint32_t *first_signal, *next_signal;
	bool *is_asked; /* a condition or a process asks whether a process is in the group */
	uint32_t *work; /* a reclaim rule's first work item; 0 is the sampler's */
	uint32_t work_count;
};

/* The work items of a reclaim rule. */
uint32_t plan_work_items(const struct plan_rule *r);
void plan_index_init(struct plan_index *x, struct arena *a, const struct plan *p);

#define plan_each_rule(i, x, group)                                                                \
	for (uint32_t i = (x)->first_rule[group]; i != PLAN_NONE; i = (x)->next_rule[i])
#define plan_each_signal(i, x, group)                                                              \
	for (uint32_t i = (x)->first_signal[group]; i != PLAN_NONE; i = (x)->next_signal[i])

#endif
