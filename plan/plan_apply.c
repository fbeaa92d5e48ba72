// SPDX-License-Identifier: GPL-2.0
#include "plan_apply.h"

#include "base/bug.h"

bool plan_is_arithmetic(enum plan_op op)
{
	return plan_op_infos[op].kind == PLAN_IS_ARITHMETIC;
}

struct mmp_value plan_apply(enum plan_op op, struct mmp_value a, struct mmp_value b)
{
	switch ((int)op) {
#define ARITHMETIC1(id, word, function)                                                            \
	case PLAN_##id:                                                                            \
		return function(a);
#define ARITHMETIC2(id, word, function)                                                            \
	case PLAN_##id:                                                                            \
		return function(a, b);
#include "ops.def"
	}
	BUG("plan operation %d is not arithmetic", op);
}
