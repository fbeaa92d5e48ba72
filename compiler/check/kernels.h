/* SPDX-License-Identifier: GPL-2.0 */
/* What a kernel can do, from the tables of kernels.def or from its BTF; nothing is run on it. */
#ifndef MMP_KERNELS_H
#define MMP_KERNELS_H

#include <stdint.h>

#include "plan/plan.h"

struct arena;
struct ast;
struct diags;

enum kernel_feature {
#define FEATURE(id, kind, name, member, help) KERNEL_##id,
#include "kernels.def"
	KERNEL_FEATURE_COUNT
};

struct kernel_facts {
	const char *name; /* as the user named it */
	uint64_t features; /* 1 << enum kernel_feature */
};

struct kernel_info {
	const char *name, *help;
	uint64_t features;
};

extern const struct kernel_info kernel_infos[];
extern const unsigned kernel_count;

/* Both return 0, or -1 with a sentence (in the arena) about what is wrong. */
int kernel_by_name(struct kernel_facts *ret, struct arena *a, const char *name, char **ret_trouble);
/* A copy of /sys/kernel/btf/vmlinux, or a vmlinux with a .BTF section. */
int kernel_by_btf(struct kernel_facts *ret, struct arena *a, const char *path, char **ret_trouble);

/* What a rule needs of the kernel; *ret_count features, most telling first. */
uint64_t rule_needs(const struct plan *p, const struct plan_rule *r);

/* "memcg_bpf_ops.below_low" */
const char *kernel_feature_name(struct arena *a, enum kernel_feature f);
const char *kernel_feature_help(enum kernel_feature f);

/* Reports each rule that the kernel lacks something for (hook-missing). */
void check_kernel(struct arena *a, const struct plan *plan, const struct kernel_facts *k,
		  struct diags *ds);

#endif
