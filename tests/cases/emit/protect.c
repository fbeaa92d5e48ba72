/* The rules' conditions. */
/* protect db when pgfault_rate > 400/s for 2s until pgfault_rate < 100/s hold 5s */
#line 2 "policy-0.mmp"
mmp_global enum mmp_truth r_protect_db_1_when(__u32 i) { return mmp_gt(mmp_signal(0), mmp_known(400)); }
#line 2 "policy-0.mmp"
mmp_global enum mmp_truth r_protect_db_1_until(__u32 i) { return mmp_lt(mmp_signal(0), mmp_known(100)); }
#line 2 "policy-0.mmp"
mmp_inline int r_protect_db_1_evaluate(__u32 i, __u64 now) { struct mmp_timing t = { .has_until = 1, .when_for = 2000000000, .hold = 5000000000LL }; int fired = mmp_step(0, r_protect_db_1_when(i), r_protect_db_1_until(i), &t, now); return fired; }
#line 67 "mmpc.bpf.c"

/* protect db at min up to 64MiB when psi > 20 */
#line 3 "policy-0.mmp"
mmp_global enum mmp_truth r_protect_db_2_when(__u32 i) { return mmp_gt(mmp_signal(1), mmp_known(2000)); }
#line 3 "policy-0.mmp"
mmp_inline int r_protect_db_2_evaluate(__u32 i, __u64 now) { struct mmp_timing t = { .has_until = 0, .hold = 5000000000LL }; int fired = mmp_step(1, r_protect_db_2_when(i), MMP_FALSE, &t, now); return fired; }
#line 74 "mmpc.bpf.c"

/* The groups: which signals are read for them, and how their hooks' gates are set. */
/* cgroup db: db */
mmp_inline void g_db_sample(__u32 i, __u64 now, bool is_exact)
{
	struct mmp_from from;

	mmp_open(&from, 0, now, is_exact);
	mmp_flush(&from);
	mmp_sample_PGFAULT_RATE(&from, 0, 1000000000LL, false); /* db.pgfault_rate[1s] */
	mmp_sample_PSI_SOME_AVG10(&from, 1, 0LL, false); /* db.psi.some.avg10 */
	mmp_close(&from);
}

mmp_inline void g_db_evaluate(__u32 i, __u64 now)
{
	struct mmp_gates gates = { .charge = MMP_NEVER };

	r_protect_db_1_evaluate(i, now);
	r_protect_db_2_evaluate(i, now);
	mmp_gate_protect(&gates, 0, MMP_NEVER);
	mmp_gate_protect_min(&gates, 1, mmp_pages_up_to(mmp_known(67108864)));
	mmp_publish(0, &gates);
}


mmp_inline void mmp_sample(__u64 now, bool is_exact)
{
	mmp_note_lru();
	g_db_sample(0, now, is_exact);
}

mmp_inline void mmp_evaluate(__u64 now)
{
	g_db_evaluate(0, now);
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

mmp_far int g_db_low(unsigned long long *ctx, __u32 i, __u64 usage)
{
	int is_protected = 0;

	if (!mmp_enter_gate(0))
		return 0;
	is_protected |= mmp_protect(0, usage, MMP_NEVER, MMP_TRUE);
	return is_protected;
}

mmp_far int g_db_min(unsigned long long *ctx, __u32 i, __u64 usage)
{
	int is_protected = 0, is_due;

	if (!mmp_enter_gate(0))
		return 0;
	is_due = mmp_is_refusal_due();
	is_protected |= is_due && mmp_protect(0, usage, MMP_NEVER, MMP_TRUE);
	is_protected |= mmp_protect(1, usage, mmp_pages_up_to(mmp_known(67108864)), MMP_TRUE);
	return is_protected;
}

SEC("struct_ops/below_low")
int g_db_below_low(unsigned long long *ctx)
{
	mmp_count_call(0, MMP_HOOK_BELOW_LOW);
	if (ctx[2] >= mmp_verdicts[0].low_gate)
		return 0;
	return g_db_low(ctx, 0, ctx[2]);
}

SEC("struct_ops/below_min")
int g_db_below_min(unsigned long long *ctx)
{
	mmp_count_call(0, MMP_HOOK_BELOW_MIN);
	if (ctx[2] >= mmp_verdicts[0].min_gate)
		return 0;
	return g_db_min(ctx, 0, ctx[2]);
}

SEC("struct_ops/below_low")
int g_db_below_low_v6(unsigned long long *ctx)
{
	mmp_count_call(0, MMP_HOOK_BELOW_LOW);
	if (((struct mem_cgroup *)ctx[0])->memory.usage.counter >= mmp_verdicts[0].low_gate)
		return 0;
	return g_db_low(ctx, 0, ((struct mem_cgroup *)ctx[0])->memory.usage.counter);
}

SEC("struct_ops/below_min")
int g_db_below_min_v6(unsigned long long *ctx)
{
	mmp_count_call(0, MMP_HOOK_BELOW_MIN);
	if (((struct mem_cgroup *)ctx[0])->memory.usage.counter >= mmp_verdicts[0].min_gate)
		return 0;
	return g_db_min(ctx, 0, ((struct mem_cgroup *)ctx[0])->memory.usage.counter);
}

SEC(".struct_ops.link")
struct memcg_bpf_ops ops_g_db = {
	.below_low = (void *)g_db_below_low,
	.below_min = (void *)g_db_below_min,
};

SEC(".struct_ops.link")
struct memcg_bpf_ops___v6 ops_g_db___v6 = {
	.below_low = (void *)g_db_below_low_v6,
	.below_min = (void *)g_db_below_min_v6,
};

