/* SPDX-License-Identifier: GPL-2.0 */
/* What the machine's settings let huge-page policies do. */
#ifndef MMP_RUNTIME_THP_H
#define MMP_RUNTIME_THP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The machine's mode: "always", "madvise", "never"; "" where the kernel has no huge pages. */
const char *thp_mode(char *buf, size_t size);
/* Neither the mode nor the setting of any size lets memory have huge pages. */
bool thp_is_off(void);
/* "madvise; 64kB always, 2048kB inherit": the mode, and the sizes that are not switched off. */
const char *thp_words(char *buf, size_t size);
/* The process, or a parent of it, asked by prctl() to have none. */
bool thp_is_refused_by(pid_t pid);

#endif
