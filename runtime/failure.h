/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The world is wrong: one sentence kept for main() to print, with where, what to do and the exit
 * status. A function that takes a struct failure fills it and returns -1 when it fails.
 */
#ifndef MMP_FAILURE_H
#define MMP_FAILURE_H

#include "base/status.h"

struct failure {
	enum exit_status status;
	char place[512]; /* "web.mmp:2", or empty */
	char text[1024];
	char hint[1024]; /* what to do, or empty */
	char detail[8192]; /* lines to quote, or empty */
	char log[8192]; /* what they were taken from, for --verbose; or empty */
};

/* Replaces what was there; returns -1. */
int fail(struct failure *f, enum exit_status status, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void fail_at(struct failure *f, const char *file, unsigned line);
void fail_hint(struct failure *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* What an error number means, as part of a sentence: never the number itself. */
const char *errno_words(int error);

#endif
