/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Signals as the kernel's files tell them, without BPF: what `record` samples. The files count
 * pages and events the same way as the hooks' side does, so that a trace means the same.
 */
#ifndef MMP_SOURCE_FILE_H
#define MMP_SOURCE_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/lang.h"

#define SOURCE_RING 64 /* samples kept for a window */

/* One signal of one scope, from sample to sample. */
struct source_signal {
	enum signal_id id;
	int dir; /* the cgroup's directory; -1: the system */
	double window; /* of a rate, in seconds */
	bool has_last;
	double last; /* the counter, for rates and new events */
	/* A rate: the moments at which the counter moved, the oldest a window ago, and what came of
	 * it. */
	struct source_moment {
		double time, counter;
	} ring[SOURCE_RING];
	unsigned filled;
	double moved_at, rate;
	bool has_rate;
};

/* False for signals that no file tells: the charge hooks' and the calls'. */
bool source_is_known(enum signal_id id);
/*
 * The signal at the time `now` (seconds, from any start), in the unit of a trace. The files lag: a
 * counter moves in steps of up to 2 s, so a rate is taken between moments at which it moved, as the
 * policies themselves do where they cannot flush. False where it cannot be told, or not yet.
 */
bool source_read(struct source_signal *s, double now, double *ret);

#endif
