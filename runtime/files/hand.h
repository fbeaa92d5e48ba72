/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A hand holds one file that a policy writes: while the policy wants a value there it is written,
 * watched, and written again where somebody else wrote; when it wants none, the old value is put
 * back.
 */
#ifndef MMP_HAND_H
#define MMP_HAND_H

#include "journal.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What all hands of a policy share. */
struct hands {
	struct journal *journal;
	int root; /* the folder that cgroup paths are below */
	const char *root_path;
	/* Somebody else's policy that has claimed the file: copies its name. May be NULL. */
	bool (*is_taken)(void *arg, const char *path, char *owner, size_t size);
	void *arg;
	char owner[128]; /* of the last -EBUSY */
	uint64_t writes, overwritten, failed;
	uint64_t left; /* not put back, since somebody else had written */
	uint64_t failed_to_leave; /* could not be put back */
};

struct hand {
	struct journal_entry *entry; /* NULL: nothing is held */
	int fd;
	bool is_set; /* our value stands there, or stood until somebody wrote */
	uint64_t checked, retry_at; /* ns */
};

#define HAND_CLOSED ((struct hand){ .fd = -1 })

/* `path` below the root, and the file in it. 0 or -errno; -EBUSY: hands->owner has it. */
int hand_open(struct hands *s, struct hand *h, const char *path, const char *file, int flags);
/* Gives back, and lets go of the file. */
void hand_close(struct hands *s, struct hand *h);
bool hand_is_open(const struct hand *h);
/* The value that stood there before ours, or stands there now; as a number, "max" INT64_MAX. */
int64_t hand_old_bytes(const struct hand *h);
/* Have `value` there at `now`. */
void hand_set(struct hands *s, struct hand *h, const char *value, uint64_t now);
void hand_set_bytes(struct hands *s, struct hand *h, int64_t bytes, uint64_t now);
/* Put the old value back, and keep the file. */
void hand_release(struct hands *s, struct hand *h);

#endif
