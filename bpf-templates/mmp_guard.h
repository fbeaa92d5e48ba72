/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Protection that gives way: the rule by which `protect ... at low` holds under both LRUs and is
 * never the reason for a kill. Pure: for the hooks, for policies by files, and for tests.
 *
 * memory.low is a request, and on the multi-generational LRU a weak one: where the machine as a
 * whole runs short, a protected cgroup is skipped once and then reclaimed. memory.min is binding on
 * both LRUs, and where nothing else can be reclaimed the kernel kills. So `at low` answers as
 * memory.min does while reclaim finds memory elsewhere, and gives way before the kernel would kill.
 */
#ifndef MMP_GUARD_H
#define MMP_GUARD_H

#include "mmp_value.h"

/*
 * By the hooks. The state of reclaim when it calls the hook: each round without enough success
 * lowers the priority, from 12 to 0, and only a call that reached 0 without success brings a kill
 * nearer.
 */
struct mmp_reclaimer {
	__s64 priority;
	__u64 reclaimed; /* pages that this call has freed so far */
	bool is_known;
	bool is_global; /* of the whole machine, not below some cgroup's limit */
	bool is_kswapd; /* in the background: gives up without a kill */
};

#define MMP_LAST_ROUNDS 3 /* priorities 2, 1 and 0 */

/* at the tick, while a hook's own readings are in `signals` */
mmp_inline bool mmp_may_refuse(const struct mmp_reclaimer *r)
{
	if (!r->is_known || !r->is_global)
		return false;
	return r->is_kswapd || r->reclaimed || r->priority >= MMP_LAST_ROUNDS;
}

/*
 * By files, where memory.min does the refusing: no single call of reclaim is visible there, so this
 * decides by the state of the machine, once a tick. A program that takes memory fast reaches the
 * end between two ticks, so what was taken since the last tick is expected to be taken again.
 */
struct mmp_strain {
	__u64 total; /* bytes of memory */
	__u64 room; /* what can still be had: available memory outside what is protected, and swap
		     */
	__u64 taken; /* of that, since the last tick */
	__s64 full; /* the machine's full pressure, over 10 s, hundredths of a percent */
};

/* Keeps giving way for some time, and for longer each time that the danger returns at once. */
struct mmp_guard {
	__u64 until; /* gives way up to this time; 0: never did */
	__u64 span; /* for how long the last time */
};

#define MMP_GUARD_FIRST 2000000000ULL
#define MMP_GUARD_MOST 60000000000ULL
#define MMP_GUARD_FULL 6000
#define MMP_GUARD_TICKS 3

mmp_inline __u64 mmp_least_room(const struct mmp_strain *s)
{
	return s->total / 50 + MMP_GUARD_TICKS * s->taken;
}

/* A fiftieth of the memory is left, or what lasts for a few ticks; or every task waits. */
mmp_inline bool mmp_is_strained(const struct mmp_strain *s)
{
	return s->room < mmp_least_room(s) || s->full >= MMP_GUARD_FULL;
}

/* Does protection give way at this tick? */
mmp_inline bool mmp_guard_step(struct mmp_guard *g, const struct mmp_strain *s, __u64 now)
{
	bool gives_way = now < g->until;

	if (!mmp_is_strained(s))
		return gives_way;
	if (!gives_way) {
		bool is_back = g->until && now - g->until < g->span;

		g->span = is_back ? g->span * 2 : MMP_GUARD_FIRST;
		if (g->span > MMP_GUARD_MOST)
			g->span = MMP_GUARD_MOST;
	}
	g->until = now + g->span;
	return true;
}

#endif
