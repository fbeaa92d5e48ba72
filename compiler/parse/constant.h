/* SPDX-License-Identifier: GPL-2.0 */
/* Expressions whose value is known when the policy is compiled. */
#ifndef MMP_CONSTANT_H
#define MMP_CONSTANT_H

#include "ast.h"

/* Arithmetic on constants: saturating, as it is when a policy runs. b is ignored for NEG. False for
 * x/0. */
bool constant_apply(enum expr_kind kind, int64_t a, int64_t b, int64_t *ret_value);

/*
 * The value of a resolved expression that reads no signal; a param counts with its default.
 * *ret_param is the param that it consists of, where it is nothing else; may be NULL.
 */
bool expr_constant(const struct expr *e, int64_t *ret_value, const struct param_decl **ret_param);

/* Whether neither a signal nor a param is in it. */
bool expr_is_fixed(const struct expr *e);

/* A percentage of what a signal or a param says, so that it is not known before the policy runs. */
bool expr_is_share(const struct expr *e);

/* The text that an expression stands for, maybe through a define; else NULL. */
const struct word *expr_string(const struct expr *e);

#endif
