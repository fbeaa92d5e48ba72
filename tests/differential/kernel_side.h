/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMP_KERNEL_SIDE_H
#define MMP_KERNEL_SIDE_H

#include "pair.h"
#include "series.h"

/* Behind an emitted policy: a program that walks a series, and the functions that it asks. */
struct kernel_hooks {
	const char *names[64]; /* as the emitter called them; number i + 1 in the program */
	uint32_t count;
};

struct kernel_side {
	const char *folder; /* the caller's */
	struct side side;
	struct bpf_object *object;
	const struct plan *plan;
	struct kernel_hooks hooks;
	/* Elements in the program's maps, of each tick and in all. */
	uint32_t ticks, values, machines, calls;
	bool has_run;
	uint32_t tick, call; /* where the rehearsal, or then the comparison, is */
	/* The program's maps. */
	uint64_t *map_times;
	struct series_value *map_values;
	struct series_machine *map_machines;
	struct series_call *map_calls;
	/* The policy's own, and what stands for them while the pair is walked. */
	struct mmp_config *map_config, config;
	uint64_t *limits; /* of the slots, in pages */
	struct mmp_rule *map_rules;
	char problem[4096]; /* why it cannot be loaded */
};

/* Compile the pair's C with clang and load it into this kernel; root. */
bool kernel_load(struct kernel_side *k, struct pair *p, uint32_t ticks);
void kernel_unload(struct kernel_side *k);

/*
 * The emitted text with the program behind it, in the pair's arena. The hooks of named cgroups
 * become functions; the kernel's tables of hooks go: nothing is attached.
 */
char *kernel_text(struct kernel_side *k, struct pair *p);

#endif
