/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Signals as the kernel's files tell them, without BPF: what `record` samples. The files count
 * pages and events the same way as the hooks' side does, so that a trace means the same.
 */
#ifndef MMP_SOURCE_FILE_H
#define MMP_SOURCE_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "../compiler/lang.h"

/* One signal of one scope, from sample to sample. */
struct source_signal {
	enum signal_id id;
	int dir; /* the cgroup's directory; -1: the system */
	bool has_last;
	double last; /* the counter, for rates and new events */
};

/* False for signals that no file tells: the charge hooks' and the calls'. */
bool source_is_known(enum signal_id id);
/*
 * The signal now, in the unit of a trace: a rate since the last sample `seconds` ago. False where
 * it cannot be told, or not yet.
 */
bool source_read(struct source_signal *s, double seconds, double *ret);

#endif
