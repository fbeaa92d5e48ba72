/* SPDX-License-Identifier: GPL-2.0 */
/*
 * thp, without hooks: the settings of the whole machine, size by size. A size that the rules deny
 * now is set to never; one that they allow gets the value that was there. So rules only narrow, as
 * the hook does, and for all processes alike.
 */
#ifndef MMP_HUGE_H
#define MMP_HUGE_H

#include "base/lang.h"
#include "hand.h"
#include "plan/evaluate.h"

struct huge {
	struct hands hands;
	struct hand whole; /* where the kernel has no setting by size: before 6.8 */
	struct hand sizes[THP_ORDER_MAX + 1];
	bool is_used; /* some rule chooses for every process */
};

/* Is there a rule that acts by these files? */
bool huge_is_needed(const struct plan *p);
/* `dir` is the folder of the settings. 0 or -errno. */
int huge_enter(struct huge *h, const struct hands *hands, const char *dir);
void huge_apply(struct huge *h, const struct evaluation *e, uint64_t now);
void huge_release(struct huge *h);
void huge_leave(struct huge *h);

#endif
