// SPDX-License-Identifier: GPL-2.0
#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* The compiler must not move a store to the journal past the write that it announces. */
#define barrier() __atomic_thread_fence(__ATOMIC_SEQ_CST)

static int map(struct journal *j, uint32_t capacity)
{
	size_t size = sizeof(*j->entries);
	struct stat st;
	void *entries;

	if (fstat(j->fd, &st))
		return -errno;
	if ((uint64_t)st.st_size / size < capacity) {
		st.st_size = (off_t)(capacity * size);
		if (ftruncate(j->fd, st.st_size))
			return -errno;
	}
	j->capacity = (uint32_t)((uint64_t)st.st_size / size);
	if (!j->capacity)
		return -EINVAL;
	entries = mmap(NULL, j->capacity * size, PROT_READ | PROT_WRITE, MAP_SHARED, j->fd, 0);
	if (entries == MAP_FAILED)
		return -errno;
	j->entries = entries;
	j->held = calloc(j->capacity, sizeof(*j->held));
	return j->held ? 0 : -ENOMEM;
}

int journal_open(struct journal *j, int dir, const char *path, uint32_t capacity)
{
	int error;

	*j = (struct journal){
		.fd = openat(dir, path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | (capacity ? O_CREAT : 0),
			     0600)
	};
	if (j->fd < 0)
		return -errno;
	error = map(j, capacity);
	if (error)
		journal_close(j);
	return error;
}

void journal_close(struct journal *j)
{
	if (j->entries)
		munmap(j->entries, j->capacity * sizeof(*j->entries));
	free(j->held);
	if (j->fd >= 0)
		close(j->fd);
	*j = (struct journal){ .fd = -1 };
}

struct journal_entry *journal_find(const struct journal *j, const char *path)
{
	uint32_t i;

	for (i = 0; i < j->capacity; i++)
		if (j->entries[i].state != JOURNAL_FREE && !strcmp(j->entries[i].path, path))
			return &j->entries[i];
	return NULL;
}

static struct journal_entry *find_free(const struct journal *j)
{
	uint32_t i;

	for (i = 0; i < j->capacity; i++)
		if (j->entries[i].state == JOURNAL_FREE)
			return &j->entries[i];
	return NULL;
}

struct journal_entry *journal_claim(struct journal *j, const char *path, uint64_t dir_id)
{
	struct journal_entry *e = journal_find(j, path);

	if (e && e->dir_id != dir_id) { /* a value of a removed cgroup cannot be put back */
		journal_drop(j, e);
		e = NULL;
	}
	if (!e) {
		e = strlen(path) < sizeof(e->path) ? find_free(j) : NULL;
		if (!e)
			return NULL;
		*e = (struct journal_entry){ .state = JOURNAL_FREE, .dir_id = dir_id };
		strcpy(e->path, path);
		barrier();
		e->state = JOURNAL_CLAIMED;
	}
	j->held[e - j->entries] = true;
	return e;
}

void journal_drop(struct journal *j, struct journal_entry *e)
{
	j->held[e - j->entries] = false;
	e->state = JOURNAL_FREE;
}

int journal_read_value(int fd, char value[JOURNAL_VALUE])
{
	char text[128], *from = text, *open;
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);
	size_t len;

	if (n <= 0)
		return n ? -errno : -ENODATA;
	text[n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	open = strchr(text, '[');
	if (open)
		from = open + 1;
	len = strcspn(from, " ]\n");
	if (!len || len >= JOURNAL_VALUE)
		return -EINVAL;
	memcpy(value, from, len);
	value[len] = '\0';
	return 0;
}

static int write_value(int fd, const char *value)
{
	char line[JOURNAL_VALUE + 1];
	int len = snprintf(line, sizeof(line), "%s\n", value);
	ssize_t n = pwrite(fd, line, (size_t)len, 0);

	if (n == len)
		return 0;
	return n < 0 ? -errno : -EIO;
}

/*
 * Made complete in one step that a kill cannot interrupt: the text first, then the pointer to it.
 */
static int keep_old(struct journal_entry *e, int fd)
{
	int error = journal_read_value(fd, e->old);

	if (error)
		return error;
	strcpy(e->ours, e->old);
	strcpy(e->before, e->old);
	barrier();
	e->state = JOURNAL_WRITTEN;
	return 0;
}

int journal_write(struct journal_entry *e, int fd, const char *value)
{
	int error = e->state == JOURNAL_WRITTEN ? 0 : keep_old(e, fd);

	if (error)
		return error;
	strcpy(e->before, e->ours);
	barrier();
	snprintf(e->ours, sizeof(e->ours), "%s", value);
	barrier();
	error = write_value(fd, value);
	if (error)
		strcpy(e->ours, e->before);
	return error;
}

static enum journal_outcome put_back(struct journal_entry *e, int fd)
{
	char now[JOURNAL_VALUE];
	int error = journal_read_value(fd, now);

	if (error)
		return error == -ENODEV || error == -ENOENT ? JOURNAL_GONE : JOURNAL_FAILED;
	if (!strcmp(now, e->old))
		return JOURNAL_SAME;
	if (strcmp(now, e->ours) != 0 && strcmp(now, e->before) != 0)
		return JOURNAL_CHANGED;
	error = write_value(fd, e->old);
	errno = -error;
	if (!error)
		return JOURNAL_RESTORED;
	return error == -ENODEV ? JOURNAL_GONE : JOURNAL_FAILED;
}

/* The file by its path, if it is still the one that was written. */
static int open_file(const struct journal_entry *e)
{
	char dir[JOURNAL_PATH];
	char *slash;
	struct stat st;

	memcpy(dir, e->path, sizeof(dir));
	slash = strrchr(dir, '/');
	if (!slash)
		return -1;
	*slash = '\0';
	if (stat(*dir ? dir : "/", &st) || st.st_ino != e->dir_id)
		return -1;
	return open(e->path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
}

enum journal_outcome journal_give_back(struct journal_entry *e, int fd)
{
	int own = e->state == JOURNAL_WRITTEN && fd < 0 ? open_file(e) : -1;
	enum journal_outcome outcome = JOURNAL_SAME;

	if (e->state != JOURNAL_WRITTEN)
		return outcome;
	if (fd >= 0 || own >= 0)
		outcome = put_back(e, fd >= 0 ? fd : own);
	else
		outcome = errno == EACCES || errno == EPERM ? JOURNAL_FAILED : JOURNAL_GONE;
	if (own >= 0)
		close(own);
	if (outcome != JOURNAL_FAILED)
		e->state = JOURNAL_CLAIMED;
	return outcome;
}

static void give_back_stray(struct journal *j, struct journal_entry *e, struct journal_result *r)
{
	enum journal_outcome outcome = journal_give_back(e, -1);

	r->restored += outcome == JOURNAL_RESTORED;
	r->changed += outcome == JOURNAL_CHANGED;
	r->gone += outcome == JOURNAL_GONE;
	r->failed += outcome == JOURNAL_FAILED;
	if (outcome == JOURNAL_CHANGED || outcome == JOURNAL_FAILED)
		strcpy(r->path, e->path);
	if (outcome != JOURNAL_FAILED)
		journal_drop(j, e);
}

void journal_give_back_strays(struct journal *j, struct journal_result *ret)
{
	uint32_t i;

	*ret = (struct journal_result){ 0 };
	for (i = 0; i < j->capacity; i++)
		if (j->entries[i].state != JOURNAL_FREE && !j->held[i])
			give_back_stray(j, &j->entries[i], ret);
}
