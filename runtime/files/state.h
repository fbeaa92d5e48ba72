/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The state of a policy that this process holds, in files that any mmpctl reads: the structs of
 * mmp_abi.h, mapped. Made in a folder tmp_PID and put in place in one step.
 */
#ifndef MMP_STATE_H
#define MMP_STATE_H

#include "bpf-templates/mmp_abi.h"
#include "installed/run_dir.h"
#include "journal.h"

#include <stdbool.h>
#include <stddef.h>

struct failure;
struct plan;

struct state {
	char name[80]; /* the folder's, for now */
	struct mmp_config *config;
	struct mmp_run *run;
	struct run_hands *hands;
	struct mmp_slot *slots;
	struct mmp_signal *signals;
	struct mmp_rule *rules;
	struct mmp_acts *acts;
	struct run_events *events;
	char (*places)[RUN_PLACE_PATH];
	struct journal journal;
	bool is_placed;
};

/* Make the folder tmp_PID with everything but the journal; `manifest` and `record` are texts. */
int state_create(struct state *s, const struct plan *p, const char *manifest, const char *record,
		 struct failure *f);
/*
 * Give it its name. A policy of that name must have ended: its journal is taken over, so that what
 * it wrote stays until this policy decides. `files`: how many files the policy may write.
 */
int state_place(struct state *s, const char *name, uint32_t files, struct failure *f);
/* Remove the folder, unless something could not be given back. */
void state_finish(struct state *s, bool is_clean);

void state_event(struct state *s, const struct mmp_event *e);

#endif
