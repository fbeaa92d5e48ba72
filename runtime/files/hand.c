// SPDX-License-Identifier: GPL-2.0
#include "hand.h"

#include "grants.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECOND 1000000000u

static int claim(struct hands *s, struct hand *h, const char *full)
{
	struct stat st;
	char dir[JOURNAL_PATH];
	char *slash;

	snprintf(dir, sizeof(dir), "%s", full);
	slash = strrchr(dir, '/');
	if (slash)
		*slash = '\0';
	if (stat(dir, &st))
		return -errno;
	h->entry = journal_claim(s->journal, full, st.st_ino);
	if (!h->entry)
		return -ENOSPC;
	h->is_set = h->entry->state == JOURNAL_WRITTEN;
	/*
	 * Claim first, then look for other claims: of two that start at once, at least one sees the
	 * other.
	 */
	if (!s->is_taken || !s->is_taken(s->arg, full, s->owner, sizeof(s->owner))) {
		if (s->grants)
			grants_forget(s->grants, full, h->fd);
		return 0;
	}
	if (!h->is_set)
		journal_drop(s->journal, h->entry);
	h->entry = NULL;
	return -EBUSY;
}

int hand_open(struct hands *s, struct hand *h, const char *path, const char *file, int flags)
{
	char full[JOURNAL_PATH];
	int error;

	*h = HAND_CLOSED;
	if (snprintf(full, sizeof(full), "%s%s%s/%s", s->root_path, *path ? "/" : "", path, file) >=
	    (int)sizeof(full))
		return -ENAMETOOLONG;
	h->fd = open(full, O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags);
	if (h->fd < 0)
		return -errno;
	error = claim(s, h, full);
	if (error) {
		close(h->fd);
		*h = HAND_CLOSED;
	}
	return error;
}

bool hand_is_open(const struct hand *h)
{
	return h->entry != NULL;
}

void hand_close(struct hands *s, struct hand *h)
{
	if (!h->entry)
		return;
	hand_release(s, h);
	if (h->entry->state != JOURNAL_WRITTEN)
		journal_drop(s->journal, h->entry);
	close(h->fd);
	*h = HAND_CLOSED;
}

int64_t hand_old_bytes(const struct hand *h)
{
	char value[JOURNAL_VALUE];

	if (!h->entry)
		return 0;
	if (h->entry->state == JOURNAL_WRITTEN)
		strcpy(value, h->entry->old);
	else if (journal_read_value(h->fd, value))
		return 0;
	return strcmp(value, "max") ? strtoll(value, NULL, 10) : INT64_MAX;
}

/* Did another process write there since we did? Checked once a second, and before each write. */
static bool is_overwritten(struct hands *s, struct hand *h, uint64_t now)
{
	char value[JOURNAL_VALUE];

	h->checked = now;
	if (journal_read_value(h->fd, value) || !strcmp(value, h->entry->ours))
		return false;
	h->entry->overwritten++;
	s->overwritten++;
	h->retry_at = now + SECOND;
	/* The value that the other process wants is the one to put back when we leave. */
	strcpy(h->entry->old, value);
	return true;
}

void hand_set(struct hands *s, struct hand *h, const char *value, uint64_t now)
{
	bool differs;
	int error;

	if (!h->entry || now < h->retry_at)
		return;
	differs = !h->is_set || strcmp(h->entry->ours, value) != 0;
	if (h->is_set && !h->retry_at && (differs || now - h->checked >= SECOND) &&
	    is_overwritten(s, h, now))
		return;
	if (!differs && !h->retry_at)
		return;
	error = journal_write(h->entry, h->fd, value);
	s->writes++;
	h->is_set = h->entry->state == JOURNAL_WRITTEN;
	h->checked = now;
	h->retry_at = error ? now + SECOND : 0;
	s->failed += error != 0;
}

void hand_set_bytes(struct hands *s, struct hand *h, int64_t bytes, uint64_t now)
{
	char value[JOURNAL_VALUE];

	if (bytes == INT64_MAX)
		strcpy(value, "max");
	else /* the kernel keeps whole pages, and shows whole pages */
		snprintf(value, sizeof(value), "%" PRId64, bytes & ~(int64_t)4095);
	hand_set(s, h, value, now);
}

void hand_release(struct hands *s, struct hand *h)
{
	enum journal_outcome outcome;

	if (!h->entry || !h->is_set)
		return;
	outcome = journal_give_back(h->entry, h->fd);
	s->left += outcome == JOURNAL_CHANGED;
	s->failed_to_leave += outcome == JOURNAL_FAILED;
	h->is_set = outcome == JOURNAL_FAILED;
	h->retry_at = 0;
}
