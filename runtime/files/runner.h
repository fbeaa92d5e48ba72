/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A policy in force without hooks: eyes read cgroup files, the plan's evaluator decides, hands
 * write cgroup files. One call of runner_tick() is one evaluation; it allocates nothing.
 */
#ifndef MMP_RUNNER_H
#define MMP_RUNNER_H

#include "bpf_eyes.h"
#include "eyes.h"
#include "guard.h"
#include "hand.h"
#include "huge.h"
#include "places.h"
#include "plan/evaluate.h"
#include "protect.h"
#include "state.h"
#include "throttle.h"
#include "worker.h"

struct failure;

/* A slot that is protected at low. */
struct guarded_slot {
	bool is_guarded; /* at this tick; memory.min may be written */
	bool has_limit; /* a cgroup above it has one, */
	uint64_t looked; /* when the runner looked last; see runner.looked */
};

struct runner {
	const struct plan *plan;
	struct state *state;
	struct places places;
	struct eyes eyes;
	struct bpf_eyes *bpf; /* NULL: signals are read from files and rules stepped here */
	struct evaluation evaluation;
	struct hands hands;
	struct grants grants; /* used where hands.grants says so */
	struct protect protect;
	struct guard guard; /* closed: protection at low is memory.low's alone */
	struct guarded_slot *guarded; /* plan->slot_rows */
	bool allows_min; /* at this tick, for slots that are guarded */
	struct worker worker;
	struct huge huge;
	struct evaluation recent; /* the worker's: signals, with usage as it is now */
	struct mmp_value *recent_signals; /* plan->signal_rows */
	bool *works; /* plan->group_count: the worker writes for the group */
	int64_t *anchors; /* plan->slot_rows: of throttle_want() */
	int event_log; /* the journal's socket, or -1 */
	uint32_t *generations; /* plan->slot_rows: of the place that the hands have entered */
	uint64_t stretch; /* the tick is so many times the policy's */
	uint64_t looked; /* ns: when cgroups were last looked for */
	uint64_t refused; /* slots that another policy or missing permission denies us */
	bool has_works; /* any group */
	bool was_armed, has_ticked;
	bool is_busy; /* a rule acts, and what it writes may change from tick to tick */
};

/*
 * `root` is the cgroup2 mount, `root_path` its path, absolute. Everything given stays the caller's.
 * `bpf`: eyes in the kernel, loaded and not started, or NULL. Then: groups are bound,
 * runner_find(), the state is created, runner_connect(), the state is placed, runner_enter().
 */
void runner_init(struct runner *r, struct arena *a, const struct plan *p, struct state *s, int root,
		 const char *root_path, struct bpf_eyes *bpf);
/* Find the cgroups; fails where a named one is missing. Changes nothing. */
int runner_find(struct runner *r, struct failure *f);
void runner_connect(struct runner *r);
/* Claim what will be written; fails where a target is taken or may not be written. */
int runner_enter(struct runner *r, uint64_t now, struct failure *f);
void runner_tick(struct runner *r, uint64_t now);
/* The rule acted, or in mode monitor it would have. */
void runner_count_act(struct runner *r, const struct plan_rule *rule, uint32_t row);
/* Give back everything that can be given back. */
void runner_leave(struct runner *r);
void runner_finish(struct runner *r);
/* The settings of huge pages, where a rule writes them. 0 or -errno. */
int runner_enter_huge(struct runner *r, const char *dir);
/* How many files the policy may write. */
uint32_t runner_file_count(const struct plan *p);

#endif
