/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A trial whose words are bound, and its run: bind, then run, then look at the checks. Coverage
 * adds up over the runs of one policy.
 */
#ifndef MMP_TRIAL_RUN_H
#define MMP_TRIAL_RUN_H

#include "coverage.h"
#include "plan/evaluate.h"
#include "input.h"
#include "replay/recording.h"
#include "series.h"
#include "trial.h"

enum subject {
	SUBJECT_PROTECT,
	SUBJECT_DELAY,
	SUBJECT_RECLAIM,
	SUBJECT_ORDER,
	SUBJECT_NOTIFY,
	SUBJECT_ACTIVE,
	SUBJECT_STATE,
	SUBJECT_TRANSITIONS,
	SUBJECT_ENTERED,
	SUBJECT_COUNT
};

/* One expectation: its question, its subject, its time; then its result. */
struct check {
	const struct trial_expect *expect;
	const char *text; /* as written, white space folded */
	enum subject subject;
	enum quantity quantity;
	const struct plan_rule *rule; /* or NULL, and */
	uint32_t group, process;
	uint32_t row;
	bool at_low, at_min; /* protect: which levels count */
	int64_t value;
	uint32_t from, to; /* ticks, both counted */
	struct evaluation_call call;

	struct mmp_value *answers; /* one a tick */
	int64_t count_before; /* of transitions, at the last tick before `from` */
	bool is_wrong;
	uint32_t wrong_tick; /* the first */
};

struct bound_trial {
	const struct trial *trial;
	const struct plan *plan;
	int64_t tick_ns;
	uint32_t ticks;
	struct input *inputs;
	struct series *series; /* one an input */
	uint32_t input_count;
	struct check *checks;
	uint32_t check_count;
	int64_t *params;
	bool is_monitor;
	struct recording recording; /* after the run */
};

/* NULL where there were findings. */
struct bound_trial *trial_bind(struct arena *a, struct diags *ds, const struct sources *sources,
			       const struct plan *p, const struct trial *t);

/* Does the check begin where all series that its rule reads have ended? */
bool trial_is_about_nothing(const struct bound_trial *b, const struct check *c);
/* Returns how many checks went wrong. */
uint32_t trial_run(struct arena *a, struct bound_trial *b, struct coverage *coverage);

/* A check's actual or expected answer in words: "true", "50ms", "active". */
const char *check_print(char *buf, size_t size, const struct check *c, struct mmp_value value);

#endif
