/* SPDX-License-Identifier: GPL-2.0 */
/* The few kernel types that the selftests' programs use. CO-RE finds the real layouts. */
#ifndef MMP_SELFTEST_KERNEL_H
#define MMP_SELFTEST_KERNEL_H

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef signed char __s8;
typedef short __s16;
typedef int __s32;
typedef long long __s64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u64 __be64;
typedef __u16 __sum16;
typedef __u32 __wsum;
typedef int pid_t;
typedef __u32 gfp_t;
typedef _Bool bool;

#define NULL ((void *)0)

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct kernfs_node {
	__u64 id;
};

struct cgroup;

struct cgroup_subsys_state {
	struct cgroup *cgroup;
};

struct cgroup {
	struct cgroup_subsys_state self;
	struct kernfs_node *kn;
};

struct mem_cgroup {
	struct cgroup_subsys_state css;
};

struct vm_area_struct {
	unsigned long vm_start;
};

#pragma clang attribute pop

struct memcg_bpf_ops {
	void (*handle_cgroup_online)(struct mem_cgroup *memcg);
	void (*handle_cgroup_offline)(struct mem_cgroup *memcg);
	bool (*below_low)(struct mem_cgroup *memcg, unsigned long elow, unsigned long usage);
	bool (*below_min)(struct mem_cgroup *memcg, unsigned long emin, unsigned long usage);
	unsigned int (*memcg_charged)(struct mem_cgroup *memcg, unsigned int nr_pages);
	void (*memcg_uncharged)(struct mem_cgroup *memcg, unsigned int nr_pages);
};

enum tva_type {
	TVA_SMAPS,
};

struct bpf_thp_ops {
	pid_t pid;
	int (*thp_get_order)(struct vm_area_struct *vma, enum tva_type type, unsigned long orders);
};

char LICENSE[] SEC("license") = "GPL";

#endif
