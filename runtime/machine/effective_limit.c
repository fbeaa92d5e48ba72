// SPDX-License-Identifier: GPL-2.0
#include "effective_limit.h"

#include "file_number.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LEVELS_MAX 64

static bool read_number(int dir, const char *file, const char *key, int64_t *ret)
{
	struct file_number number = { .kind = FILE_NUMBER_VALUE };
	int fd = openat(dir, file, O_RDONLY | O_CLOEXEC);
	char text[4096];
	ssize_t len;

	if (fd < 0)
		return false;
	snprintf(number.key, sizeof(number.key), "%s", key);
	len = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[len > 0 ? len : 0] = '\0';
	return len > 0 && file_number_find(&number, false, text, ret);
}

int64_t machine_memory(void)
{
	int64_t bytes;

	return read_number(AT_FDCWD, "/proc/meminfo", "MemTotal", &bytes) ? bytes : INT64_MAX;
}

/* False above the root, which has no such file. */
static bool look_at(struct effective_limit *l, int dir, unsigned up)
{
	char file[3 * LEVELS_MAX + 16] = "";
	int64_t max;

	for (unsigned i = 0; i < up; i++)
		strcat(file, "../");
	strcat(file, "memory.max");
	errno = 0;
	if (!read_number(dir, file, "", &max)) {
		l->is_partial |= errno == EACCES || errno == EPERM;
		return errno != ENOENT;
	}
	if (max < l->bytes) {
		l->bytes = max;
		l->is_of_cgroup = true;
		l->up = up;
	}
	return true;
}

struct effective_limit effective_limit(int dir, unsigned from, int64_t machine)
{
	struct effective_limit l = { .bytes = machine };

	/* The cgroup itself may be without the memory controller, but nothing above one with it. */
	for (unsigned up = from; up < LEVELS_MAX; up++)
		if (!look_at(&l, dir, up) && up > from)
			break;
	return l;
}
