// SPDX-License-Identifier: GPL-2.0
#include "cgroup_index.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_SIZE 1024

struct entry {
	uint64_t id;
	char *path;
};

struct cgroup_index {
	struct entry *entries;
	size_t count, room;
	bool is_made;
};

struct cgroup_index *cgroup_index_create(void)
{
	return calloc(1, sizeof(struct cgroup_index));
}

void cgroup_index_destroy(struct cgroup_index *index)
{
	size_t i;

	if (!index)
		return;
	for (i = 0; i < index->count; i++)
		free(index->entries[i].path);
	free(index->entries);
	free(index);
}

static bool add(struct cgroup_index *index, uint64_t id, const char *path)
{
	size_t room = index->room ? index->room * 2 : 64;
	struct entry *entries;

	if (index->count == index->room) {
		entries = realloc(index->entries, room * sizeof(*entries));
		if (!entries)
			return false;
		index->entries = entries;
		index->room = room;
	}
	index->entries[index->count] = (struct entry){ .id = id, .path = strdup(path) };
	return index->entries[index->count++].path;
}

/* Takes over fd. Recursion is bounded by the path's size. */
static bool walk(struct cgroup_index *index, int fd, const char *path)
{
	char below[PATH_SIZE];
	struct dirent *entry;
	bool works = true;
	struct stat st;
	DIR *dir;

	works = !fstat(fd, &st) && add(index, st.st_ino, *path ? path : "/");
	dir = works ? fdopendir(fd) : NULL;
	if (!dir) {
		close(fd);
		return works;
	}
	while (works && (entry = readdir(dir))) {
		int n = snprintf(below, sizeof(below), "%s/%s", path, entry->d_name);

		if (entry->d_type != DT_DIR || !strcmp(entry->d_name, ".") ||
		    !strcmp(entry->d_name, "..") || n >= (int)sizeof(below))
			continue;
		n = openat(fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		works = n < 0 || walk(index, n, below);
	}
	closedir(dir);
	return works;
}

static int compare(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

const char *cgroup_index_find(struct cgroup_index *index, int mount, uint64_t id)
{
	struct entry wanted = { .id = id }, *found;

	if (!index->is_made) {
		walk(index, openat(mount, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), "");
		qsort(index->entries, index->count, sizeof(*index->entries), compare);
		index->is_made = true;
	}
	found = index->count
			? bsearch(&wanted, index->entries, index->count, sizeof(wanted), compare)
			: NULL;
	return found ? found->path : NULL;
}
