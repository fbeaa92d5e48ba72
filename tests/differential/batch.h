/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMP_BATCH_H
#define MMP_BATCH_H

#include <stdbool.h>
#include <stdint.h>

/* Write one C file of `count` emitted policies; see host_policy.h for what it exports. */
int batch_write(const char *path, char *const *texts, uint32_t count);

#endif
