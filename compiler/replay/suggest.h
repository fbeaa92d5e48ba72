/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For each threshold of a policy, a number that a signal is compared with: what the signal was in
 * recordings, and at which numbers the rule would have been active for a given share of the time.
 */
#ifndef MMP_SUGGEST_H
#define MMP_SUGGEST_H

#include <stdio.h>

#include "report/source.h"
#include "samples.h"
#include "variants.h"

/* As written, one a share, and the middle of the widest gap. */
#define SUGGEST_SHARES 3
#define SUGGEST_VALUES_MAX (SUGGEST_SHARES + 2)

extern const double suggest_shares[SUGGEST_SHARES];

enum suggest_why { SUGGEST_WRITTEN, SUGGEST_SHARE, SUGGEST_GAP };

struct suggest_value {
	enum suggest_why why;
	uint32_t share; /* SUGGEST_SHARE: which of suggest_shares */
	bool is_reached; /* else no number makes the rule active for about that share */
	int64_t value;
	int64_t exact; /* SUGGEST_SHARE: before it was rounded */
	struct tally tally;
};

struct suggest_threshold {
	const struct plan_rule *rule;
	struct plan_expr *comparison, *bound; /* bound: the number or param that is moved */
	const struct plan_expr *signal; /* the other side */
	enum plan_op op; /* with the signal at the left */
	uint32_t param; /* PLAN_NONE: a number */
	struct samples samples;
	int64_t gap_low, gap_high; /* seen at both ends and not between; equal: there is none */
	struct tally least, most; /* of all numbers tried */
	struct suggest_value values[SUGGEST_VALUES_MAX];
	uint32_t value_count;
};

struct suggest {
	const struct plan *plan;
	const struct sources *sources; /* the policy's text, for places and for what to write */
	const struct trace *traces;
	uint32_t trace_count;
	uint64_t samples, duration_ns;
	struct suggest_threshold *thresholds;
	uint32_t count;
	/* Comparisons whose bound is computed, or that ask for one value: nothing to move. */
	const struct plan_expr **left_out;
	uint32_t left_out_count;
	struct variants variants;
};

/* After plan, sources and traces: find the thresholds of rules that a trace can decide. */
void suggest_begin(struct suggest *s, struct arena *a);
/* One threshold's answers. The plan is as before afterwards. */
void suggest_one(struct suggest *s, struct arena *a, uint32_t which);

enum quantity suggest_quantity(const struct suggest *s, const struct suggest_threshold *t);
/* What is written with that number: the comparison, or "busy=400/s" for a param. */
const char *suggest_text(const struct suggest *s, struct arena *a,
			 const struct suggest_threshold *t, int64_t value);
/* A comparison as it is written, without line ends and comments. */
const char *suggest_written(const struct suggest *s, struct arena *a, const struct plan_expr *x);

void suggest_print(FILE *out, const struct suggest *s, struct arena *a);
int suggest_write_json(FILE *out, const struct suggest *s, struct arena *a);

#endif
