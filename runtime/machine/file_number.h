/* SPDX-License-Identifier: GPL-2.0 */
/* Where signals.def says that a signal's number stands in the kernel's files, and finding it there.
 */
#ifndef MMP_FILE_NUMBER_H
#define MMP_FILE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/lang.h"

/* How a file's number becomes a signal. */
enum file_number_kind {
	FILE_NUMBER_NONE, /* no file has it */
	FILE_NUMBER_VALUE,
	FILE_NUMBER_RATE, /* of a counter, per second */
	FILE_NUMBER_GROWTH, /* of a value, per second; may be negative */
	FILE_NUMBER_NEW, /* since the last sample */
	FILE_NUMBER_LIMIT, /* of several cgroups: effective_limit.h */
	FILE_NUMBER_SHARE, /* of a time in us that is right at every read: per time passed */
};

struct file_number {
	enum file_number_kind kind;
	char file[32]; /* in the cgroup, or a path */
	char key[32]; /* of a line "KEY NUMBER", or as "some avg10"; empty: the file is one number
		       */
	char more[32]; /* a second key to add, or empty */
};

struct file_number file_number_of(enum signal_id id);
enum file_number_kind file_number_kind(enum signal_id id);
/* Where the system has what a cgroup has in the file of that name; NULL: nowhere. */
const char *file_number_system_path(const char *file);

/*
 * The number in the file's text, in base units: averages of pressure in hundredths of a percent,
 * its totals in us, "max" as INT64_MAX. The system's table has several lines for what a cgroup's
 * sums up in one.
 */
bool file_number_find(const struct file_number *n, bool is_system, const char *text, int64_t *ret);

#endif
