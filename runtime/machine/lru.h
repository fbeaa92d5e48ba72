/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMP_LRU_H
#define MMP_LRU_H

#include <stdbool.h>

/* Is the multi-generational LRU on? It can be switched while the system runs. */
bool lru_is_multi_gen(void);

/* What that means for memory.low, and what to do about it. */
#define LRU_HINT                                                                                   \
	"the multi-generational LRU is on: memory.low is only a hint there where the whole "       \
	"machine runs short"
#define LRU_INSTEAD                                                                                \
	"'mmpctl run' has memory.min stand beside it while the machine has room, where both can "  \
	"be written and no cgroup above has a memory.max"

/* By the hooks. */
#define LRU_BY_HOOKS                                                                               \
	"the multi-generational LRU is on: protection at low refuses reclaim there, and gives "    \
	"way before the kernel would kill"

#endif
