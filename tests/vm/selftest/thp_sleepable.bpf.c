// SPDX-License-Identifier: GPL-2.0
/* Refused: the hook may not sleep. */
#include "kernel.h"

SEC("struct_ops.s/get_order")
int BPF_PROG(get_order, struct vm_area_struct *vma, enum tva_type type, unsigned long orders)
{
	return 0;
}

SEC(".struct_ops.link")
struct bpf_thp_ops sleepable = {
	.thp_get_order = (void *)get_order,
};
