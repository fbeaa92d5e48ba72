/* SPDX-License-Identifier: GPL-2.0 */
/* Where a curve turns, and where it is calm. */
#ifndef MMP_KNEE_H
#define MMP_KNEE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The point of a curve of evenly spaced points that is furthest from the straight line between its
 * ends, with the curve's own range as the unit. False where it is flat, or nearly that line: no
 * point is further than a tenth.
 */
bool knee_find(const double *curve, uint32_t count, uint32_t *ret_at);

/*
 * The longest stretch, of three points or more, in which no curve falls by more than a twentieth of
 * what it reaches there, and curve 0 is between 0 and 1: where the choice matters least.
 */
bool calm_find(const double *const *curves, uint32_t curve_count, uint32_t count,
	       uint32_t *ret_first, uint32_t *ret_last);

#endif
