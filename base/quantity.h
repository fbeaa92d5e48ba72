/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one reader of numbers as people write them ("12.5%", "64MiB", "400/s"), to whole base units:
 * bytes, nanoseconds, events per second, bytes per second, hundredths of a percent. What is not a
 * whole number of base units is refused, never rounded.
 */
#ifndef MMP_QUANTITY_H
#define MMP_QUANTITY_H

#include "lang.h"

enum literal_problem {
	LITERAL_OK,
	LITERAL_NOT_A_NUMBER,
	LITERAL_UNKNOWN_UNIT,
	LITERAL_OTHER_UNIT, /* of another quantity */
	LITERAL_NO_UNIT, /* and the quantity has no natural one */
	LITERAL_TOO_LARGE, /* for 64 bits */
	LITERAL_INEXACT, /* not a whole number of base units */
};

/* One unit is numerator / denominator base units. */
struct scale {
	int64_t numerator, denominator;
};

/*
 * The unit that a bare number has beside a value of that quantity: percent, events per second, ...
 * False where there is none: 100 beside a size could be bytes, or MiB.
 */
bool quantity_natural_scale(enum quantity q, struct scale *ret_scale);

/* "12.5" times a scale, exactly. *ret_value is untouched unless LITERAL_OK. */
enum literal_problem literal_scale(const char *digits, size_t len, struct scale scale,
				   int64_t *ret_value);

/* A number with its unit. Without one it is a count. *ret_quantity is the unit's. */
enum literal_problem literal_read(const char *digits, size_t len, const char *unit,
				  enum quantity *ret_quantity, int64_t *ret_value);

/*
 * A whole text as one value of that quantity: "-"? digits unit?, without blanks. A bare number
 * takes the natural unit; 0 needs no unit. *ret_value is untouched unless LITERAL_OK.
 */
enum literal_problem quantity_read(const char *text, enum quantity q, int64_t *ret_value);

/* Why a number of that quantity is LITERAL_INEXACT, to follow "'0.5ns' is ", and what to write. */
const char *quantity_inexact(enum quantity q);
const char *quantity_inexact_hint(enum quantity q);

/* The quantity of that name, as quantity_name() gives it; else QUANTITY_UNKNOWN. */
enum quantity quantity_find(const char *name);

#endif
