// SPDX-License-Identifier: GPL-2.0
#include "grants.h"

#include "hand.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECOND 1000000000ull
#define POLICIES 32
#define ENTRIES 1024
#define NOT_CLAIMED (-1)

#define barrier() __atomic_thread_fence(__ATOMIC_SEQ_CST)

/* One file of one ancestor. */
struct entry {
	char path[JOURNAL_PATH]; /* empty: the entry is free */
	uint64_t dir_id; /* inode number of its folder */
	uint64_t quiet_until; /* ns: somebody else has written */
	int64_t base; /* what stood there, */
	int64_t ours, before; /* the last value written, and the one before it */
	int64_t is_written; /* `base` is to be put back */
	int64_t bytes[POLICIES]; /* what each policy grants, or NOT_CLAIMED */
};

struct grants_file {
	char policies[POLICIES][80];
	struct entry entries[ENTRIES];
};

void grants_init(struct grants *g, const char *path, const char *policy)
{
	*g = (struct grants){ .path = path, .fd = -1, .column = -1 };
	snprintf(g->policy, sizeof(g->policy), "%s", policy);
}

static void lock(const struct grants *g)
{
	while (flock(g->fd, LOCK_EX) && errno == EINTR)
		;
}

static void unlock(const struct grants *g)
{
	flock(g->fd, LOCK_UN);
}

static int find_column(const struct grants_file *f, const char *policy)
{
	int i;

	for (i = 0; i < POLICIES; i++)
		if (!strcmp(f->policies[i], policy))
			return i;
	return -1;
}

/* A new file's entries are all zeros: their grants are none, since no path is there. */
static int map(struct grants *g, bool create)
{
	void *file;

	g->fd = open(g->path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | (create ? O_CREAT : 0), 0600);
	if (g->fd < 0)
		return -errno;
	if (ftruncate(g->fd, sizeof(*g->file)))
		return -errno;
	file = mmap(NULL, sizeof(*g->file), PROT_READ | PROT_WRITE, MAP_SHARED, g->fd, 0);
	if (file == MAP_FAILED)
		return -errno;
	g->file = file;
	g->held = calloc(ENTRIES, sizeof(*g->held));
	return g->held ? 0 : -ENOMEM;
}

static int open_grants(struct grants *g, bool create)
{
	int error = g->file ? 0 : map(g, create);

	if (error) {
		grants_close(g);
		return error;
	}
	if (g->column >= 0)
		return 0;
	lock(g);
	g->column = find_column(g->file, g->policy);
	if (g->column < 0 && create)
		g->column = find_column(g->file, "");
	if (g->column >= 0)
		strcpy(g->file->policies[g->column], g->policy);
	unlock(g);
	return g->column < 0 ? -ENOSPC : 0;
}

static bool has_claims(const struct grants_file *f, int column)
{
	int i;

	for (i = 0; i < ENTRIES; i++)
		if (f->entries[i].path[0] && f->entries[i].bytes[column] != NOT_CLAIMED)
			return true;
	return false;
}

void grants_close(struct grants *g)
{
	if (g->file && g->column >= 0) {
		lock(g);
		if (!has_claims(g->file, g->column))
			g->file->policies[g->column][0] = '\0';
		unlock(g);
	}
	if (g->file)
		munmap(g->file, sizeof(*g->file));
	free(g->held);
	if (g->fd >= 0)
		close(g->fd);
	g->file = NULL;
	g->held = NULL;
	g->fd = g->column = -1;
}

static struct entry *find_entry(struct grants_file *f, const char *path)
{
	int i;

	for (i = 0; i < ENTRIES; i++)
		if (!strcmp(f->entries[i].path, path))
			return &f->entries[i];
	return NULL;
}

static void clear(struct entry *e)
{
	int i;

	e->is_written = 0;
	e->quiet_until = 0;
	for (i = 0; i < POLICIES; i++)
		e->bytes[i] = NOT_CLAIMED;
}

/* Locked. The entry of the file, whose folder is `dir_id`, with one more claim. */
static struct entry *claim(struct grants *g, const char *path, uint64_t dir_id)
{
	struct entry *e = find_entry(g->file, path);

	if (!e) {
		e = find_entry(g->file, "");
		if (!e || strlen(path) >= sizeof(e->path))
			return NULL;
		clear(e);
		e->dir_id = dir_id;
		e->bytes[g->column] = 0;
		barrier();
		strcpy(e->path, path);
	}
	if (e->dir_id != dir_id) { /* a cgroup that was made anew has nothing of the old one's */
		clear(e);
		e->dir_id = dir_id;
	}
	if (e->bytes[g->column] == NOT_CLAIMED)
		e->bytes[g->column] = 0;
	g->held[e - g->file->entries] = true;
	return e;
}

