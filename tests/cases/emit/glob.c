/* The rules' conditions. */
/* protect pods when pgmajfault_rate > 20 and self.usage < 10MiB */
#line 3 "policy-0.mmp"
mmp_global enum mmp_truth r_protect_pods_1_when(__u32 i) { return mmp_gt(mmp_signal((0 + i)), mmp_known(20)); }
#line 3 "policy-0.mmp"
mmp_inline enum mmp_truth r_protect_pods_1_call(__u32 i, struct mem_cgroup *memcg) { return mmp_lt(mmp_self_USAGE(memcg), mmp_known(10485760)); }
#line 3 "policy-0.mmp"
mmp_inline int r_protect_pods_1_evaluate(__u32 i, __u64 now) { struct mmp_timing t = { .has_until = 0 }; int fired = mmp_step((0 + i), r_protect_pods_1_when(i), MMP_FALSE, &t, now); return fired; }
#line 71 "mmpc.bpf.c"

/* notify "a pod thrashes" at warning when pods.refault_rate > 1000 */
#line 4 "policy-0.mmp"
mmp_global enum mmp_truth r_notify_1_when(__u32 i) { return mmp_gt(mmp_signal((4096 + i)), mmp_known(1000)); }
#line 4 "policy-0.mmp"
static long r_notify_1_any_when(__u32 n, struct mmp_any *any) { __u32 row = mmp_walk_on(&any->walk); if (row && mmp_is_used(0 + row - 1)) mmp_any_add(any, r_notify_1_when(row - 1), row - 1); return mmp_walk_ends(&any->walk); }
#line 4 "policy-0.mmp"
mmp_far int r_notify_1_event(__u32 i, __u32 slot, __u64 now) { struct mmp_event *e = mmp_event_begin(4096, 1, slot, now); if (!e) return 0; mmp_event_add(e, mmp_signal((4096 + i))); bpf_ringbuf_submit(e, 0); return 0; }
#line 4 "policy-0.mmp"
mmp_inline int r_notify_1_evaluate(__u32 i, __u64 now) { struct mmp_timing t = { .has_until = 0 }; struct mmp_any when = { .walk = mmp_walk_over(0, 4096, now) }; bpf_loop(MMP_WALK_STEPS(4096), r_notify_1_any_when, &when, 0); int fired = mmp_step(4096, when.truth, MMP_FALSE, &t, now); if (fired && when.match) r_notify_1_event(when.match - 1, 0 + when.match, now); return fired; }
#line 82 "mmpc.bpf.c"

/* The groups: which signals are read for them, and how their hooks' gates are set. */
/* cgroup pods: kubepods.slice/ * */
mmp_inline void g_pods_sample(__u32 i, __u64 now, bool is_exact)
{
	struct mmp_from from;

	mmp_open(&from, (0 + i), now, is_exact);
	mmp_flush(&from);
	mmp_sample_PGMAJFAULT_RATE(&from, (0 + i), 1000000000LL, false); /* pods.pgmajfault_rate[1s] */
	mmp_sample_REFAULT_RATE(&from, (4096 + i), 1000000000LL, false); /* pods.refault_rate[1s] */
	mmp_close(&from);
}

mmp_inline void g_pods_evaluate(__u32 i, __u64 now)
{
	struct mmp_gates gates = { .charge = MMP_NEVER };

	r_protect_pods_1_evaluate(i, now);
	mmp_gate_protect(&gates, (0 + i), MMP_NEVER);
	mmp_publish((0 + i), &gates);
}

mmp_inline bool g_pods_is_used(__u32 i, __u64 now)
{
	if (!mmp_is_used((0 + i)))
		return false;
	if (!mmp_is_new((0 + i)))
		return true;
	mmp_store_unknown((0 + i), now);
	mmp_store_unknown((4096 + i), now);
	mmp_reset_rule((0 + i));
	return true;
}

static long g_pods_sample_plain(__u32 n, struct mmp_walk *walk)
{
	__u32 row = mmp_walk_on(walk);

	if (row && g_pods_is_used(row - 1, walk->now))
		g_pods_sample(row - 1, walk->now, false);
	return mmp_walk_ends(walk);
}

static long g_pods_sample_exact(__u32 n, struct mmp_walk *walk)
{
	__u32 row = mmp_walk_on(walk);

	if (row && g_pods_is_used(row - 1, walk->now))
		g_pods_sample(row - 1, walk->now, true);
	return mmp_walk_ends(walk);
}

static long g_pods_evaluate_slot(__u32 n, struct mmp_walk *walk)
{
	__u32 row = mmp_walk_on(walk);

	if (row && g_pods_is_used(row - 1, walk->now))
		g_pods_evaluate(row - 1, walk->now);
	return mmp_walk_ends(walk);
}


mmp_inline void mmp_sample(__u64 now, bool is_exact)
{
	mmp_note_lru();
	MMP_EACH_USED(0, 4096, now, is_exact ? g_pods_sample_exact : g_pods_sample_plain);
}

mmp_inline void mmp_evaluate(__u64 now)
{
	MMP_EACH_USED(0, 4096, now, g_pods_evaluate_slot);
	r_notify_1_evaluate(0, now);
}

/*
 * Run after the start program, until it returns 0: how many work items of reclaim are still to be
 * made. The kernel makes each from memory that is free on this processor right now. They have a
 * program of their own, of type syscall: from Linux 7.4 on only what a syscall program has set up
 * may reclaim. Any program may start them.
 */
