/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writes that must not delay the tick, in a thread of their own: to memory.reclaim, and to
 * memory.high, where the kernel reclaims in the writer. The tick posts what it wants; the thread
 * does it, slot by slot.
 */
#ifndef MMP_WORKER_H
#define MMP_WORKER_H

#include "hand.h"
#include "places.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct arena;
struct mmp_rule;

#define WORK_NO_HIGH (-1)
/* Longer writes delay processes that remove the cgroup. */
#define WORK_STEP_MAX (32 << 20)

/* What the tick wants of a slot. */
struct work_wish {
	int64_t high; /* bytes for memory.high; WORK_NO_HIGH: the value that was there */
	bool reclaims;
	uint32_t rule, row; /* the reclaim rule that is active, and its row */
	int64_t step, swappiness, budget; /* bytes; -1: the kernel's own; bytes a second, 0: any */
	bool no_swap;
};

struct work_slot {
	struct work_wish wish;
	struct hand high;
	int reclaim_fd, current_fd; /* -1: not open */
	uint64_t budget_ns;
	int64_t budget_bytes;
};

struct worker {
	struct hands hands; /* its counters are the thread's */
	struct work_slot *slots;
	uint32_t slot_count;
	struct mmp_rule *rules; /* where rounds are counted; with row_base by the callback */
	/* Would the rule go on with this usage? Called with `lock` held. */
	bool (*goes_on)(void *arg, uint32_t rule, uint32_t row, int64_t usage);
	/* The rule's row of `rules`. */
	struct mmp_rule *(*counters)(void *arg, uint32_t rule, uint32_t row);
	void *arg;
	uint64_t reclaim_ns; /* CPU time of the thread */
	pthread_t thread;
	pthread_mutex_t lock; /* the wishes, and what goes_on() reads */
	pthread_mutex_t busy; /* held while a slot's files are in use */
	pthread_cond_t wake;
	bool is_running, has_work, ends;
	bool has_no_swappiness; /* the kernel does not take it */
};

void worker_init(struct worker *w, struct arena *a, const struct hands *hands, uint32_t slot_count);
/* 0 or -errno. Without it worker_pass() is the caller's to call. */
int worker_start(struct worker *w);
/* Hold the files of a cgroup; 0 or -errno. */
int worker_enter(struct worker *w, uint32_t slot, const char *path, bool throttles, bool reclaims);
/* Give back and close; waits for the step that is running there. */
void worker_leave(struct worker *w, uint32_t slot);
/* The wishes were changed, with `lock` held. */
void worker_wake(struct worker *w);
void worker_finish(struct worker *w);
/* All slots once; true where there is more to reclaim at once. */
bool worker_pass(struct worker *w, uint64_t now);

#endif
