/* The rules' conditions. */
/* thp redis never on pagefault, swap */
#line 3 "policy-0.mmp"
mmp_inline int r_thp_redis_1_evaluate(__u32 i, __u64 now) { struct mmp_timing t = { .has_until = 0 }; int fired = mmp_step(0, MMP_TRUE, MMP_FALSE, &t, now); return fired; }
#line 62 "mmpc.bpf.c"

/* thp order 4 or smaller when psi > 20 until psi < 10 priority 1 */
#line 4 "policy-0.mmp"
mmp_global enum mmp_truth r_thp_1_when(__u32 i) { return mmp_gt(mmp_signal(0), mmp_known(2000)); }
#line 4 "policy-0.mmp"
mmp_global enum mmp_truth r_thp_1_until(__u32 i) { return mmp_lt(mmp_signal(0), mmp_known(1000)); }
#line 4 "policy-0.mmp"
mmp_inline int r_thp_1_evaluate(__u32 i, __u64 now) { struct mmp_timing t = { .has_until = 1 }; int fired = mmp_step(1, r_thp_1_when(i), r_thp_1_until(i), &t, now); return fired; }
#line 71 "mmpc.bpf.c"

/* thp order 9 when vma.size > 64MiB and comm == "java" */
#line 5 "policy-0.mmp"
mmp_inline int r_thp_2_evaluate(__u32 i, __u64 now) { struct mmp_timing t = { .has_until = 0 }; int fired = mmp_step(2, MMP_TRUE, MMP_FALSE, &t, now); return fired; }
#line 76 "mmpc.bpf.c"

/* The groups: which signals are read for them, and how their hooks' gates are set. */
mmp_inline void mmp_sample_machine(__u64 now, bool is_exact)
{
	struct mmp_from from;

	mmp_open_system(&from, now, is_exact);
	mmp_sample_PSI_SOME_AVG10(&from, 0, 0LL, false); /* system.psi.some.avg10 */
	mmp_close(&from);
}


mmp_inline void mmp_sample(__u64 now, bool is_exact)
{
	mmp_sample_machine(now, is_exact);
}

mmp_inline void mmp_evaluate(__u64 now)
{
	r_thp_redis_1_evaluate(0, now);
	r_thp_1_evaluate(0, now);
	r_thp_2_evaluate(0, now);
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
/* The huge-page hook: one instance for every process, or one for each that is named. */
#include "thp.bpf.h"

#line 3 "policy-0.mmp"
mmp_inline void r_thp_redis_1_answer(struct mmp_thp *t) { if (mmp_thp_asks(t, 0, 0x5, MMP_THP_NEVER)) mmp_thp_decide(t, 0, 0, MMP_THP_NEVER, 0); }
#line 120 "mmpc.bpf.c"
#line 4 "policy-0.mmp"
mmp_inline void r_thp_1_answer(struct mmp_thp *t) { if (mmp_thp_asks(t, 1, ~0u, MMP_THP_OR_SMALLER)) mmp_thp_decide(t, 1, 1, MMP_THP_OR_SMALLER, 4); }
#line 123 "mmpc.bpf.c"
#line 5 "policy-0.mmp"
mmp_inline void r_thp_2_answer(struct mmp_thp *t) { if (mmp_thp_asks(t, 2, ~0u, MMP_THP_EXACT) && mmp_and(mmp_gt(mmp_call_VMA_SIZE(t), mmp_known(67108864)), mmp_comm_is(t, "java", 4)) == MMP_TRUE) mmp_thp_decide(t, 2, 0, MMP_THP_EXACT, 9); }
#line 126 "mmpc.bpf.c"

SEC("struct_ops/thp_get_order")
int thp_all_get_order(unsigned long long *ctx)
{
	struct mmp_thp t;

	if (!mmp_thp_begin(&t, ctx))
		return mmp_thp_end(&t);
	if (mmp_comm_is(&t, "redis-server", 12) == MMP_TRUE)
		r_thp_redis_1_answer(&t);
	r_thp_1_answer(&t);
	r_thp_2_answer(&t);
	return mmp_thp_end(&t);
}

SEC(".struct_ops.link")
struct bpf_thp_ops thp_all = {
	.thp_get_order = (void *)thp_all_get_order,
};
