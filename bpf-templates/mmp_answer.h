/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What active rules amount to: the arithmetic of the hooks' answers, for the BPF programs and the
 * evaluator alike. Nothing here reads a clock, a map or the kernel.
 */
#ifndef MMP_ANSWER_H
#define MMP_ANSWER_H

#include "mmp_value.h"

#define MMP_BATCH_PAGES 64 /* a delay is the price of so many charged pages */
#define MMP_DELAY_MAX_NS 2000000000LL /* the kernel cuts longer delays to this */
#define MMP_NS_PER_MS 1000000

/* Delays are nanoseconds from 0 to 2 s. */
mmp_inline __s64 mmp_delay(__s64 ns)
{
	if (ns < 0)
		return 0;
	return ns > MMP_DELAY_MAX_NS ? MMP_DELAY_MAX_NS : ns;
}

struct mmp_ends {
	struct mmp_value from, until;
};

/*
 * `delay to TO as SIGNAL from FROM to UNTIL`: in proportion between FROM and UNTIL, and outside
 * that range the delay of the nearer end. FROM above UNTIL is a ramp that rises as the signal
 * falls. An unknown signal gives the first delay.
 */
mmp_inline __s64 mmp_ramp(struct mmp_value signal, __s64 from, __s64 until, __s64 delay, __s64 to)
{
	__s64 way, range;
	__u64 part;

	delay = mmp_delay(delay);
	to = mmp_delay(to);
	if (!signal.is_known)
		return delay;
	way = from <= until ? mmp_sat_sub(signal.n, from) : mmp_sat_sub(from, signal.n);
	range = from <= until ? mmp_sat_sub(until, from) : mmp_sat_sub(from, until);
	if (way < 0)
		return delay;
	if (way >= range)
		return to;
	/*
	 * A product of 31 and 32 bits fits; the bits that large ranges lose do not show in a delay.
	 */
	if ((__u64)range >> 32) {
		way = (__s64)((__u64)way >> 16);
		range = (__s64)((__u64)range >> 16);
	}
	if ((__u64)range >> 32) {
		way = (__s64)((__u64)way >> 16);
		range = (__s64)((__u64)range >> 16);
	}
	part = mmp_magnitude(to - delay) * (__u64)way / (__u64)range;
	return to < delay ? delay - (__s64)part : delay + (__s64)part;
}

/* Of a rule without a condition: before FROM the ramp has not begun, so there is no delay. */
mmp_inline __s64 mmp_ramp_from(struct mmp_value signal, __s64 from, __s64 until, __s64 delay,
			       __s64 to)
{
	if (!signal.is_known || (from <= until ? signal.n < from : signal.n > from))
		return 0;
	return mmp_ramp(signal, from, until, delay, to);
}

/* The same with ends that are worked out: where one of them is not known, nor is the signal. */
mmp_inline struct mmp_value mmp_on_ramp(struct mmp_value signal, const struct mmp_ends *ends)
{
	return ends->from.is_known && ends->until.is_known ? signal : mmp_unknown();
}

mmp_inline __s64 mmp_ramp_of(struct mmp_value signal, struct mmp_ends ends, __s64 delay, __s64 to)
{
	return mmp_ramp(mmp_on_ramp(signal, &ends), ends.from.n, ends.until.n, delay, to);
}

mmp_inline __s64 mmp_ramp_from_of(struct mmp_value signal, struct mmp_ends ends, __s64 delay,
				  __s64 to)
{
	return mmp_ramp_from(mmp_on_ramp(signal, &ends), ends.from.n, ends.until.n, delay, to);
}

/*
 * How many batches a charge of `pages` pays for, where `debt` pages, these included, are owed: none
 * where the charge is larger than a batch, so that huge pages do not sleep, and never more than 2
 * s.
 */
mmp_inline __u64 mmp_batches_paid(__u64 debt, __u64 pages, __u64 price_ns)
{
	__u64 batches = debt / MMP_BATCH_PAGES, most;

	if (pages > MMP_BATCH_PAGES || !price_ns)
		return 0;
	most = MMP_DELAY_MAX_NS / price_ns;
	if (!most)
		most = 1;
	return batches < most ? batches : most;
}

#define MMP_PACE_FIRST_NS 12000000ULL
#define MMP_PACE_LAST_NS 200000000ULL
#define MMP_NO_PAGES (~0ULL) /* no limit, or never */

/* Where pace begins: halfway from the trigger to the limit, all in pages. */
mmp_inline __u64 mmp_pace_from(__u64 limit, __u64 trigger)
{
	if (limit == MMP_NO_PAGES)
		return MMP_NO_PAGES;
	return trigger < limit ? trigger + (limit - trigger) / 2 : limit;
}

/* The price of a batch: 12 ms where pace begins, rising to 200 ms at 95 % of the limit. */
mmp_inline __s64 mmp_pace_price(__u64 usage, __u64 limit, __u64 trigger)
{
	__u64 start = mmp_pace_from(limit, trigger), last = limit - limit / 20;

	if (usage <= start || limit == MMP_NO_PAGES)
		return 0;
	if (usage >= last || start >= last)
		return MMP_PACE_LAST_NS;
	return MMP_PACE_FIRST_NS +
	       (MMP_PACE_LAST_NS - MMP_PACE_FIRST_NS) * (usage - start) / (last - start);
}

/*
 * The order that a thp rule answers from those offered (a bit each). 0 is base pages, also where an
 * exact order is not offered.
 */
enum mmp_thp_answer { MMP_THP_EXACT, MMP_THP_OR_SMALLER, MMP_THP_NEVER, MMP_THP_DEFAULT };

/*
 * 0 where no bit is set. Without a branch, because the verifier would follow every path through
 * tests of bits; and older clangs have no instruction for it.
 */
mmp_inline int mmp_highest_order(__u64 orders)
{
	__u32 rest = (__u32)orders, order = 0;

	for (__u32 half = 16; half; half /= 2) {
		/* The sum carries into bit `half` where anything is set above the lower half. */
		__u32 step = (((rest >> half) + (1u << half) - 1) >> half) * half;

		rest >>= step;
		order += step;
	}
	return (int)order;
}

mmp_inline int mmp_thp_order(enum mmp_thp_answer answer, __s64 order, __u64 orders)
{
	if (answer == MMP_THP_NEVER)
		return 0;
	if (answer == MMP_THP_DEFAULT)
		return mmp_highest_order(orders);
	if (order < 0 || order > 31)
		return order < 0 || answer == MMP_THP_EXACT ? 0 : mmp_highest_order(orders);
	if (answer == MMP_THP_EXACT)
		return orders >> order & 1 ? (int)order : 0;
	return mmp_highest_order(orders & ((2ULL << order) - 1));
}

/*
 * What a rule that is not active removes from the answer where no rule decides. `order N when C`
 * means N while C holds, and only then; the kernel would often choose N by itself.
 */
mmp_inline __u64 mmp_thp_withheld(enum mmp_thp_answer answer, __s64 order)
{
	return answer == MMP_THP_EXACT && order >= 0 && order < 32 ? 1ULL << order : 0;
}

/* The highest order for which an aligned page fits into a mapping. */
mmp_inline int mmp_fitting_order(__u64 start, __u64 end, __u32 page_shift)
{
	__u64 pages = (end - start) >> page_shift;
	int order = pages >> 31 ? 31 : mmp_highest_order(pages);
	__u64 size = 1ULL << page_shift << order;

	return !order || ((start + size - 1) & -size) + size <= end ? order : order - 1;
}

#endif
