// SPDX-License-Identifier: GPL-2.0
/* Two policies: "first" has all hooks, counts and answers as told; "second" only counts. */
#include "kernel.h"
#include "shared.h"

struct memcg_shared shared SEC(".data.shared");

static __u64 id_of(struct mem_cgroup *memcg)
{
	return memcg->css.cgroup->kn->id;
}

static bool counts(struct mem_cgroup *memcg)
{
	return !shared.only_id || shared.only_id == id_of(memcg);
}

SEC("struct_ops/online")
void BPF_PROG(online, struct mem_cgroup *memcg)
{
	shared.online_id = id_of(memcg);
	__sync_fetch_and_add(&shared.online, 1);
}

SEC("struct_ops/offline")
void BPF_PROG(offline, struct mem_cgroup *memcg)
{
	shared.offline_id = id_of(memcg);
	__sync_fetch_and_add(&shared.offline, 1);
}

SEC("struct_ops/below_low")
bool BPF_PROG(below_low, struct mem_cgroup *memcg, unsigned long elow, unsigned long usage)
{
	if (!counts(memcg))
		return 0;
	__sync_fetch_and_add(&shared.below_low, 1);
	shared.protection = elow;
	shared.usage = usage;
	return shared.answer_low ? 1 : 0;
}

SEC("struct_ops/below_min")
bool BPF_PROG(below_min, struct mem_cgroup *memcg, unsigned long emin, unsigned long usage)
{
	if (!counts(memcg))
		return 0;
	__sync_fetch_and_add(&shared.below_min, 1);
	if (shared.answer_min)
		shared.protection = emin;
	return shared.answer_min ? 1 : 0;
}

SEC("struct_ops/charged")
unsigned int BPF_PROG(charged, struct mem_cgroup *memcg, unsigned int nr_pages)
{
	if (!counts(memcg))
		return 0;
	__sync_fetch_and_add(&shared.charged, 1);
	__sync_fetch_and_add(&shared.charged_pages, nr_pages);
	return shared.answer_delay;
}

SEC("struct_ops/uncharged")
void BPF_PROG(uncharged, struct mem_cgroup *memcg, unsigned int nr_pages)
{
	if (!counts(memcg))
		return;
	__sync_fetch_and_add(&shared.uncharged, 1);
	__sync_fetch_and_add(&shared.uncharged_pages, nr_pages);
}

SEC("struct_ops/other_charged")
unsigned int BPF_PROG(other_charged, struct mem_cgroup *memcg, unsigned int nr_pages)
{
	__sync_fetch_and_add(&shared.other_charged, 1);
	return 0;
}

SEC(".struct_ops.link")
struct memcg_bpf_ops first = {
	.handle_cgroup_online = (void *)online,
	.handle_cgroup_offline = (void *)offline,
	.below_low = (void *)below_low,
	.below_min = (void *)below_min,
	.memcg_charged = (void *)charged,
	.memcg_uncharged = (void *)uncharged,
};

SEC(".struct_ops.link")
struct memcg_bpf_ops second = {
	.memcg_charged = (void *)other_charged,
};

SEC(".struct_ops.link")
struct memcg_bpf_ops empty = {};
