/* SPDX-License-Identifier: GPL-2.0 */
/*
 * reclaim: a work item frees memory while the rule is active, so that tasks that charge need not.
 * The rows of a glob's rule share MMP_POOL of them: item k comes by rows k, k + MMP_POOL, ... that
 * are queued. The sampler starts it; it stops after 20 ms and starts itself again.
 */
#ifndef MMP_RECLAIM_H
#define MMP_RECLAIM_H

#include "sampler.bpf.h"

#define MMP_WORK_NS (20 * MMP_MS)
/* A round asks for at most so many pages, to keep within its time. */
#define MMP_ROUND_PAGES 128
#define MMP_ROUNDS_MAX 512

/* Constants of the kernel without names in BTF: GFP_KERNEL, MEMCG_RECLAIM_*. */
#define MMP_GFP_KERNEL 0xcc0
#define MMP_MAY_SWAP 2
#define MMP_PROACTIVE 4
/* An error is returned as a huge number of pages. */
#define MMP_PAGES_BOGUS (1ULL << 40)

struct mmp_reclaim {
	__u64 step; /* bytes */
	__s64 swappiness; /* -1: the kernel's own */
	__s64 budget; /* bytes per second; 0: none */
	bool no_swap;
};

struct mmp_round {
	struct mem_cgroup *memcg;
	struct cgroup *cgroup;
	struct mmp_rule *rule;
	struct mmp_watch watch;
	__u64 end; /* when the work item has to stop */
	__u32 match; /* of a glob; else 0 */
	bool is_unfinished; /* only time ran out */
};

/* A work item's way past the rows that share it. */
struct mmp_pass {
	__u64 end;
	__u32 turn; /* the first step */
	__u32 next; /* the last row that was served */
	__u32 key;
	bool is_unfinished;
};

mmp_inline bool mmp_begin_reclaim(struct mmp_round *w, const struct mmp_pass *pass, __u32 match,
				  __u32 row, __u32 slot)
{
	struct mmp_slot *s = mmp_slot(slot);

	*w = (struct mmp_round){ .rule = mmp_rule(row), .match = match, .end = pass->end };
	mmp_watch_start(&w->watch);
	if (!w->rule)
		return false;
	if (s && s->cgroup_id && mmp_has(bpf_cgroup_from_id))
		w->cgroup = bpf_cgroup_from_id(s->cgroup_id);
	if (w->cgroup && mmp_has(bpf_get_mem_cgroup))
		w->memcg = bpf_get_mem_cgroup(&w->cgroup->self);
	return w->memcg != (struct mem_cgroup *)0;
}

/* How much may still be reclaimed; refilled with time, up to about one tick's worth. */
mmp_inline bool mmp_within_budget(struct mmp_rule *r, __s64 budget, __u64 now)
{
	__u64 keep = mmp_max(mmp_config.tick_ns, 125 * MMP_MS), dt = now - r->budget_ns;

	if (budget <= 0)
		return true;
	if (dt > keep)
		dt = keep;
	r->budget_bytes += (__u64)budget / 1000 * (dt / 1000) / 1000;
	if ((__s64)r->budget_bytes > (__s64)((__u64)budget / 1000 * (keep / 1000) / 1000))
		r->budget_bytes = (__u64)budget / 1000 * (keep / 1000) / 1000;
	r->budget_ns = now;
	return (__s64)r->budget_bytes > 0;
}

/*
 * The pages that a call freed, or a bogus number. The function planned for Linux 7.4 takes bytes,
 * at most 64 pages' worth at once, and is always allowed to swap; with swappiness 0 it does not.
 */
mmp_inline __u64 mmp_free_pages(struct mem_cgroup *memcg, const struct mmp_reclaim *p, __u64 pages)
{
	long bytes;

	if (mmp_has(bpf_try_to_free_mem_cgroup_pages))
		return bpf_try_to_free_mem_cgroup_pages(memcg, pages, MMP_GFP_KERNEL,
							MMP_PROACTIVE |
								(p->no_swap ? 0 : MMP_MAY_SWAP),
							p->swappiness);
	if (!mmp_has(bpf_proactive_reclaim))
		return 0;
	bytes = bpf_proactive_reclaim(memcg, pages << MMP_PAGE_SHIFT,
				      p->no_swap ? 0 : p->swappiness);
	return bytes < 0 ? MMP_PAGES_BOGUS : (__u64)bytes >> MMP_PAGE_SHIFT;
}

/* One round; false ends this work item. */
mmp_inline bool mmp_reclaim_round(struct mmp_round *w, const struct mmp_reclaim *p)
{
	__u64 now = bpf_ktime_get_ns(), pages, step = p->step >> MMP_PAGE_SHIFT;

	w->is_unfinished = now > w->end;
	if (w->is_unfinished || !mmp_within_budget(w->rule, p->budget, now))
		return false;
	pages = mmp_free_pages(w->memcg, p, mmp_max(1, mmp_min(step, MMP_ROUND_PAGES)));
	if (pages >= MMP_PAGES_BOGUS) {
		w->rule->errors++;
		return false;
	}
	w->rule->rounds++;
	w->rule->pages += pages;
	w->rule->budget_bytes -= pages << MMP_PAGE_SHIFT;
	if (!pages)
		w->rule->empty_rounds++;
	return pages != 0;
}

/*
 * The usage that decides whether to go on is read here, now; all other signals are as last sampled.
 * A rule that `hold` keeps active goes on.
 */
mmp_inline struct mmp_level mmp_round_level(const struct mmp_round *w, __u32 slot)
{
	return (struct mmp_level){ .usage = w->memcg->memory.usage.counter,
				   .limit = mmp_limit_at(slot) };
}

