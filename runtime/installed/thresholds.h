/* SPDX-License-Identifier: GPL-2.0 */
/* What a policy in force compares its signals with, as metrics show it. */
#ifndef MMP_THRESHOLDS_H
#define MMP_THRESHOLDS_H

#include "plan/plan.h"

#include <jansson.h>
#include <stdint.h>

struct installed;

struct threshold {
	uint32_t rule, signal; /* indexes in the manifest */
	int number; /* its place among those of its rule, from 1 */
	const char *clause; /* when, until, or as for the ends of a ramp */
	enum plan_op comparison;
	int64_t value; /* base units; of a param the present one */
};

/* The comparisons of a signal with a constant or a param, rule by rule. */
void thresholds_each(const struct installed *p, void (*each)(const struct threshold *t, void *arg),
		     void *arg);

/* The same as an array: rule, number, clause, comparison, signal, quantity, value. */
json_t *thresholds_describe(const struct installed *p);

#endif
