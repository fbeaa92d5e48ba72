/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a cgroup can get: the smallest memory.max of itself and its ancestors, and the machine's
 * memory at most. An ancestor whose file cannot be read, as may be above a delegated subtree,
 * counts as one without a limit.
 */
#ifndef MMP_EFFECTIVE_LIMIT_H
#define MMP_EFFECTIVE_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

struct effective_limit {
	int64_t bytes; /* INT64_MAX: not known */
	bool is_of_cgroup; /* else it is the machine's memory */
	unsigned up; /* the cgroup that has it: so many levels above the one asked for */
	bool is_partial; /* the file of some ancestor is there and cannot be read */
};

/* MemTotal in bytes; INT64_MAX where it cannot be read. */
int64_t machine_memory(void);
/*
 * Of the cgroup that is `from` levels above the one whose folder is open; `machine` is the
 * machine's memory. In a cgroup namespace only what is inside is seen.
 */
struct effective_limit effective_limit(int dir, unsigned from, int64_t machine);

#endif
