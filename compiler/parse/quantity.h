/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers as people write them, to base units. */
#ifndef MMP_QUANTITY_H
#define MMP_QUANTITY_H

#include "ast.h"

enum literal_problem {
	LITERAL_OK,
	LITERAL_UNKNOWN_UNIT,
	LITERAL_TOO_LARGE, /* for 64 bits */
	LITERAL_INEXACT, /* not a whole number of base units */
};

/* A unit's worth: numerator / denominator base units. */
struct scale {
	int64_t numerator, denominator;
};

/*
 * The unit that a bare number has beside a value of that quantity: percent, events per second, ...
 * False where there is none: nobody can tell what 100 is beside a size.
 */
bool quantity_natural_scale(enum quantity q, struct scale *ret_scale);

/* "12.5" times a scale, exactly. *ret_value is untouched unless LITERAL_OK. */
enum literal_problem literal_scale(const char *digits, size_t len, struct scale scale,
				   int64_t *ret_value);

/* A number with its unit. Without one it is a count. */
enum literal_problem literal_read(const struct word *digits, const char *unit,
				  enum quantity *ret_quantity, int64_t *ret_value);

/* Arithmetic on constants: saturating, as it is when a policy runs. b is ignored for NEG. False for
 * x/0. */
bool constant_apply(enum expr_kind kind, int64_t a, int64_t b, int64_t *ret_value);

/*
 * The value of a resolved expression that reads no signal; a param counts with its default.
 * *ret_param is the param that it consists of, where it is nothing else; may be NULL.
 */
bool expr_constant(const struct expr *e, int64_t *ret_value, const struct param_decl **ret_param);

/* The text that an expression is, maybe by way of a define; else NULL. */
const struct word *expr_string(const struct expr *e);

#endif
