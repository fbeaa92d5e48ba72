// SPDX-License-Identifier: GPL-2.0
#include "plan_ways.h"

#include "base/needs.h"

const struct file_limit_info file_limit_infos[FILE_LIMIT_COUNT] = {
#define FILE_LIMIT(id, is_nothing, what, instead) { is_nothing, what, instead },
#include "base/ways.def"
};

static unsigned signal_limits(const struct plan *p, const struct plan_rule *r)
{
	unsigned limits = 0;

	for (uint32_t i = 0; i < r->signal_count; i++) {
		const struct plan_signal *s = &p->signals[r->signals[i]];

		if (signal_hooks(s->id))
			limits |= 1u << FILE_LIMIT_HOOK_SIGNAL;
		if (s->scope == PLAN_OF_SELF)
			limits |= 1u << FILE_LIMIT_SELF;
	}
	return limits;
}

static unsigned thp_limits(const struct plan_rule *r)
{
	if (r->process != PLAN_NONE)
		return 1u << FILE_LIMIT_THP_PROCESS;
	if (r->call)
		return 1u << FILE_LIMIT_THP_CALL;
	return r->thp.kinds ? 1u << FILE_LIMIT_THP_KIND : 0;
}

unsigned plan_file_limits(const struct plan *p, const struct plan_rule *r)
{
	unsigned limits = signal_limits(p, r);

	switch (r->action) {
	case ACTION_THP:
		return thp_limits(r);
	case ACTION_THROTTLE:
		return limits | 1u << FILE_LIMIT_DELAY;
	case ACTION_RECLAIM:
		return limits | (r->reclaim.no_pace ? 0 : 1u << FILE_LIMIT_PACE);
	case ACTION_PROTECT:
		return limits | (r->protect.up_to.is_given ? 1u << FILE_LIMIT_UP_TO : 0);
	default:
		return limits;
	}
}

bool plan_works_by_files(const struct plan *p, const struct plan_rule *r)
{
	unsigned limits = plan_file_limits(p, r);

	for (int i = 0; i < FILE_LIMIT_COUNT; i++)
		if (limits & 1u << i && file_limit_infos[i].is_nothing)
			return false;
	return true;
}
