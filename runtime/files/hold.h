/* SPDX-License-Identifier: GPL-2.0 */
/* A policy's time in force by files: from claiming its name to giving the last value back. */
#ifndef MMP_HOLD_H
#define MMP_HOLD_H

#include "failure.h"
#include "policy_file.h"
#include "runner.h"
#include "sleeper.h"
#include "state.h"

#include <stdbool.h>

enum hold_eyes { HOLD_EYES_AUTO, HOLD_EYES_FILES, HOLD_EYES_BPF };

struct hold_options {
	const char *name;
	const char *root_path; /* absolute: the cgroup2 mount, or a folder in its place */
	bool replace, is_monitor;
	enum hold_eyes eyes;
	const int64_t *params; /* plan->param_count */
	const char *const *paths; /* plan->group_count: as bound, NULL: the policy's own */
	int64_t for_ns; /* 0: until a signal ends it */
	double most_cpu; /* of a processor; above it the tick gets longer. 0: never */
	void (*note)(const char *text); /* messages about events meanwhile, for people */
};

struct hold {
	const struct hold_options *options;
	struct policy_file *file;
	struct state state;
	struct runner runner;
	int root;
	struct sleeper sleeper;
	struct bpf_eyes bpf;
	bool has_bpf;
	char why_files[sizeof(((struct failure *)0)->text)]; /* why eyes are not in BPF, where that
								was not asked for */
	char grants_path[RUN_PATH_MAX];
	uint64_t told; /* of values that others wrote, those that were reported */
	bool is_replaced; /* by another process, which takes over what was written */
};

/* In force, or nothing has changed. */
int hold_begin(struct hold *h, struct policy_file *file, const struct hold_options *o,
	       struct failure *f);
/* Until a signal ends it. */
void hold_wait(struct hold *h);
/* Give everything back. False: something could not be given back; the folder stays and shows it. */
bool hold_end(struct hold *h);

#endif
