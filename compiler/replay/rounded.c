// SPDX-License-Identifier: GPL-2.0
#include "rounded.h"

/* Sizes are rounded in the largest unit of which they are ten or more. */
static int64_t unit_of(enum quantity q, int64_t value)
{
	int64_t unit = 1;

	if (q != QUANTITY_SIZE && q != QUANTITY_SIZE_RATE)
		return 1;
	while (value / 1024 >= 10 * unit && unit < (int64_t)1 << 40)
		unit *= 1024;
	return unit;
}

static int64_t floor_to(int64_t value, int64_t step)
{
	int64_t rest = value % step;

	return value - (rest < 0 ? rest + step : rest);
}

/* The multiple of step nearest to the middle, if one lies within. */
static bool multiple_between(int64_t step, int64_t low, int64_t high, int64_t *ret)
{
	int64_t middle = low + (high - low) / 2, below = floor_to(middle, step), above;

	if (__builtin_add_overflow(below, step, &above))
		above = below;
	if (below >= low && (above > high || middle - below <= above - middle)) {
		*ret = below;
		return true;
	}
	*ret = above;
	return above >= low && above <= high;
}

int64_t rounded_between(enum quantity q, int64_t low, int64_t high)
{
	static const int64_t parts[] = { 5, 2, 1 };
	int64_t size = high < 0 ? -low : high, unit = unit_of(q, size), value;

	for (int64_t ten = 1000000000000; ten; ten /= 10)
		for (int i = 0; i < 3; i++) {
			int64_t step;

			if (__builtin_mul_overflow(parts[i] * ten, unit, &step))
				continue;
			if (multiple_between(step, low, high, &value))
				return value;
		}
	return low + (high - low) / 2;
}
