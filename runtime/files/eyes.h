/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reads a plan's signals from cgroup files. Only files that a rule needs are read, each once a tick
 * and kept open; eyes_init() allocates everything.
 */
#ifndef MMP_EYES_H
#define MMP_EYES_H

#include <stdint.h>

#include "bpf-templates/mmp_abi.h"
#include "machine/file_number.h"
#include "places.h"
#include "plan/evaluate.h"

struct arena;

enum eye_file {
	EYE_MAX, /* first: shares and limits refer to it */
	EYE_STAT,
	EYE_PRESSURE,
	EYE_EVENTS,
	EYE_CURRENT,
	EYE_SWAP,
	EYE_HIGH,
	EYE_LOW,
	EYE_MIN,
	EYE_MEMINFO,
	EYE_FILE_COUNT
};

/* A signal of the plan, and where in its file it stands. */
struct eye {
	const struct plan_signal *signal;
	struct file_number number;
	enum eye_file file;
};

/* Open files of one cgroup (or its parent, or the machine). */
struct eye_row {
	int fds[EYE_FILE_COUNT]; /* -1: not open */
	uint32_t generation; /* of its place, when they were opened */
	int64_t above; /* the effective limit of what is above it */
	uint64_t looks; /* eyes.looks, when that was read; 0: not yet */
};

/* All files that are read for one group, for its parent, or for the machine. */
struct eye_view {
	enum plan_scope scope;
	uint32_t group;
	unsigned files; /* 1 << EYE_* */
	struct eye *eyes;
	uint32_t eye_count, rows;
	struct eye_row *row;
	bool is_target; /* its usage and limits also go to the slots */
};

struct eyes {
	const struct plan *plan;
	const struct places *places;
	struct mmp_signal *signals; /* plan->signal_rows: values, rings and ages */
	struct eye_view *views;
	uint32_t view_count;
	bool has_signals; /* else only the slots' usage and limits are read */
	bool *skips; /* plan->slot_rows: slots whose usage nobody needs now */
	uint64_t reads;
	uint64_t looks;
	int64_t machine; /* its memory, */
	uint64_t machine_looks; /* and eyes.looks, when that was read */
};

/* `signals` stays the caller's, who fills them in where has_signals is false. */
void eyes_init(struct eyes *s, struct arena *a, const struct plan *p, const struct places *places,
	       bool has_signals);
void eyes_finish(struct eyes *s);
/* Limits above the cgroups seldom change: they are read only when this has been called. */
void eyes_look_above(struct eyes *s);
int64_t eyes_machine(struct eyes *s);
/* Read everything for the evaluation at `now` (ns). What cannot be read is unknown. */
void eyes_read(struct eyes *s, struct evaluation *e, uint64_t now);

#endif
