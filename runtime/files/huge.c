// SPDX-License-Identifier: GPL-2.0
#include "huge.h"

#include "plan/plan_ways.h"

#include <errno.h>
#include <stdio.h>

bool huge_is_needed(const struct plan *p)
{
	uint32_t i;

	for (i = 0; i < p->rule_count; i++)
		if (p->rules[i].action == ACTION_THP && plan_works_by_files(p, &p->rules[i]))
			return true;
	return false;
}

int huge_enter(struct huge *h, const struct hands *hands, const char *dir)
{
	bool has_sizes = false;
	char size[32];
	int order, error;

	*h = (struct huge){ .hands = *hands, .whole = HAND_CLOSED, .is_used = true };
	h->hands.root_path = dir;
	for (order = 0; order <= THP_ORDER_MAX; order++)
		h->sizes[order] = HAND_CLOSED;
	for (order = THP_ORDER_MIN; order <= THP_ORDER_MAX; order++) {
		snprintf(size, sizeof(size), "hugepages-%dkB", 4 << order);
		error = hand_open(&h->hands, &h->sizes[order], size, "enabled", 0);
		if (error && error != -ENOENT)
			return error;
		has_sizes |= !error;
	}
	return has_sizes ? 0 : hand_open(&h->hands, &h->whole, "", "enabled", 0);
}

static bool allows(const struct evaluation *e, int order)
{
	struct evaluation_call call = { .orders = 1ull << order, .kind = THP_KIND_PAGEFAULT };

	return evaluation_thp_order(e, PLAN_NONE, &call) == order;
}

static void apply(struct huge *h, struct hand *hand, bool is_allowed, uint64_t now)
{
	if (is_allowed)
		hand_release(&h->hands, hand);
	else
		hand_set(&h->hands, hand, "never", now);
}

void huge_apply(struct huge *h, const struct evaluation *e, uint64_t now)
{
	int order;

	for (order = THP_ORDER_MIN; h->is_used && order <= THP_ORDER_MAX; order++)
		if (hand_is_open(&h->sizes[order]))
			apply(h, &h->sizes[order], allows(e, order), now);
	if (h->is_used && hand_is_open(&h->whole))
		apply(h, &h->whole, allows(e, THP_ORDER_MAX), now);
}

void huge_release(struct huge *h)
{
	int order;

	if (!h->is_used)
		return;
	hand_release(&h->hands, &h->whole);
	for (order = THP_ORDER_MIN; order <= THP_ORDER_MAX; order++)
		hand_release(&h->hands, &h->sizes[order]);
}

void huge_leave(struct huge *h)
{
	int order;

	if (!h->is_used)
		return;
	hand_close(&h->hands, &h->whole);
	for (order = THP_ORDER_MIN; order <= THP_ORDER_MAX; order++)
		hand_close(&h->hands, &h->sizes[order]);
}
