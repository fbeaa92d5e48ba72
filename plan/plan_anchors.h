/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Anchors: the cgroups that a plan's memcg_bpf_ops are attached to. A named cgroup is its own; a
 * pattern's is the deepest ancestor that all its matches have. Below an anchor that does not allow
 * override there is no other of the same plan: the hooks find out which group a cgroup belongs to.
 */
#ifndef MMP_PLAN_ANCHORS_H
#define MMP_PLAN_ANCHORS_H

#include "plan.h"

enum plan_claim_kind {
	PLAN_CLAIM_EXCEPT, /* the group does not have what matches, nor what is below it */
	PLAN_CLAIM_MATCH, /* what matches gets a slot of the group */
	PLAN_CLAIM_NAMED, /* it has the group's only slot */
};

/* Which cgroups below an anchor a group has. */
struct plan_claim {
	uint32_t group;
	enum plan_claim_kind kind;
	const char *pattern; /* below the anchor; "" is the anchor itself */
};

struct plan_anchor {
	const char *path; /* with the mount taken as /sys/fs/cgroup */
	struct plan_claim *claims; /* by group; of each, exceptions first */
	uint32_t claim_count;
	unsigned hooks; /* of all its groups */
	bool allow_override; /* some group does */
	bool is_plain; /* one named cgroup: nothing has to be found out */
};

struct plan_anchors {
	struct plan_anchor *list; /* in the order of their first groups */
	uint32_t count;
};

void plan_find_anchors(struct arena *a, const struct plan *p, struct plan_anchors *ret);

/* A group of the anchor, each once; at 0: the first. PLAN_NONE after the last. */
uint32_t plan_anchor_group(const struct plan_anchor *anchor, uint32_t at);

#endif
