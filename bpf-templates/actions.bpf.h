/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What rules do: the step of a rule's state machine, the gates that the sampler sets for the hooks,
 * and, after the gates, one function per action. reclaim and thp have files of their own.
 */
#ifndef MMP_ACTIONS_H
#define MMP_ACTIONS_H

#include "mmp_answer.h"
#include "limit.bpf.h"
#include "slots.bpf.h"

/* How many rules were not idle in the running evaluation. */
__u64 mmp_busy;

mmp_inline void mmp_note_change(struct mmp_rule *r, __u64 now)
{
	int i;

	for (i = 3; i > 0; i--) {
		r->last_change[i] = r->last_change[i - 1];
		r->last_state[i] = r->last_state[i - 1];
	}
	r->last_change[0] = now;
	r->last_state[0] = r->machine.state;
}

/* The process that acts by files, where no hook does, sleeps until a verdict changes. */
mmp_inline void mmp_wake_holder(__u32 row)
{
	__u32 *entry;

	if (!mmp_config.is_watched)
		return;
	entry = bpf_ringbuf_reserve(&mmp_wake, sizeof(*entry), 0);
	if (!entry)
		return;
	*entry = row;
	bpf_ringbuf_submit(entry, 0);
}

/* One evaluation of a rule; returns whether it has just become active. */
mmp_global int mmp_step(__u32 row, __u32 when, __u32 until, const struct mmp_timing *t, __u64 now)
{
	struct mmp_rule *r = mmp_rule(row);
	__u32 before;

	if (!r || !t)
		return 0;
	before = r->machine.state;
	mmp_machine_step(&r->machine, t, (enum mmp_truth)when, (enum mmp_truth)until, now);
	r->verdict = r->machine.state == MMP_ACTIVE;
	if (r->machine.state != MMP_IDLE)
		mmp_busy++;
	if (r->machine.state == before)
		return 0;
	mmp_note_change(r, now);
	if (r->verdict || before == MMP_ACTIVE)
		mmp_wake_holder(row);
	return r->verdict;
}

mmp_global int mmp_reset_rule(__u32 row)
{
	struct mmp_rule *r = mmp_rule(row);

	if (r)
		__builtin_memset(r, 0, __builtin_offsetof(struct mmp_rule, rounds));
	return 0;
}

mmp_inline bool mmp_is_active(__u32 row)
{
	struct mmp_rule *r = mmp_rule(row);

	return r && r->verdict;
}

mmp_inline bool mmp_is_enforced(void)
{
	return mmp_config.mode == MMP_ENFORCE;
}

/* Count that a rule made a hook answer other than the default, or would have. */
mmp_inline void mmp_acted(__u32 row, __u64 delay_ms)
{
	struct mmp_acts *a = bpf_map_lookup_elem(&mmp_acts, &row);

	if (!a)
		return;
	if (mmp_is_enforced())
		a->acted++;
	else
		a->monitored++;
	a->delay_ms += delay_ms;
	a->delays += delay_ms != 0;
}

/* The sampler's gates, built rule by rule and then published as a whole. */
struct mmp_gates {
	__u64 low, min, charge;
	bool is_charging; /* some rule that delays charges is active */
};

mmp_inline void mmp_set_gates(struct mmp_verdict *v, __u64 low, __u64 min, __u64 charge)
{
	v->low_gate = low;
	v->min_gate = min;
	v->charge_gate = charge;
}

mmp_inline void mmp_publish(__u32 slot, const struct mmp_gates *g)
{
	struct mmp_verdict *v = mmp_verdict(slot);

	if (!v)
		return;
	v->true_low_gate = g->low;
	v->true_min_gate = g->min;
	v->true_charge_gate = g->charge;
	if (!g->is_charging)
		v->debt = 0; /* the next rule that throttles starts without debt */
	if (!v->is_listening)
		mmp_set_gates(v, g->low, g->min, g->charge);
}

mmp_inline void mmp_close_gates(struct mmp_verdict *v)
{
	v->is_listening = 0;
	v->true_low_gate = 0;
	v->true_min_gate = 0;
	v->true_charge_gate = MMP_NEVER;
	v->debt = 0;
	mmp_set_gates(v, 0, 0, MMP_NEVER);
}

