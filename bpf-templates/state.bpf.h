/* SPDX-License-Identifier: GPL-2.0 */
/* What a policy keeps: the maps and globals of mmp_abi.h, and the verdicts that the hooks read. */
#ifndef MMP_STATE_H
#define MMP_STATE_H

#include "mmp_kernel.h"
#include "mmp_abi.h"

/* The policy's sizes; the emitter defines them. */
#ifndef MMP_SLOTS
#define MMP_SLOTS 1
#define MMP_SIGNALS 1
#define MMP_RULES 1
#define MMP_WORKS 1
#endif

#ifndef MMP_GLOBS
#define MMP_ANCHORS 1
#define MMP_GLOBS 1
#endif

enum mmp_hook {
#define HOOK(id, type, member, actions) MMP_HOOK_##id,
#include "actions.def"
	MMP_HOOK_COUNT
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MMP_ANCHORS);
	__type(key, __u32);
	__type(value, struct mmp_anchor);
} mmp_anchors SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MMP_SLOTS);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct mmp_slot);
} mmp_slots SEC(".maps");

#define MMP_WORD_BITS 64

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, (MMP_SLOTS + MMP_WORD_BITS - 1) / MMP_WORD_BITS);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, __u64);
} mmp_used SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MMP_SIGNALS);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct mmp_signal);
} mmp_signals SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MMP_RULES);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct mmp_rule);
} mmp_rules SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, MMP_RULES);
	__type(key, __u32);
	__type(value, struct mmp_acts);
} mmp_acts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, MMP_SLOTS);
	__type(key, __u32);
	__type(value, struct mmp_calls);
} mmp_calls SEC(".maps");

struct mmp_timer_value {
	struct bpf_timer timer;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct mmp_timer_value);
} mmp_timer SEC(".maps");

struct mmp_work_value {
	struct bpf_wq work;
	__u64 turn; /* of the rows that share it, the one with which it begins */
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MMP_WORKS);
	__type(key, __u32);
	__type(value, struct mmp_work_value);
} mmp_work SEC(".maps");

struct mmp_set_up {
	__u32 first; /* the rule's first item */
	__u32 missing; /* items that are not made yet, of all rules */
};

/* One page: who reads it only wants to be woken, and an entry that is lost changes nothing. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} mmp_wake SEC(".maps");

/* Written by mmpctl. */
/* MMP_CONFIG is a list of members, which clang-format does not know. */
/* clang-format off */
volatile struct mmp_config mmp_config SEC(".data.mmp_cfg") = {
	.abi = MMP_ABI_VERSION,
#ifdef MMP_CONFIG
	MMP_CONFIG
#else
	.tick_ns = 100 * MMP_MS,
#endif
};
/* clang-format on */

struct mmp_run mmp_run SEC(".data.mmp_run");

/*
 * What a slot's hooks act on, written by the sampler. A hook first looks at its gate; most calls
 * end there. After the gate the rules are evaluated one by one.
 */
struct mmp_verdict {
	__u64 low_gate, min_gate; /* evaluate while usage is below so many pages; 0: never */
	__u64 charge_gate; /* evaluate from so many pages of usage on; MMP_NEVER: never */
	__u64 debt; /* charged pages that no delay has paid for */
	__u64 charged, uncharged; /* pages, in total */
	__u64 level; /* of the slot's cgroup */
	/* Its effective limit in pages when last sampled; from MMP_NO_LIMIT on: not known. */
	__u64 limit;
	__u64 generation; /* of the slot, when its rows were last reset */
	/*
	 * The sampler opens the gates once a second to learn whether the hooks are called at all;
	 * the first call closes them again.
	 */
	__u64 is_listening;
	__u64 true_low_gate, true_min_gate, true_charge_gate;
};

#define MMP_NEVER (~0ULL)

struct mmp_verdict mmp_verdicts[MMP_SLOTS];

#define MMP_NO_LIMIT (1ULL << 50) /* pages: memory.max and similar files say "max" */

/* A limit in bytes; "max" is the largest number there is. */
mmp_inline __s64 mmp_limit_bytes(__u64 pages)
{
	return pages < MMP_NO_LIMIT ? (__s64)(pages << MMP_PAGE_SHIFT) : MMP_S64_MAX;
}

/* size as hundredths of a percent of limit; a share of 0 is 0. */
mmp_inline __s64 mmp_share(__u64 size, __u64 limit)
{
	return limit ? size * 10000 / limit : 0;
}

mmp_inline struct mmp_verdict *mmp_verdict(__u32 slot)
{
	__u64 index = slot;

	if (!__builtin_constant_p(slot))
		asm volatile("" : "+r"(index));
	if (index >= MMP_SLOTS)
		return (struct mmp_verdict *)0;
	/* Otherwise clang adds before it compares, which the verifier does not follow. */
	if (!__builtin_constant_p(slot))
		asm volatile("" : "+r"(index));
	return &mmp_verdicts[index];
}

mmp_inline struct mmp_slot *mmp_slot(__u32 slot)
{
	return bpf_map_lookup_elem(&mmp_slots, &slot);
}

mmp_inline struct mmp_rule *mmp_rule(__u32 row)
{
	return bpf_map_lookup_elem(&mmp_rules, &row);
}

mmp_inline __s64 mmp_param(__u32 index)
{
	return index < MMP_PARAMS_MAX ? mmp_config.params[index] : 0;
}

/* A signal as the sampler last read it. */
mmp_inline struct mmp_value mmp_signal(__u32 row)
{
	struct mmp_signal *s = bpf_map_lookup_elem(&mmp_signals, &row);

	if (!s)
		return mmp_unknown();
	return (struct mmp_value){ .n = s->value, .is_known = s->is_known != 0 };
}

mmp_inline void mmp_count_call(__u32 slot, enum mmp_hook hook)
{
#ifndef MMP_UNCOUNTED /* the tests count instructions without the counters */
	struct mmp_calls *c = bpf_map_lookup_elem(&mmp_calls, &slot);

	if (c)
		c->count[hook]++;
#endif
}

#endif
