// SPDX-License-Identifier: GPL-2.0
/* Two policies that answer as told; "first" by the type of the request. */
#include "kernel.h"
#include "shared.h"

struct thp_shared shared SEC(".data.shared");

SEC("struct_ops/get_order")
int BPF_PROG(get_order, struct vm_area_struct *vma, enum tva_type type, unsigned long orders)
{
	/* A mask is a bound that the compiler does not move about. */
	__u32 i = type & (TVA_TYPES - 1);

	__sync_fetch_and_add(&shared.calls[i], 1);
	shared.orders[i] |= orders;
	return shared.answer[i];
}

SEC("struct_ops/get_other_order")
int BPF_PROG(get_other_order, struct vm_area_struct *vma, enum tva_type type, unsigned long orders)
{
	__sync_fetch_and_add(&shared.other_calls, 1);
	return shared.other_answer;
}

SEC(".struct_ops.link")
struct bpf_thp_ops first = {
	.thp_get_order = (void *)get_order,
};

SEC(".struct_ops.link")
struct bpf_thp_ops second = {
	.thp_get_order = (void *)get_other_order,
};
