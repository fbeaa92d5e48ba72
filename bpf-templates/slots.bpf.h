/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which slots are used, a bit each: a walk over the used ones of a group costs what these cost, and
 * a word for each 64 others; a free one is found the same way.
 */
#ifndef MMP_SLOTS_H
#define MMP_SLOTS_H

#include "mmp_answer.h"
#include "state.bpf.h"

mmp_inline __u64 *mmp_used_word(__u32 word)
{
	return bpf_map_lookup_elem(&mmp_used, &word);
}

mmp_inline void mmp_mark_used(__u32 slot)
{
	__u64 *word = mmp_used_word(slot / MMP_WORD_BITS);

	if (word)
		__sync_fetch_and_or(word, 1ULL << (slot % MMP_WORD_BITS));
}

mmp_inline void mmp_mark_free(__u32 slot)
{
	__u64 *word = mmp_used_word(slot / MMP_WORD_BITS);

	if (word)
		__sync_fetch_and_and(word, ~(1ULL << (slot % MMP_WORD_BITS)));
}

/* The bits of a word that belong to the slots from `base` on. */
mmp_inline __u64 mmp_own_bits(__u32 word, __u32 base, __u32 rows)
{
	__u32 last = base + rows - 1;
	__u64 bits = ~0ULL;

	if (word == base / MMP_WORD_BITS)
		bits &= ~0ULL << (base % MMP_WORD_BITS);
	if (word == last / MMP_WORD_BITS)
		bits &= ~0ULL >> (MMP_WORD_BITS - 1 - last % MMP_WORD_BITS);
	return bits;
}

/* The number of the lowest bit; one is set. */
mmp_inline __u32 mmp_lowest_bit(__u64 bits)
{
	__u32 low = (__u32)bits, high = (__u32)(bits >> 32);

	return low ? mmp_highest_order(low & -low) : 32 + mmp_highest_order(high & -high);
}

/* A walk over the used slots of a group; each step of bpf_loop() begins with mmp_walk_on(). */
struct mmp_walk {
	__u64 now; /* the tick's time, for the steps */
	__u64 bits; /* of the current word, those that are still to be visited */
	__u32 base, rows; /* the group's slots */
	__u32 next; /* the word to look at after the current one */
	__u32 is_over;
};

/* So many steps visit all slots of a group, and every word of theirs. */
#define MMP_WALK_STEPS(rows) ((rows) + (rows) / MMP_WORD_BITS + 3)

mmp_inline struct mmp_walk mmp_walk_over(__u32 base, __u32 rows, __u64 now)
{
	return (struct mmp_walk){
		.now = now, .base = base, .rows = rows, .next = base / MMP_WORD_BITS
	};
}

/* A callback of bpf_loop() for the used slots of a group; its context is the walk. */
#define MMP_EACH_USED(base, rows, now, callback)                                                   \
	do {                                                                                       \
		struct mmp_walk each = mmp_walk_over(base, rows, now);                             \
                                                                                                   \
		bpf_loop(MMP_WALK_STEPS(rows), callback, &each, 0);                                \
	} while (0)

/* The row in its group of the next used slot, plus 1; 0: this step has none. */
mmp_global int mmp_walk_on(struct mmp_walk *w)
{
	__u64 *word, bit;

	if (!w)
		return 0;
	if (!w->bits) {
		word = mmp_used_word(w->next);
		w->is_over = !word || w->next > (w->base + w->rows - 1) / MMP_WORD_BITS;
		if (w->is_over)
			return 0;
		w->bits = *word & mmp_own_bits(w->next, w->base, w->rows);
		w->next++;
		return 0;
	}
	bit = w->bits & -w->bits;
	w->bits ^= bit;
	return (w->next - 1) * MMP_WORD_BITS + mmp_lowest_bit(bit) - w->base + 1;
}

/* What a step returns, which has to be 0 or 1 for the verifier too. */
mmp_inline long mmp_walk_ends(const struct mmp_walk *w)
{
	return w->is_over & 1;
}

#endif
