/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the values of a test's series or a recording's column belong in an evaluation: one signal
 * of one cgroup, in every row of the plan that reads it. Where the limit is given, shares and sizes
 * are computed from each other, as in the kernel. It is `limit`, or the smallest of what is given
 * of the `max` of the cgroup and of those above it, and of the machine's memory.
 */
#ifndef MMP_INPUT_H
#define MMP_INPUT_H

#include "plan/evaluate.h"

struct diags;
struct word;

struct input {
	const char *name; /* as written */
	enum signal_id signal;
	enum plan_scope scope;
	uint32_t group, row; /* of PLAN_OF_GROUP */
	int64_t window_ns; /* 0: any */
	bool is_percent; /* values are hundredths of a percent, although the signal is a size */
	bool is_read; /* the policy reads it */
};

enum quantity input_quantity(const struct input *in);

/* The parts of a name, `web` `psi` `some` `avg10`; row of the first. */
struct input_name {
	const struct word *parts;
	uint32_t count, row;
	int64_t window_ns;
};

enum input_problem {
	INPUT_OK,
	INPUT_NO_SCOPE, /* the first part is not a cgroup of the policy */
	INPUT_NO_SIGNAL, /* the rest is not a signal, or not one of this scope */
	INPUT_NO_ROW, /* [N] of a group that is not a glob, or too large */
};

enum input_problem input_find(const struct plan *p, const struct input_name *name,
			      struct input *ret_input);
/* The name nearest to a part that was not found, or NULL. */
const char *input_nearest_scope(const struct plan *p, struct arena *a, const struct word *part);
const char *input_nearest_signal(const struct input_name *name, struct arena *a);

/* Before the first step: the match of a glob to which the input refers exists. */
void input_claim(struct evaluation *e, const struct input *in);

/* Begin a tick: no value is known. Then give each value, then finish the tick. */
void inputs_begin(struct evaluation *e);
void input_give(struct evaluation *e, const struct input *in, struct mmp_value value);
void inputs_end(struct evaluation *e);

/* Whether a signal of the plan is the input's; ignores is_percent. */
bool input_is(const struct input *in, const struct plan_signal *s);

#endif
