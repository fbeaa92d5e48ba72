/* SPDX-License-Identifier: GPL-2.0 */
/* The values that one side of a comparison had in traces, sorted. */
#ifndef MMP_SAMPLES_H
#define MMP_SAMPLES_H

#include "plan/evaluate.h"
#include "trace.h"

struct samples {
	int64_t *sorted;
	uint64_t count, unknown; /* unknown: rows without a value */
	int64_t *distinct; /* ascending */
	uint32_t distinct_count;
};

/*
 * Of the rule's every match. Where the rule asks for any match of a glob, the value that decides:
 * the greatest, or the least where `wants_least`.
 */
void samples_take(struct samples *s, struct arena *a, struct evaluation *e,
		  const struct plan_rule *r, const struct plan_expr *x, bool wants_least,
		  const struct trace *traces, uint32_t trace_count);

/* The value below which that share of the samples is, from 0 to 1; there is at least one sample. */
int64_t samples_quantile(const struct samples *s, double share);
/* The share of the samples that are at most that. */
double samples_share(const struct samples *s, int64_t most);

#endif
