/* SPDX-License-Identifier: GPL-2.0 */
/* A folder below another one, never by way of a link or "..". */
#ifndef MMP_OPEN_BENEATH_H
#define MMP_OPEN_BENEATH_H

#include <stdbool.h>

/*
 * `path` has no leading slash; "" is `dir` itself. A new descriptor, or -1 with errno.
 * `in_one_mount`: what is mounted below does not count.
 */
int open_beneath(int dir, const char *path, bool in_one_mount);

#endif
