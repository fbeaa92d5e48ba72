// SPDX-License-Identifier: GPL-2.0
#include "source_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* How a file's number becomes a signal. */
enum kind {
	NONE, /* no file has it */
	VALUE,
	RATE, /* of a counter, per second */
	GROWTH, /* of a value, per second; may be negative */
	NEW, /* since the last sample */
};

struct source {
	enum kind kind;
	char file[32]; /* in the cgroup, or a path */
	char key[32]; /* of a line "KEY NUMBER", or as "some avg10"; empty: the file is one number
		       */
	char more[32]; /* a second key to add, or empty */
};

static enum kind kind_of(enum signal_id id)
{
	switch (signal_infos[id].reads) {
	case READS_MEMORY_EVENTS:
		return NEW;
	case READS_HOOK:
	case READS_CALL:
		return NONE;
	case READS_USAGE:
		return signal_infos[id].quantity == QUANTITY_SIZE_RATE ? GROWTH : VALUE;
	default:
		return signal_infos[id].quantity == QUANTITY_RATE ? RATE : VALUE;
	}
}

/* signals.def says "FILE", "FILE KEY" or "FILE KEY + KEY". */
static struct source source_of(enum signal_id id)
{
	struct source s = { .kind = kind_of(id) };

	sscanf(signal_infos[id].source, "%31s %31[^+]+ %31s", s.file, s.key, s.more);
	if (s.more[0])
		s.key[strcspn(s.key, " ")] = '\0';
	return s;
}

bool source_is_known(enum signal_id id)
{
	return kind_of(id) != NONE;
}

/* Where the system tells what a cgroup's file of that name would. */
static const char *system_path(const char *file)
{
	if (!strcmp(file, "memory.pressure"))
		return "/proc/pressure/memory";
	if (file[0] == '/')
		return file;
	return !strcmp(file, "memory.stat") ? "/proc/vmstat" : NULL;
}

static bool read_text(const struct source_signal *s, const char *file, char *buf, size_t size)
{
	const char *path = s->dir < 0 ? system_path(file) : file;
	int fd = path ? openat(s->dir < 0 ? AT_FDCWD : s->dir, path, O_RDONLY | O_CLOEXEC) : -1;
	size_t len = 0;
	ssize_t n = 0;

	if (fd < 0)
		return false;
	while (len < size - 1 && (n = read(fd, buf + len, size - 1 - len)) > 0)
		len += (size_t)n;
	close(fd);
	buf[len] = '\0';
	return n >= 0;
}

/* "some avg10" in "some avg10=1.23 avg60=...": the line's first word, then the word in it. */
static const char *find_pressure(const char *text, const char *key)
{
	char line[8], word[16];
	const char *at;

	if (sscanf(key, "%7s %15s", line, word) != 2)
		return NULL;
	at = strstr(text, line);
	at = at ? strstr(at, word) : NULL;
	return at ? at + strcspn(at, "=") + 1 : NULL;
}

/* The line that begins with the key; /proc/meminfo has a colon after it. */
static const char *find_line(const char *text, const char *key)
{
	size_t len = strlen(key);

	for (; text && *text; text = strchr(text, '\n'), text = text ? text + 1 : NULL)
		if (!strncmp(text, key, len) && strchr(" :", text[len]) && text[len])
			return text + len + 1;
	return NULL;
}

static bool find_number(const char *text, const char *key, double *ret)
{
	const char *at = text;
	char *end;

	if (key[0])
		at = strchr(key, ' ') ? find_pressure(text, key) : find_line(text, key);
	if (!at)
		return false;
	*ret = strtod(at, &end);
	if (!strncmp(end, " kB", 3))
		*ret *= 1024;
	return end != at;
}

/* The kernel's table of the whole machine has names of its own for reclaim: a sum of several. */
static bool sum_prefixed(const char *text, const char *prefix, double *ret)
{
	static const char *const by[] = { "_kswapd", "_direct", "_khugepaged", "_proactive" };
	char key[64];
	double n;
	size_t i;

	*ret = 0;
	for (i = 0; i < sizeof(by) / sizeof(by[0]); i++) {
		snprintf(key, sizeof(key), "%s%s", prefix, by[i]);
		if (find_number(text, key, &n))
			*ret += n;
	}
	return true;
}

static bool read_counter(const struct source_signal *s, double *ret)
{
	struct source source = source_of(s->id);
	static char text[65536];
	double more = 0;

	if (!read_text(s, source.file, text, sizeof(text)))
		return false;
	if (s->dir < 0 && !strncmp(source.key, "pgs", 3))
		return sum_prefixed(text, source.key, ret);
	if (!find_number(text, source.key, ret) ||
	    (source.more[0] && !find_number(text, source.more, &more)))
		return false;
	*ret += more;
	return true;
}

#define LAG 2.5 /* seconds: the kernel's flush every 2 s, and some */

/* Drop moments until the oldest is the youngest that is a full window ago. */
static void drop_moments(struct source_signal *s, double now)
{
	unsigned old = 0;

	while (old + 1 < s->filled && now - s->ring[old + 1].time >= s->window)
		old++;
	s->filled -= old;
	memmove(s->ring, s->ring + old, s->filled * sizeof(s->ring[0]));
}

static void keep_moment(struct source_signal *s, double now, double counter)
{
	/* A window longer than the ring at this tick keeps a moment only now and then. */
	if (s->filled && now - s->ring[s->filled - 1].time < s->window / (SOURCE_RING - 8))
		return;
	if (s->filled < SOURCE_RING)
		s->ring[s->filled++] = (struct source_moment){ now, counter };
}

static void measure_rate(struct source_signal *s, double now, double counter, bool is_first)
{
	if (!is_first && counter == s->last) {
		if (now - s->moved_at > s->window + LAG) {
			/* Nothing happened up to a lag ago, which is the next measurement's start.
			 */
			s->filled = 0;
			s->rate = 0;
			s->has_rate = true;
			keep_moment(s, now - LAG, counter);
		}
		return;
	}
	s->moved_at = now;
	drop_moments(s, now);
	s->has_rate = s->filled && now - s->ring[0].time >= s->window;
	if (s->has_rate)
		s->rate = (counter - s->ring[0].counter) / (now - s->ring[0].time);
	keep_moment(s, now, counter);
}

bool source_read(struct source_signal *s, double now, double *ret)
{
	enum kind kind = kind_of(s->id);
	bool had_last = s->has_last;
	double counter, last = s->last;

	s->has_last = read_counter(s, &counter);
	if (!s->has_last)
		return false;
	if (kind != VALUE && kind != NEW)
		measure_rate(s, now, counter, !had_last);
	s->last = counter;
	*ret = kind == VALUE ? counter : kind == NEW ? counter - last : s->rate;
	return kind == VALUE || (kind == NEW ? had_last : s->has_rate);
}
