// SPDX-License-Identifier: GPL-2.0
/* Refused when it is filled: without a link there is no cgroup. */
#include "kernel.h"

SEC("struct_ops/charged")
unsigned int BPF_PROG(charged, struct mem_cgroup *memcg, unsigned int nr_pages)
{
	return 0;
}

SEC(".struct_ops")
struct memcg_bpf_ops unlinked = {
	.memcg_charged = (void *)charged,
};