SEC("syscall")
int mmp_set_up_works(void *ctx)
{
	struct mmp_set_up set = { 0 };

	return set.missing;
}
// SPDX-License-Identifier: GPL-2.0
/* The memory controller's hooks, one set per group that is a target. */
#include "actions.bpf.h"
#ifdef MMP_HAS_GLOB
#include "claims.bpf.h"
#endif

static const struct mmp_glob mmp_globs[MMP_GLOBS] = {
	/* pods: * */
	{ .base = 0, .rows = 4096, .kind = MMP_CLAIM_MATCH, .pattern = {
		.sets = { },
		.tokens = { 256, 257, 0 } } },
};

static const struct mmp_globs_at mmp_globs_0 = { .anchor = 0, .first = 0, .count = 1 };

mmp_far int g_pods_low(unsigned long long *ctx, __u32 i, __u64 usage)
{
	struct mem_cgroup *memcg = (struct mem_cgroup *)ctx[0];
	int is_protected = 0;

	if (!mmp_enter_gate((0 + i)))
		return 0;
	is_protected |= mmp_protect((0 + i), usage, MMP_NEVER, r_protect_pods_1_call(i, memcg));
	return is_protected;
}

mmp_far int g_pods_min(unsigned long long *ctx, __u32 i, __u64 usage)
{
	struct mem_cgroup *memcg = (struct mem_cgroup *)ctx[0];
	int is_protected = 0, is_due;

	if (!mmp_enter_gate((0 + i)))
		return 0;
	is_due = mmp_is_refusal_due();
	is_protected |= is_due && mmp_protect((0 + i), usage, MMP_NEVER, r_protect_pods_1_call(i, memcg));
	return is_protected;
}

SEC("struct_ops/handle_cgroup_online")
int g_pods_handle_cgroup_online(unsigned long long *ctx)
{
	mmp_online((struct mem_cgroup *)ctx[0], &mmp_globs_0);
	return 0;
}

SEC("struct_ops/handle_cgroup_offline")
int g_pods_handle_cgroup_offline(unsigned long long *ctx)
{
	mmp_offline((struct mem_cgroup *)ctx[0]);
	return 0;
}

SEC("struct_ops/below_low")
int g_pods_below_low(unsigned long long *ctx)
{
	__u32 slot = mmp_claimed((struct mem_cgroup *)ctx[0]) - 1;

	if (slot >= MMP_SLOTS)
		return 0;
	mmp_count_call(slot, MMP_HOOK_BELOW_LOW);
	if (ctx[2] >= mmp_verdicts[slot].low_gate)
		return 0;
	return g_pods_low(ctx, slot - 0, ctx[2]);
}

SEC("struct_ops/below_min")
int g_pods_below_min(unsigned long long *ctx)
{
	__u32 slot = mmp_claimed((struct mem_cgroup *)ctx[0]) - 1;

	if (slot >= MMP_SLOTS)
		return 0;
	mmp_count_call(slot, MMP_HOOK_BELOW_MIN);
	if (ctx[2] >= mmp_verdicts[slot].min_gate)
		return 0;
	return g_pods_min(ctx, slot - 0, ctx[2]);
}

SEC("struct_ops/below_low")
int g_pods_below_low_v6(unsigned long long *ctx)
{
	__u32 slot = mmp_claimed((struct mem_cgroup *)ctx[0]) - 1;

	if (slot >= MMP_SLOTS)
		return 0;
	mmp_count_call(slot, MMP_HOOK_BELOW_LOW);
	if (((struct mem_cgroup *)ctx[0])->memory.usage.counter >= mmp_verdicts[slot].low_gate)
		return 0;
	return g_pods_low(ctx, slot - 0, ((struct mem_cgroup *)ctx[0])->memory.usage.counter);
}

SEC("struct_ops/below_min")
int g_pods_below_min_v6(unsigned long long *ctx)
{
	__u32 slot = mmp_claimed((struct mem_cgroup *)ctx[0]) - 1;

	if (slot >= MMP_SLOTS)
		return 0;
	mmp_count_call(slot, MMP_HOOK_BELOW_MIN);
	if (((struct mem_cgroup *)ctx[0])->memory.usage.counter >= mmp_verdicts[slot].min_gate)
		return 0;
	return g_pods_min(ctx, slot - 0, ((struct mem_cgroup *)ctx[0])->memory.usage.counter);
}

SEC(".struct_ops.link")
struct memcg_bpf_ops ops_g_pods = {
	.below_low = (void *)g_pods_below_low,
	.below_min = (void *)g_pods_below_min,
	.handle_cgroup_online = (void *)g_pods_handle_cgroup_online,
	.handle_cgroup_offline = (void *)g_pods_handle_cgroup_offline,
};

SEC(".struct_ops.link")
struct memcg_bpf_ops___v6 ops_g_pods___v6 = {
	.below_low = (void *)g_pods_below_low_v6,
	.below_min = (void *)g_pods_below_min_v6,
	.handle_cgroup_online = (void *)g_pods_handle_cgroup_online,
	.handle_cgroup_offline = (void *)g_pods_handle_cgroup_offline,
};

SEC("syscall")
int mmp_adopt(struct mmp_adopt *ctx)
{
	ctx->slot = ctx->is_match = 0;
	if (ctx->anchor == 0)
		mmp_adopt_one(ctx, &mmp_globs_0);
	return 0;
}
