/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tick: a timer starts a work item, which may sleep; it reads the signals, steps the rules and
 * sets the gates. So a policy works without any process, and runs nothing on page faults.
 */
#ifndef MMP_SAMPLER_H
#define MMP_SAMPLER_H

#include "protect.bpf.h"
#include "psi.bpf.h"
#include "signals.bpf.h"
#ifdef MMP_HAS_THP
#include "sizes.bpf.h"
#endif

#define MMP_SLOW_TICK MMP_SECOND

/* The emitter writes these: every group's signals; every rule. */
mmp_inline void mmp_sample(__u64 now, bool is_exact);
mmp_inline void mmp_evaluate(__u64 now);

/*
 * A work item's CPU time. The scheduler accounts a task's time only at its ticks and switches, and
 * then records the moment: while the task runs, that moment advances by as much as the accounted
 * time, and by more where the task waited. So the difference between the two is time in which the
 * task did not run. Without the scheduler's fields all elapsed time counts.
 */
struct mmp_watch {
	__u64 now, booked, booked_until;
};

mmp_inline void mmp_watch_start(struct mmp_watch *w)
{
	struct task_struct *task;

	*w = (struct mmp_watch){ .now = bpf_ktime_get_ns() };
	if (!mmp_field_exists(struct task_struct, se.sum_exec_runtime) ||
	    !mmp_field_exists(struct task_struct, se.exec_start))
		return;
	task = bpf_get_current_task_btf();
	w->booked = task->se.sum_exec_runtime;
	w->booked_until = task->se.exec_start;
}

mmp_inline __u64 mmp_watch_ns(const struct mmp_watch *from)
{
	struct mmp_watch to;
	__u64 passed, booked, waited;

	mmp_watch_start(&to);
	passed = to.now - from->now;
	booked = to.booked - from->booked;
	waited = to.booked_until - from->booked_until - booked;
	/* Another processor may have a different scheduler clock. */
	return waited <= passed ? passed - waited : mmp_min(booked, passed);
}

/* Is its cgroup still there? A slot that a hook frees meanwhile stays free. */
mmp_inline void mmp_note_slot(struct mmp_slot *s, bool is_there)
{
	__u32 before = is_there ? MMP_SLOT_GONE : MMP_SLOT_USED;

	if (s->state == before)
		__sync_val_compare_and_swap(&s->state, before,
					    is_there ? MMP_SLOT_USED : MMP_SLOT_GONE);
}

/*
 * Only for a policy that reads it: the machine's memory is a symbol without a type, for which
 * libbpf goes through all of /proc/kallsyms.
 */
mmp_inline void mmp_note_limit(struct mmp_from *f)
{
	f->limit = MMP_NO_LIMIT;
#ifdef MMP_READS_LIMIT
	if (f->memcg)
		f->limit = mmp_effective_limit(f->memcg);
#endif
	if (f->verdict)
		f->verdict->limit = f->limit;
}

/* Read from the slot's cgroup; memcg is NULL where the cgroup is gone. Pair with mmp_close(). */
mmp_inline void mmp_open(struct mmp_from *f, __u32 slot, __u64 now, bool is_exact)
{
	struct mmp_slot *s = mmp_slot(slot);

	*f = (struct mmp_from){ .now = now, .is_exact = is_exact, .verdict = mmp_verdict(slot) };
	if (!s || !s->cgroup_id || !mmp_has(bpf_cgroup_from_id))
		return;
	f->cgroup = bpf_cgroup_from_id(s->cgroup_id);
	mmp_note_slot(s, f->cgroup != (struct cgroup *)0);
	if (!f->cgroup)
		return;
	if (mmp_has(bpf_get_mem_cgroup))
		f->memcg = bpf_get_mem_cgroup(&f->cgroup->self);
	mmp_note_limit(f);
	if (f->verdict)
		f->verdict->level = f->cgroup->level;
}

mmp_inline void mmp_open_parent(struct mmp_from *f, __u32 slot, __u64 now, bool is_exact)
{
	struct mmp_slot *s = mmp_slot(slot);
	struct cgroup *child;

	*f = (struct mmp_from){ .now = now, .is_exact = is_exact };
	if (!s || !s->cgroup_id || !mmp_has(bpf_cgroup_from_id) || !mmp_has(bpf_cgroup_ancestor))
		return;
	child = bpf_cgroup_from_id(s->cgroup_id);
	if (!child)
		return;
	f->cgroup = bpf_cgroup_ancestor(child, child->level - 1);
	bpf_cgroup_release(child);
	if (f->cgroup && mmp_has(bpf_get_mem_cgroup))
		f->memcg = bpf_get_mem_cgroup(&f->cgroup->self);
	mmp_note_limit(f);
}

mmp_inline void mmp_open_system(struct mmp_from *f, __u64 now, bool is_exact)
{
	*f = (struct mmp_from){ .now = now, .is_exact = is_exact, .is_system = true };
	if (mmp_has(bpf_get_root_mem_cgroup))
		f->memcg = bpf_get_root_mem_cgroup();
}

/*
 * The kernel's own flush does nothing while few updates are pending; css_rstat_flush always works,
 * but only programs of the tracing type may call it.
 */
mmp_inline void mmp_flush(const struct mmp_from *f)
{
	if (!f->memcg)
		return;
	if (f->is_exact)
		css_rstat_flush(&f->memcg->css);
	else if (mmp_has(bpf_mem_cgroup_flush_stats))
		bpf_mem_cgroup_flush_stats(f->memcg);
}

