/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Globs: one attachment to the parent. A cgroup that comes online below it and matches claims a
 * slot and gives it back when it goes offline; what comes online below a match shares the match's
 * slot.
 */
#ifndef MMP_CLAIMS_H
#define MMP_CLAIMS_H

#include "actions.bpf.h"
#include "mmp_glob.h"

struct {
	__uint(type, BPF_MAP_TYPE_CGRP_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct mmp_claim);
} mmp_claims SEC(".maps");

/* Where a glob's slots are, and which names match it. */
struct mmp_glob {
	__u32 group, base, rows;
	char pattern[MMP_PATTERN_ROOM];
};

mmp_inline __u64 mmp_id_of(struct cgroup *c)
{
	return c->kn->id;
}

mmp_inline struct mmp_claim *mmp_claim_of(struct cgroup *c, __u64 flags)
{
	return bpf_cgrp_storage_get(&mmp_claims, c, (void *)0, flags);
}

mmp_inline __u64 mmp_glob_parent(__u32 group)
{
	struct mmp_group *g = bpf_map_lookup_elem(&mmp_groups, &group);

	return g ? g->cgroup_id : 0;
}

/*
 * The slot of a cgroup that was below a match before the policy was loaded: the nearest ancestor's.
 * Slot + 1, or 0.
 */
mmp_far __u32 mmp_climb(struct mem_cgroup *memcg, __u32 group)
{
	struct cgroup_subsys_state *css = memcg->css.parent;
	__u64 top = mmp_glob_parent(group);
	struct mmp_claim *claim;
	int i;

	for (i = 0; i < 16; i++) {
		if (!css || mmp_id_of(css->cgroup) == top)
			return 0;
		claim = mmp_claim_of(css->cgroup, 0);
		if (claim && claim->slot)
			return claim->slot;
		css = css->parent;
	}
	return 0;
}

/* The slot that a hook's cgroup belongs to, plus 1; 0: none. */
mmp_inline __u32 mmp_claimed(struct mem_cgroup *memcg, __u32 group)
{
	struct mmp_claim *claim = mmp_claim_of(memcg->css.cgroup, 0);

	return claim ? claim->slot : mmp_climb(memcg, group);
}

/*
 * Where the search for a free slot begins: after the slot that was given last. From the first slot
 * it would pass all used ones each time, and loading would take time quadratic in the number of
 * cgroups. Only a hint.
 */
__u32 mmp_next_slot;

struct mmp_search {
	__u32 base, rows, start, found; /* found: slot + 1 */
	__u64 cgroup_id;
};

static long mmp_try_slot(__u32 i, struct mmp_search *s)
{
	__u32 at = s->start + i, index = s->base + (at < s->rows ? at : at - s->rows);
	struct mmp_slot *slot = mmp_slot(index);

	if (!slot || __sync_val_compare_and_swap(&slot->state, MMP_SLOT_FREE, MMP_SLOT_USED))
		return 0;
	slot->generation++;
	slot->claimed_ns = bpf_ktime_get_ns();
	slot->cgroup_id = s->cgroup_id;
	s->found = index + 1;
	return 1;
}

mmp_inline void mmp_free_slot(__u32 index)
{
	struct mmp_slot *s = mmp_slot(index);
	struct mmp_verdict *v = mmp_verdict(index);

	if (!s)
		return;
	s->cgroup_id = 0;
	if (v)
		mmp_close_gates(v);
	__sync_lock_test_and_set(&s->state, MMP_SLOT_FREE);
}

/* A free slot for a new match. Slot + 1, or 0. */
mmp_inline __u32 mmp_take_slot(__u32 base, __u32 rows, __u64 cgroup_id)
{
	struct mmp_search s = { .base = base, .rows = rows, .cgroup_id = cgroup_id };

	s.start = mmp_next_slot < rows ? mmp_next_slot : 0;
	bpf_loop(rows, mmp_try_slot, &s, 0);
	if (s.found)
		mmp_next_slot = s.found - base;
	else
		__sync_fetch_and_add(&mmp_run.slots_lost, 1);
	return s.found;
}

