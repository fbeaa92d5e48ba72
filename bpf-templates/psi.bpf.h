/* SPDX-License-Identifier: GPL-2.0 */
/*
 * psi.some[W] and psi.full[W]: the share of a window in which tasks waited for memory. The kernel
 * updates its totals every 2 s, or when the file is read. So this computes the total that a read at
 * this moment would give: it adds to the kernel's total what each processor has gathered since the
 * last sum, including its running state, weighted by the time that the processor was not idle.
 */
#ifndef MMP_PSI_H
#define MMP_PSI_H

#include "signals.bpf.h"

#define MMP_CPUS_MAX 4096

/* Where the sum stands: the walk over the processors. */
struct mmp_psi_sum {
	__u64 pcpu; /* the group's record, less the processor's offset */
	__u64 clock; /* the scheduler's */
	__u64 weighed, weight;
	__u32 state;
	__u32 pad;
};

/* The parts of a processor's record that are needed. */
struct mmp_psi_times {
	__u64 start;
	__u32 mask, some, some_before, busy, busy_before;
};

mmp_inline bool mmp_psi_read(__u64 at, __u32 state, struct mmp_psi_times *t)
{
	__u64 times = at + mmp_field_offset(struct psi_group_cpu, times);
	__u64 before = at + mmp_offset_of_table(struct psi_group_cpu, times_prev);
	__u32 idle = mmp_enum_value(enum psi_states, PSI_NONIDLE);

	return !mmp_read_at(at, struct psi_group_cpu, state_mask, &t->mask) &&
	       !mmp_read_at(at, struct psi_group_cpu, state_start, &t->start) &&
	       !bpf_probe_read_kernel(&t->some, 4, (void *)(times + state * 4)) &&
	       !bpf_probe_read_kernel(&t->busy, 4, (void *)(times + idle * 4)) &&
	       !bpf_probe_read_kernel(&t->some_before, 4, (void *)(before + state * 4)) &&
	       !bpf_probe_read_kernel(&t->busy_before, 4, (void *)(before + idle * 4));
}

static long mmp_psi_add(__u32 cpu, struct mmp_psi_sum *sum)
{
	__u32 idle = mmp_enum_value(enum psi_states, PSI_NONIDLE), running, busy;
	struct mmp_psi_times t = {};
	__u64 offset = 0;

	if (bpf_probe_read_kernel(&offset, sizeof(offset),
				  (const void *)&__per_cpu_offset + cpu * sizeof(offset)) ||
	    !mmp_psi_read(sum->pcpu + offset, sum->state, &t))
		return 0;
	/*
	 * The time of the running state since its last change; 0 where the clock is behind that
	 * change.
	 */
	running = sum->clock > t.start ? sum->clock - t.start : 0;
	t.some += t.mask & 1u << (sum->state & 31) ? running : 0;
	t.busy += t.mask & 1u << (idle & 31) ? running : 0;
	busy = (t.busy - t.busy_before) >> 16;
	sum->weighed += (__u64)(t.some - t.some_before) * busy;
	sum->weight += busy;
	return 0;
}

/*
 * The scheduler's clock, which no helper returns: that of the processor on which this task has just
 * begun to run.
 */
mmp_inline __u64 mmp_sched_clock(void)
{
	__u64 task = (__u64)bpf_get_current_task_btf(), queue = 0, rq = 0, clock = 0;

	if (mmp_field_exists(struct sched_entity, cfs_rq) &&
	    !mmp_read_at(task, struct task_struct, se.cfs_rq, &queue) && queue &&
	    !mmp_read_at(queue, struct cfs_rq, rq, &rq) && rq)
		mmp_read_at(rq, struct rq, clock, &clock);
	else
		mmp_read_at(task, struct task_struct, se.exec_start, &clock);
	return clock;
}

mmp_inline __u32 mmp_cpu_count(void)
{
	__u32 count = 0;

	if (!mmp_has(&nr_cpu_ids) || bpf_probe_read_kernel(&count, sizeof(count), &nr_cpu_ids))
		return 0;
	return count < MMP_CPUS_MAX ? count : MMP_CPUS_MAX;
}

/* The total of a state in ns; 0: not available. */
mmp_inline __u64 mmp_psi_total(const void *psi, __u32 state)
{
	struct mmp_psi_sum sum = { .state = state, .clock = mmp_sched_clock() };
	__u32 cpus = mmp_cpu_count();
	__u64 total = 0;

	if (!psi || !cpus || !mmp_has(&__per_cpu_offset) ||
	    mmp_read_at((__u64)psi, struct psi_group, pcpu, &sum.pcpu) ||
	    bpf_probe_read_kernel(&total, sizeof(total),
				  psi + mmp_offset_of_table(struct psi_group, total) +
					  state * sizeof(total)))
		return 0;
	bpf_loop(cpus, mmp_psi_add, &sum, 0);
	return total + (sum.weight ? sum.weighed / sum.weight : 0) + 1;
}

mmp_global int mmp_store_stall(__u32 row, __u64 total, __u64 now, __u64 window)
{
	struct mmp_signal *s = bpf_map_lookup_elem(&mmp_signals, &row);

	if (s)
		mmp_stall_sample(s, total, now, window);
	return 0;
}

#define SAMPLE_STALL(id, state_id)                                                                 \
	SAMPLE(id)                                                                                 \
	{                                                                                          \
		__u64 total = mmp_psi_total(mmp_psi_of(f),                                         \
					    mmp_enum_value(enum psi_states, state_id));            \
                                                                                                   \
		if (total)                                                                         \
			mmp_store_stall(row, total, bpf_ktime_get_ns(), window);                   \
		else                                                                               \
			mmp_store_unknown(row, f->now);                                            \
	}

SAMPLE_STALL(PSI_SOME, PSI_MEM_SOME)
SAMPLE_STALL(PSI_FULL, PSI_MEM_FULL)

#endif
