/* SPDX-License-Identifier: GPL-2.0 */
/*
 * thp: what the rules answer to one call of the kernel. The sampler has decided every rule; here
 * only the conditions about the call are evaluated. An answer is never negative, because one
 * revision of the hook leaves that undefined.
 */
#ifndef MMP_THP_H
#define MMP_THP_H

#include "actions.bpf.h"
#include "sizes.bpf.h"
#ifdef MMP_HAS_GLOB
#include "claims.bpf.h"
#endif

enum mmp_thp_kind {
#define THP_KIND(id, word, kernel, help) MMP_KIND_##id,
#include "actions.def"
	MMP_KIND_COUNT
};

enum mmp_advice {
#define ADVICE(id, word) MMP_ADVICE_##id,
#include "actions.def"
	MMP_ADVICE_COUNT
};

#define MMP_VM_HUGEPAGE 0x20000000UL
#define MMP_VM_NOHUGEPAGE 0x40000000UL

struct mmp_thp {
	struct vm_area_struct *vma;
	struct task_struct *owner; /* of the memory; may be NULL */
	__u64 orders; /* offered, a bit each */
	__u32 kind; /* 1 << MMP_KIND_* */
	__u64 withheld; /* of these, unless a rule decides */
	/* The rule that decides so far, or that withholds: */
	bool is_decided;
	__u32 row;
	__s64 priority;
	int order;
};

#define MMP_IS_TVA(type, name)                                                                     \
	(mmp_enum_exists(enum tva_type, name) && (type) == mmp_enum_value(enum tva_type, name))

mmp_inline __u32 mmp_kind_of(__u64 type)
{
	if (MMP_IS_TVA(type, TVA_SWAP_PAGEFAULT))
		return 1u << MMP_KIND_SWAP;
	if (MMP_IS_TVA(type, TVA_PAGEFAULT))
		return 1u << MMP_KIND_PAGEFAULT;
	if (MMP_IS_TVA(type, TVA_KHUGEPAGED))
		return 1u << MMP_KIND_KHUGEPAGED;
	if (MMP_IS_TVA(type, TVA_FORCED_COLLAPSE))
		return 1u << MMP_KIND_COLLAPSE;
	return 0; /* a read of /proc/PID/smaps, or a type that we do not know: not ours to decide */
}

/* The orders of an answer that the kernel will allow: it reads its settings after the hook. */
mmp_inline __u64 mmp_offered(const struct vm_area_struct *vma, __u64 type, __u64 orders)
{
	if (vma->vm_ops) /* not anonymous */
		return orders;
	if (type != mmp_enum_value(enum tva_type, TVA_FORCED_COLLAPSE))
		orders &= vma->vm_flags & MMP_VM_HUGEPAGE ? mmp_sizes.advised : mmp_sizes.plain;
	return orders &
	       ((2ULL << mmp_fitting_order(vma->vm_start, vma->vm_end, MMP_PAGE_SHIFT)) - 1);
}

/* False where no rule is to be evaluated. */
mmp_inline bool mmp_thp_begin(struct mmp_thp *t, unsigned long long *ctx)
{
	struct mm_struct *mm;

	mmp_count_call(0, MMP_HOOK_GET_ORDER); /* it has no slot of its own */
	*t = (struct mmp_thp){ .kind = mmp_kind_of(ctx[1]) };
	t->vma = (struct vm_area_struct *)ctx[0];
	t->orders = mmp_offered(t->vma, ctx[1], ctx[2]);
	if (!t->kind || !mmp_config.is_armed)
		return false;
	mm = t->vma->vm_mm;
	if (mm)
		t->owner = mm->owner;
	return true;
}

/* Whether the rule applies to this call, if its conditions for the call hold. */
mmp_inline bool mmp_thp_asks(const struct mmp_thp *t, __u32 row, __u32 kinds,
			     enum mmp_thp_answer answer)
{
	return t->kind & kinds && (answer == MMP_THP_EXACT || mmp_is_active(row));
}

/* The highest priority decides; among equals the first in the file. */
mmp_inline void mmp_thp_decide(struct mmp_thp *t, __u32 row, __s64 priority,
			       enum mmp_thp_answer answer, __s64 order)
{
	if (answer == MMP_THP_EXACT && !mmp_is_active(row)) {
		t->withheld |= mmp_thp_withheld(answer, order);
		if (!t->is_decided)
			t->row = row;
		return;
	}
	if (t->is_decided && priority <= t->priority)
		return;
	t->is_decided = true;
	t->row = row;
	t->priority = priority;
	t->order = mmp_thp_order(answer, order, t->orders);
}

mmp_inline int mmp_thp_end(const struct mmp_thp *t)
{
	int usual = mmp_highest_order(t->orders);
	int order = t->is_decided ? t->order : mmp_highest_order(t->orders & ~t->withheld);

	if (order != usual)
		mmp_acted(t->row, 0);
	return mmp_is_enforced() ? order : usual;
}