/* Let the sampler evaluate at once, but not on every charge. */
mmp_inline void mmp_wake_sampler(void)
{
	__u32 first = 0;
	struct mmp_work_value *w;

	if (bpf_ktime_get_ns() - mmp_run.last_ns < 5 * MMP_MS)
		return;
	w = bpf_map_lookup_elem(&mmp_work, &first);
	if (w)
		bpf_wq_start(&w->work, 0);
}

/*
 * After a gate opened. A sampler that ticks slowly because no hook was called learns that one is
 * called. True where the rules are to be evaluated.
 */
mmp_inline bool mmp_enter_gate(__u32 slot)
{
	struct mmp_verdict *v = mmp_verdict(slot);
	struct mmp_timer_value *t;
	__u32 first = 0;

	if (v && v->is_listening) {
		v->is_listening = 0;
		mmp_set_gates(v, v->true_low_gate, v->true_min_gate, v->true_charge_gate);
		mmp_run.hook_calls++;
		if (mmp_run.is_idle) {
			mmp_run.is_idle = 0;
			t = bpf_map_lookup_elem(&mmp_timer, &first);
			if (t)
				bpf_timer_start(&t->timer, 0, 0);
		}
	}
	return v && mmp_config.is_armed;
}

/* A memory counter as the hooks see it: the target's, which may be above the charged cgroup. */
struct mmp_level {
	__u64 usage, limit; /* pages; the effective limit, MMP_NEVER: not known */
};

mmp_inline struct page_counter *mmp_counter_of(struct mem_cgroup *memcg, __u64 level)
{
	struct page_counter *counter = &memcg->memory;
	__s32 climb = memcg->css.cgroup->level - (__s32)level;
	int i;

#pragma clang loop unroll(disable)
	for (i = 0; i < 32 && climb > 0; i++, climb--)
		counter = counter->parent;
	return counter;
}

mmp_inline __u64 mmp_usage_of(struct mem_cgroup *memcg, __u64 level)
{
	return mmp_counter_of(memcg, level)->usage.counter;
}

/* The slot's effective limit in pages as last sampled; MMP_NEVER: not known. */
mmp_inline __u64 mmp_limit_at(__u32 slot)
{
	struct mmp_verdict *v = mmp_verdict(slot);

	return v && v->limit < MMP_NO_LIMIT ? v->limit : MMP_NEVER;
}

mmp_inline struct mmp_level mmp_level_of(struct mem_cgroup *memcg, __u32 slot)
{
	struct mmp_verdict *v = mmp_verdict(slot);

	return (struct mmp_level){ .usage = mmp_usage_of(memcg, v ? v->level : 0),
				   .limit = mmp_limit_at(slot) };
}

mmp_inline struct mmp_value mmp_live_usage(const struct mmp_level *l)
{
	return mmp_known(l->usage << MMP_PAGE_SHIFT);
}

mmp_inline struct mmp_value mmp_live_share(const struct mmp_level *l)
{
	if (l->limit == MMP_NEVER)
		return mmp_unknown();
	return mmp_known(mmp_share(l->usage, l->limit));
}

/* `self`: the cgroup that the kernel's call is about. */
#define MMP_SELF(name, field)                                                                      \
	mmp_inline struct mmp_value mmp_self_##name(struct mem_cgroup *memcg)                      \
	{                                                                                          \
		return mmp_known(mmp_limit_bytes(memcg->memory.field));                            \
	}

MMP_SELF(USAGE, usage.counter)
MMP_SELF(MAX, max)
MMP_SELF(HIGH, high)
MMP_SELF(LOW, low)
MMP_SELF(MIN, min)

/* The slot has the limit of its cgroup and what is above it; only what is below is walked. */
mmp_inline __u64 mmp_self_limit(struct mem_cgroup *memcg, __u32 slot)
{
	struct mmp_verdict *v = mmp_verdict(slot);
	__s32 climb = memcg->css.cgroup->level - (__s32)(v ? v->level : 0);
	__u64 limit = mmp_limit_up(&memcg->memory, climb, mmp_limit_at(slot));

	return limit < MMP_NO_LIMIT ? limit : MMP_NEVER;
}

mmp_inline struct mmp_value mmp_self_share(struct mem_cgroup *memcg, __u32 slot)
{
	struct mmp_level l = { .usage = memcg->memory.usage.counter,
			       .limit = mmp_self_limit(memcg, slot) };

	return mmp_live_share(&l);
}

