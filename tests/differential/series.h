/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the test and the program that it appends to an emitted policy share: a whole series, tick by
 * tick, in arrays that both have mapped. Row i of tick t is element t * rows + i.
 */
#ifndef MMP_SERIES_H
#define MMP_SERIES_H

#include "../../bpf-templates/mmp_machine.h"

enum series_what { SERIES_NOTHING, SERIES_SIGNAL, SERIES_PARAM, SERIES_MODE, SERIES_LIMIT };

/* One number that the policy finds at a tick. */
struct series_value {
	__u32 what; /* enum series_what */
	__u32 index; /* row of the signal or slot, number of the param */
	__s64 value;
	__u64 is_known;
};

/* What became of one row of a rule. */
struct series_machine {
	__u64 row;
	struct mmp_machine machine;
};

/* A question to a decision function, after the tick. */
struct series_call {
	__u32 hook; /* as the program numbers them, from 1; 0: none */
	__s32 answer;
	__u64 usage, limit; /* of the cgroup asked about, in pages */
	__u64 arguments[2]; /* after the cgroup */
};

#endif
