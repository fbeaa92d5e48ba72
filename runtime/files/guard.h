/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whether memory.min may stand beside memory.low, see mmp_guard.h: on the multi-generational LRU,
 * while the machine is in no danger. Reads the machine's own files, held open.
 */
#ifndef MMP_FILES_GUARD_H
#define MMP_FILES_GUARD_H

#include "bpf-templates/mmp_guard.h"

#include <stdbool.h>
#include <stdint.h>

/* Where the kernel shows them. */
struct guard_paths {
	const char *lru, *meminfo, *pressure;
};

struct guard {
	int lru, meminfo, pressure; /* -1: not open */
	bool is_possible; /* the kernel has the multi-generational LRU, on or off */
	bool gives_way;
	uint64_t gave_way; /* how often it began to */
	struct mmp_guard state;
	uint64_t machine_room, asked; /* of the last question: room with what is protected; ns */
};

/* What is protected at this tick. */
struct guarded {
	int64_t usage; /* in total */
	/* How much of it reclaim could have if it were not protected: exact, and read only if
	 * needed. */
	int64_t (*reclaimable)(void *arg);
	void *arg;
};

extern const struct guard_paths guard_usual_paths;

/* Closed: memory.min is never taken, as where the kernel has no such LRU. */
void guard_init(struct guard *g);
void guard_open(struct guard *g, const struct guard_paths *paths);
void guard_close(struct guard *g);
/* Is the multi-generational LRU on? */
bool guard_is_needed(struct guard *g);
/* At each tick at which something is protected at low: may it be at min, too? */
bool guard_allows_min(struct guard *g, const struct guarded *what, uint64_t now);

#endif