/* The values that a call's conditions read. */

union mmp_comm {
	char bytes[16]; /* with a NUL where it is shorter */
	__u64 words[2];
};

/* Without a branch a byte: the verifier would follow the rest of the hook from each anew. */
mmp_inline enum mmp_truth mmp_comm_is(const struct mmp_thp *t, const char *name, __u32 len)
{
	union mmp_comm comm = {}, wanted = {}, mask = {};
	__u32 i;

	if (!t->owner || bpf_probe_read_kernel(&comm, sizeof(comm), t->owner->comm))
		return MMP_UNKNOWN;
#pragma clang loop unroll(full)
	for (i = 0; i < 16 && i <= len; i++) {
		wanted.bytes[i] = name[i];
		mask.bytes[i] = -1;
	}
	if (((comm.words[0] & mask.words[0]) ^ wanted.words[0]) |
	    ((comm.words[1] & mask.words[1]) ^ wanted.words[1]))
		return MMP_FALSE;
	return MMP_TRUE;
}

mmp_inline struct mmp_value mmp_call_PID(const struct mmp_thp *t)
{
	return t->owner ? mmp_known(t->owner->tgid) : mmp_unknown();
}

mmp_inline struct mmp_value mmp_call_UID(const struct mmp_thp *t)
{
	return t->owner ? mmp_known(t->owner->cred->uid.val) : mmp_unknown();
}

mmp_inline struct mmp_value mmp_call_VMA_ANON(const struct mmp_thp *t)
{
	return mmp_known(!t->vma->vm_ops);
}

mmp_inline struct mmp_value mmp_call_VMA_SIZE(const struct mmp_thp *t)
{
	return mmp_known(t->vma->vm_end - t->vma->vm_start);
}

mmp_inline struct mmp_value mmp_call_VMA_ADVICE(const struct mmp_thp *t)
{
	unsigned long flags = t->vma->vm_flags;

	return mmp_known(flags & MMP_VM_HUGEPAGE     ? MMP_ADVICE_HUGEPAGE
			 : flags & MMP_VM_NOHUGEPAGE ? MMP_ADVICE_NOHUGEPAGE
						     : MMP_ADVICE_NONE);
}

mmp_inline struct mmp_value mmp_call_ORDERS(const struct mmp_thp *t)
{
	return mmp_known(mmp_highest_order(t->orders));
}

/* The pid that mmpctl found for a process of the manifest; 0: it found none. */
mmp_inline enum mmp_truth mmp_pid_is(const struct mmp_thp *t, __u32 process)
{
	__s32 pid = process < MMP_PROCESSES_MAX ? mmp_config.pids[process] : 0;

	if (!t->owner || !pid)
		return MMP_UNKNOWN;
	return t->owner->tgid == pid ? MMP_TRUE : MMP_FALSE;
}

/* Is the process in the slot's cgroup or below? */
mmp_inline enum mmp_truth mmp_in_cgroup(const struct mmp_thp *t, __u32 slot)
{
	struct mmp_slot *s = mmp_slot(slot);
	struct mmp_verdict *v = mmp_verdict(slot);
	struct cgroup *c = (struct cgroup *)0;
	void *ancestor = (void *)0, *node = (void *)0;
	__u64 id = 0, level;

	if (t->owner && t->owner->cgroups)
		c = t->owner->cgroups->dfl_cgrp;
	if (!c || !s || !s->cgroup_id || !v)
		return MMP_UNKNOWN;
	level = v->level & 0xff; /* the verifier requires a bound */
	if (c->level < (int)level)
		return MMP_FALSE;
	bpf_probe_read_kernel(&ancestor, sizeof(ancestor),
			      (void *)c + mmp_field_offset(struct cgroup, ancestors) +
				      level * sizeof(ancestor));
	bpf_probe_read_kernel(&node, sizeof(node), ancestor + mmp_field_offset(struct cgroup, kn));
	bpf_probe_read_kernel(&id, sizeof(id), node + mmp_field_offset(struct kernfs_node, id));
	return id == s->cgroup_id ? MMP_TRUE : MMP_FALSE;
}

#ifdef MMP_HAS_GLOB
/* Is it in any match of a glob? */
mmp_inline enum mmp_truth mmp_in_match(const struct mmp_thp *t, __u32 base, __u32 rows)
{
	struct mmp_claim *claim;

	if (!t->owner || !t->owner->cgroups || !t->owner->cgroups->dfl_cgrp)
		return MMP_UNKNOWN;
	claim = mmp_claim_of(t->owner->cgroups->dfl_cgrp, 0);
	if (!claim || claim->slot <= base || claim->slot > base + rows)
		return MMP_FALSE;
	return MMP_TRUE;
}
#endif

#endif
