/* SPDX-License-Identifier: GPL-2.0 */
/*
 * protect, without hooks: memory.low (or memory.min) of the target, and what it needs of every
 * ancestor. A value has no effect unless every ancestor grants it; what an ancestor grants beyond
 * the claims below it goes to the siblings. So each ancestor is raised by exactly the sum of the
 * claims below it, and follows it.
 */
#ifndef MMP_PROTECT_H
#define MMP_PROTECT_H

#include "grants.h"
#include "hand.h"
#include "places.h"

struct arena;

enum protect_level { PROTECT_LOW, PROTECT_MIN, PROTECT_LEVELS };

/* Beside the levels: min as well, where its files can be had. */
#define PROTECT_MAY_MIN (1u << PROTECT_LEVELS)

#define PROTECT_NONE (-1)
#define PROTECT_ALL INT64_MAX /* "max" */

/* One cgroup that is protected, or that has protected ones below it. */
struct protect_node {
	char path[PLACE_PATH]; /* below the root; empty: the node is free */
	uint64_t id;
	uint32_t depth; /* 1: below the root, where no grant is needed */
	uint32_t users; /* slots that are this node or below it */
	struct protect_node *parent; /* NULL: the root */
	struct protect_node *next; /* of the same depth */
	struct hand hands[PROTECT_LEVELS]; /* of a target */
	struct grant grants[PROTECT_LEVELS]; /* of one that only has targets below it */
	/* Computed at each tick: */
	int64_t own[PROTECT_LEVELS]; /* PROTECT_NONE, bytes, or PROTECT_ALL */
	int64_t used; /* how much of `own` is in use, for the ancestors */
	int64_t below[PROTECT_LEVELS]; /* what children need on top of the old values */
};

struct protect {
	struct hands *hands;
	struct protect_node *nodes;
	uint32_t node_count;
	struct protect_node **slots; /* plan->slot_rows: a slot's own node; NULL: none */
	struct protect_node **by_depth;
	uint32_t slot_count;
	bool is_limited; /* an ancestor may not be written: it does not grant */
	char limited_by[PLACE_PATH];
};

#define PROTECT_DEPTH_MAX 32

void protect_init(struct protect *p, struct arena *a, struct hands *hands, uint32_t slot_count);
/*
 * From now on slot `slot` is this cgroup: its node and its ancestors' are made, and their files
 * claimed. `levels`: 1 << PROTECT_*. Returns 0 or -errno: -EBUSY where another policy writes one of
 * them.
 */
int protect_enter(struct protect *p, uint32_t slot, const char *path, unsigned levels);
void protect_leave(struct protect *p, uint32_t slot);

/* At each tick: begin, set the value for each protected slot, then write the differences. */
void protect_begin(struct protect *p);
void protect_want(struct protect *p, uint32_t slot, enum protect_level level, int64_t bytes,
		  int64_t usage);
void protect_apply(struct protect *p, uint64_t now);

#endif
