/* SPDX-License-Identifier: GPL-2.0 */
/* Taking policies out of force. The caller holds the pins' lock. */
#ifndef MMP_REMOVAL_H
#define MMP_REMOVAL_H

struct failure;
struct installed;

/* The hooks answer the kernel's default first, in whatever state we are killed. Leftovers too. */
int removal_of(struct installed *p, struct failure *f);
/* What killed processes left of their loads. */
int removal_of_leftovers(struct failure *f);

#endif
