/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A delay without hooks: memory.high a little below usage. The kernel delays a task that charges
 * above it by o * o * pages seconds, o being the excess of usage in proportion to it, and reclaims
 * first. So it is approximate: it slows growth, and charges that replace freed memory cost nothing.
 */
#ifndef MMP_THROTTLE_H
#define MMP_THROTTLE_H

#include "plan/evaluate.h"

#include <stdint.h>

#define THROTTLE_NONE (-1)

/* The memory.high at which 64 pages charged at `usage` cost `delay_ns`. */
int64_t throttle_high(int64_t usage, int64_t delay_ns);

/*
 * The memory.high that a slot's throttle rules and the pace of its reclaim rules want;
 * THROTTLE_NONE where they want none. The caller keeps `anchor` from tick to tick: the highest
 * usage since they act. memory.high never follows usage downwards, because that would reclaim. For
 * a rule on the cgroup's own usage the value is set before usage reaches it, because a tick would
 * see that too late.
 */
int64_t throttle_want(const struct evaluation *e, uint32_t group, uint32_t row, int64_t *anchor);

#endif
