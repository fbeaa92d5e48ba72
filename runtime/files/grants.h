/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What cgroups above protected ones grant. Several policies may have targets below one ancestor:
 * its value is what stood there before all of them, plus the sum of what each needs. All policies
 * of a user keep that in one file, mapped into memory and locked for each change, so that it does
 * not matter in which order they begin, change, end or are killed.
 */
#ifndef MMP_GRANTS_H
#define MMP_GRANTS_H

#include "journal.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hands;
struct grants_file;

/* One policy's access to the file. */
struct grants {
	const char *path; /* of the file; NULL: ancestors belong to one policy at a time */
	char policy[80];
	struct grants_file *file; /* mapped, once something is granted */
	bool *held; /* of each entry: by this process */
	int fd, column; /* the policy's, in the file */
};

/* What this policy grants in one file of one ancestor. */
struct grant {
	int fd; /* of the file; -1: none */
	uint32_t entry;
	int64_t bytes; /* as last set */
	uint64_t checked; /* ns */
};

#define GRANT_CLOSED ((struct grant){ .fd = -1 })

void grants_init(struct grants *g, const char *path, const char *policy);
void grants_close(struct grants *g);

/* `path` below the root, and the file in it. 0 or -errno; -EBUSY: it is another policy's target. */
int grant_open(struct hands *s, struct grant *g, const char *path, const char *file);
/* Gives back, and closes the file. */
void grant_close(struct hands *s, struct grant *g);
/* What stands there without any grant. */
int64_t grant_base(const struct hands *s, const struct grant *g);
/* Is this policy the first that grants there? */
bool grant_is_first(const struct hands *s, const struct grant *g);
/* Grant so much at `now`; 0 gives back, and keeps the file. */
void grant_set(struct hands *s, struct grant *g, int64_t bytes, uint64_t now);

/* Give back what the policy has granted and this process does not hold: of a killed process. */
void grants_give_back_strays(struct grants *g, struct journal_result *ret);
/* The same for one file, which is to be a target now. */
void grants_forget(struct grants *g, const char *path, int fd);
/* Does another policy than `except` grant something in that file? Copies its name. */
bool grants_owner(const char *grants, const char *except, const char *path, char *owner,
		  size_t size);

#endif
