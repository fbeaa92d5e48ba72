// SPDX-License-Identifier: GPL-2.0
#include "history.h"

#include <string.h>

static void generation_init(struct generation *g)
{
	arena_init(&g->arena);
	table_init(&g->table, &g->arena);
}

void history_init(struct history *h, uint64_t cell_ns)
{
	h->now = 0;
	h->cell_ns = cell_ns;
	generation_init(&h->generations[0]);
	generation_init(&h->generations[1]);
}

void history_finish(struct history *h)
{
	arena_finish(&h->generations[0].arena);
	arena_finish(&h->generations[1].arena);
}

/* The older generation is empty between two looks. */
void history_begin(struct history *h)
{
	h->now = !h->now;
}

void history_end(struct history *h)
{
	struct generation *old = &h->generations[!h->now];

	arena_finish(&old->arena);
	generation_init(old);
}

struct track *history_of(struct history *h, const char *policy, const char *rule, uint32_t row,
			 const char *cgroup)
{
	struct generation *now = &h->generations[h->now], *before = &h->generations[!h->now];
	char *key = arena_printf(&now->arena, "%s\n%s\n%u\n%s", policy, rule ? rule : "", row,
				 cgroup ? cgroup : "");
	size_t len = strlen(key);
	struct track *t = table_find(&now->table, key, len), *old;

	if (t)
		return t;
	t = arena_new(&now->arena, struct track);
	old = table_find(&before->table, key, len);
	if (old)
		*t = *old;
	else
		strip_init(&t->strip, h->cell_ns);
	return table_add(&now->table, key, len, t);
}

double track_rate(struct track *t, unsigned counter, uint64_t now, uint64_t value)
{
	uint64_t before = t->counters[counter];
	double rate = -1;

	if (t->time && now > t->time)
		rate = (double)(value >= before ? value - before : value) * 1e9 /
		       (double)(now - t->time);
	t->counters[counter] = value;
	return rate;
}
