/* SPDX-License-Identifier: GPL-2.0 */
/* What a policy in force compares its signals with, as metrics show it. */
#ifndef MMP_THRESHOLDS_H
#define MMP_THRESHOLDS_H

#include <jansson.h>

struct installed;

/*
 * The comparisons of a signal with a constant or a param, rule by rule: rule, number (its place
 * among those of its rule), clause (when, until, or as for the ends of a ramp), comparison, signal,
 * quantity, and value in base units: a param's present one.
 */
json_t *thresholds_describe(const struct installed *p);

#endif
