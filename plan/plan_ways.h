/* SPDX-License-Identifier: GPL-2.0 */
/* What a rule means without hooks, by cgroup files: see base/ways.def. */
#ifndef MMP_PLAN_WAYS_H
#define MMP_PLAN_WAYS_H

#include "plan.h"

enum file_limit {
#define FILE_LIMIT(id, is_nothing, what, instead) FILE_LIMIT_##id,
#include "base/ways.def"
	FILE_LIMIT_COUNT
};

struct file_limit_info {
	bool is_nothing;
	const char *what, *instead;
};

extern const struct file_limit_info file_limit_infos[FILE_LIMIT_COUNT];

/* 1 << FILE_LIMIT_*: all that the rule loses. */
unsigned plan_file_limits(const struct plan *p, const struct plan_rule *r);
/* It has an effect by files. */
bool plan_works_by_files(const struct plan *p, const struct plan_rule *r);

#endif
