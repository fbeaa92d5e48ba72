/* SPDX-License-Identifier: GPL-2.0 */
/* What a policy would have done on recorded signals. */
#ifndef MMP_REPLAY_H
#define MMP_REPLAY_H

#include "plan/evaluate.h"
#include "recording.h"
#include "trace.h"

/* A rule, or one match of a rule on a glob. */
struct replayed {
	const struct plan_rule *rule;
	const char *name;
	uint32_t row;
	struct mmp_machine machine; /* as it ended */
	uint64_t shortest_ns; /* of the times that it was active from entry to leave; 0: none ended
			       */
	/* throttle: while active */
	int64_t delay_most_ns;
	double delay_sum_ns; /* for the mean: only shown */
	uint64_t active_ticks;
};

struct replay {
	const struct plan *plan;
	const struct trace *trace;
	uint64_t duration_ns;
	struct replayed *rules;
	uint32_t rule_count;
	const char *
		*missing; /* signals that the policy reads and the trace lacks; NULL-terminated */
	struct recording recording;
};

/* Matches of globs exist where the trace has a column of theirs, and no others. */
void replay_claim_rows(struct evaluation *e, const struct trace *t);
/* The values of a row of the trace, before a step. */
void replay_give_row(struct evaluation *e, const struct trace *t, uint32_t row);
/* After a step: what the rule did. */
void replayed_note(struct replayed *one, const struct evaluation *e);

void replay_run(struct arena *a, const struct plan *p, const struct trace *t, struct replay *ret);

/* Changes between active and not, in an hour of the trace, times 100. */
uint64_t replay_changes_an_hour(const struct replay *r, const struct replayed *one);

/* 1h2m, 2m3s: to the second, or to the millisecond below a minute. */
const char *duration_print(char *buf, size_t size, uint64_t ns);

/* "86400 samples over 23h59m in 2 traces", a line. */
void recorded_print(FILE *out, uint64_t samples, uint64_t duration_ns, uint32_t traces);

void replay_print(FILE *out, const struct replay *r);
int replay_write_json(FILE *out, const struct replay *r);

#endif
