/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a policy has written to files, so that it can be given back: by the process itself when a
 * rule leaves or the policy ends, by any mmpctl after the process was killed. The journal is a file
 * mapped into memory; its content survives the process. An entry names a file and holds the value
 * that was there before ours and the last values that we wrote; nothing is written before its entry
 * records it.
 */
#ifndef MMP_JOURNAL_H
#define MMP_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#define JOURNAL_PATH 512
#define JOURNAL_VALUE 24 /* a number, "max", or a word of the huge pages' settings */

enum journal_state {
	JOURNAL_FREE,
	JOURNAL_CLAIMED, /* claimed by us; not written yet */
	JOURNAL_WRITTEN, /* `old` is to be put back */
};

struct journal_entry {
	uint32_t state; /* enum journal_state */
	uint32_t overwritten; /* how often another process's value was found */
	uint64_t dir_id; /* inode number of the file's folder: a cgroup made anew is another */
	char old[JOURNAL_VALUE];
	char ours[JOURNAL_VALUE], before[JOURNAL_VALUE]; /* the last value written, and the one
							    before it */
	char path[JOURNAL_PATH];
};

struct journal {
	struct journal_entry *entries; /* mapped */
	bool *held; /* of each entry: claimed by this process */
	uint32_t capacity;
	int fd;
};

enum journal_outcome {
	JOURNAL_SAME, /* the old value was there */
	JOURNAL_RESTORED,
	JOURNAL_CHANGED, /* by another process: left alone */
	JOURNAL_GONE, /* the file, or its cgroup, is */
	JOURNAL_FAILED, /* it could not be written: errno; the entry stays */
};

/*
 * Map the journal at `path` of folder `dir`. A capacity of 0 is what the file has; otherwise the
 * file is made where it is missing, and made larger where it is smaller. Returns 0 or -errno.
 */
int journal_open(struct journal *j, int dir, const char *path, uint32_t capacity);
void journal_close(struct journal *j);

/* The file's entry, or NULL. */
struct journal_entry *journal_find(const struct journal *j, const char *path);
/* The file's entry, created where there is none; NULL where the journal is full. */
struct journal_entry *journal_claim(struct journal *j, const char *path, uint64_t dir_id);
/* Nothing was written, or it was given back: the entry is free again. */
void journal_drop(struct journal *j, struct journal_entry *e);

/* Read a file's value: a number, a word, or the word in brackets. Returns 0 or -errno. */
int journal_read_value(int fd, char value[JOURNAL_VALUE]);
/*
 * Write `value`, after the entry records it; before the first write the current value is kept.
 * Returns 0 or -errno; a file whose old value cannot be read is not written.
 */
int journal_write(struct journal_entry *e, int fd, const char *value);
/*
 * Put the old value back where the file has one of ours; the entry is then claimed only, except
 * after JOURNAL_FAILED. fd is the file, or -1: it is opened by its path.
 */
enum journal_outcome journal_give_back(struct journal_entry *e, int fd);

/* The results of giving back, entry by entry. */
struct journal_result {
	uint32_t restored, changed, gone, failed;
	char path[JOURNAL_PATH]; /* of the last that was changed or failed */
};

/* Give back what this process has not claimed: what a killed process of the same policy wrote. */
void journal_give_back_strays(struct journal *j, struct journal_result *ret);

#endif
