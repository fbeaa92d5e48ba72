/* The rules' conditions. */
/* throttle batch 20ms to 150ms as pods.usage from 64MiB to 256MiB when usage > 10MiB */
#line 3 "policy-0.mmp"
mmp_global enum mmp_truth r_throttle_batch_1_when(__u32 i) { return mmp_gt(mmp_signal(0), mmp_known(10485760)); }
struct mmp_most r_throttle_batch_1_most;
#line 3 "policy-0.mmp"
static long r_throttle_batch_1_any_ramp(__u32 n, struct mmp_walk *walk) { __u32 row = mmp_walk_on(walk), i = row - 1; if (row && mmp_is_used(1 + i)) mmp_most_add(&r_throttle_batch_1_most, mmp_ramp(mmp_signal((1 + i)), 67108864, 268435456, 20000000, 150000000)); return mmp_walk_ends(walk); }
#line 3 "policy-0.mmp"
mmp_global enum mmp_truth r_throttle_batch_1_live(__u32 i, const struct mmp_level *level) { if (!level) return MMP_UNKNOWN; return mmp_gt(mmp_live_usage(level), mmp_known(10485760)); }
#line 3 "policy-0.mmp"
mmp_inline int r_throttle_batch_1_evaluate(__u32 i, __u64 now) { struct mmp_timing t = { .has_until = 0 }; mmp_most_begin(&r_throttle_batch_1_most); MMP_EACH_USED(1, 4096, now, r_throttle_batch_1_any_ramp); mmp_most_end(&r_throttle_batch_1_most, mmp_ramp(mmp_unknown(), 67108864, 268435456, 20000000, 150000000)); int fired = mmp_step(0, r_throttle_batch_1_when(i), MMP_FALSE, &t, now); return fired; }
#line 3 "policy-0.mmp"
mmp_inline void r_throttle_batch_1_price(__u32 i, struct mem_cgroup *memcg, struct mmp_level *level, struct mmp_price *price) { if (mmp_acts_now(0, r_throttle_batch_1_live(i, level), MMP_TRUE)) mmp_ask_price(price, 0, r_throttle_batch_1_most.ns); }
#line 73 "mmpc.bpf.c"

/* The groups: which signals are read for them, and how their hooks' gates are set. */
/* cgroup batch: batch */
mmp_inline void g_batch_sample(__u32 i, __u64 now, bool is_exact)
{
	struct mmp_from from;

	mmp_open(&from, 0, now, is_exact);
	mmp_sample_USAGE(&from, 0, 0LL, false); /* batch.usage */
	mmp_close(&from);
}

mmp_inline void g_batch_evaluate(__u32 i, __u64 now)
{
	struct mmp_gates gates = { .charge = MMP_NEVER };

	r_throttle_batch_1_evaluate(i, now);
	mmp_gate_charge(&gates, 0, 0, true, mmp_pages(10485760));
	mmp_publish(0, &gates);
}

/* cgroup pods: kubepods.slice/ * */
mmp_inline void g_pods_sample(__u32 i, __u64 now, bool is_exact)
{
	struct mmp_from from;

	mmp_open(&from, (1 + i), now, is_exact);
	mmp_sample_USAGE(&from, (1 + i), 0LL, false); /* pods.usage */
	mmp_close(&from);
}

mmp_inline void g_pods_evaluate(__u32 i, __u64 now)
{
	struct mmp_gates gates = { .charge = MMP_NEVER };

	mmp_publish((1 + i), &gates);
}

mmp_inline bool g_pods_is_used(__u32 i, __u64 now)
{
	if (!mmp_is_used((1 + i)))
		return false;
	if (!mmp_is_new((1 + i)))
		return true;
	mmp_store_unknown((1 + i), now);
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
	g_batch_sample(0, now, is_exact);
	MMP_EACH_USED(1, 4096, now, is_exact ? g_pods_sample_exact : g_pods_sample_plain);
}

mmp_inline void mmp_evaluate(__u64 now)
{
	g_batch_evaluate(0, now);
	MMP_EACH_USED(1, 4096, now, g_pods_evaluate_slot);
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
	{ .base = 1, .rows = 4096, .kind = MMP_CLAIM_MATCH, .pattern = {
		.sets = { },
		.tokens = { 256, 257, 0 } } },
};

static const struct mmp_globs_at mmp_globs_1 = { .anchor = 1, .first = 0, .count = 1 };

mmp_far int g_batch_charge(unsigned long long *ctx, __u32 i, __u64 pages)
{
	struct mem_cgroup *memcg = (struct mem_cgroup *)ctx[0];
	struct mmp_price price = {};
	struct mmp_level level;

	if (!mmp_enter_gate(0))
		return 0;
	level = mmp_level_of(memcg, 0);
	r_throttle_batch_1_price(i, memcg, &level, &price);
	return mmp_pay(0, pages, &price);
}

SEC("struct_ops/memcg_charged")
int g_batch_memcg_charged(unsigned long long *ctx)
{
	mmp_count_call(0, MMP_HOOK_CHARGED);
	if (mmp_usage_of((struct mem_cgroup *)ctx[0], mmp_verdicts[0].level) <
	    mmp_verdicts[0].charge_gate)
		return 0;
	return g_batch_charge(ctx, 0, (__u32)ctx[1]);
}

SEC("struct_ops/get_high_delay_ms")
int g_batch_get_high_delay_ms_v6(unsigned long long *ctx)
{
	mmp_count_call(0, MMP_HOOK_CHARGED);
	if (mmp_usage_of((struct mem_cgroup *)ctx[0], mmp_verdicts[0].level) <
	    mmp_verdicts[0].charge_gate)
		return 0;
	return g_batch_charge(ctx, 0, MMP_BATCH_PAGES);
}

SEC(".struct_ops.link")
struct memcg_bpf_ops ops_g_batch = {
	.memcg_charged = (void *)g_batch_memcg_charged,
};

SEC(".struct_ops.link")
struct memcg_bpf_ops___v6 ops_g_batch___v6 = {
	.get_high_delay_ms = (void *)g_batch_get_high_delay_ms_v6,
};

SEC("struct_ops/handle_cgroup_online")
int g_pods_handle_cgroup_online(unsigned long long *ctx)
{
	mmp_online((struct mem_cgroup *)ctx[0], &mmp_globs_1);
	return 0;
}

SEC("struct_ops/handle_cgroup_offline")
int g_pods_handle_cgroup_offline(unsigned long long *ctx)
{
	mmp_offline((struct mem_cgroup *)ctx[0]);
	return 0;
}

SEC(".struct_ops.link")
struct memcg_bpf_ops ops_g_pods = {
	.handle_cgroup_online = (void *)g_pods_handle_cgroup_online,
	.handle_cgroup_offline = (void *)g_pods_handle_cgroup_offline,
};

SEC(".struct_ops.link")
struct memcg_bpf_ops___v6 ops_g_pods___v6 = {
	.handle_cgroup_online = (void *)g_pods_handle_cgroup_online,
	.handle_cgroup_offline = (void *)g_pods_handle_cgroup_offline,
};

SEC("syscall")
int mmp_adopt(struct mmp_adopt *ctx)
{
	ctx->slot = ctx->is_match = 0;
	if (ctx->anchor == 1)
		mmp_adopt_one(ctx, &mmp_globs_1);
	return 0;
}
