/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Cgroups by path, below the cgroup2 mount and nowhere else: neither ".." nor a symbolic link leads
 * out of it.
 */
#ifndef MMP_CGROUP_H
#define MMP_CGROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct failure;

struct cgroup_index;

#define CGROUP_MOUNT_USUAL "/sys/fs/cgroup"

struct cgroup_mount {
	char path[512];
	char root[512]; /* "/", or the part of the tree that it shows */
	int fd; /* -1: not mounted */
	struct cgroup_index *index; /* made by the first cgroup_path_of_id() */
};

struct cgroup {
	char path[1024]; /* below the mount; "" is the root */
	uint64_t id; /* the inode number of its directory */
	int fd;
};

/*
 * Choose among the cgroup2 mounts of a text such as /proc/self/mountinfo: one that shows the whole
 * tree, if there is one. Sets path and root; false where there is none.
 */
bool cgroup_mount_choose(struct cgroup_mount *m, FILE *mountinfo);
/* Find and open it. Fails with a sentence where there is none. */
int cgroup_mount_open(struct cgroup_mount *m, struct failure *f);
void cgroup_mount_close(struct cgroup_mount *m);

/* `path` as the policy writes it: absolute, below the mount's path, or relative to it. */
int cgroup_open(const struct cgroup_mount *m, const char *path, struct cgroup *ret,
		struct failure *f);
bool cgroup_exists(const struct cgroup_mount *m, const char *path);
void cgroup_close(struct cgroup *c);

/* Whether the machine lets cgroup2 have the memory controller at all. */
#define CGROUP_MEMORY_FIX "boot with cgroup_no_v1=memory, and without cgroup_disable=memory"
bool cgroup_mount_has_memory(const struct cgroup_mount *m);
/*
 * The kernel takes the nearest ancestor that has a memory controller without a word: refuse where
 * it is not this one.
 */
int cgroup_check_memory(const struct cgroup_mount *m, const struct cgroup *c, struct failure *f);

/* Everything before the last component. */
int cgroup_open_parent(const struct cgroup_mount *m, const char *path, struct cgroup *ret,
		       struct failure *f);
/*
 * Calls each(id) for the cgroup and all below it, from the top, until it returns a negative number,
 * which is then returned; what is below one for which it returns a positive one is left out.
 */
int cgroup_each_below(const struct cgroup *top, int (*each)(uint64_t id, void *arg), void *arg,
		      struct failure *f);

/*
 * The path below the mount, with a leading "/", of a cgroup that still exists; NULL else. As of the
 * first call.
 */
const char *cgroup_path_of_id(const struct cgroup_mount *m, uint64_t id);

#endif
