/* SPDX-License-Identifier: GPL-2.0 */
/* Changing a policy in force, by one write of its mmp_config: no gap, nothing attached anew. */
#ifndef MMP_CHANGE_H
#define MMP_CHANGE_H

#include "bpf-templates/mmp_abi.h"
#include "pin.h"

struct failure;
struct installed;

/* The locks of both ways that a policy can be in force: nobody replaces one that is changed. */
struct change_lock {
	struct pin_lock pins, held;
};

int change_lock(struct change_lock *lock, struct failure *f);
void change_unlock(struct change_lock *lock);
/* Is it in force, so that a change would mean something? 0, or -1 with why not. */
int change_allowed(const struct installed *p, struct failure *f);
/* Put the policy of that name into the mode; takes the locks. */
int change_mode(const char *name, enum mmp_mode mode, struct failure *f);

#endif
