/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Signals as the kernel's files show them, without BPF: what `record` samples. The files count
 * pages and events the same way as the hooks' side does, so that a trace means the same.
 */
#ifndef MMP_SOURCE_FILE_H
#define MMP_SOURCE_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/lang.h"
#include "bpf-templates/mmp_rate.h"

/* One signal of one scope, from sample to sample. */
struct source_signal {
	enum signal_id id;
	int dir; /* the cgroup's directory, which stays the caller's; -1: the system */
	int64_t window_ns; /* of a rate */
	struct mmp_signal row; /* what a rate or new events are measured from; starts as zeros */
};

/* False for signals that no file shows: the charge hooks' and the calls'. */
bool source_is_known(enum signal_id id);
/*
 * The signal at the time `now` (ns of a clock that is past 0), in the unit of a trace. A rate is
 * what a policy measures where it cannot flush: see bpf-templates/mmp_rate.h. False where the
 * signal cannot be read, or is not known yet.
 */
bool source_read(struct source_signal *s, int64_t now, double *ret);

#endif
