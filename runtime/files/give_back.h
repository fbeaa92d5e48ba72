/* SPDX-License-Identifier: GPL-2.0 */
/* The end of a policy that a process holds, or held before it was killed. */
#ifndef MMP_GIVE_BACK_H
#define MMP_GIVE_BACK_H

#include "journal.h"

#include <stddef.h>

struct failure;

/*
 * End the process, give back what it did not give back, and remove its folder. Fails where the
 * process does not end, or a value cannot be put back: then the folder stays. The caller holds
 * run_lock().
 */
int give_back_policy(const char *name, struct journal_result *ret, struct failure *f);

/* The policy other than `except` that has claimed the file: copies its name. */
bool give_back_owner(const char *except, const char *path, char *owner, size_t size);

#endif
