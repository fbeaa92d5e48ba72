/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The cgroups that a policy's groups stand for, slot by slot, below a folder that is the cgroup2
 * mount (or a made tree). Follows cgroups that appear, go, or are made anew under their path.
 */
#ifndef MMP_PLACES_H
#define MMP_PLACES_H

#include <stdbool.h>
#include <stdint.h>

#include "bpf-templates/mmp_abi.h"
#include "installed/run_dir.h"
#include "machine/cgroup_match.h"
#include "plan/plan.h"

struct arena;

#define PLACE_PATH RUN_PLACE_PATH

struct cgroup_place {
	char path[PLACE_PATH]; /* below the root, without a leading slash; "" is the root */
	int dir; /* -1: it does not exist */
	uint64_t id; /* the inode number of its folder */
	uint32_t generation; /* another number means another cgroup */
	bool is_seen; /* by the walk over a glob's matches */
};

/* A group, as bound. */
struct place_group {
	char path[PLACE_PATH]; /* of a glob: its paths and exceptions, for people */
	struct match_set matches; /* of a glob */
	uint32_t seen; /* so many of its rows, from the first on, have ever been in use */
};

struct places {
	const struct plan *plan;
	int root;
	struct cgroup_place *rows; /* plan->slot_rows */
	struct place_group *groups; /* plan->group_count */
	struct arena *arena; /* for what binding needs */
	uint32_t *by_id; /* 1 + row, or 0: the glob's that is looked at, by the ids of cgroups */
	uint32_t by_id_mask, next_free;
	uint64_t lost; /* matches that found no free slot, at the last look */
};

/* `root` stays the caller's. The paths are the plan's until places_bind(). */
void places_init(struct places *p, struct arena *a, const struct plan *plan, int root);
void places_finish(struct places *p);
/*
 * Another path for a group, below the root; it may be a pattern where the group is a glob, whose
 * exceptions stay. False where it cannot be used; *ret_problem says why, as the end of a sentence.
 */
bool places_bind(struct places *p, uint32_t group, const char *path, const char **ret_problem);
/*
 * How many of `rows` rows, one for each slot of the group, can have anything to show: a glob has
 * room for hundreds of cgroups, and most have a few. PLAN_NONE and a single row: all.
 */
uint32_t places_rows(const struct places *p, uint32_t group, uint32_t rows);
/*
 * Look again at which cgroups exist; true where anything changed. Allocates nothing. `slots`, if
 * given, are kept as mmp_abi.h describes.
 */
bool places_follow(struct places *p, struct mmp_slot *slots, uint64_t now);

#endif
