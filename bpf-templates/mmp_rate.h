/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rates of counters over a window, shared by the BPF sampler and the reader of cgroup files, so
 * that a rule sees the same number either way. Time is an argument.
 */
#ifndef MMP_RATE_H
#define MMP_RATE_H

#include "mmp_abi.h"

#define MMP_RATE_SECOND 1000000000ULL

/*
 * The kernel's statistics may lag by the time of its flush, every 2 s. Where they cannot be flushed
 * on demand, a rate is taken between moments at which the counter moved; a counter that has not
 * moved for longer than this has really stopped.
 */
#define MMP_LAG 2600000000ULL

enum mmp_rate_flags { MMP_RATE_EXACT = 1, MMP_RATE_SIGNED = 2 };

/* `count` in `ns` as a count per second, without overflow. */
mmp_inline __u64 mmp_per_second(__u64 count, __u64 ns)
{
	if (count < 1ULL << 33)
		return count * MMP_RATE_SECOND / (ns ? ns : 1);
	ns /= 1000;
	return count / (ns ? ns : 1) * 1000000;
}

/* The rate from the oldest sample kept, where that is a full window ago. */
mmp_inline void mmp_rate_from_oldest(struct mmp_signal *s, __u64 raw, __u64 now, __u64 window,
				     __u32 flags)
{
	__u32 oldest = (s->head - s->filled) & (MMP_RING - 1);
	__s64 moved = (__s64)(raw - s->ring[oldest]);
	__u64 span = now - s->ring_time[oldest];

	s->is_known = 0;
	if (!s->filled || span < window)
		return;
	if (moved < 0 && !(flags & MMP_RATE_SIGNED)) { /* another cgroup's counter: start again */
		s->filled = 0;
		return;
	}
	s->value = mmp_signed(mmp_per_second(mmp_magnitude(moved), span), moved < 0);
	s->is_known = 1;
}

/* Drop samples until the oldest is the youngest that is a full window ago. */
mmp_inline void mmp_rate_drop(struct mmp_signal *s, __u64 now, __u64 window)
{
	int i;

	for (i = 0; i < MMP_RING && s->filled > 1; i++) {
		__u32 next = (s->head - s->filled + 1) & (MMP_RING - 1);

		if (now - s->ring_time[next] < window)
			break;
		s->filled--;
	}
}

mmp_inline void mmp_rate_keep(struct mmp_signal *s, __u64 raw, __u64 now, __u64 window)
{
	__u32 newest = (s->head - 1) & (MMP_RING - 1), head = s->head & (MMP_RING - 1);

	/* A window longer than the ring at this tick keeps only some of the samples. */
	if (s->filled && now - s->ring_time[newest] < window / (MMP_RING - 8))
		return;
	s->ring[head] = raw;
	s->ring_time[head] = now;
	s->head = head + 1;
	if (s->filled < MMP_RING)
		s->filled++;
}

/*
 * A counter's rate over at least `window`. Unknown until a full window has been seen. With exact
 * statistics every tick is a moment to measure at; otherwise only ticks at which the counter moved.
 */
mmp_inline void mmp_rate_sample(struct mmp_signal *s, __u64 raw, __u64 now, __u64 window,
				__u32 flags)
{
	bool is_first = !s->raw_time;
	bool has_moved = !is_first && raw != s->raw;

	s->raw = raw;
	s->time = now;
	if (is_first || has_moved)
		s->raw_time = now;
	if (flags & MMP_RATE_EXACT || has_moved) {
		mmp_rate_drop(s, now, window);
		mmp_rate_from_oldest(s, raw, now, window, flags);
		mmp_rate_keep(s, raw, now, window);
	} else if (now - s->raw_time > window + MMP_LAG) {
		/* Quiet: nothing happened up to a lag ago; the next measurement starts there. */
		s->filled = 0;
		mmp_rate_keep(s, raw, now - MMP_LAG, window);
		s->value = 0;
		s->is_known = 1;
	}
}

#define MMP_STALL_UNIT 100000 /* ns: a hundredth of a percent of a second */

/*
 * The share of a window, in hundredths of a percent, by which a total of stall time has grown. The
 * total is right at every moment; it can go back a little when the kernel sums it up meanwhile.
 */
mmp_inline void mmp_stall_sample(struct mmp_signal *s, __u64 total_ns, __u64 now, __u64 window)
{
	mmp_rate_sample(s, total_ns / MMP_STALL_UNIT, now, window,
			MMP_RATE_EXACT | MMP_RATE_SIGNED);
	if (s->value < 0)
		s->value = 0;
	if (s->value > 10000)
		s->value = 10000;
}

#endif
