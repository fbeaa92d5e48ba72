/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMP_SETTING_H
#define MMP_SETTING_H

#include <stddef.h>

/* Settings of the kernel, as their files show them. Both write to buf and return it. */

/* The first line of a small file; "" where it cannot be read. */
const char *setting_line(const char *path, char *buf, size_t size);
/* The word in brackets there: "always [madvise] never". */
const char *setting_chosen(const char *path, char *buf, size_t size);

#endif
