/* SPDX-License-Identifier: GPL-2.0 */
/* The cgroups that a policy's hooks are attached to (plan/plan_anchors.h). */
#ifndef MMP_ANCHOR_H
#define MMP_ANCHOR_H

#include <stdint.h>

struct failure;
struct machine;
struct policy;

/* Open it, after the named groups: where the plan has it, or where a group of it is bound. */
int anchor_find(struct policy *p, const struct machine *m, uint32_t index, struct failure *f);

/* After attaching: give the cgroups that are there already their slots. */
int anchor_adopt(struct policy *p, uint32_t index, int program_fd, struct failure *f);

#endif
