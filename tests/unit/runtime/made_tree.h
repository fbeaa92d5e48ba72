/* SPDX-License-Identifier: GPL-2.0 */
/* A folder that stands for the cgroup2 mount: made cgroups with made files. */
#ifndef MMP_MADE_TREE_H
#define MMP_MADE_TREE_H

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char tree[] = "/tmp/mmp-tree.XXXXXX";
static int tree_fd = -1;

/* Files of a cgroup take a value whole, whatever stood there; so do these, padded with lines. */
static inline void tree_put(const char *cgroup, const char *file, const char *text)
{
	char path[512];
	int fd;

	snprintf(path, sizeof(path), "%s/%s/%s", tree, cgroup, file);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	dprintf(fd, "%s\n", text);
	close(fd);
}

/* The first line. */
static inline const char *tree_get(const char *cgroup, const char *file)
{
	static char text[64];
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s/%s", tree, cgroup, file);
	f = fopen(path, "r");
	text[0] = '\0';
	if (f && fgets(text, sizeof(text), f))
		text[strcspn(text, "\n")] = '\0';
	if (f)
		fclose(f);
	return text;
}

static inline void tree_add(const char *cgroup)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", tree, cgroup);
	mkdir(path, 0700);
	tree_put(cgroup, "memory.current", "4194304");
	tree_put(cgroup, "memory.low", "0");
	tree_put(cgroup, "memory.min", "0");
	tree_put(cgroup, "memory.high", "max");
	tree_put(cgroup, "memory.max", "max");
	tree_put(cgroup, "memory.stat", "anon 100\npgfault 0");
	tree_put(cgroup, "memory.events", "low 0\nhigh 0\nmax 0\noom 0\noom_kill 0");
	tree_put(cgroup, "memory.pressure",
		 "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"
		 "full avg10=0.00 avg60=0.00 avg300=0.00 total=0");
}

static inline int tree_remove_one(const char *path, const struct stat *st, int type,
				  struct FTW *ftw)
{
	return remove(path);
}

static inline void tree_remove(const char *cgroup)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", tree, cgroup);
	nftw(path, tree_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static inline int tree_start(void)
{
	if (!mkdtemp(tree))
		return -1;
	tree_fd = open(tree, O_RDONLY | O_DIRECTORY);
	return tree_fd < 0 ? -1 : 0;
}

static inline void tree_finish(void)
{
	tree_remove("");
	close(tree_fd);
}

#endif
