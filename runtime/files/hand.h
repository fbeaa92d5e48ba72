/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A hand holds one file that a policy writes. While the policy wants a value there, the hand writes
 * and watches it, and writes it again after another process has written; when the policy wants
 * none, the hand puts the old value back.
 */
#ifndef MMP_HAND_H
#define MMP_HAND_H

#include "journal.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct grants;

/* Shared by all hands of a policy. */
struct hands {
	struct journal *journal;
	int root; /* the folder that cgroup paths are below */
	const char *root_path;
	/* Another policy that has claimed the file: copies its name. May be NULL. */
	bool (*is_taken)(void *arg, const char *path, char *owner, size_t size);
	/* The same, of claims as a target only. */
	bool (*is_owned)(void *arg, const char *path, char *owner, size_t size);
	void *arg;
	struct grants *grants; /* NULL: ancestors are held as targets are */
	char owner[128]; /* of the last -EBUSY */
	uint64_t writes, overwritten, failed;
	uint64_t left; /* not put back, since another process had written */
	uint64_t failed_to_leave; /* could not be put back */
};

struct hand {
	struct journal_entry *entry; /* NULL: nothing is held */
	int fd;
	bool is_set; /* our value is there, or was until another process wrote */
	uint64_t checked, retry_at; /* ns */
};

#define HAND_CLOSED ((struct hand){ .fd = -1 })

/* `path` below the root, and the file in it. 0 or -errno; -EBUSY: hands->owner has it. */
int hand_open(struct hands *s, struct hand *h, const char *path, const char *file, int flags);
/* Gives back, and closes the file. */
void hand_close(struct hands *s, struct hand *h);
bool hand_is_open(const struct hand *h);
/* The value that was there before ours, or is there now; as a number, "max" INT64_MAX. */
int64_t hand_old_bytes(const struct hand *h);
/* Set `value` there at `now`. */
void hand_set(struct hands *s, struct hand *h, const char *value, uint64_t now);
void hand_set_bytes(struct hands *s, struct hand *h, int64_t bytes, uint64_t now);
/* Put the old value back, and keep the file. */
void hand_release(struct hands *s, struct hand *h);

#endif
