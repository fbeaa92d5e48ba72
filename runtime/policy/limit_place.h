/* SPDX-License-Identifier: GPL-2.0 */
/* Which limit the effective limit of a cgroup is, for people and programs. */
#ifndef MMP_LIMIT_PLACE_H
#define MMP_LIMIT_PLACE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct cgroup_mount;
struct plan;
struct plan_rule;

/* Whether a rule is about a share of what its cgroup can get, or of that size itself. */
bool limit_matters(const struct plan *p, const struct plan_rule *r);
/*
 * { bytes, text, file } of the cgroup at `path` below the mount; file is the memory.max that it
 * has, or /proc/meminfo. NULL where it is gone or nothing is known.
 */
json_t *limit_place(const struct cgroup_mount *m, const char *path);

#endif
