// SPDX-License-Identifier: GPL-2.0
/* Refused: reclaim sleeps, and hooks may not. */
#include "kernel.h"

extern unsigned long bpf_try_to_free_mem_cgroup_pages(struct mem_cgroup *memcg,
						      unsigned long nr_pages, gfp_t gfp_mask,
						      unsigned int reclaim_options,
						      int swappiness) __ksym;

SEC("struct_ops/charged")
unsigned int BPF_PROG(charged, struct mem_cgroup *memcg, unsigned int nr_pages)
{
	return bpf_try_to_free_mem_cgroup_pages(memcg, 32, 0xcc0, 2, -1) & 1;
}

SEC(".struct_ops.link")
struct memcg_bpf_ops atomic = {
	.memcg_charged = (void *)charged,
};
