// SPDX-License-Identifier: GPL-2.0
#include "guard.h"

#include "machine/file_number.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECOND 1000000000ull

const struct guard_paths guard_usual_paths = { "/sys/kernel/mm/lru_gen/enabled", "/proc/meminfo",
					       "/proc/pressure/memory" };

void guard_init(struct guard *g)
{
	*g = (struct guard){ .lru = -1, .meminfo = -1, .pressure = -1 };
}

void guard_open(struct guard *g, const struct guard_paths *paths)
{
	*g = (struct guard){ .lru = open(paths->lru, O_RDONLY | O_CLOEXEC),
			     .meminfo = open(paths->meminfo, O_RDONLY | O_CLOEXEC),
			     .pressure = open(paths->pressure, O_RDONLY | O_CLOEXEC) };
	g->is_possible = g->lru >= 0 && g->meminfo >= 0;
}

void guard_close(struct guard *g)
{
	int fds[] = { g->lru, g->meminfo, g->pressure };

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	guard_init(g);
}

static bool read_text(int fd, char *text, size_t size)
{
	ssize_t n = fd < 0 ? -1 : pread(fd, text, size - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	return n > 0;
}

static int64_t number_of(const char *text, const char *key)
{
	struct file_number number = { .kind = FILE_NUMBER_VALUE };
	int64_t n;

	strcpy(number.key, key);
	return file_number_find(&number, true, text, &n) ? n : 0;
}

bool guard_is_needed(struct guard *g)
{
	char text[32];

	return g->is_possible && read_text(g->lru, text, sizeof(text)) &&
	       strtoul(text, NULL, 16) & 1;
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/*
 * The machine's room, less what is protected, which counts as available, too. Swap in memory is
 * less room than it says, and a process may be late: the larger half of the memory always stays for
 * that.
 */
static bool read_strain(struct guard *g, const struct guarded *what, uint64_t now,
			struct mmp_strain *s)
{
	char text[4096];
	int64_t available, room;

	if (!read_text(g->meminfo, text, sizeof(text)))
		return false;
	available = number_of(text, "MemAvailable");
	room = available + number_of(text, "SwapFree");
	*s = (struct mmp_strain){ .total = (__u64)number_of(text, "MemTotal") };
	if (now - g->asked < 10 * SECOND && g->machine_room > (uint64_t)room)
		s->taken = g->machine_room - (uint64_t)room;
	g->machine_room = (uint64_t)room;
	g->asked = now;
	s->room = (__u64)(room - least(available, what->usage));
	if (s->room < mmp_least_room(s))
		s->room = (__u64)(room - least(available, what->reclaimable(what->arg)));
	if (what->usage > (int64_t)s->total / 2)
		s->room = 0;
	if (read_text(g->pressure, text, sizeof(text)))
		s->full = number_of(text, "full avg10");
	return true;
}

bool guard_allows_min(struct guard *g, const struct guarded *what, uint64_t now)
{
	struct mmp_strain strain;
	bool gave_way = g->gives_way;

	if (!guard_is_needed(g) || !read_strain(g, what, now, &strain))
		return false;
	g->gives_way = mmp_guard_step(&g->state, &strain, now);
	g->gave_way += g->gives_way && !gave_way;
	return !g->gives_way;
}