/* Write it into the claim; another CPU may have been faster. */
mmp_inline __u32 mmp_settle(struct mmp_claim *claim, __u32 slot)
{
	__u32 other;

	if (!slot)
		return 0;
	other = claim ? __sync_val_compare_and_swap(&claim->slot, 0, slot) : 0;
	if (claim && !other)
		return slot;
	mmp_free_slot(slot - 1);
	return other;
}

/*
 * Cgroups come online one at a time, so this may be a global; on the stack the verifier would
 * follow every value that the positions in the two texts can have.
 */
struct mmp_matching mmp_matching;

static long mmp_match_step(__u32 i, const struct mmp_glob **glob)
{
	return mmp_glob_step(&mmp_matching, (*glob)->pattern);
}

mmp_inline bool mmp_matches(struct cgroup *c, const struct mmp_glob *glob)
{
	struct mmp_matching *m = &mmp_matching;

	if (bpf_probe_read_kernel_str(m->name, sizeof(m->name), c->kn->name) <= 0)
		return false;
	m->at = m->star_at = m->pattern = m->star = m->is_match = 0;
	bpf_loop(MMP_GLOB_STEPS, mmp_match_step, &glob, 0);
	return m->is_match;
}

mmp_inline void mmp_online(struct mem_cgroup *memcg, const struct mmp_glob *glob)
{
	struct cgroup *c = memcg->css.cgroup, *parent;
	struct mmp_claim *claim, *above;

	if (!memcg->css.parent)
		return;
	parent = memcg->css.parent->cgroup;
	if (mmp_id_of(parent) == mmp_glob_parent(glob->group)) {
		if (!mmp_matches(c, glob))
			return;
		claim = mmp_claim_of(c, BPF_LOCAL_STORAGE_GET_F_CREATE);
		if (claim)
			mmp_settle(claim, mmp_take_slot(glob->base, glob->rows, mmp_id_of(c)));
		return;
	}
	above = mmp_claim_of(parent, 0);
	claim = above ? mmp_claim_of(c, BPF_LOCAL_STORAGE_GET_F_CREATE) : (struct mmp_claim *)0;
	if (claim)
		claim->slot = above->slot;
}

mmp_inline void mmp_offline(struct mem_cgroup *memcg)
{
	struct cgroup *c = memcg->css.cgroup;
	struct mmp_claim *claim = mmp_claim_of(c, 0);
	struct mmp_slot *slot;

	if (!claim || !claim->slot)
		return;
	slot = mmp_slot(claim->slot - 1);
	if (slot && slot->cgroup_id == mmp_id_of(c))
		mmp_free_slot(claim->slot - 1);
	bpf_cgrp_storage_delete(&mmp_claims, c);
}

/* For a cgroup that existed before: as if it had come online now. */
mmp_inline __u32 mmp_adopt_one(__u64 cgroup_id, const struct mmp_glob *glob)
{
	struct mmp_claim *claim, *above = (struct mmp_claim *)0;
	struct cgroup *c, *parent;
	__u32 slot = 0;

	if (!mmp_has(bpf_cgroup_from_id) || !mmp_has(bpf_cgroup_ancestor))
		return 0;
	c = bpf_cgroup_from_id(cgroup_id);
	if (!c)
		return 0;
	parent = bpf_cgroup_ancestor(c, c->level - 1);
	if (parent) {
		if (mmp_id_of(parent) != mmp_glob_parent(glob->group))
			above = mmp_claim_of(parent, 0);
		else
			slot = mmp_take_slot(glob->base, glob->rows, cgroup_id);
		claim = mmp_claim_of(c, BPF_LOCAL_STORAGE_GET_F_CREATE);
		if (above && claim)
			slot = claim->slot = above->slot;
		else if (slot)
			slot = mmp_settle(claim, slot);
		bpf_cgroup_release(parent);
	}
	bpf_cgroup_release(c);
	return slot;
}

#endif