mmp_inline struct mmp_value mmp_self_LIMIT(struct mem_cgroup *memcg, __u32 slot)
{
	__u64 limit = mmp_self_limit(memcg, slot);

	return limit == MMP_NEVER ? mmp_unknown() : mmp_known(limit << MMP_PAGE_SHIFT);
}

/* protect (see also protect.bpf.h): evaluated while usage, in pages, is below `bound`. */

/* A size that is not known is one that usage is above. */
mmp_inline __u64 mmp_pages_up_to(struct mmp_value size)
{
	return !size.is_known || size.n < 0 ? 0 : ((__u64)size.n >> MMP_PAGE_SHIFT) + 1;
}

mmp_inline void mmp_raise(__u64 *gate, __u64 bound)
{
	if (*gate < bound)
		*gate = bound;
}

mmp_inline void mmp_gate_protect_min(struct mmp_gates *g, __u32 row, __u64 bound)
{
	if (mmp_is_active(row))
		mmp_raise(&g->min, bound);
}

/* At low: on the multi-generational LRU the other hook answers as well, see mmp_guard.h. */
mmp_inline void mmp_gate_protect(struct mmp_gates *g, __u32 row, __u64 bound)
{
	if (!mmp_is_active(row))
		return;
	mmp_raise(&g->low, bound);
	if (mmp_run.is_multi_gen)
		mmp_raise(&g->min, bound);
}

mmp_inline bool mmp_protect(__u32 row, __u64 usage, __u64 bound, enum mmp_truth call)
{
	if (call != MMP_TRUE || usage >= bound || !mmp_is_active(row))
		return false;
	mmp_acted(row, 0);
	return mmp_is_enforced();
}

/* throttle and pace: evaluated from `bound` pages of usage on. */

mmp_inline __u64 mmp_max(__u64 a, __u64 b)
{
	return a > b ? a : b;
}

mmp_inline __u64 mmp_min(__u64 a, __u64 b)
{
	return a < b ? a : b;
}

mmp_inline __u64 mmp_pages(__s64 bytes)
{
	return bytes < 0 ? 0 : (__u64)bytes >> MMP_PAGE_SHIFT;
}

/* A size that is not known is never reached: what compares with it is not true. */
mmp_inline __u64 mmp_pages_at(struct mmp_value size)
{
	return size.is_known ? mmp_pages(size.n) : MMP_NEVER;
}

mmp_inline __u64 mmp_pages_of_share(__u64 limit, __s64 share)
{
	if (share < 0)
		return 0;
	return limit >= MMP_NO_LIMIT ? MMP_NEVER : limit * (__u64)share / 10000;
}

/*
 * A live rule may be evaluated before the sampler has found it active: `bound` is the least usage
 * at which its condition could be true. While it cools down it is not evaluated.
 */
mmp_inline void mmp_gate_charge(struct mmp_gates *g, __u32 row, __u64 active_bound, bool is_live,
				__u64 bound)
{
	struct mmp_rule *r = mmp_rule(row);

	if (!r)
		return;
	if (r->verdict) {
		g->charge = mmp_min(g->charge, active_bound);
		g->is_charging |= active_bound !=
				  MMP_NEVER; /* without pace or a limit, nothing is evaluated */
	} else if (is_live && r->machine.state == MMP_IDLE) {
		g->charge = mmp_min(g->charge, bound);
	}
}

/* Does the rule act on this call: it is active, or would be if the sampler evaluated it now. */
mmp_inline bool mmp_acts_now(__u32 row, enum mmp_truth live, enum mmp_truth call)
{
	struct mmp_rule *r = mmp_rule(row);

	if (!r || call != MMP_TRUE)
		return false;
	if (r->verdict)
		return true;
	if (live != MMP_TRUE || r->machine.state != MMP_IDLE)
		return false;
	mmp_wake_sampler();
	return true;
}

/* The longest of several delays decides; it is counted for the rule that asked for it. */
struct mmp_price {
	__u64 ns; /* for 64 charged pages */
	__u32 row;
};

mmp_inline void mmp_ask_price(struct mmp_price *p, __u32 row, __s64 ns)
{
	if (ns > 0 && (__u64)ns > p->ns) {
		p->ns = ns;
		p->row = row;
	}
}

