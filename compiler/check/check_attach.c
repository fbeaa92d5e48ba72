// SPDX-License-Identifier: GPL-2.0
#include "check_impl.h"

#include "attach_plan.h"

CHECK_POLICY(attach_plan)
{
	struct attach_plan plan;

	attach_plan_init(&plan, c->arena);
	attach_plan_add(&plan, c->plan, c->ds, NULL);
	attach_plan_check(&plan);
}