static bool is_alone(const struct entry *e, int column)
{
	int i;

	for (i = 0; i < POLICIES; i++)
		if (i != column && e->bytes[i] != NOT_CLAIMED)
			return false;
	return true;
}

static int64_t sum_of(const struct entry *e)
{
	int64_t sum = 0;
	int i;

	for (i = 0; i < POLICIES; i++)
		if (e->bytes[i] > 0)
			sum = sum > INT64_MAX - e->bytes[i] ? INT64_MAX : sum + e->bytes[i];
	return sum;
}

static int read_bytes(int fd, int64_t *ret)
{
	char value[JOURNAL_VALUE];
	int error = journal_read_value(fd, value);

	if (!error)
		*ret = strcmp(value, "max") ? strtoll(value, NULL, 10) : INT64_MAX;
	return error;
}

static int write_bytes(struct entry *e, int fd, int64_t bytes)
{
	char value[JOURNAL_VALUE + 1];
	int len = bytes == INT64_MAX ? snprintf(value, sizeof(value), "max\n")
				     : snprintf(value, sizeof(value), "%" PRId64 "\n", bytes);

	e->before = e->ours;
	barrier();
	e->ours = bytes;
	barrier();
	if (pwrite(fd, value, (size_t)len, 0) == len)
		return 0;
	e->ours = e->before;
	return -1;
}

/* Locked. Somebody else's value is the one to put back in the end. */
static bool is_overwritten(struct entry *e, int64_t there)
{
	if (!e->is_written || there == e->ours || there == e->before)
		return false;
	e->base = e->ours = e->before = there;
	return true;
}

/* Locked. Write what all grants come to; false where that fails. */
static bool settle(struct entry *e, int fd, int64_t there)
{
	int64_t sum = sum_of(e), value;

	if (!e->is_written) {
		e->base = e->ours = e->before = there;
		barrier();
		e->is_written = 1;
	}
	value = e->base > INT64_MAX - sum ? INT64_MAX : e->base + sum;
	if (value != there && write_bytes(e, fd, value))
		return false;
	if (!sum)
		e->is_written = 0;
	return true;
}

/* A process of the same name that was killed or replaced had it as its target: that is over. */
static int forget_target(struct hands *s, const char *full, int fd)
{
	struct journal_entry *e = journal_find(s->journal, full);

	if (!e)
		return 0;
	if (journal_give_back(e, fd) == JOURNAL_FAILED)
		return -EIO;
	journal_drop(s->journal, e);
	return 0;
}

static int claim_file(struct hands *s, struct grant *g, const char *full)
{
	char dir[JOURNAL_PATH];
	struct entry *e = NULL;
	struct stat st;
	int error;

	snprintf(dir, sizeof(dir), "%.*s", (int)(strrchr(full, '/') - full), full);
	if (stat(dir, &st))
		return -errno;
	error = open_grants(s->grants, true);
	if (!error)
		error = forget_target(s, full, g->fd);
	if (error)
		return error;
	lock(s->grants);
	e = claim(s->grants, full, st.st_ino);
	unlock(s->grants);
	if (!e)
		return -ENOSPC;
	g->entry = (uint32_t)(e - s->grants->file->entries);
	if (!s->is_owned || !s->is_owned(s->arg, full, s->owner, sizeof(s->owner)))
		return 0;
	grant_close(s, g);
	return -EBUSY;
}

