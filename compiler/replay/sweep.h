/* SPDX-License-Identifier: GPL-2.0 */
/* A policy on the same traces with one or two params at many values. */
#ifndef MMP_SWEEP_H
#define MMP_SWEEP_H

#include <stdio.h>

#include "variants.h"

#define SWEEP_AXES 2
#define SWEEP_VALUES_MAX 1000
#define SWEEP_POINTS_MAX 10000 /* of both axes together */

struct sweep_axis {
	uint32_t param;
	int64_t *values; /* ascending */
	uint32_t count;
	bool is_geometric; /* by equal factors, not equal distances */
};

/* Where the curve of a rule turns along the first axis, for one value of the second. */
struct sweep_turn {
	bool has_knee, has_calm;
	uint32_t knee, calm_first, calm_last; /* indexes of the first axis's values */
	int64_t calm_value; /* a round value in the middle of the calm stretch */
};

struct sweep_rule {
	const struct plan_rule *rule;
	struct tally *points; /* [second * axes[0].count + first] */
	struct sweep_turn *turns; /* one a value of the second axis, or one */
};

struct sweep {
	const struct plan *plan;
	struct sweep_axis axes[SWEEP_AXES];
	uint32_t axis_count, points;
	struct sweep_rule *rules;
	uint32_t rule_count;
	uint32_t trace_count;
	uint64_t samples, duration_ns;
	struct variants variants;
	struct tally *tallies;
};

/*
 * Values from low to high: by equal factors where high is a hundred times low or more, each rounded
 * within a quarter of its distance to the next. Equal ones are there once.
 */
void sweep_axis_fill(struct sweep_axis *axis, struct arena *a, const struct plan *p, uint32_t param,
		     int64_t low, int64_t high, uint32_t steps);

/* After the axes: find the rules that read the params. False where there is none. */
bool sweep_begin(struct sweep *s, struct arena *a, const struct plan *p);
/* How many values of the second axis there are; 1 without one. */
uint32_t sweep_lines(const struct sweep *s);
void sweep_trace(struct sweep *s, struct arena *a, const struct trace *t);
void sweep_end(struct sweep *s, struct arena *a);

void sweep_print(FILE *out, const struct sweep *s);
int sweep_write_json(FILE *out, const struct sweep *s);
void sweep_svg(FILE *out, const struct sweep *s, const char *title);

#endif
