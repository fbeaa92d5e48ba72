/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Some rules of one policy on traces, with several sets of params at once: each row of a trace is
 * given once, then every variant takes its step. Other rules are not evaluated, since rules do not
 * read each other.
 */
#ifndef MMP_VARIANTS_H
#define MMP_VARIANTS_H

#include "plan/evaluate.h"
#include "trace.h"

/* What a rule did in all traces and in all its matches. */
struct tally {
	uint64_t watched_ns; /* the time in which it could be active: of each match */
	uint64_t active_ns, changes;
	uint64_t shortest_ns; /* activity that ended; 0: none ended */
	uint64_t active_ticks;
	double delay_sum_ns; /* throttle, over active_ticks; for the mean: only shown */
	int64_t delay_most_ns;
	uint64_t reclaim_bytes; /* reclaim: one step a tick while active, within the budget */
};

struct variants {
	const struct plan *plan;
	uint32_t count;
	struct evaluation *at; /* one a variant, with params of its own */
	/* Called now and then with the rows that are done since the last call; NULL: not. */
	void (*progress)(void *who, uint64_t rows);
	void *who;
};

/* Each variant's params have room for one more than the plan's, at params[param_count]. */
void variants_init(struct variants *v, struct arena *a, const struct plan *p, uint32_t count);

/* Adds to tallies[rule * v->count + variant] what the first `count` variants did in the trace. */
void variants_run(struct variants *v, uint32_t count, struct arena *a, const struct trace *t,
		  const struct plan_rule *const *rules, uint32_t rule_count, struct tally *tallies);

/* Of the time that it was watched, from 0 to 1. */
double tally_share(const struct tally *t);
/* Changes between active and not, in an hour that it was watched. */
double tally_changes_an_hour(const struct tally *t);
/* While active, in ns. */
double tally_delay_mean(const struct tally *t);

/* Whether the rule has a state that a trace can decide. */
bool rule_has_state(const struct plan_rule *r);
/* Whether the rule reads that param, in a condition, a duration or what it does. */
bool rule_reads_param(const struct plan_rule *r, uint32_t param);

#endif
