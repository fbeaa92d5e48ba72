/* SPDX-License-Identifier: GPL-2.0 */
/* The plan's arithmetic on values, by the functions that run in the kernel too. */
#ifndef MMP_PLAN_APPLY_H
#define MMP_PLAN_APPLY_H

#include "bpf-templates/mmp_value.h"
#include "plan.h"

bool plan_is_arithmetic(enum plan_op op);
/* `op` is arithmetic; PLAN_NEG ignores b. Unknown where an operand is unknown. */
struct mmp_value plan_apply(enum plan_op op, struct mmp_value a, struct mmp_value b);

#endif
