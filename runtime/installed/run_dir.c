// SPDX-License-Identifier: GPL-2.0
#include "run_dir.h"

#include "base/bug.h"
#include "failure.h"
#include "pin.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

const char *run_root(void)
{
	static char root[256];
	const char *given = getenv("MMP_RUN_DIR"), *user = getenv("XDG_RUNTIME_DIR");

	if (given && *given)
		return given;
	if (!geteuid())
		return "/run/mmp";
	if (user && *user)
		snprintf(root, sizeof(root), "%.240s/mmp", user);
	else
		snprintf(root, sizeof(root), "/run/user/%u/mmp", geteuid());
	return root;
}

const char *run_path(char buf[RUN_PATH_MAX], const char *name, const char *part)
{
	int n = snprintf(buf, RUN_PATH_MAX, "%s%s%s%s%s", run_root(), *name ? "/" : "", name,
			 part ? "/" : "", part ? part : "");

	if (n < 0 || n >= RUN_PATH_MAX)
		BUG("path '%s/%s' is too long", name, part ? part : "");
	return buf;
}

bool run_exists(const char *name)
{
	char path[RUN_PATH_MAX];
	struct stat st;

	return !lstat(run_path(path, name, NULL), &st) && S_ISDIR(st.st_mode);
}

int run_each(int (*each)(const char *name, void *arg), void *arg)
{
	DIR *dir = opendir(run_root());
	struct dirent *entry;
	int ret = 0;

	while (dir && !ret && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			ret = each(entry->d_name, arg);
	if (dir)
		closedir(dir);
	return ret;
}

static int no_root(int error, struct failure *f)
{
	fail(f, STATUS_UNSUPPORTED, "cannot use '%s': %s", run_root(), errno_words(error));
	if (error == ENOENT)
		fail_hint(f, "set XDG_RUNTIME_DIR to a folder of your own on a tmpfs");
	return -1;
}

int run_lock(struct pin_lock *lock, bool create, struct failure *f)
{
	lock->fd = -1;
	if (create && mkdir(run_root(), 0755) && errno != EEXIST)
		return no_root(errno, f);
	lock->fd = open(run_root(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (lock->fd < 0)
		return errno == ENOENT && !create ? 0 : no_root(errno, f);
	while (flock(lock->fd, LOCK_EX))
		if (errno != EINTR)
			return no_root(errno, f);
	return 0;
}

pid_t run_process(const char *name)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	char path[RUN_PATH_MAX];
	int fd = open(run_path(path, name, RUN_PROCESS), O_RDONLY | O_CLOEXEC);
	pid_t pid = 0;

	/* A reader may ask for a lock it could not take. */
	if (fd >= 0 && !fcntl(fd, F_GETLK, &lock) && lock.l_type != F_UNLCK)
		pid = lock.l_pid;
	if (fd >= 0)
		close(fd);
	return pid;
}

int run_hold(const char *name)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	char path[RUN_PATH_MAX];
	/* Stays open: closing any descriptor of the file would give up the lock. */
	int fd = open(run_path(path, name, RUN_PROCESS), O_RDWR | O_CREAT | O_CLOEXEC, 0644);

	if (fd < 0)
		return -errno;
	return fcntl(fd, F_SETLK, &lock) ? -errno : 0;
}

bool run_stop(const char *name, int signal)
{
	static const struct timespec moment = { .tv_nsec = 20000000 };
	pid_t pid = run_process(name);
	int i;

	if (pid > 0 && kill(pid, signal) && errno != ESRCH)
		return false;
	for (i = 0; i < 1500 && run_process(name) == pid && pid; i++)
		nanosleep(&moment, NULL);
	return run_process(name) != pid || !pid;
}

static void remove_parts(const char *name)
{
	char path[RUN_PATH_MAX], part[RUN_PATH_MAX];
	DIR *dir = opendir(run_path(path, name, NULL));
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.' && strlen(entry->d_name) < 64)
			unlink(run_path(part, name, entry->d_name));
	if (dir)
		closedir(dir);
}

int run_remove(const char *name, struct failure *f)
{
	char path[RUN_PATH_MAX];

	remove_parts(name);
	if (rmdir(run_path(path, name, NULL)) && errno != ENOENT)
		return fail(f, STATUS_UNSUPPORTED, "cannot remove '%s': %s", path,
			    errno_words(errno));
	return 0;
}
