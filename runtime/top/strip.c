// SPDX-License-Identifier: GPL-2.0
#include "strip.h"

#include <string.h>

#define CHANGES 4 /* that a row of a policy remembers */

void strip_init(struct strip *s, uint64_t cell_ns)
{
	memset(s, 0, sizeof(*s));
	s->cell_ns = cell_ns;
}

/* Cells that are new are empty; a pause longer than the strip empties all. */
static void advance(struct strip *s, uint64_t now)
{
	uint64_t newest = now / s->cell_ns;

	if (newest > s->newest + STRIP_CELLS)
		s->newest = newest - STRIP_CELLS;
	while (s->newest < newest)
		memset(&s->cells[++s->newest % STRIP_CELLS], 0, sizeof(*s->cells));
}

static uint64_t beginning(const struct strip *s)
{
	return s->newest >= STRIP_CELLS ? (s->newest - STRIP_CELLS + 1) * s->cell_ns : 0;
}

/* A stretch of time, of which `share` of 1 was in the state and the rest idle. */
static void add(struct strip *s, uint64_t from, uint64_t to, unsigned state, double share)
{
	uint64_t end, in;

	if (from < beginning(s))
		from = beginning(s);
	for (; from < to; from = end) {
		struct strip_cell *cell = &s->cells[from / s->cell_ns % STRIP_CELLS];

		end = (from / s->cell_ns + 1) * s->cell_ns;
		if (end > to)
			end = to;
		in = (uint64_t)((double)(end - from) * share);
		cell->ns[state] += in;
		cell->ns[MMP_IDLE] += end - from - in;
	}
}

/* Between two looks there were more changes than the row remembers: only the active time is known.
 */
static void add_unseen(struct strip *s, uint64_t to, uint64_t active_ns)
{
	uint64_t all = to - s->until;

	if (active_ns > all)
		active_ns = all;
	add(s, s->until, to, MMP_ACTIVE, (double)active_ns / (double)all);
}

/* From the newest change back; returns the time before which nothing was added, and counts what was
 * active. */
static uint64_t add_changes(struct strip *s, const struct mmp_rule *row, uint64_t now,
			    uint64_t *active_ns, bool *is_all)
{
	uint64_t to = now, from;
	unsigned i;

	for (i = 0; i < CHANGES && row->last_change[i] && to > s->until; i++) {
		from = row->last_change[i] > s->until ? row->last_change[i] : s->until;
		if (from >= to || row->last_state[i] >= MMP_STATE_COUNT)
			continue;
		add(s, from, to, row->last_state[i], 1);
		if (row->last_state[i] == MMP_ACTIVE)
			*active_ns += to - from;
		to = from;
	}
	*is_all = i < CHANGES;
	return to;
}

void strip_look(struct strip *s, const struct mmp_rule *row, uint64_t now, uint64_t start,
		bool is_held)
{
	uint64_t total = row->machine.active_ns, seen = 0, to, begin;
	bool is_first = !s->until, is_all;

	advance(s, now);
	if (is_held && now > s->until) {
		to = add_changes(s, row, now, &seen, &is_all);
		begin = start > s->until ? start : s->until;
		if (is_all && start && begin < to)
			add(s, begin, to, MMP_IDLE, 1);
		else if (!is_all && !is_first && s->until < to)
			add_unseen(s, to,
				   total > s->active_ns + seen ? total - s->active_ns - seen : 0);
	}
	s->until = now;
	s->active_ns = total;
}

static char letter(const struct strip_cell *c)
{
	uint64_t all = c->ns[MMP_IDLE] + c->ns[MMP_PENDING] + c->ns[MMP_ACTIVE] +
		       c->ns[MMP_COOLING];

	if (!all)
		return ' ';
	if (c->ns[MMP_ACTIVE])
		return c->ns[MMP_ACTIVE] >= all - all / 20 ? '#' : '+';
	if (c->ns[MMP_COOLING])
		return '-';
	return c->ns[MMP_PENDING] ? ':' : '.';
}

const char *strip_print(const struct strip *s, char *buf, unsigned count)
{
	unsigned i;

	for (i = 0; i < count; i++) {
		uint64_t back = count - 1 - i;

		buf[i] = back >= STRIP_CELLS || back > s->newest
				 ? ' '
				 : letter(&s->cells[(s->newest - back) % STRIP_CELLS]);
	}
	buf[count] = '\0';
	return buf;
}
