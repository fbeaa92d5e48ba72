/* SPDX-License-Identifier: GPL-2.0 */
/* The cgroups that a policy's hooks are attached to (plan/plan_anchors.h). */
#ifndef MMP_ANCHOR_H
#define MMP_ANCHOR_H

#include <stdbool.h>
#include <stdint.h>

struct failure;
struct machine;
struct policy;

/*
 * Open it, after the named groups: where the plan has it, or where a group of it is bound. Returns
 * ANCHOR_MISSING where there is no such cgroup.
 */
#define ANCHOR_MISSING 1
int anchor_find(struct policy *p, const struct machine *m, uint32_t index, struct failure *f);

/* After attaching: give the cgroups that are there already their slots. */
int anchor_adopt(struct policy *p, uint32_t index, int program_fd, struct failure *f);

/*
 * Whether each group of a missing anchor has another that is there: one place of several may be
 * missing. A named group has no other.
 */
bool anchor_is_dispensable(const struct policy *p, uint32_t index);

#endif
