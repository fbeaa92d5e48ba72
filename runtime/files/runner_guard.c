// SPDX-License-Identifier: GPL-2.0
#include "runner_guard.h"

#include "machine/effective_limit.h"
#include "machine/file_number.h"
#include "runner.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/*
 * Where a limit above is met, memory.low is kept on either LRU, and memory.min is a reason for a
 * kill that the state of the machine does not show.
 */
static bool has_limit_above(struct runner *r, uint32_t slot)
{
	struct guarded_slot *g = &r->guarded[slot];

	if (g->looked != r->looked)
		g->has_limit = effective_limit(r->places.rows[slot].dir, 1, eyes_machine(&r->eyes))
				       .is_of_cgroup;
	g->looked = r->looked;
	return g->has_limit;
}

static void guard_rows(struct runner *r, const struct plan_rule *rule)
{
	uint32_t rows = places_rows(&r->places, rule->group, rule->rows), row, slot;

	for (row = 0; row < rows; row++) {
		slot = r->plan->groups[rule->group].row_base + row;
		if (r->places.rows[slot].dir >= 0 &&
		    evaluation_is_active(&r->evaluation, rule, row) && !has_limit_above(r, slot))
			r->guarded[slot].is_guarded = true;
	}
}

/* What reclaim takes first and without swap. */
static int64_t reclaimable_of(int dir)
{
	static const char *const keys[] = { "active_file", "inactive_file", "slab_reclaimable" };
	struct file_number number = { .kind = FILE_NUMBER_VALUE };
	int fd = openat(dir, "memory.stat", O_RDONLY | O_CLOEXEC);
	char text[8192];
	ssize_t len = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);
	int64_t sum = 0, n;

	if (fd >= 0)
		close(fd);
	text[len > 0 ? len : 0] = '\0';
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		strcpy(number.key, keys[i]);
		if (file_number_find(&number, false, text, &n))
			sum += n;
	}
	return sum;
}

static int64_t reclaimable(void *arg)
{
	const struct runner *r = arg;
	int64_t sum = 0;

	for (uint32_t i = 0; i < r->plan->slot_rows; i++)
		if (r->guarded[i].is_guarded)
			sum += reclaimable_of(r->places.rows[i].dir);
	return sum;
}

void runner_guard(struct runner *r, uint64_t now)
{
	const struct plan *p = r->plan;
	struct guarded what = { .reclaimable = reclaimable, .arg = r };
	bool is_any = false;
	uint32_t i;

	r->allows_min = false;
	if (!r->guard.is_possible || r->protect.is_limited || r->evaluation.is_monitor)
		return;
	for (i = 0; i < p->slot_rows; i++)
		r->guarded[i].is_guarded = false;
	for (i = 0; i < p->rule_count; i++)
		if (plan_protects_at_low(&p->rules[i]))
			guard_rows(r, &p->rules[i]);
	for (i = 0; i < p->slot_rows; i++) {
		is_any |= r->guarded[i].is_guarded;
		if (r->guarded[i].is_guarded && r->evaluation.usage[i].is_known)
			what.usage += r->evaluation.usage[i].n;
	}
	if (!is_any)
		return;
	r->allows_min = guard_allows_min(&r->guard, &what, now);
	r->state->run->gave_way = r->guard.gave_way;
}
