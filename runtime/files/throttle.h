/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A delay without hooks: memory.high a little below usage. The kernel delays who charges above it
 * by o * o * pages seconds, o being how far usage is above it in proportion, and reclaims first. So
 * it is approximate: it slows growth, and charges that replace freed memory cost nothing.
 */
#ifndef MMP_THROTTLE_H
#define MMP_THROTTLE_H

#include "plan/evaluate.h"

#include <stdint.h>

#define THROTTLE_NONE (-1)

/* The memory.high at which 64 pages charged at `usage` cost `delay_ns`. */
int64_t throttle_high(int64_t usage, int64_t delay_ns);

/*
 * What memory.high a slot's throttle rules and reclaim rules' pace ask for; THROTTLE_NONE where
 * they ask for none. `anchor` is kept by the caller, from tick to tick: the highest usage since
 * they act. It is never chased downwards: that would be reclaim. A rule on the cgroup's own usage
 * has its value standing there before usage reaches it, since a tick would see that too late.
 */
int64_t throttle_want(const struct evaluation *e, uint32_t group, uint32_t row, int64_t *anchor);

#endif
