/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Values and conditions, for the BPF programs and the evaluator alike: 64-bit signed, saturating,
 * and unknown where a signal could not be read. Conditions follow Kleene's three-valued logic.
 */
#ifndef MMP_VALUE_H
#define MMP_VALUE_H

#include "mmp_types.h"

enum mmp_truth { MMP_FALSE, MMP_TRUE, MMP_UNKNOWN };

struct mmp_value {
	__s64 n;
	__u64 is_known; /* 0 or 1; a whole register, so that BPF passes the pair by value */
};

#define MMP_S64_MAX ((__s64)0x7fffffffffffffffLL)
#define MMP_S64_MIN (-MMP_S64_MAX - 1)

#define mmp_inline static inline __attribute__((always_inline, unused))

mmp_inline struct mmp_value mmp_known(__s64 n)
{
	return (struct mmp_value){ .n = n, .is_known = 1 };
}

mmp_inline struct mmp_value mmp_unknown(void)
{
	return (struct mmp_value){ .n = 0, .is_known = 0 };
}

mmp_inline __u64 mmp_magnitude(__s64 n)
{
	return n < 0 ? -(__u64)n : (__u64)n;
}

/* Give the sign back to a magnitude, saturating. */
mmp_inline __s64 mmp_signed(__u64 magnitude, int is_negative)
{
	if (is_negative)
		return magnitude > (__u64)MMP_S64_MAX ? MMP_S64_MIN : -(__s64)magnitude;
	return magnitude > (__u64)MMP_S64_MAX ? MMP_S64_MAX : (__s64)magnitude;
}

mmp_inline __s64 mmp_sat_add(__s64 a, __s64 b)
{
	__s64 sum = (__s64)((__u64)a + (__u64)b);

	if (a >= 0 && b >= 0 && sum < 0)
		return MMP_S64_MAX;
	if (a < 0 && b < 0 && sum >= 0)
		return MMP_S64_MIN;
	return sum;
}

mmp_inline __s64 mmp_sat_neg(__s64 a)
{
	return a == MMP_S64_MIN ? MMP_S64_MAX : -a;
}

mmp_inline __s64 mmp_sat_sub(__s64 a, __s64 b)
{
	__s64 difference = (__s64)((__u64)a - (__u64)b);

	if (a >= 0 && b < 0 && difference < 0)
		return MMP_S64_MAX;
	if (a < 0 && b >= 0 && difference >= 0)
		return MMP_S64_MIN;
	return difference;
}

/* In halves: clang 14 makes 128-bit arithmetic of `y > ~0ULL / x`, which BPF does not have. */
mmp_inline __s64 mmp_sat_mul(__s64 a, __s64 b)
{
	__u64 x = mmp_magnitude(a), y = mmp_magnitude(b);
	__u64 middle = (x >> 32) * (__u32)y + (y >> 32) * (__u32)x;
	__u64 low = (__u64)(__u32)x * (__u32)y, product = (middle << 32) + low;
	int is_negative = (a < 0) != (b < 0);

	if ((x >> 32 && y >> 32) || middle >> 32 || product < low)
		return is_negative ? MMP_S64_MIN : MMP_S64_MAX;
	return mmp_signed(product, is_negative);
}

/*
 * b is not 0. Rounds toward zero. By magnitudes: clang 14 cannot compile a signed division to BPF.
 */
mmp_inline __s64 mmp_sat_div(__s64 a, __s64 b)
{
	return mmp_signed(mmp_magnitude(a) / mmp_magnitude(b), (a < 0) != (b < 0));
}

mmp_inline struct mmp_value mmp_add(struct mmp_value a, struct mmp_value b)
{
	return a.is_known && b.is_known ? mmp_known(mmp_sat_add(a.n, b.n)) : mmp_unknown();
}

mmp_inline struct mmp_value mmp_sub(struct mmp_value a, struct mmp_value b)
{
	return a.is_known && b.is_known ? mmp_known(mmp_sat_sub(a.n, b.n)) : mmp_unknown();
}

mmp_inline struct mmp_value mmp_mul(struct mmp_value a, struct mmp_value b)
{
	return a.is_known && b.is_known ? mmp_known(mmp_sat_mul(a.n, b.n)) : mmp_unknown();
}

/* x/0 is unknown. */
mmp_inline struct mmp_value mmp_div(struct mmp_value a, struct mmp_value b)
{
	if (!a.is_known || !b.is_known || b.n == 0)
		return mmp_unknown();
	return mmp_known(mmp_sat_div(a.n, b.n));
}

/*
 * a, in hundredths of a percent, of b. What has no limit has none in part either: "max" is the
 * largest number. In two steps, so that the product of a size does not saturate.
 */
mmp_inline struct mmp_value mmp_of(struct mmp_value a, struct mmp_value b)
{
	if (!a.is_known || !b.is_known)
		return mmp_unknown();
	if (b.n == MMP_S64_MAX && a.n)
		return b;
	return mmp_known(mmp_sat_add(
		mmp_sat_mul(mmp_sat_div(b.n, 10000), a.n),
		mmp_sat_div(mmp_sat_mul(b.n - mmp_sat_div(b.n, 10000) * 10000, a.n), 10000)));
}

mmp_inline struct mmp_value mmp_neg(struct mmp_value a)
{
	return a.is_known ? mmp_known(mmp_sat_neg(a.n)) : mmp_unknown();
}

mmp_inline enum mmp_truth mmp_gt(struct mmp_value a, struct mmp_value b)
{
	return a.is_known && b.is_known ? (enum mmp_truth)(a.n > b.n) : MMP_UNKNOWN;
}

mmp_inline enum mmp_truth mmp_ge(struct mmp_value a, struct mmp_value b)
{
	return a.is_known && b.is_known ? (enum mmp_truth)(a.n >= b.n) : MMP_UNKNOWN;
}

mmp_inline enum mmp_truth mmp_lt(struct mmp_value a, struct mmp_value b)
{
	return mmp_gt(b, a);
}

mmp_inline enum mmp_truth mmp_le(struct mmp_value a, struct mmp_value b)
{
	return mmp_ge(b, a);
}

mmp_inline enum mmp_truth mmp_eq(struct mmp_value a, struct mmp_value b)
{
	return a.is_known && b.is_known ? (enum mmp_truth)(a.n == b.n) : MMP_UNKNOWN;
}

mmp_inline enum mmp_truth mmp_ne(struct mmp_value a, struct mmp_value b)
{
	return a.is_known && b.is_known ? (enum mmp_truth)(a.n != b.n) : MMP_UNKNOWN;
}

mmp_inline enum mmp_truth mmp_not(enum mmp_truth a)
{
	return a == MMP_UNKNOWN ? MMP_UNKNOWN : (enum mmp_truth)(a == MMP_FALSE);
}

mmp_inline enum mmp_truth mmp_and(enum mmp_truth a, enum mmp_truth b)
{
	if (a == MMP_FALSE || b == MMP_FALSE)
		return MMP_FALSE;
	return a == MMP_UNKNOWN || b == MMP_UNKNOWN ? MMP_UNKNOWN : MMP_TRUE;
}

mmp_inline enum mmp_truth mmp_or(enum mmp_truth a, enum mmp_truth b)
{
	if (a == MMP_TRUE || b == MMP_TRUE)
		return MMP_TRUE;
	return a == MMP_UNKNOWN || b == MMP_UNKNOWN ? MMP_UNKNOWN : MMP_FALSE;
}

mmp_inline enum mmp_truth mmp_truth_of(struct mmp_value a)
{
	return a.is_known ? (enum mmp_truth)(a.n != 0) : MMP_UNKNOWN;
}

#endif
