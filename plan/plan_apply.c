// SPDX-License-Identifier: GPL-2.0
#include "plan_apply.h"

#include "base/bug.h"

bool plan_is_arithmetic(enum plan_op op)
{
	return op == PLAN_ADD || op == PLAN_SUB || op == PLAN_MUL || op == PLAN_DIV ||
	       op == PLAN_NEG;
}

struct mmp_value plan_apply(enum plan_op op, struct mmp_value a, struct mmp_value b)
{
	switch ((int)op) {
	case PLAN_ADD:
		return mmp_add(a, b);
	case PLAN_SUB:
		return mmp_sub(a, b);
	case PLAN_MUL:
		return mmp_mul(a, b);
	case PLAN_DIV:
		return mmp_div(a, b);
	case PLAN_NEG:
		return mmp_neg(a);
	default:
		BUG("plan operation %d is no arithmetic", op);
	}
}
