/* SPDX-License-Identifier: GPL-2.0 */
/* What is found, as a file: the policy, and a comment with the series. */
#ifndef MMP_FOUND_H
#define MMP_FOUND_H

#include "pair.h"

/* The file's text, in the pair's arena. side: "host" or "kernel". */
char *found_text(struct pair *p, const struct difference *d, const char *side);

/* False if it cannot be written; ret_path tells the file either way. */
bool found_write(const char *folder, struct pair *p, const struct difference *d, const char *side,
		 char *ret_path, size_t size);

/* False if it cannot be read; else pair_finish() it. A file of another's has seed 1 and 500 ticks.
 */
bool found_read(const char *path, struct pair *ret, uint32_t *ret_ticks);

#endif
