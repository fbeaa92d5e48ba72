// SPDX-License-Identifier: GPL-2.0
#include "knee.h"

#define KNEE_MIN 0.1
#define CALM 0.05
#define CALM_POINTS 3

static double range_of(const double *curve, uint32_t count)
{
	double low = curve[0], high = curve[0];

	for (uint32_t i = 1; i < count; i++) {
		low = curve[i] < low ? curve[i] : low;
		high = curve[i] > high ? curve[i] : high;
	}
	return high - low;
}

bool knee_find(const double *curve, uint32_t count, uint32_t *ret_at)
{
	double range = range_of(curve, count), most = KNEE_MIN;
	bool is_found = false;

	for (uint32_t i = 1; range > 0 && i + 1 < count; i++) {
		double line = curve[0] + (curve[count - 1] - curve[0]) * i / (count - 1);
		double away = (curve[i] > line ? curve[i] - line : line - curve[i]) / range;

		if (away > most) {
			most = away;
			*ret_at = i;
			is_found = true;
		}
	}
	return is_found;
}

static bool is_calm(const double *curve, uint32_t count)
{
	double most = 0;

	for (uint32_t i = 0; i < count; i++)
		most = curve[i] > most ? curve[i] : most;
	return range_of(curve, count) <= CALM * most;
}

static uint32_t calm_until(const double *const *curves, uint32_t curve_count, uint32_t count,
			   uint32_t first)
{
	uint32_t last = first;

	while (last + 1 < count && curves[0][last + 1] > 0 && curves[0][last + 1] < 1) {
		for (uint32_t i = 0; i < curve_count; i++)
			if (!is_calm(curves[i] + first, last - first + 2))
				return last;
		last++;
	}
	return last;
}

bool calm_find(const double *const *curves, uint32_t curve_count, uint32_t count,
	       uint32_t *ret_first, uint32_t *ret_last)
{
	uint32_t most = CALM_POINTS - 1;

	for (uint32_t first = 0; first < count; first++) {
		uint32_t last;

		if (curves[0][first] <= 0 || curves[0][first] >= 1)
			continue;
		last = calm_until(curves, curve_count, count, first);
		if (last - first + 1 > most) {
			most = last - first + 1;
			*ret_first = first;
			*ret_last = last;
		}
	}
	return most >= CALM_POINTS;
}
