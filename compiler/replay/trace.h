/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Recorded signals, as mmpctl record writes them: docs/traces.md is the format. A header of names,
 * then a row a sample: seconds, and a number for each name; empty where there was none.
 */
#ifndef MMP_TRACE_H
#define MMP_TRACE_H

#include <stdio.h>

#include "trial/input.h"

struct arena;

#define TRACE_MAX_COLUMNS 1024

struct trace_column {
	const char *name;
	bool is_of_policy; /* else its cgroup is not in the policy */
	struct input input;
	struct mmp_value *values; /* one a row; only where the policy reads it */
	uint32_t known; /* how many are */
};

struct trace {
	struct trace_column *columns; /* without `time` */
	uint32_t column_count;
	uint64_t *time; /* ns since the first row */
	uint32_t rows;
};

/* False, with a sentence that begins with the place, where the file is not such a trace. */
bool trace_read(struct arena *a, const struct plan *p, FILE *in, const char *name,
		struct trace *ret_trace, const char **ret_trouble);

#endif