mmp_inline __s64 mmp_pace(const struct mmp_level *l, __u64 trigger)
{
	return mmp_pace_price(l->usage, l->limit, trigger);
}

/*
 * The sleep of this charge, in ms. A debt in pages makes the price that of 64 pages for every batch
 * size of the kernel: near a limit pages are charged one by one, and huge pages do not sleep.
 */
mmp_inline __u32 mmp_pay(__u32 slot, __u64 pages, const struct mmp_price *p)
{
	struct mmp_verdict *v = mmp_verdict(slot);
	__u64 debt, batches, ms;

	if (!v || !p->ns)
		return 0;
	debt = __sync_fetch_and_add(&v->debt, pages) + pages;
	batches = mmp_batches_paid(debt, pages, p->ns);
	if (!batches)
		return 0;
	/* Another task has paid meanwhile: the rest is left for the next charge. */
	if (__sync_val_compare_and_swap(&v->debt, debt, debt - batches * MMP_BATCH_PAGES) != debt)
		return 0;
	ms = mmp_min(batches * p->ns, MMP_DELAY_MAX_NS) / MMP_MS;
	mmp_acted(p->row, ms);
	return mmp_is_enforced() ? ms : 0;
}

#if defined(MMP_HAS_NOTIFY) || defined(MMP_HAS_GLOB)
/* notify: an event with the values that made it fire. */

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 18);
} mmp_events SEC(".maps");

mmp_inline struct mmp_event *mmp_new_event(__u32 rule, __u64 now)
{
	struct mmp_event *e = bpf_ringbuf_reserve(&mmp_events, sizeof(*e), 0);

	if (!e)
		return e;
	__builtin_memset(e, 0, sizeof(*e));
	e->time = now;
	e->rule = rule;
	return e;
}

mmp_inline struct mmp_event *mmp_event_begin(__u32 row, __u32 rule, __u32 slot, __u64 now)
{
	struct mmp_event *e = mmp_new_event(rule, now);
	struct mmp_slot *s = slot ? mmp_slot(slot - 1) : (struct mmp_slot *)0;

	if (!e)
		return e;
	e->slot = slot;
	e->cgroup_id = s ? s->cgroup_id : 0;
	e->state = MMP_ACTIVE;
	mmp_acted(row, 0);
	return e;
}

mmp_inline void mmp_event_add(struct mmp_event *e, struct mmp_value v)
{
	__u32 n = e->value_count;

	if (n >= MMP_EVENT_VALUES)
		return;
	e->values[n] = v.n;
	e->known |= v.is_known << n;
	e->value_count = n + 1;
}
#endif

/* A rule about any match of a glob. */
struct mmp_any {
	struct mmp_walk walk;
	enum mmp_truth truth;
	__u32 match; /* the first for which it is true, counted from 1 */
};

mmp_inline bool mmp_is_used(__u32 slot)
{
	struct mmp_slot *s = mmp_slot(slot);

	return s && s->state != MMP_SLOT_FREE && s->cgroup_id;
}

/* Was the slot claimed anew since we last looked? */
mmp_inline bool mmp_is_new(__u32 slot)
{
	struct mmp_slot *s = mmp_slot(slot);
	struct mmp_verdict *v = mmp_verdict(slot);

	if (!s || !v || v->generation == s->generation)
		return false;
	v->generation = s->generation;
	mmp_close_gates(v);
	return true;
}

mmp_inline void mmp_any_add(struct mmp_any *any, enum mmp_truth truth, __u32 i)
{
	any->truth = mmp_or(any->truth, truth);
	if (truth == MMP_TRUE && !any->match)
		any->match = i + 1;
}

/*
 * A ramp over the matches of a glob: the longest delay of all. The hooks read `ns`, so it is
 * written once per evaluation, complete.
 */
struct mmp_most {
	__s64 ns, so_far;
};

mmp_inline void mmp_most_begin(struct mmp_most *m)
{
	m->so_far = -1;
}

mmp_inline void mmp_most_add(struct mmp_most *m, __s64 ns)
{
	if (ns > m->so_far)
		m->so_far = ns;
}

/* Without a match nothing is known. */
mmp_inline void mmp_most_end(struct mmp_most *m, __s64 unknown_ns)
{
	m->ns = m->so_far < 0 ? unknown_ns : m->so_far;
}

#endif
