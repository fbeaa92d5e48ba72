// SPDX-License-Identifier: GPL-2.0
#include "plan_index.h"

#include <string.h>

#include "base/arena.h"

static uint32_t *none_array(struct arena *a, uint32_t count)
{
	uint32_t *array = arena_array(a, uint32_t, count);

	memset(array, 0xff, count * sizeof(*array));
	return array;
}

static void put_first(uint32_t *first, uint32_t *next, uint32_t list, uint32_t i)
{
	next[i] = first[list];
	first[list] = i;
}

/* From the last to the first, so that each list is in order. */
static void link_all(struct plan_index *x, const struct plan *p)
{
	for (uint32_t i = p->rule_count; i-- > 0;) {
		uint32_t group = p->rules[i].group;

		put_first(x->first_rule, x->next_rule, group == PLAN_NONE ? p->group_count : group,
			  i);
	}
	for (uint32_t i = p->signal_count; i-- > 0;) {
		const struct plan_signal *s = &p->signals[i];

		put_first(x->first_signal, x->next_signal,
			  s->scope == PLAN_OF_SYSTEM ? p->group_count : s->group, i);
	}
}

static void find_asked(struct plan_index *x, const struct plan_expr *e)
{
	if (!e)
		return;
	if (e->op == PLAN_IN_CGROUP)
		x->is_asked[e->index] = true;
	find_asked(x, e->a);
	find_asked(x, e->b);
}

uint32_t plan_work_items(const struct plan_rule *r)
{
	return r->rows < MMP_POOL ? r->rows : MMP_POOL;
}

static void number_work(struct plan_index *x, const struct plan *p)
{
	x->work_count = 1;
	for (uint32_t i = 0; i < p->rule_count; i++) {
		x->work[i] = x->work_count;
		if (p->rules[i].action == ACTION_RECLAIM)
			x->work_count += plan_work_items(&p->rules[i]);
	}
}

void plan_index_init(struct plan_index *x, struct arena *a, const struct plan *p)
{
	*x = (struct plan_index){
		.first_rule = none_array(a, p->group_count + 1),
		.next_rule = none_array(a, p->rule_count),
		.first_signal = none_array(a, p->group_count + 1),
		.next_signal = none_array(a, p->signal_count),
		.is_asked = arena_array(a, bool, p->group_count),
		.work = arena_array(a, uint32_t, p->rule_count),
	};
	link_all(x, p);
	number_work(x, p);
	for (uint32_t i = 0; i < p->rule_count; i++)
		find_asked(x, p->rules[i].call);
	for (uint32_t i = 0; i < p->process_count; i++)
		if (p->processes[i].kind == PLAN_PROCESS_CGROUP)
			x->is_asked[p->processes[i].group] = true;
}
