/* SPDX-License-Identifier: GPL-2.0 */
/* A rule's condition, evaluated on the values that its policy's maps hold now. */
#ifndef MMP_CONDITION_H
#define MMP_CONDITION_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct installed;
struct rows;

/*
 * Append a sentence for each part of `when`, or of `until`, that is not true now, with the values
 * that it has read: "false now: (web.psi > 10%); web.psi is 3%". The parts are what `and` joins.
 */
void condition_explain(const struct rows *r, const struct installed *p, uint32_t rule, uint32_t row,
		       bool is_until, json_t *list);

#endif