mmp_inline bool mmp_goes_on(const struct mmp_round *w, bool leaves, __u64 hold)
{
	struct mmp_machine *m = &w->rule->machine;

	if (!w->rule->verdict || !mmp_config.is_armed || !mmp_is_enforced())
		return false;
	return !leaves || bpf_ktime_get_ns() - m->since < hold;
}

mmp_inline void mmp_end_reclaim(struct mmp_round *w, struct mmp_pass *pass)
{
	__u64 ns = mmp_watch_ns(&w->watch);

	if (w->memcg)
		bpf_put_mem_cgroup(w->memcg);
	if (w->cgroup)
		bpf_cgroup_release(w->cgroup);
	if (!w->rule)
		return;
	w->rule->work_ns += ns;
	__sync_fetch_and_add(&mmp_run.reclaim_ns, ns);
	if (w->is_unfinished)
		pass->is_unfinished = true; /* is_queued stays */
	else
		w->rule->is_queued = 0;
}

/* The row of this step, or one past the last. One whose turn does not come keeps its place. */
mmp_inline __u32 mmp_pass_row(struct mmp_pass *pass, __u32 n, __u32 first, __u32 row, __u32 rows)
{
	__u32 shared = (rows + MMP_POOL - 1) / MMP_POOL, at = pass->turn + n;
	__u32 i = pass->key - first + (at < shared ? at : at - shared) * MMP_POOL;
	struct mmp_rule *r = i < rows ? mmp_rule(row + i) : (struct mmp_rule *)0;

	if (!r || !r->is_queued)
		return rows;
	if (bpf_ktime_get_ns() <= pass->end) {
		pass->next = at < shared ? at : at - shared;
		return i;
	}
	pass->is_unfinished = true;
	return rows;
}

/* The sampler looks again at each tick, so a start that fails is made up for. */
mmp_inline void mmp_end_pass(const struct mmp_pass *pass, struct mmp_work_value *item, __u32 rows)
{
	__u32 shared = (rows + MMP_POOL - 1) / MMP_POOL;

	item->turn = pass->next + 1 < shared ? pass->next + 1 : 0;
	if (pass->is_unfinished)
		bpf_wq_start(&item->work, 0);
}

/* From the sampler, after the rule was stepped. */
mmp_global int mmp_queue_reclaim(__u32 row, __u32 work)
{
	struct mmp_rule *r = mmp_rule(row);
	struct mmp_work_value *w;

	if (!r || !r->verdict)
		return 0;
	mmp_acted(row, 0);
	if (!mmp_is_enforced())
		return 0;
	r->is_queued = 1;
	w = bpf_map_lookup_elem(&mmp_work, &work);
	if (w)
		bpf_wq_start(&w->work, 0);
	return 0;
}

/*
 * A rule's work item: the first is number `first` in mmp_work. Rows and rounds are steps of
 * bpf_loop(): the verifier would walk through an ordinary loop round by round.
 */
#define MMP_RECLAIM_WORK(name, first, row, slot, rows, hold, leaves, ...)                          \
	static long name##_round(__u32 n, struct mmp_round *w)                                     \
	{                                                                                          \
		const struct mmp_reclaim plan = { __VA_ARGS__ };                                   \
		struct mmp_level level;                                                            \
                                                                                                   \
		if (!w->memcg || !w->rule)                                                         \
			return 1;                                                                  \
		level = mmp_round_level(w, (slot) + w->match);                                     \
		return !mmp_goes_on(w, leaves(w->match, &level), hold) ||                          \
		       !mmp_reclaim_round(w, &plan);                                               \
	}                                                                                          \
	static long name##_row(__u32 n, struct mmp_pass *pass)                                     \
	{                                                                                          \
		__u32 i = mmp_pass_row(pass, n, first, row, rows);                                 \
		struct mmp_round w;                                                                \
                                                                                                   \
		if (i >= (rows))                                                                   \
			return 0;                                                                  \
		if (mmp_begin_reclaim(&w, pass, i, (row) + i, (slot) + i))                         \
			bpf_loop(MMP_ROUNDS_MAX, name##_round, &w, 0);                             \
		mmp_end_reclaim(&w, pass);                                                         \
		return 0;                                                                          \
	}                                                                                          \
	static int name(void *map, int *key, void *value)                                          \
	{                                                                                          \
		struct mmp_work_value *item = value;                                               \
		struct mmp_pass pass = { .end = bpf_ktime_get_ns() + MMP_WORK_NS,                  \
					 .turn = item->turn,                                       \
					 .key = *key };                                            \
                                                                                                   \
		bpf_loop(((rows) + MMP_POOL - 1) / MMP_POOL, name##_row, &pass, 0);                \
		mmp_end_pass(&pass, item, rows);                                                   \
		return 0;                                                                          \
	}

#define MMP_EBUSY 16

/* Makes the work items of a rule, from set->first on, with one callback; one that is there stays.
 */
#define MMP_WORK_ITEMS(name, callback)                                                             \
	static long name(__u32 i, struct mmp_set_up *set)                                          \
	{                                                                                          \
		__u32 index = set->first + i;                                                      \
		struct mmp_work_value *w = bpf_map_lookup_elem(&mmp_work, &index);                 \
		int error = w ? bpf_wq_init(&w->work, &mmp_work, 0) : 0;                           \
                                                                                                   \
		if (w && !error)                                                                   \
			mmp_wq_set_callback(&w->work, callback);                                   \
		set->missing += error && error != -MMP_EBUSY;                                      \
		return 0;                                                                          \
	}

#endif
