// SPDX-License-Identifier: GPL-2.0
#include "eyes.h"

#include "base/arena.h"
#include "bpf-templates/mmp_rate.h"
#include "machine/effective_limit.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *const file_names[EYE_FILE_COUNT] = {
	[EYE_STAT] = "memory.stat",	    [EYE_PRESSURE] = "memory.pressure",
	[EYE_EVENTS] = "memory.events",	    [EYE_CURRENT] = "memory.current",
	[EYE_SWAP] = "memory.swap.current", [EYE_MAX] = "memory.max",
	[EYE_HIGH] = "memory.high",	    [EYE_LOW] = "memory.low",
	[EYE_MIN] = "memory.min",	    [EYE_MEMINFO] = "/proc/meminfo",
};

static enum eye_file file_of(const struct file_number *n)
{
	int i;

	for (i = 0; i < EYE_FILE_COUNT; i++)
		if (!strcmp(file_names[i], n->file))
			break;
	return (enum eye_file)i;
}

static void add_eye(struct eye_view *v, const struct plan_signal *signal)
{
	struct eye *eye = &v->eyes[v->eye_count];

	*eye = (struct eye){ .signal = signal, .number = file_number_of(signal->id) };
	eye->file = eye->number.kind == FILE_NUMBER_LIMIT ? EYE_MAX : file_of(&eye->number);
	if (eye->file == EYE_FILE_COUNT)
		return; /* no file has it: it stays unknown */
	v->eye_count++;
	v->files |= 1u << eye->file;
	if (signal->is_percent && eye->file == EYE_CURRENT)
		v->files |= 1u << EYE_MAX;
}

static uint32_t count_signals(const struct plan *p, enum plan_scope scope, uint32_t group)
{
	uint32_t i, n = 0;

	for (i = 0; i < p->signal_count; i++)
		n += p->signals[i].scope == scope &&
		     (scope == PLAN_OF_SYSTEM || p->signals[i].group == group);
	return n;
}

/* Pace, and a ramp over a percentage, need the limit. */
static bool needs_limit(const struct plan *p, uint32_t group)
{
	uint32_t i;

	for (i = 0; i < p->rule_count; i++)
		if (p->rules[i].group == group &&
		    (p->rules[i].action == ACTION_RECLAIM || p->rules[i].action == ACTION_THROTTLE))
			return true;
	return false;
}

static void add_view(struct eyes *s, struct arena *a, enum plan_scope scope, uint32_t group)
{
	const struct plan *p = s->plan;
	struct eye_view *v = &s->views[s->view_count];
	uint32_t count = s->has_signals ? count_signals(p, scope, group) : 0, i;
	bool is_target = scope == PLAN_OF_GROUP && p->groups[group].is_target;

	if (!count && !is_target)
		return;
	*v = (struct eye_view){ .scope = scope,
				.group = group,
				.eyes = arena_array(a, struct eye, count + 1),
				.rows = scope == PLAN_OF_SYSTEM ? 1 : p->groups[group].rows,
				.is_target = is_target };
	for (i = 0; count && i < p->signal_count; i++)
		if (p->signals[i].scope == scope &&
		    (scope == PLAN_OF_SYSTEM || p->signals[i].group == group))
			add_eye(v, &p->signals[i]);
	if (is_target)
		v->files |= 1u << EYE_CURRENT | (needs_limit(p, group) ? 1u << EYE_MAX : 0);
	v->row = arena_array(a, struct eye_row, v->rows + 1);
	for (i = 0; i < v->rows; i++)
		memset(v->row[i].fds, -1, sizeof(v->row[i].fds));
	s->view_count++;
}

void eyes_init(struct eyes *s, struct arena *a, const struct plan *p, const struct places *places,
	       bool has_signals)
{
	uint32_t i;

	*s = (struct eyes){ .plan = p,
			    .places = places,
			    .has_signals = has_signals,
			    .skips = arena_array(a, bool, p->slot_rows + 1),
			    .views = arena_array(a, struct eye_view, 2 * p->group_count + 1) };
	eyes_look_above(s);
	add_view(s, a, PLAN_OF_SYSTEM, 0);
	for (i = 0; i < p->group_count; i++) {
		add_view(s, a, PLAN_OF_GROUP, i);
		add_view(s, a, PLAN_OF_PARENT, i);
	}
}

void eyes_look_above(struct eyes *s)
{
	s->looks++;
}

/* The kernel sums up a lot for it: it is read for who asks, and once a look. */
int64_t eyes_machine(struct eyes *s)
{
	if (s->machine_looks != s->looks)
		s->machine = machine_memory();
	s->machine_looks = s->looks;
	return s->machine;
}

static void close_row(struct eye_row *row)
{
	int i;

	for (i = 0; i < EYE_FILE_COUNT; i++) {
		if (row->fds[i] >= 0)
			close(row->fds[i]);
		row->fds[i] = -1;
	}
}

void eyes_finish(struct eyes *s)
{
	uint32_t i, row;

	for (i = 0; i < s->view_count; i++)
		for (row = 0; row < s->views[i].rows; row++)
			close_row(&s->views[i].row[row]);
}

