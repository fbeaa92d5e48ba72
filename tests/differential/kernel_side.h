/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMP_KERNEL_SIDE_H
#define MMP_KERNEL_SIDE_H

#include "pair.h"

struct kernel_side {
	const char *folder; /* the caller's */
	struct side side;
	struct bpf_object *object;
	int tick_fd;
	size_t config_size, rules_size, signals_size, slots_size; /* of what is mapped */
	char problem[4096]; /* why it cannot be loaded */
};

/* Compile the pair's C with clang and load it into this kernel; root. */
bool kernel_load(struct kernel_side *k, struct pair *p);
void kernel_unload(struct kernel_side *k);

#endif
