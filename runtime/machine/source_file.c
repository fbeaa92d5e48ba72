// SPDX-License-Identifier: GPL-2.0
#include "source_file.h"

#include "file_number.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

bool source_is_known(enum signal_id id)
{
	return file_number_kind(id) != FILE_NUMBER_NONE;
}

static bool read_text(const struct source_signal *s, const char *file, char *buf, size_t size)
{
	const char *path = s->dir < 0 ? file_number_system_path(file) : file;
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

static bool read_counter(const struct source_signal *s, double *ret)
{
	struct file_number number = file_number_of(s->id);
	static char text[65536];
	int64_t n;

	if (!read_text(s, number.file, text, sizeof(text)) ||
	    !file_number_find(&number, s->dir < 0, text, &n) || n == INT64_MAX)
		return false;
	*ret = signal_infos[s->id].quantity == QUANTITY_PERCENT ? (double)n / 100 : (double)n;
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
	enum file_number_kind kind = file_number_kind(s->id);
	bool had_last = s->has_last;
	double counter, last = s->last;

	s->has_last = read_counter(s, &counter);
	if (!s->has_last)
		return false;
	if (kind != FILE_NUMBER_VALUE && kind != FILE_NUMBER_NEW)
		measure_rate(s, now, counter, !had_last);
	s->last = counter;
	*ret = kind == FILE_NUMBER_VALUE ? counter
	       : kind == FILE_NUMBER_NEW ? counter - last
					 : s->rate;
	return kind == FILE_NUMBER_VALUE || (kind == FILE_NUMBER_NEW ? had_last : s->has_rate);
}