static int open_file(const struct eye_view *v, int dir, enum eye_file file)
{
	char path[64];
	const char *name = file_names[file];

	if (v->scope == PLAN_OF_SYSTEM)
		name = file_number_system_path(name);
	else if (v->scope == PLAN_OF_PARENT)
		snprintf(path, sizeof(path), "../%s", name);
	return name ? openat(dir, v->scope == PLAN_OF_PARENT ? path : name, O_RDONLY | O_CLOEXEC)
		    : -1;
}

/* Another cgroup in its place, or none: no value of the old one counts any more. */
static void begin_row(struct eyes *s, struct eye_view *v, uint32_t row,
		      const struct cgroup_place *place)
{
	uint32_t i;

	close_row(&v->row[row]);
	v->row[row].generation = place ? place->generation : 1;
	v->row[row].looks = 0;
	for (i = 0; i < v->eye_count; i++) {
		const struct plan_signal *signal = v->eyes[i].signal;

		memset(&s->signals[signal->row_base + (signal->rows > 1 ? row : 0)], 0,
		       sizeof(*s->signals));
	}
	for (i = 0; i < EYE_FILE_COUNT; i++)
		if (v->files & 1u << i)
			v->row[row].fds[i] = open_file(v, place ? place->dir : AT_FDCWD,
						       (enum eye_file)i);
}

#define TEXT_MAX 65536

/*
 * The file's text, or NULL. One buffer: a file is finished before the next one is read. One call
 * reads a whole cgroup file, and a second call to see its end would make the kernel sum up its
 * statistics again; /proc/vmstat is read a page at a time.
 */
static const char *read_file(struct eyes *s, int fd, bool is_whole)
{
	static char text[TEXT_MAX];
	size_t len = 0;
	ssize_t n;

	if (fd < 0)
		return NULL;
	s->reads++;
	do {
		n = pread(fd, text + len, TEXT_MAX - 1 - len, (off_t)len);
		len += n > 0 ? (size_t)n : 0;
	} while (n > 0 && !is_whole && len < TEXT_MAX - 1);
	text[len] = '\0';
	return n < 0 ? NULL : text;
}

static struct mmp_value share_of(int64_t n, int64_t limit)
{
	if (limit == INT64_MAX || n > INT64_MAX / 10000)
		return mmp_unknown();
	return mmp_known(limit > 0 ? n * 10000 / limit : 0);
}

static void store(struct mmp_signal *m, struct mmp_value value, uint64_t now)
{
	m->value = value.n;
	m->is_known = value.is_known;
	m->time = now;
}

static void store_new(struct mmp_signal *m, uint64_t raw, uint64_t now)
{
	m->is_known = m->raw_time && raw >= m->raw;
	m->value = (__s64)(raw - m->raw);
	m->raw = raw;
	m->raw_time = now;
	m->time = now;
}

static void store_counter(struct mmp_signal *m, const struct eye *eye, int64_t n, uint64_t now)
{
	__u64 window = (__u64)eye->signal->window_ns;

	switch (eye->number.kind) {
	case FILE_NUMBER_RATE:
		mmp_rate_sample(m, (__u64)n, now, window, 0);
		break;
	case FILE_NUMBER_GROWTH:
		mmp_rate_sample(m, (__u64)n, now, window, MMP_RATE_EXACT | MMP_RATE_SIGNED);
		break;
	case FILE_NUMBER_NEW:
		store_new(m, (__u64)n, now);
		break;
	default:
		store(m, mmp_known(n), now);
	}
}

static void store_unknown(struct mmp_signal *m, uint64_t now)
{
	m->is_known = 0;
	m->time = now;
	m->raw_time = 0;
	m->filled = 0;
}

/* The total of a percentage: the machine's total, which is in the same file. */
static int64_t total_of(const struct eye *eye, const char *text)
{
	struct file_number total = { .kind = FILE_NUMBER_VALUE };
	int64_t n;

	strcpy(total.key, eye->signal->id == SIGNAL_SWAP_FREE ? "SwapTotal" : "MemTotal");
	return file_number_find(&total, true, text, &n) ? n : 0;
}

/* limit: the effective one, INT64_MAX where it is not known. */
static void look(struct eyes *s, const struct eye *eye, uint32_t row, const char *text,
		 int64_t limit, uint64_t now)
{
	const struct plan_signal *signal = eye->signal;
	struct mmp_signal *m = &s->signals[signal->row_base + (signal->rows > 1 ? row : 0)];
	int64_t n;

	if (eye->number.kind == FILE_NUMBER_LIMIT)
		store(m, limit == INT64_MAX ? mmp_unknown() : mmp_known(limit), now);
	else if (!text ||
		 !file_number_find(&eye->number, signal->scope == PLAN_OF_SYSTEM, text, &n))
		store_unknown(m, now);
	else if (!signal->is_percent)
		store_counter(m, eye, n, now);
	else
		store(m, share_of(n, eye->file == EYE_MEMINFO ? total_of(eye, text) : limit), now);
}

