/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Signals and state machines in the kernel: the sampler that hooks use, in its maps, which this
 * process shares. It takes from them what its hands need, and sleeps until a verdict changes.
 * Nothing is pinned, so all of it ends with the process.
 */
#ifndef MMP_BPF_EYES_H
#define MMP_BPF_EYES_H

#include "bpf-templates/mmp_abi.h"
#include "plan/evaluate.h"

#include <stdbool.h>
#include <stdint.h>

struct failure;
struct policy;
struct policy_file;
struct ring_buffer;
struct state;

struct bpf_eyes {
	const struct plan *plan;
	struct policy *policy;
	struct ring_buffer *wakes;
	/* The maps, as the kernel has them. */
	struct mmp_config *config;
	struct mmp_run *run;
	struct mmp_slot *slots;
	uint64_t *used;
	struct mmp_signal *signals;
	struct mmp_rule *rules;
	/* A notify rule has written an event. */
	void (*on_event)(void *arg, const struct mmp_event *e);
	void *arg;
};

/* Load, disarmed and not started; needs libbpf and an object. */
int bpf_eyes_load(struct bpf_eyes *b, const struct policy_file *file, struct failure *f);
/* After the slots were given: from now on it samples. */
int bpf_eyes_start(struct bpf_eyes *b, struct failure *f);
/* Readable when a verdict has changed. */
int bpf_eyes_fd(const struct bpf_eyes *b);
/* Take what has been written: calls on_event. */
void bpf_eyes_drain(struct bpf_eyes *b);
void bpf_eyes_close(struct bpf_eyes *b);

/* Slots stand for other cgroups now; what was known of the old ones is forgotten. */
void bpf_eyes_give_slots(struct bpf_eyes *b, const struct mmp_slot *slots);
/* The settings of the policy, with its tick. */
void bpf_eyes_configure(struct bpf_eyes *b, const struct mmp_config *config, uint64_t tick_ns);
/* Signals, machines and counters as they are now, into the policy's state and the evaluation. */
void bpf_eyes_read(const struct bpf_eyes *b, struct state *s, struct evaluation *e);

#endif
