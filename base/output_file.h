/* SPDX-License-Identifier: GPL-2.0 */
/* Files that a command writes: each appears whole or not at all. */
#ifndef MMP_OUTPUT_FILE_H
#define MMP_OUTPUT_FILE_H

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>

struct output_file {
	FILE *stream; /* to write to */
	char path[PATH_MAX]; /* with symbolic links followed */
	char temporary[PATH_MAX + 16]; /* beside it; empty where the path is a device or a pipe */
};

/*
 * Begin a file; what stands at the path stays until output_file_end(). What is there and no regular
 * file, as /dev/null or a pipe, is written to, never replaced. Returns 0 or -errno.
 */
int output_file_begin(struct output_file *o, const char *path);
/*
 * End what was begun. Where all was written and `is_wanted`, it takes the place of what stood
 * there; otherwise that stays as it is. Returns 0 or -errno.
 */
int output_file_end(struct output_file *o, bool is_wanted);

#endif