mmp_inline void mmp_close(const struct mmp_from *f)
{
	if (f->memcg)
		bpf_put_mem_cgroup(f->memcg);
	if (f->cgroup)
		bpf_cgroup_release(f->cgroup);
}

static long mmp_close_slot(__u32 i, void *context)
{
	struct mmp_verdict *v = mmp_verdict(i);

	if (v)
		mmp_close_gates(v);
	return 0;
}

static long mmp_forget_rule(__u32 i, void *context)
{
	mmp_reset_rule(i);
	return 0;
}

__u64 mmp_was_armed;

/* Every rule once. Disarmed, the hooks answer the kernel's default and the rules begin anew. */
mmp_inline void mmp_evaluate_all(__u64 now)
{
	if (mmp_config.is_armed) {
		mmp_was_armed = 1;
		mmp_busy = 0;
		mmp_evaluate(now);
	} else if (mmp_was_armed) {
		mmp_was_armed = 0;
		bpf_loop(MMP_SLOTS, mmp_close_slot, (void *)0, 0);
		bpf_loop(MMP_RULES, mmp_forget_rule, (void *)0, 0);
	}
}

#ifdef MMP_MAY_IDLE
__u64 mmp_listened_ns, mmp_listened_calls;

static long mmp_listen_at(__u32 i, struct mmp_walk *walk)
{
	__u32 row = mmp_walk_on(walk);
	struct mmp_verdict *v = row ? mmp_verdict(row - 1) : (struct mmp_verdict *)0;

	if (v) {
		v->is_listening = 1;
		mmp_set_gates(v, MMP_NEVER, MMP_NEVER, 0);
	}
	return mmp_walk_ends(walk);
}

/*
 * Once a second the gates are opened to learn whether any hook is called. Where none was called for
 * a second and every rule is idle, nothing can notice whether the tick is fast.
 */
mmp_inline void mmp_listen(__u64 now)
{
	if (!mmp_config.is_armed || mmp_config.is_watched || now - mmp_listened_ns < MMP_SECOND)
		return;
	/*
	 * A slow tick would see the counters move up to a second late: it is right only where it
	 * flushes.
	 */
	mmp_run.is_idle = mmp_run.is_exact && mmp_listened_ns && !mmp_busy &&
			  mmp_run.hook_calls == mmp_listened_calls;
	mmp_listened_ns = now;
	mmp_listened_calls = mmp_run.hook_calls;
	MMP_EACH_USED(0, MMP_SLOTS, now, mmp_listen_at);
}
#else
mmp_inline void mmp_listen(__u64 now)
{
}
#endif

mmp_inline int mmp_round(bool is_exact)
{
	struct mmp_watch watch;
	__u64 now;

	mmp_watch_start(&watch);
	now = watch.now;
	mmp_sample(now, is_exact);
#ifdef MMP_HAS_THP
	mmp_sample_sizes();
#endif
	mmp_evaluate_all(now);
	mmp_listen(now);
	mmp_run.ticks++;
	mmp_run.last_ns = now;
	mmp_run.sampler_ns += mmp_watch_ns(&watch);
	return 0;
}

static int mmp_on_work_exact(void *map, int *key, void *value)
{
	return mmp_round(true);
}

static int mmp_on_work_plain(void *map, int *key, void *value)
{
	return mmp_round(false);
}

static int mmp_on_timer(void *map, int *key, struct mmp_timer_value *t)
{
	__u32 first = 0;
	struct mmp_work_value *w = bpf_map_lookup_elem(&mmp_work, &first);

	if (w)
		bpf_wq_start(&w->work, 0);
	bpf_timer_start(&t->timer, mmp_run.is_idle ? MMP_SLOW_TICK : mmp_config.tick_ns, 0);
	return 0;
}

mmp_inline struct mmp_work_value *mmp_work_item(__u32 index)
{
	struct mmp_work_value *w = bpf_map_lookup_elem(&mmp_work, &index);

	return w && !bpf_wq_init(&w->work, &mmp_work, 0) ? w : (struct mmp_work_value *)0;
}

mmp_inline void mmp_start_ticking(bool is_exact)
{
	__u32 first = 0;
	struct mmp_timer_value *t = bpf_map_lookup_elem(&mmp_timer, &first);

	if (!t || bpf_timer_init(&t->timer, &mmp_timer, CLOCK_MONOTONIC) ||
	    bpf_timer_set_callback(&t->timer, mmp_on_timer) || bpf_timer_start(&t->timer, 0, 0))
		return;
	mmp_run.is_exact = is_exact;
	mmp_run.is_started = 1;
}

/* Loaded first: programs of this type may flush the statistics, and so may their callbacks. */
SEC("fentry/bpf_fentry_test1")
int mmp_start_exact(void *ctx)
{
	struct mmp_work_value *w = mmp_work_item(0);

	if (w && !mmp_wq_set_callback(&w->work, mmp_on_work_exact))
		mmp_start_ticking(true);
	return 0;
}

SEC("syscall")
int mmp_start_plain(void *ctx)
{
	struct mmp_work_value *w = mmp_work_item(0);

	if (w && !mmp_wq_set_callback(&w->work, mmp_on_work_plain))
		mmp_start_ticking(false);
	return 0;
}

/* For tests: one evaluation at a given time, with the signals as they stand in mmp_signals. */
SEC("syscall")
int mmp_tick(struct mmp_tick *ctx)
{
	mmp_evaluate_all(ctx->now);
	return 0;
}

#endif
