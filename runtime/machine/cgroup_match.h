/* SPDX-License-Identifier: GPL-2.0 */
/* The cgroups that a group of a plan stands for, found by a walk over the tree. */
#ifndef MMP_CGROUP_MATCH_H
#define MMP_CGROUP_MATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/pattern.h"

struct cgroup_mount;
struct failure;
struct plan_group;

/* The patterns of a group, of paths below the mount. An exception has two, itself and all below. */
struct match_set {
	struct mmp_pattern *in, *out;
	uint32_t in_count, out_count;
};

/*
 * `bound`, or NULL, replaces the paths by one that may be a pattern; the exceptions stay. False
 * where it cannot be used; *ret_problem says why, as the end of a sentence.
 */
bool match_set_init(struct match_set *s, struct arena *a, const struct plan_group *g,
		    const char *bound, const char *mount, const char **ret_problem);
bool match_set_has(const struct match_set *s, const char *path);
bool match_set_leads_below(const struct match_set *s, const char *path);

/*
 * Calls each(depth, id, dir) for the group's matches (depth 0) and for what is below them and is
 * not left out, from the top, until it returns something other than 0. dir is the open directory,
 * and stays the walk's.
 */
int cgroup_each_match(const struct cgroup_mount *m, const struct plan_group *g, const char *bound,
		      int (*each)(unsigned depth, uint64_t id, int dir, void *arg), void *arg,
		      struct failure *f);

#endif
