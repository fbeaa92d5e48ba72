// SPDX-License-Identifier: GPL-2.0
#include "pin.h"

#include "failure.h"
#include "base/bug.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

static int check_bpffs(struct failure *f)
{
	struct statfs fs;

	if (!statfs(PIN_BPFFS, &fs) && fs.f_type == BPF_FS_MAGIC)
		return 0;
	fail(f, STATUS_UNSUPPORTED, "no bpf file system is mounted on " PIN_BPFFS);
	fail_hint(f, "mount -t bpf bpf " PIN_BPFFS);
	return -1;
}

static int no_root(int error, struct failure *f)
{
	if (error == EACCES || error == EPERM) {
		fail(f, STATUS_UNSUPPORTED, "no permission to use " PIN_ROOT);
		fail_hint(f, "run mmpctl as root, or as the owner of that directory");
		return -1;
	}
	return fail(f, STATUS_UNSUPPORTED, "cannot use " PIN_ROOT ": %s", errno_words(error));
}

int pin_lock(struct pin_lock *lock, bool create, struct failure *f)
{
	lock->fd = -1;
	if (create &&
	    (check_bpffs(f) || (mkdir(PIN_ROOT, 0700) && errno != EEXIST && no_root(errno, f))))
		return -1;
	lock->fd = open(PIN_ROOT, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (lock->fd < 0)
		return errno == ENOENT && !create ? 0 : no_root(errno, f);
	while (flock(lock->fd, LOCK_EX))
		if (errno != EINTR)
			return no_root(errno, f);
	return 0;
}

void pin_unlock(struct pin_lock *lock)
{
	if (lock->fd >= 0)
		close(lock->fd);
	lock->fd = -1;
}

const char *pin_path(char buf[PIN_PATH_MAX], const char *name, const char *part)
{
	int n = snprintf(buf, PIN_PATH_MAX, "%s%s%s%s%s", PIN_ROOT, *name ? "/" : "", name,
			 part ? "/" : "", part ? part : "");

	if (n < 0 || n >= PIN_PATH_MAX)
		BUG("path '%s/%s' is too long", name, part ? part : "");
	return buf;
}

int pin_each(const char *name, int (*each)(const char *part, void *arg), void *arg)
{
	char path[PIN_PATH_MAX];
	struct dirent *entry;
	int ret = 0;
	DIR *dir = opendir(pin_path(path, name, NULL));

	if (!dir)
		return 0;
	while (!ret && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			ret = each(entry->d_name, arg);
	closedir(dir);
	return ret;
}

bool pin_exists(const char *name)
{
	char path[PIN_PATH_MAX];
	struct stat st;

	return !lstat(pin_path(path, name, NULL), &st) && S_ISDIR(st.st_mode);
}

/* Order of removal, first to last. */
static int removal_rank(const char *part)
{
	if (!strncmp(part, PIN_LINK, strlen(PIN_LINK)))
		return 0;
	if (!strcmp(part, "mmp_timer") || !strcmp(part, "mmp_work"))
		return 1;
	/* Last: as long as these are there, other commands see which policy it was. */
	return strcmp(part, PIN_MANIFEST) != 0 && strcmp(part, PIN_CONFIG) != 0 ? 2 : 3;
}

struct removal {
	const char *name;
	int rank, error;
};

static int remove_part(const char *part, void *arg)
{
	struct removal *r = arg;
	char path[PIN_PATH_MAX];
	struct stat st;

	if (removal_rank(part) != r->rank)
		return 0;
	if (lstat(pin_path(path, r->name, part), &st))
		return 0;
	if (S_ISDIR(st.st_mode)) {
		char below[PIN_PATH_MAX];

		snprintf(below, sizeof(below), "%s/%s", r->name, part);
		return pin_remove(below, &(struct failure){ 0 });
	}
	if (unlink(path) && errno != ENOENT)
		r->error = errno;
	return r->error;
}

int pin_remove(const char *name, struct failure *f)
{
	struct removal r = { .name = name };
	char path[PIN_PATH_MAX];

	for (r.rank = 0; r.rank < 4 && !r.error; r.rank++)
		pin_each(name, remove_part, &r);
	if (!r.error && rmdir(pin_path(path, name, NULL)) && errno != ENOENT)
		r.error = errno;
	if (r.error)
		return fail(f, STATUS_UNSUPPORTED, "cannot remove '%s/%s': %s", PIN_ROOT, name,
			    errno_words(r.error));
	return 0;
}

void pin_escape(char *buf, size_t size, const char *prefix, const char *name)
{
	size_t len = (size_t)snprintf(buf, size, "%s", prefix);

	for (; *name && len + 4 < size && len < 200; name++)
		if (isalnum((unsigned char)*name) || *name == '-')
			buf[len++] = *name;
		else
			len += (size_t)snprintf(buf + len, size - len, "_%02x",
						(unsigned char)*name);
	buf[len] = '\0';
}