int grant_open(struct hands *s, struct grant *g, const char *path, const char *file)
{
	char full[JOURNAL_PATH];
	int error, fd;

	*g = GRANT_CLOSED;
	if (snprintf(full, sizeof(full), "%s/%s/%s", s->root_path, path, file) >= (int)sizeof(full))
		return -ENAMETOOLONG;
	fd = open(full, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return -errno;
	g->fd = fd;
	error = claim_file(s, g, full);
	if (error && g->fd >= 0)
		close(g->fd);
	if (error)
		*g = GRANT_CLOSED;
	return error;
}

static struct entry *entry_of(const struct hands *s, const struct grant *g)
{
	return &s->grants->file->entries[g->entry];
}

int64_t grant_base(const struct hands *s, const struct grant *g)
{
	const struct entry *e = entry_of(s, g);
	int64_t there;

	if (e->is_written)
		return e->base;
	return read_bytes(g->fd, &there) ? 0 : there;
}

bool grant_is_first(const struct hands *s, const struct grant *g)
{
	const struct entry *e = entry_of(s, g);
	int i;

	for (i = 0; i < s->grants->column; i++)
		if (e->bytes[i] > 0)
			return false;
	return true;
}

void grant_set(struct hands *s, struct grant *g, int64_t bytes, uint64_t now)
{
	struct entry *e = entry_of(s, g);
	int64_t there;

	bytes = bytes == INT64_MAX ? bytes : bytes & ~(int64_t)4095;
	if (bytes == g->bytes && (!bytes || now - g->checked < SECOND))
		return;
	if (flock(s->grants->fd, LOCK_EX | LOCK_NB))
		return; /* a tick does not wait for another process: at the next one */
	g->checked = now;
	if (read_bytes(g->fd, &there)) {
		s->failed++;
	} else if (is_overwritten(e, there)) {
		s->overwritten++;
		e->quiet_until = now + SECOND;
	} else if (now >= e->quiet_until) {
		e->bytes[s->grants->column] = bytes;
		barrier();
		if (settle(e, g->fd, there))
			g->bytes = bytes;
		else
			s->failed++;
		s->writes++;
	}
	unlock(s->grants);
}

enum outcome { PUT_BACK, LEFT, FAILED };

/* Locked. The column's grant goes, and with the last claim the entry. */
static enum outcome release(struct entry *e, int column, int fd)
{
	enum outcome outcome = PUT_BACK;
	int64_t there;

	e->bytes[column] = 0;
	barrier();
	if (e->is_written) {
		if (read_bytes(fd, &there))
			outcome = errno == ENODEV ? PUT_BACK : FAILED;
		else if (is_overwritten(e, there))
			outcome = LEFT;
		else if (!settle(e, fd, there))
			outcome = errno == ENODEV ? PUT_BACK : FAILED;
	}
	if (outcome == FAILED)
		return outcome;
	e->bytes[column] = NOT_CLAIMED;
	if (is_alone(e, column)) {
		e->is_written = 0;
		barrier();
		e->path[0] = '\0';
	}
	return outcome;
}

void grant_close(struct hands *s, struct grant *g)
{
	struct grants *all = s->grants;
	enum outcome outcome;

	if (g->fd < 0)
		return;
	lock(all);
	outcome = release(entry_of(s, g), all->column, g->fd);
	unlock(all);
	s->left += outcome == LEFT;
	s->failed_to_leave += outcome == FAILED;
	all->held[g->entry] = outcome == FAILED;
	close(g->fd);
	*g = GRANT_CLOSED;
}

/* The file by its path, if it is still the one that was written. */
static int open_entry(const struct entry *e)
{
	char dir[JOURNAL_PATH];
	struct stat st;

	snprintf(dir, sizeof(dir), "%.*s", (int)(strrchr(e->path, '/') - e->path), e->path);
	if (stat(dir, &st) || st.st_ino != e->dir_id) {
		errno = ENOENT;
		return -1;
	}
	return open(e->path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
}

static void give_back_stray(struct grants *g, struct entry *e, struct journal_result *ret)
{
	int fd = open_entry(e);
	bool is_gone = fd < 0 && errno == ENOENT;
	enum outcome outcome = FAILED;
	char path[JOURNAL_PATH];

	strcpy(path, e->path);
	if (is_gone)
		e->bytes[g->column] = 0;
	if (fd >= 0 || is_gone)
		outcome = release(e, g->column, fd);
	if (fd >= 0)
		close(fd);
	ret->restored += outcome == PUT_BACK && !is_gone;
	ret->gone += is_gone;
	ret->changed += outcome == LEFT;
	ret->failed += outcome == FAILED;
	if (outcome != PUT_BACK)
		strcpy(ret->path, path);
}

void grants_give_back_strays(struct grants *g, struct journal_result *ret)
{
	int i;

	if (!g->path || open_grants(g, false))
		return;
	lock(g);
	for (i = 0; i < ENTRIES; i++) {
		struct entry *e = &g->file->entries[i];

		if (e->path[0] && e->bytes[g->column] != NOT_CLAIMED && !g->held[i])
			give_back_stray(g, e, ret);
	}
	unlock(g);
}

void grants_forget(struct grants *g, const char *path, int fd)
{
	struct entry *e;

	if (!g->path || open_grants(g, false))
		return;
	lock(g);
	e = find_entry(g->file, path);
	if (e && e->bytes[g->column] != NOT_CLAIMED && !g->held[e - g->file->entries])
		release(e, g->column, fd);
	unlock(g);
}

bool grants_owner(const char *grants, const char *except, const char *path, char *owner,
		  size_t size)
{
	struct grants g;
	struct entry *e;
	bool is_taken = false;
	int i;

	grants_init(&g, grants, except);
	if (map(&g, false)) {
		grants_close(&g);
		return false;
	}
	e = find_entry(g.file, path);
	for (i = 0; e && i < POLICIES && !is_taken; i++) {
		is_taken = e->bytes[i] != NOT_CLAIMED && strcmp(g.file->policies[i], except) != 0;
		if (is_taken)
			snprintf(owner, size, "%s", g.file->policies[i]);
	}
	grants_close(&g);
	return is_taken;
}
