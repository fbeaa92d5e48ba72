/* SPDX-License-Identifier: GPL-2.0 */
/* protect: which LRU the kernel uses, and the state of reclaim when it calls the hook. */
#ifndef MMP_PROTECT_H
#define MMP_PROTECT_H

#include "mmp_guard.h"
#include "actions.bpf.h"

#define MMP_PF_KSWAPD 0x00020000 /* of task_struct.flags; the same since 4.13 */

/*
 * Is the multi-generational LRU on? It can be switched while the system runs, so it is read at each
 * tick, from the root's first list.
 */
mmp_inline bool mmp_is_multi_gen(struct mem_cgroup *root)
{
	__u64 node = 0;
	bool is_enabled = false;

	if (!mmp_field_exists(struct mem_cgroup_per_node, lruvec.lrugen.enabled))
		return false;
	if (mmp_read_at((__u64)root, struct mem_cgroup, nodeinfo, &node) || !node ||
	    mmp_read_at(node, struct mem_cgroup_per_node, lruvec.lrugen.enabled, &is_enabled))
		return false;
	return is_enabled;
}

mmp_inline void mmp_note_lru(void)
{
	struct mem_cgroup *root;

	if (!mmp_has(bpf_get_root_mem_cgroup))
		return;
	root = bpf_get_root_mem_cgroup();
	if (!root)
		return;
	mmp_run.is_multi_gen = mmp_is_multi_gen(root);
	bpf_put_mem_cgroup(root);
}

/* Reclaim keeps its state in a struct that contains the one that the task points to. */
mmp_inline struct mmp_reclaimer mmp_reclaimer(void)
{
	struct mmp_reclaimer r = {};
	__u64 task = (__u64)bpf_get_current_task_btf(), state = 0, control, target = 0, parent = 0;
	__u32 flags = 0;
	__s8 priority = 0;

	if (!mmp_field_exists(struct scan_control, reclaim_state) ||
	    !mmp_field_exists(struct scan_control, priority) ||
	    mmp_read_at(task, struct task_struct, reclaim_state, &state) || !state)
		return r;
	control = state - mmp_field_offset(struct scan_control, reclaim_state);
	mmp_read_at(task, struct task_struct, flags, &flags);
	r.is_known = !mmp_read_at(control, struct scan_control, priority, &priority) &&
		     !mmp_read_at(control, struct scan_control, nr_reclaimed, &r.reclaimed) &&
		     !mmp_read_at(control, struct scan_control, target_mem_cgroup, &target);
	if (target)
		mmp_read_at(target, struct mem_cgroup, css.parent, &parent);
	r.priority = priority;
	r.is_global = !parent;
	r.is_kswapd = flags & MMP_PF_KSWAPD;
	return r;
}

/* Whether rules that protect at low may answer as memory.min does in this call. */
mmp_inline bool mmp_is_refusal_due(void)
{
	struct mmp_reclaimer r;

	if (!mmp_run.is_multi_gen)
		return false;
	r = mmp_reclaimer();
	if (mmp_may_refuse(&r))
		return true;
	if (r.is_known && r.is_global)
		__sync_fetch_and_add(&mmp_run.gave_way, 1);
	return false;
}

#endif
