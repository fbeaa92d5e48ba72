// SPDX-License-Identifier: GPL-2.0
#include "open_beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool is_other_mount(int a, int b)
{
	struct stat x, y;

	return fstat(a, &x) || fstat(b, &y) || x.st_dev != y.st_dev;
}

/* The folder of one name in `dir`, which is closed. */
static int step(int dir, const char *path, size_t len, bool in_one_mount)
{
	char name[256];
	int next = -1;

	errno = len >= sizeof(name) ? ENAMETOOLONG : EXDEV;
	if (len < sizeof(name) && !(len == 2 && !memcmp(path, "..", 2))) {
		memcpy(name, path, len);
		name[len] = '\0';
		next = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	}
	if (next >= 0 && in_one_mount && is_other_mount(dir, next)) {
		close(next);
		errno = EXDEV;
		next = -1;
	}
	close(dir);
	return next;
}

static int open_by_steps(int root, const char *path, bool in_one_mount)
{
	int dir = openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	while (dir >= 0 && *(path += strspn(path, "/"))) {
		size_t len = strcspn(path, "/");

		dir = step(dir, path, len, in_one_mount);
		path += len;
	}
	return dir;
}

/* Sandboxes may have no openat2(2): systemd's RestrictSUIDSGID= answers ENOSYS. */
int open_beneath(int dir, const char *path, bool in_one_mount)
{
	struct open_how how = {
		.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS |
			   (in_one_mount ? RESOLVE_NO_XDEV : 0),
	};
	int fd = (int)syscall(SYS_openat2, dir, *path ? path : ".", &how, sizeof(how));

	return fd < 0 && errno == ENOSYS ? open_by_steps(dir, path, in_one_mount) : fd;
}
