// SPDX-License-Identifier: GPL-2.0
/* A policy in the shape of the interface's revisions 3 to 6 */
#include "kernel.h"
#include "shared.h"

struct memcg_bpf_ops___v6 {
	void (*handle_cgroup_online)(struct mem_cgroup *memcg);
	void (*handle_cgroup_offline)(struct mem_cgroup *memcg);
	bool (*below_low)(struct mem_cgroup *memcg);
	bool (*below_min)(struct mem_cgroup *memcg);
	unsigned int (*get_high_delay_ms)(struct mem_cgroup *memcg);
};

struct memcg_shared shared SEC(".data.shared");

SEC("struct_ops/online")
void BPF_PROG(online, struct mem_cgroup *memcg)
{
	__sync_fetch_and_add(&shared.online, 1);
}

SEC("struct_ops/below_low")
bool BPF_PROG(below_low, struct mem_cgroup *memcg)
{
	__sync_fetch_and_add(&shared.below_low, 1);
	return shared.answer_low ? 1 : 0;
}

SEC("struct_ops/below_min")
bool BPF_PROG(below_min, struct mem_cgroup *memcg)
{
	__sync_fetch_and_add(&shared.below_min, 1);
	return shared.answer_min ? 1 : 0;
}

SEC("struct_ops/delay")
unsigned int BPF_PROG(delay, struct mem_cgroup *memcg)
{
	__sync_fetch_and_add(&shared.charged, 1);
	return shared.answer_delay;
}

SEC(".struct_ops.link")
struct memcg_bpf_ops___v6 first = {
	.handle_cgroup_online = (void *)online,
	.below_low = (void *)below_low,
	.below_min = (void *)below_min,
	.get_high_delay_ms = (void *)delay,
};
