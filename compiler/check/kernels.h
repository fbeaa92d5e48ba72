/* SPDX-License-Identifier: GPL-2.0 */
/* What a kernel can do, from the table of base/needs.def or from its BTF; nothing is run there. */
#ifndef MMP_KERNELS_H
#define MMP_KERNELS_H

#include <stdint.h>

#include "plan/plan_needs.h"

struct arena;
struct diags;

struct kernel_facts {
	const char *name; /* as the user named it */
	uint64_t has; /* NEED_BIT() of each need that it has */
};

/* All return 0, or -1 with a sentence (in the arena) about what is wrong. */
/* Of the table, or the file NAME.json that `mmpctl doctor --format=json` wrote; A+B has both. */
int kernel_by_name(struct kernel_facts *ret, struct arena *a, const char *name, char **ret_trouble);
/*
 * A copy of /sys/kernel/btf/vmlinux, or a vmlinux with a .BTF section. BTF does not show pressure
 * and the symbols of a kernel: the kernel is taken to have them.
 */
int kernel_by_btf(struct kernel_facts *ret, struct arena *a, const char *path, char **ret_trouble);

/*
 * Reports each rule that by cgroup files does nothing (hook-missing) or means less (files-less),
 * and once that memory.low may be a hint (low-is-a-hint).
 */
void check_files(const struct plan *plan, struct diags *ds);

/* Reports each rule that the kernel lacks something for (hook-missing). */
void check_kernel(struct arena *a, const struct plan *plan, const struct kernel_facts *k,
		  struct diags *ds);

#endif
