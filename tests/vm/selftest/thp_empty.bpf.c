// SPDX-License-Identifier: GPL-2.0
/* Refused: a policy without a program. */
#include "kernel.h"

SEC(".struct_ops.link")
struct bpf_thp_ops empty = {};
