/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The effective limit of a cgroup: the smallest memory.max of itself and its ancestors, and the
 * machine's memory at most. The sampler keeps it in the slot, so that hooks need not walk.
 */
#ifndef MMP_LIMIT_H
#define MMP_LIMIT_H

#include "state.bpf.h"

mmp_inline __s64 mmp_kernel_long(const void *base, __u64 index)
{
	__s64 n = 0;

	bpf_probe_read_kernel(&n, sizeof(n), base + index * sizeof(n));
	return n < 0 ? 0 : n;
}

#define MMP_LEVELS 32 /* of cgroups, one below the other */

/* The smallest memory.max of `climb` cgroups from this one upwards, and `limit` at most. */
mmp_inline __u64 mmp_limit_up(struct page_counter *counter, __s32 climb, __u64 limit)
{
	int i;

#pragma clang loop unroll(disable)
	for (i = 0; i < MMP_LEVELS && climb > 0 && counter; i++, climb--) {
		__u64 max = counter->max;

		if (max < limit)
			limit = max;
		counter = counter->parent;
	}
	return limit;
}

/*
 * The smallest memory.max from the counter at this address upwards, and `limit` at most. Global, so
 * that the verifier looks at it once: inlined in the tick, each of its ends would be followed
 * through everything that the tick does afterwards.
 */
mmp_global __u64 mmp_limit_from(__u64 counter, __u64 limit)
{
	__u64 max = 0;
	int i;

#pragma clang loop unroll(disable)
	for (i = 0; i < MMP_LEVELS && counter; i++) {
		if (mmp_read_at(counter, struct page_counter, max, &max))
			return limit;
		if (max < limit)
			limit = max;
		if (mmp_read_at(counter, struct page_counter, parent, &counter))
			return limit;
	}
	return limit;
}

/* In pages; MMP_NO_LIMIT where neither a limit nor the machine's memory is known. */
mmp_inline __u64 mmp_effective_limit(struct mem_cgroup *memcg)
{
	__u64 total = mmp_has(&_totalram_pages) ? mmp_kernel_long(&_totalram_pages, 0) : 0;
	__u64 max = memcg->memory.max, parent = 0;

	bpf_probe_read_kernel(&parent, sizeof(parent), &memcg->memory.parent);
	if (!total)
		total = MMP_NO_LIMIT;
	return mmp_limit_from(parent, max < total ? max : total);
}

#endif
