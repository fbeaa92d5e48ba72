// SPDX-License-Identifier: GPL-2.0
#include "cgroup.h"

#include "cgroup_index.h"
#include "failure.h"
#include "open_beneath.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int cgroup_mount_open(struct cgroup_mount *m, struct failure *f)
{
	FILE *file = fopen("/proc/self/mountinfo", "re");
	bool found = file && cgroup_mount_choose(m, file);

	if (file)
		fclose(file);
	m->fd = -1;
	m->index = NULL;
	if (!found) {
		fail(f, STATUS_UNSUPPORTED, "no cgroup2 file system is mounted");
		fail_hint(f, "mount -t cgroup2 none /sys/fs/cgroup");
		return -1;
	}
	m->fd = open(m->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (m->fd < 0)
		return fail(f, STATUS_UNSUPPORTED, "cannot open the cgroup2 mount '%s': %s",
			    m->path, errno_words(errno));
	m->index = cgroup_index_create();
	return 0;
}

void cgroup_mount_close(struct cgroup_mount *m)
{
	if (m->fd >= 0)
		close(m->fd);
	m->fd = -1;
	cgroup_index_destroy(m->index);
	m->index = NULL;
}

const char *cgroup_path_of_id(const struct cgroup_mount *m, uint64_t id)
{
	return m->index && m->fd >= 0 ? cgroup_index_find(m->index, m->fd, id) : NULL;
}

/* The part of a path that lies below the mount, without leading slashes; NULL: it lies elsewhere.
 */
static const char *below_mount(const struct cgroup_mount *m, const char *path)
{
	size_t len = strlen(m->path);

	if (path[0] == '/' && path[strspn(path, "/")]) {
		if (strncmp(path, m->path, len) != 0 || (path[len] && path[len] != '/'))
			return NULL;
		path += len;
	}
	return path + strspn(path, "/");
}

static int cannot_open(const struct cgroup_mount *m, const char *path, int error, struct failure *f)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
		fail(f, STATUS_TARGET, "there is no cgroup '%s' below '%s'", path, m->path);
		fail_hint(
			f,
			"create it first (mkdir '%s/%s'), or name another with --cgroup NAME=PATH",
			m->path, path);
		return -1;
	case ELOOP:
	case EXDEV:
		return fail(f, STATUS_TARGET, "'%s' leads out of the cgroup2 mount '%s'", path,
			    m->path);
	default:
		return fail(f, STATUS_TARGET, "cannot open the cgroup '%s': %s", path,
			    errno_words(error));
	}
}

static int finish_open(const struct cgroup_mount *m, const char *path, struct cgroup *c,
		       struct failure *f)
{
	struct stat st;

	c->fd = open_beneath(m->fd, path, true);
	if (c->fd < 0)
		return cannot_open(m, path, errno, f);
	if (fstat(c->fd, &st)) {
		close(c->fd);
		return cannot_open(m, path, errno, f);
	}
	c->id = st.st_ino;
	return 0;
}

int cgroup_open(const struct cgroup_mount *m, const char *path, struct cgroup *ret,
		struct failure *f)
{
	struct cgroup c = { .fd = -1 };
	const char *below = below_mount(m, path);
	size_t len;

	if (!below) {
		fail(f, STATUS_TARGET, "'%s' is not below the cgroup2 mount '%s'", path, m->path);
		fail_hint(f, "name it by its path below the mount, with --cgroup NAME=PATH");
		return -1;
	}
	if (strlen(below) >= sizeof(c.path))
		return fail(f, STATUS_TARGET, "the cgroup's path '%.60s...' is too long", path);
	strcpy(c.path, below);
	for (len = strlen(c.path); len && c.path[len - 1] == '/'; len--)
		c.path[len - 1] = '\0';
	if (finish_open(m, c.path, &c, f))
		return -1;
	*ret = c;
	return 0;
}

bool cgroup_exists(const struct cgroup_mount *m, const char *path)
{
	const char *below = below_mount(m, path);

	return below && !faccessat(m->fd, *below ? below : ".", F_OK, 0);
}

void cgroup_close(struct cgroup *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
}

bool cgroup_mount_has_memory(const struct cgroup_mount *m)
{
	char line[512] = "", *word;
	int fd = openat(m->fd, "cgroup.controllers", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, line, sizeof(line) - 1);

	if (fd >= 0)
		close(fd);
	line[n > 0 ? n : 0] = '\0';
	for (word = strtok(line, " \n"); word; word = strtok(NULL, " \n"))
		if (!strcmp(word, "memory"))
			return true;
	return false;
}

int cgroup_check_memory(const struct cgroup_mount *m, const struct cgroup *c, struct failure *f)
{
	const char *slash = strrchr(c->path, '/');

	if (!cgroup_mount_has_memory(m)) {
		fail(f, STATUS_TARGET, "the memory controller is not available to cgroup2 on '%s'",
		     m->path);
		fail_hint(f, CGROUP_MEMORY_FIX);
		return -1;
	}
	if (!c->path[0] || !faccessat(c->fd, "memory.current", F_OK, 0))
		return 0;
	fail(f, STATUS_TARGET, "the memory controller is not enabled in the cgroup '%s'", c->path);
	fail_hint(f, "echo +memory > '%s/%.*s%scgroup.subtree_control', in every cgroup above it",
		  m->path, slash ? (int)(slash - c->path) : 0, c->path, slash ? "/" : "");
	return -1;
}

int cgroup_open_parent(const struct cgroup_mount *m, const char *path, struct cgroup *ret,
		       struct failure *f)
{
	const char *slash = strrchr(path, '/');
	char parent[1024];

	if (slash && (size_t)(slash - path) >= sizeof(parent))
		return fail(f, STATUS_TARGET, "the cgroup's path '%.60s...' is too long", path);
	snprintf(parent, sizeof(parent), "%.*s", slash ? (int)(slash - path) : 0, path);
	return cgroup_open(m, *parent ? parent : "/", ret, f);
}

struct walk {
	int (*each)(uint64_t id, void *arg);
	void *arg;
};

/* Takes over fd, of the cgroup `id`. A child that vanishes meanwhile is skipped. */
static int walk_below(const struct walk *w, int fd, uint64_t id)
{
	DIR *dir = fdopendir(fd);
	struct dirent *entry;
	int ret = w->each(id, w->arg), child;

	if (!dir) {
		close(fd);
		return ret < 0 ? ret : 0;
	}
	while (!ret && (entry = readdir(dir))) {
		if (entry->d_type != DT_DIR || !strcmp(entry->d_name, ".") ||
		    !strcmp(entry->d_name, ".."))
			continue;
		child = openat(fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (child >= 0)
			ret = walk_below(w, child, entry->d_ino);
	}
	closedir(dir);
	return ret < 0 ? ret : 0;
}

int cgroup_each_below(const struct cgroup *top, int (*each)(uint64_t id, void *arg), void *arg,
		      struct failure *f)
{
	struct walk walk = { .each = each, .arg = arg };
	int fd = openat(top->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return fail(f, STATUS_TARGET, "cannot read the cgroup '%s': %s", top->path,
			    errno_words(errno));
	return walk_below(&walk, fd, top->id);
}
