/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMP_POLICY_NAME_H
#define MMP_POLICY_NAME_H

#include <stdbool.h>

/* Names that become parts of paths below bpffs: [A-Za-z0-9_-]+, at most 64 bytes, not tmp_... */
bool policy_name_is_valid(const char *name);
#define POLICY_NAME_RULE "letters, digits, '-' and '_', at most 64, and not tmp_..."

#endif
