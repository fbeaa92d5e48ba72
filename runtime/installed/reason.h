/* SPDX-License-Identifier: GPL-2.0 */
/* "Why did nothing happen?", in words. */
#ifndef MMP_REASON_H
#define MMP_REASON_H

#include <jansson.h>
#include <stdint.h>

struct cgroup_mount;
struct installed;
struct rows;

/*
 * Sentences about one row of a rule, most telling first: what its state machine waits for, which
 * signals are unknown, and if it is active and never acted, why that can be. A new reference to an
 * array of strings, empty where there is nothing to say. `rule` is the index in the manifest, `row`
 * the row within the rule (0 .. rows - 1); p->manifest must not be NULL.
 */
json_t *reason_list(const struct rows *r, const struct installed *p,
		    const struct cgroup_mount *mount, uint32_t rule, uint32_t row);

#endif