/* The group's own usage and limits, as the hooks get them. */
static void note_slot(struct evaluation *e, const struct eye_view *v, uint32_t row,
		      struct mmp_value usage, struct mmp_value limit)
{
	uint32_t slot = e->plan->groups[v->group].row_base + row;

	e->usage[slot] = usage;
	e->limit[slot] = limit;
	e->share[slot] = usage.is_known && limit.is_known ? share_of(usage.n, limit.n)
							  : mmp_unknown();
}

static struct mmp_value number_of(const char *text)
{
	static const struct file_number whole = { .kind = FILE_NUMBER_VALUE };
	int64_t n;

	return text && file_number_find(&whole, false, text, &n) ? mmp_known(n) : mmp_unknown();
}

static int64_t limit_above(struct eyes *s, struct eye_view *v, uint32_t row, int dir)
{
	struct eye_row *r = &v->row[row];

	if (r->looks != s->looks)
		r->above = effective_limit(dir, v->scope == PLAN_OF_PARENT ? 2 : 1, eyes_machine(s))
				   .bytes;
	r->looks = s->looks;
	return r->above;
}

/* The effective limit, from the cgroup's own. */
static struct mmp_value limit_of(struct eyes *s, struct eye_view *v, uint32_t row,
				 struct mmp_value own)
{
	uint32_t slot = s->plan->groups[v->group].row_base + row;
	int64_t limit = limit_above(s, v, row, s->places->rows[slot].dir);

	if (own.is_known && own.n < limit)
		limit = own.n;
	return limit == INT64_MAX ? mmp_unknown() : mmp_known(limit);
}

static void read_row(struct eyes *s, struct evaluation *e, struct eye_view *v, uint32_t row,
		     uint64_t now)
{
	struct mmp_value usage = mmp_unknown(), limit = mmp_unknown();
	const char *text;
	int file;
	uint32_t i;

	for (file = 0; file < EYE_FILE_COUNT; file++) {
		if (!(v->files & 1u << file))
			continue;
		text = read_file(s, v->row[row].fds[file], v->scope != PLAN_OF_SYSTEM);
		if (file == EYE_MAX)
			limit = limit_of(s, v, row, number_of(text));
		if (file == EYE_CURRENT)
			usage = number_of(text);
		for (i = 0; i < v->eye_count; i++)
			if ((int)v->eyes[i].file == file)
				look(s, &v->eyes[i], row, text,
				     limit.is_known ? limit.n : INT64_MAX, now);
	}
	if (v->is_target)
		note_slot(e, v, row, usage, limit);
}

static void forget_row(struct eyes *s, struct evaluation *e, struct eye_view *v, uint32_t row,
		       uint64_t now)
{
	uint32_t i;

	close_row(&v->row[row]);
	v->row[row].generation = 0;
	for (i = 0; i < v->eye_count; i++)
		look(s, &v->eyes[i], row, NULL, INT64_MAX, now);
	if (v->is_target)
		note_slot(e, v, row, mmp_unknown(), mmp_unknown());
}

static void read_view(struct eyes *s, struct evaluation *e, struct eye_view *v, uint64_t now)
{
	const struct plan_group *g = v->scope == PLAN_OF_SYSTEM ? NULL : &s->plan->groups[v->group];
	const struct cgroup_place *place;
	uint32_t row, rows = g ? places_rows(s->places, v->group, v->rows) : v->rows;

	for (row = 0; row < rows; row++) {
		place = g ? &s->places->rows[g->row_base + row] : NULL;
		if (place && place->dir < 0) {
			if (v->row[row].generation || !g->is_glob)
				forget_row(s, e, v, row, now);
			continue;
		}
		if (v->row[row].generation != (place ? place->generation : 1))
			begin_row(s, v, row, place);
		if (!g || !s->skips[g->row_base + row])
			read_row(s, e, v, row, now);
	}
}

static void note_used(const struct eyes *s, struct evaluation *e, uint32_t group)
{
	const struct plan_group *g = &s->plan->groups[group];
	uint32_t rows = places_rows(s->places, group, g->rows), i;

	for (i = g->row_base; i < g->row_base + rows; i++)
		e->used[i] = !g->is_glob || s->places->rows[i].dir >= 0;
}

static void note_signal(const struct eyes *s, struct evaluation *e,
			const struct plan_signal *signal)
{
	uint32_t rows = places_rows(s->places, signal->group, signal->rows), i;
	const struct mmp_signal *m = &s->signals[signal->row_base];

	for (i = 0; i < rows; i++)
		e->signals[signal->row_base + i] = m[i].is_known ? mmp_known(m[i].value)
								 : mmp_unknown();
}

void eyes_read(struct eyes *s, struct evaluation *e, uint64_t now)
{
	const struct plan *p = s->plan;
	uint32_t i;

	for (i = 0; i < s->view_count; i++)
		read_view(s, e, &s->views[i], now);
	for (i = 0; i < p->group_count; i++)
		note_used(s, e, i);
	for (i = 0; i < p->signal_count; i++)
		note_signal(s, e, &p->signals[i]);
}
