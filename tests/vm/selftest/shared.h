/* SPDX-License-Identifier: GPL-2.0 */
/* What the programs and the tests share through memory. Include the integer types before. */
#ifndef MMP_SELFTEST_SHARED_H
#define MMP_SELFTEST_SHARED_H

/* Written by the programs, but for the answers */
struct memcg_shared {
	__u64 only_id; /* count for this cgroup only; 0: for all */
	__u64 online;
	__u64 online_id;
	__u64 offline;
	__u64 offline_id;
	__u64 below_low;
	__u64 below_min;
	__u64 protection; /* elow or emin of the last call, pages */
	__u64 usage;
	__u64 charged;
	__u64 charged_pages;
	__u64 uncharged;
	__u64 uncharged_pages;
	__u64 other_charged; /* calls of the second policy's hook */
	__u64 answer_low;
	__u64 answer_min;
	__u64 answer_delay;
};

#define TVA_TYPES 8

struct thp_shared {
	__u64 calls[TVA_TYPES];
	__u64 orders[TVA_TYPES]; /* all that were on offer, by type */
	__s64 answer[TVA_TYPES];
	__u64 other_calls;
	__s64 other_answer;
};

struct reclaim_args {
	__u64 cgroup_id;
	__u64 pages;
	__u32 options;
	__s32 swappiness;
	__u64 reclaimed;
};

#endif
