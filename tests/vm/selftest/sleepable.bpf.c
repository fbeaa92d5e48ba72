// SPDX-License-Identifier: GPL-2.0
/* Refused: no hook may sleep. */
#include "kernel.h"

SEC("struct_ops.s/charged")
unsigned int BPF_PROG(charged, struct mem_cgroup *memcg, unsigned int nr_pages)
{
	return 0;
}

SEC(".struct_ops.link")
struct memcg_bpf_ops sleepable = {
	.memcg_charged = (void *)charged,
};
