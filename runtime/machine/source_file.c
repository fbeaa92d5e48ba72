// SPDX-License-Identifier: GPL-2.0
#include "source_file.h"

#include "effective_limit.h"
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

static bool read_counter(const struct source_signal *s, int64_t *ret)
{
	struct file_number number = file_number_of(s->id);
	static char text[65536];

	if (number.kind == FILE_NUMBER_LIMIT) {
		*ret = effective_limit(s->dir, 0, machine_memory()).bytes;
		return *ret != INT64_MAX;
	}
	return read_text(s, number.file, text, sizeof(text)) &&
	       file_number_find(&number, s->dir < 0, text, ret) && *ret != INT64_MAX;
}

/* In the unit of a trace: percentages stand there as such, not in hundredths. */
static double in_trace_unit(enum signal_id id, int64_t value)
{
	return signal_infos[id].quantity == QUANTITY_PERCENT ? (double)value / 100 : (double)value;
}

/* Usage is exact at any moment, as it is for the policies; the statistics lag. */
static bool measure_rate(struct source_signal *s, int64_t now, int64_t counter, double *ret)
{
	bool is_growth = file_number_kind(s->id) == FILE_NUMBER_GROWTH;

	mmp_rate_sample(&s->row, (__u64)counter, (__u64)now, (__u64)s->window_ns,
			is_growth ? MMP_RATE_EXACT | MMP_RATE_SIGNED : 0);
	*ret = (double)s->row.value;
	return s->row.is_known;
}

static bool measure_new(struct source_signal *s, int64_t now, int64_t counter, double *ret)
{
	bool had_last = s->row.raw_time != 0;

	*ret = (double)(counter - (int64_t)s->row.raw);
	s->row.raw = (__u64)counter;
	s->row.raw_time = (__u64)now;
	return had_last;
}

bool source_read(struct source_signal *s, int64_t now, double *ret)
{
	int64_t counter;

	if (!read_counter(s, &counter)) {
		s->row = (struct mmp_signal){ 0 };
		return false;
	}
	switch (file_number_kind(s->id)) {
	case FILE_NUMBER_RATE:
	case FILE_NUMBER_GROWTH:
		return measure_rate(s, now, counter, ret);
	case FILE_NUMBER_SHARE:
		mmp_stall_sample(&s->row, (__u64)counter * 1000, (__u64)now, (__u64)s->window_ns);
		*ret = in_trace_unit(s->id, s->row.value);
		return s->row.is_known;
	case FILE_NUMBER_NEW:
		return measure_new(s, now, counter, ret);
	default:
		*ret = in_trace_unit(s->id, counter);
		return true;
	}
}
