/* The rules' conditions. */
/* reclaim batch when usage > $limit until usage < 60% swappiness 60 budget 64MiB/s */
#line 3 "policy-0.mmp"
mmp_global enum mmp_truth r_reclaim_batch_1_when(__u32 i) { return mmp_gt(mmp_signal(0), mmp_known(mmp_param(0))); }
#line 3 "policy-0.mmp"
mmp_global enum mmp_truth r_reclaim_batch_1_until(__u32 i) { return mmp_lt(mmp_signal(0), mmp_known(6000)); }
#line 3 "policy-0.mmp"
mmp_global enum mmp_truth r_reclaim_batch_1_live(__u32 i, const struct mmp_level *level) { if (!level) return MMP_UNKNOWN; return mmp_gt(mmp_live_share(level), mmp_known(mmp_param(0))); }
#line 3 "policy-0.mmp"
mmp_inline int r_reclaim_batch_1_evaluate(__u32 i, __u64 now) { struct mmp_timing t = { .has_until = 1 }; int fired = mmp_step(0, r_reclaim_batch_1_when(i), r_reclaim_batch_1_until(i), &t, now); mmp_queue_reclaim(0, 1); return fired; }
#line 3 "policy-0.mmp"
mmp_inline void r_reclaim_batch_1_price(__u32 i, struct mem_cgroup *memcg, struct mmp_level *level, struct mmp_price *price) { if (mmp_acts_now(0, r_reclaim_batch_1_live(i, level), MMP_TRUE)) mmp_ask_price(price, 0, mmp_pace(level, mmp_pages_of_share(level->limit, mmp_param(0)))); }
#line 3 "policy-0.mmp"
mmp_global int r_reclaim_batch_1_leaves(__u32 i, const struct mmp_level *level) { if (!level) return 0; return mmp_lt(mmp_live_share(level), mmp_known(6000)) != MMP_FALSE; }
#line 3 "policy-0.mmp"
MMP_RECLAIM_WORK(r_reclaim_batch_1_work, 1, 0, 0, 1, 0, r_reclaim_batch_1_leaves, .step = 4194304, .swappiness = 60, .budget = 67108864, .no_swap = false)
#line 3 "policy-0.mmp"
MMP_WORK_ITEMS(r_reclaim_batch_1_items, r_reclaim_batch_1_work)
#line 78 "mmpc.bpf.c"

/* throttle batch 20ms to 150ms as usage from 80% to 95% when system.mem_available < 10% */
#line 4 "policy-0.mmp"
mmp_global enum mmp_truth r_throttle_batch_1_when(__u32 i) { return mmp_lt(mmp_signal(1), mmp_known(1000)); }
#line 4 "policy-0.mmp"
mmp_inline int r_throttle_batch_1_evaluate(__u32 i, __u64 now) { struct mmp_timing t = { .has_until = 0 }; int fired = mmp_step(1, r_throttle_batch_1_when(i), MMP_FALSE, &t, now); return fired; }
#line 4 "policy-0.mmp"
mmp_inline void r_throttle_batch_1_price(__u32 i, struct mem_cgroup *memcg, struct mmp_level *level, struct mmp_price *price) { if (mmp_acts_now(1, MMP_FALSE, MMP_TRUE)) mmp_ask_price(price, 1, mmp_ramp(mmp_live_share(level), 8000, 9500, 20000000, 150000000)); }
#line 87 "mmpc.bpf.c"

/* The groups: which signals are read for them, and how their hooks' gates are set. */
mmp_inline void mmp_sample_machine(__u64 now, bool is_exact)
{
	struct mmp_from from;

	mmp_open_system(&from, now, is_exact);
	mmp_sample_MEM_AVAILABLE(&from, 1, 0LL, true); /* system.mem_available */
	mmp_close(&from);
}

/* cgroup batch: batch */
mmp_inline void g_batch_sample(__u32 i, __u64 now, bool is_exact)
{
	struct mmp_from from;

	mmp_open(&from, 0, now, is_exact);
	mmp_sample_USAGE(&from, 0, 0LL, true); /* batch.usage */
	mmp_close(&from);
}

mmp_inline void g_batch_evaluate(__u32 i, __u64 now)
{
	struct mmp_gates gates = { .charge = MMP_NEVER };
	__u64 limit = mmp_limit_at(0);

	r_reclaim_batch_1_evaluate(i, now);
	r_throttle_batch_1_evaluate(i, now);
	mmp_gate_charge(&gates, 0, mmp_pace_from(limit, mmp_pages_of_share(limit, mmp_param(0))), true, mmp_pages_of_share(mmp_limit_at(0), mmp_param(0)));
	mmp_gate_charge(&gates, 1, 0, false, 0);
	mmp_publish(0, &gates);
}


mmp_inline void mmp_sample(__u64 now, bool is_exact)
{
	mmp_sample_machine(now, is_exact);
	g_batch_sample(0, now, is_exact);
}

mmp_inline void mmp_evaluate(__u64 now)
{
	g_batch_evaluate(0, now);
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

	set.first = 1;
	bpf_loop(1, r_reclaim_batch_1_items, &set, 0);
	return set.missing;
}
// SPDX-License-Identifier: GPL-2.0
/* The memory controller's hooks, one set per group that is a target. */
#include "actions.bpf.h"
#ifdef MMP_HAS_GLOB
#include "claims.bpf.h"
#endif

mmp_far int g_batch_charge(unsigned long long *ctx, __u32 i, __u64 pages)
{
	struct mem_cgroup *memcg = (struct mem_cgroup *)ctx[0];
	struct mmp_price price = {};
	struct mmp_level level;

	if (!mmp_enter_gate(0))
		return 0;
	level = mmp_level_of(memcg, 0);
	r_reclaim_batch_1_price(i, memcg, &level, &price);
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

