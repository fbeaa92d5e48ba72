// SPDX-License-Identifier: GPL-2.0
#include "plan_shown.h"

#include "base/shown.h"
#include "plan/plan.h"

static void show(struct arena *a, const char **text)
{
	if (*text)
		*text = shown_text(a, *text);
}

void plan_make_shown(struct arena *a, struct plan *p)
{
	show(a, &p->name);
	for (uint32_t i = 0; i < p->group_count; i++) {
		show(a, &p->groups[i].name);
		show(a, &p->groups[i].absolute);
	}
	for (uint32_t i = 0; i < p->process_count; i++) {
		show(a, &p->processes[i].name);
		show(a, &p->processes[i].text);
	}
	for (uint32_t i = 0; i < p->signal_count; i++)
		show(a, &p->signals[i].name);
	for (uint32_t i = 0; i < p->string_count; i++)
		show(a, &p->strings[i]);
	for (uint32_t i = 0; i < p->rule_count; i++) {
		show(a, &p->rules[i].name);
		show(a, &p->rules[i].text);
		if (p->rules[i].action == ACTION_NOTIFY)
			show(a, &p->rules[i].notify.message);
	}
}
