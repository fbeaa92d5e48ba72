/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which files a command reads and writes, under any name or link: no output goes onto an input,
 * and no two onto one.
 */
#ifndef MMP_FILE_ID_H
#define MMP_FILE_ID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct named_file;

/* Start with a zeroed one. Names are the caller's and outlive it. */
struct file_uses {
	struct named_file *files;
	size_t count, room;
};

/* The file at `path` is read; "-" is standard input. */
void file_uses_read(struct file_uses *u, const char *path);
/*
 * The file at `path` is to be written; "-" is standard output. False where it is one that is read
 * or written already: *ret_other is that one's name, *ret_is_read how it is used. Pipes and devices
 * may be written more than once; standard output takes one document only.
 */
bool file_uses_write(struct file_uses *u, const char *path, const char **ret_other,
		     bool *ret_is_read);
void file_uses_finish(struct file_uses *u);

#endif
