/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMP_KERNEL_SIDE_H
#define MMP_KERNEL_SIDE_H

#include "pair.h"

struct kernel_side {
	const char *folder; /* the caller's */
	struct side side;
	const char *problem;
};

/* Compile the pair's C with clang and load it into this kernel; root. */
bool kernel_load(struct kernel_side *k, struct pair *p);
void kernel_unload(struct kernel_side *k);

#endif
