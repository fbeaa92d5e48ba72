/* SPDX-License-Identifier: GPL-2.0 */
/* The one way in which a command writes a file: each appears whole or not at all. */
#ifndef MMP_OUTPUT_FILE_H
#define MMP_OUTPUT_FILE_H

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

struct output_file {
	FILE *stream; /* to write to */
	char path[PATH_MAX]; /* with symbolic links followed, be their target there or not */
	char temporary[PATH_MAX]; /* in the same folder; empty where the path is written to directly
				   */
	bool is_direct; /* a device, a pipe, standard output: written to as it comes */
	bool is_there; /* something stands at the path, with: */
	mode_t mode;
	uid_t owner;
	gid_t group;
};

/*
 * Begin a file; "-" is standard output. What stands at the path stays until output_file_end(). What
 * is there and no regular file, as /dev/null or a pipe, is written to, never replaced. Returns 0 or
 * -errno.
 */
int output_file_begin(struct output_file *o, const char *path);
/*
 * End what was begun. Where all was written and `is_wanted`, it takes the place of what stood
 * there, with that one's mode and owner; otherwise that stays as it is. A file that has further
 * names or cannot be replaced, as one that is mounted, is written in place. Returns 0 or -errno.
 */
int output_file_end(struct output_file *o, bool is_wanted);

/* The file that a path stands for, links followed, be it there or not. 0 or -errno. */
int output_file_resolve(const char *path, char ret[PATH_MAX]);

#endif
