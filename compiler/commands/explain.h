/* SPDX-License-Identifier: GPL-2.0 */
/* The reference, from the tables that the compiler itself uses. */
#ifndef MMP_EXPLAIN_H
#define MMP_EXPLAIN_H

#include <stdbool.h>
#include <stdio.h>

struct arena;

enum explain_format { EXPLAIN_TEXT, EXPLAIN_MARKDOWN };

/*
 * A code, signal, action, modifier, unit, hook's allocation kind or kernel; or a whole list: codes,
 * signals, actions, modifiers, units, kinds, kernels. False: no such word, and *ret_nearest is the
 * nearest one or NULL.
 */
bool explain_word(struct arena *a, FILE *out, enum explain_format format, const char *word,
		  const char **ret_nearest);

/* Everything there is, one line each. */
void explain_all(FILE *out);

#endif
