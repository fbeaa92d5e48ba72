// SPDX-License-Identifier: GPL-2.0
/* Reclaims from a cgroup, as told by the arguments of the run. */
#include "kernel.h"
#include "shared.h"

extern struct cgroup *bpf_cgroup_from_id(__u64 id) __ksym;
extern void bpf_cgroup_release(struct cgroup *cgrp) __ksym;
extern struct mem_cgroup *bpf_get_mem_cgroup(struct cgroup_subsys_state *css) __ksym;
extern void bpf_put_mem_cgroup(struct mem_cgroup *memcg) __ksym;
extern unsigned long bpf_try_to_free_mem_cgroup_pages(struct mem_cgroup *memcg,
						      unsigned long nr_pages, gfp_t gfp_mask,
						      unsigned int reclaim_options,
						      int swappiness) __ksym;

/* enum ___gfp bits move between kernels; this one's are the test kernel's only. */
#define GFP_KERNEL 0xcc0

SEC("syscall")
int reclaim(struct reclaim_args *args)
{
	struct cgroup *cgrp = bpf_cgroup_from_id(args->cgroup_id);
	struct mem_cgroup *memcg;

	if (!cgrp)
		return 1;
	memcg = bpf_get_mem_cgroup(&cgrp->self);
	if (memcg) {
		args->reclaimed = bpf_try_to_free_mem_cgroup_pages(memcg, args->pages, GFP_KERNEL,
								   args->options, args->swappiness);
		bpf_put_mem_cgroup(memcg);
	}
	bpf_cgroup_release(cgrp);
	return memcg ? 0 : 2;
}
