/* SPDX-License-Identifier: GPL-2.0 */
/* clang-format off */
/*
 * What mmpc and mmpctl share: what a compiled policy contains and what its maps hold. A change of
 * any struct here, or of what a field means, raises MMP_ABI_VERSION; mmpctl refuses other versions.
 *
 * The object's maps, by name (all but the globals are pinned under their names):
 *
 *	mmp_slots	ARRAY of struct mmp_slot, one per slot: which cgroup it stands for
 *	mmp_used	ARRAY of __u64: bit N % 64 of word N / 64 is set while slot N is used, so
 *			that a tick passes the used ones only
 *	mmp_signals	ARRAY of struct mmp_signal, one per signal row
 *	mmp_rules	ARRAY of struct mmp_rule, one per rule row
 *	mmp_acts	PERCPU_ARRAY of struct mmp_acts, one per rule row: counted in the hooks
 *	mmp_calls	PERCPU_ARRAY of struct mmp_calls, one per slot: calls of its hooks
 *	mmp_events	RINGBUF of struct mmp_event; only in a policy with `notify` or a glob
 *	mmp_wake	RINGBUF of the row (__u32) of a rule that has become active or has left it;
 *			written only where is_watched is set
 *	mmp_timer	ARRAY, 1: the tick's timer
 *	mmp_work	ARRAY of work items: 0 the sampler, then of each reclaim rule one per row,
 *			but MMP_POOL at most
 *	mmp_claims	CGRP_STORAGE of struct mmp_claim; only in a policy with a glob
 *	mmp_anchors	ARRAY of struct mmp_anchor, one per anchor of the plan: written by mmpctl
 *	.data.mmp_cfg	struct mmp_config mmp_config: written by mmpctl
 *	.data.mmp_run	struct mmp_run mmp_run: the sampler's own counters
 *	.rodata.mmp	the manifest: JSON text, NUL-terminated
 *
 * Programs: mmp_start_exact (fentry/bpf_fentry_test1; may flush statistics exactly) and
 * mmp_start_plain (syscall): the runtime loads the first that this kernel takes, runs it once by
 * BPF_PROG_RUN and drops it; mmp_set_up_works (syscall), which is run after it until it returns 0,
 * sets up the work items of reclaim and tells how many are missing. mmp_tick (syscall): one
 * evaluation at the time in its context, with the signals as they stand in mmp_signals: for tests.
 * mmp_adopt (syscall; only in a policy with a glob): does for one cgroup what the online hook does
 * (struct mmp_adopt): mmpctl runs it for every cgroup at and below each anchor, from the top down,
 * after the anchor is attached; a cgroup that
 * has a slot keeps it. What is below an anchor that lies deeper is that one's.
 *
 * mmpctl's order: mmp_anchors, mmp_config (disarmed) and the slots of named groups are written, the
 * sampler is started, everything attached, what is below the anchors adopted, mmp_config armed.
 * Maps and programs of features that this kernel lacks must be optional: a struct_ops map NAME may
 * have a twin NAME___v6 of type memcg_bpf_ops___v6 (get_high_delay_ms, below_low without
 * arguments); mmpctl creates the one that fits the running kernel.
 *
 * The struct_ops maps are named by the manifest: one memcg_bpf_ops per anchor, one
 * bpf_thp_ops per process (or one for all, pid 0). mmpctl writes a process's pid to the first
 * member of its map's initial value, between open and load. The manifest's own map is not created:
 * mmpctl pins a copy of the text, with what it knows of the load, as "manifest".
 *
 * The manifest is one JSON object: the plan, as plan/plan_json.h describes it, and beside it what
 * only loading needs:
 *	hash (of the text, hex),
 *	hooks: [ "memcg_bpf_ops.below_low", ... ],
 *	needs: [ kfuncs and features, see runtime/machine/kernel.h ],
 *	every_ops: the struct_ops map for every process,
 *	anchor_ops: [ the struct_ops map of each anchor (plan/plan_anchors.h), or null ],
 *	in each process: ops, spare_ops: [ further maps of the same, for kinds that may match more
 *		processes than one ],
 *	in each rule: work (index in mmp_work).
 */
/* clang-format on */
#ifndef MMP_ABI_H
#define MMP_ABI_H

#include "mmp_types.h"
#include "mmp_machine.h"

#define MMP_ABI_VERSION 4
#define MMP_POOL 64 /* work items that the rows of a reclaim rule share */
#define MMP_PARAMS_MAX 64
#define MMP_PROCESSES_MAX 32
#define MMP_MANIFEST_SECTION ".rodata.mmp"
/* What line information, and so the verifier's log, calls the manifest's file of that index. */
#define MMP_POLICY_FILE "policy-%u.mmp"

enum mmp_mode { MMP_ENFORCE, MMP_MONITOR };

