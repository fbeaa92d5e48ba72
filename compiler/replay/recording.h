/* SPDX-License-Identifier: GPL-2.0 */
/* What happened in a run, tick by tick: lanes of values with one clock. Timelines show it. */
#ifndef MMP_RECORDING_H
#define MMP_RECORDING_H

#include <stdio.h>

#include "bpf-templates/mmp_value.h"
#include "base/lang.h"

enum lane_kind {
	LANE_VALUE, /* a signal, in base units */
	LANE_STATE, /* enum mmp_state of a rule */
	LANE_ANSWER, /* what a hook answered */
};

#define LANE_THRESHOLDS 8 /* more in one picture cannot be told apart */

struct lane {
	const char *name;
	enum lane_kind kind;
	enum quantity quantity; /* CONDITION for an answer of yes or no */
	struct mmp_value *at; /* one a tick */
	int64_t *thresholds; /* of a signal: what the policy compares it with */
	uint32_t threshold_count;
};

struct recording {
	uint64_t *time; /* ns from the start, one a tick */
	uint32_t ticks;
	struct lane *lanes;
	uint32_t lane_count;
};

/* A value with one decimal, where the exact one is not needed: "99.9MiB". */
const char *about_print(char *buf, size_t size, enum quantity q, int64_t value);

/* A lane's value as a person writes it; "-" where it is missing. */
const char *lane_print(char *buf, size_t size, const struct lane *lane, uint32_t tick);

/*
 * A chart of one character a tick (or for several ticks where there are many), a row a lane. An
 * arrow points at the tick `mark`; UINT32_MAX marks none.
 */
void timeline_print(FILE *out, const struct recording *rec, uint32_t mark);

/* The values of all lanes at the ticks around `mark`, one row a tick. */
void timeline_table(FILE *out, const struct recording *rec, uint32_t mark);

/* The same as a drawing. */
void timeline_svg(FILE *out, const struct recording *rec, const char *title);

#endif
