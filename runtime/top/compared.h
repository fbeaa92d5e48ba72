/* SPDX-License-Identifier: GPL-2.0 */
/* The signals that a rule's row reads now, each beside the numbers that the rule compares it with.
 */
#ifndef MMP_COMPARED_H
#define MMP_COMPARED_H

#include <jansson.h>
#include <stdint.h>

struct compared;
struct installed;
struct rows;

/* A policy's comparisons, which are the same for all rows of a rule; p must stay as long. */
struct compared *compared_new(const struct installed *p);
void compared_free(struct compared *c);

/*
 * A new reference to an array, see snapshot.h. Of a condition that asks for any match of a glob it
 * shows the match that is nearest to making it true.
 */
json_t *compared_describe(const struct compared *c, const struct rows *rows, uint32_t rule,
			  uint32_t row);

#endif