/* Written by mmpctl, whole or by mmap; read everywhere. */
struct mmp_config {
	__u32 abi; /* MMP_ABI_VERSION, from the compiler */
	__u32 is_armed; /* 0: hooks answer the kernel's default and rules are not evaluated */
	__u32 mode; /* enum mmp_mode */
	__u32 is_watched; /* no hooks: a process acts by files, and mmp_wake wakes it */
	__u64 tick_ns;
	__s64 params[MMP_PARAMS_MAX]; /* base units of their quantity */
	/*
	 * In the order of the manifest's processes: the pid (thread group, initial namespace) of
	 * those that are known by pid or pidfile, for rules that test it in the instance of every
	 * process.
	 */
	__s32 pids[MMP_PROCESSES_MAX];
};

/* Written by the sampler. */
struct mmp_run {
	__u64 ticks; /* evaluations */
	__u64 last_ns; /* ktime of the last one */
	__u64 sampler_ns; /* its CPU time, in total */
	__u64 reclaim_ns; /* the reclaim work items' CPU time, in total */
	__u64 is_started; /* a start program has started the timer; it cannot report otherwise */
	__u64 is_exact; /* statistics are flushed exactly before they are read */
	__u64 is_idle; /* ticking at 1 s */
	__u64 slots_lost; /* cgroups of a glob that found no free slot */
	__u64 hook_calls; /* bumped by charge hooks: wakes the sampler from its slow tick */
	__u64 is_multi_gen; /* the multi-generational LRU is on; where a rule protects at low */
	__u64 gave_way; /* times that protection at low gave way there, to avoid a kill */
};

enum mmp_slot_state { MMP_SLOT_FREE, MMP_SLOT_USED, MMP_SLOT_GONE };

struct mmp_slot {
	__u64 cgroup_id; /* inode number of the cgroup's directory; 0: none */
	__u32 state; /* enum mmp_slot_state */
	__u32 generation; /* counts claims, so that readers notice a reuse */
	__u64 claimed_ns;
};

/* In the order of the plan's anchors. */
struct mmp_anchor {
	__u64 cgroup_id; /* to which its ops are attached */
};

/* The context of mmp_tick. */
struct mmp_tick {
	__u64 now; /* the evaluation's time in ns */
};

/* The context of mmp_adopt. */
struct mmp_adopt {
	__u64 cgroup_id; /* an existing cgroup */
	__u32 anchor; /* index in mmp_anchors */
	__u32 is_match; /* answer: it matches a pattern itself */
	__u32 slot; /* answer: slot row + 1; 0: none, no slot was free, or the cgroup is gone */
	__u32 base; /* answer, of a match: the first slot of its group */
};

struct mmp_claim {
	__u32 slot; /* slot row + 1; 0: none */
	__u32 generation;
};

#define MMP_RING 64 /* samples kept for a window; a power of two */

/* A signal's row: its value for conditions, and what the reader needs to compute the next one. */
struct mmp_signal {
	__s64 value; /* base units */
	__u64 is_known;
	__u64 time; /* ktime of the sample */
	/* The reader's own: */
	__u64 raw, raw_time; /* the counter and when it last moved */
	__u32 head, filled;
	__u64 ring_time[MMP_RING];
	__u64 ring[MMP_RING];
};

/* A rule's row. */
struct mmp_rule {
	struct mmp_machine machine;
	__u64 verdict; /* what the hooks act on: active, armed */
	__u64 last_change[4]; /* ktime of the last changes of state, newest first */
	__u32 last_state[4]; /* the states entered then */
	/* reclaim: */
	__u64 rounds, pages, empty_rounds, errors, work_ns; /* work_ns: CPU time */
	__u64 budget_ns, budget_bytes;
	__u64 is_queued; /* its work item is to come by */
};

struct mmp_acts {
	__u64 acted; /* the hook answered something other than the default because of this rule */
	__u64 monitored; /* it would have, in mode enforce */
	__u64 delay_ms; /* throttle and pace: delays asked for */
	__u64 delays;
};

struct mmp_calls {
	__u64 count[8]; /* by HOOK_*, in the order of actions.def */
};

#define MMP_EVENT_VALUES 8
#define MMP_NO_ROOM (~0U) /* the event of a match that found no free slot */

struct mmp_event {
	__u64 time; /* ktime */
	__u32 rule; /* index in the manifest's rules, or MMP_NO_ROOM */
	__u32 slot; /* the match's slot row + 1, or 0 */
	__u64 cgroup_id;
	__u32 state; /* enum mmp_state entered */
	__u32 value_count;
	__s64 values[MMP_EVENT_VALUES]; /* of the rule's signals, in the manifest's order */
	__u64 known; /* bit i: values[i] is known */
};

#endif
