/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMP_PLAN_SHOWN_H
#define MMP_PLAN_SHOWN_H

struct arena;
struct plan;

/* Make the plan's texts fit for a terminal (base/shown.h), before it is printed for people. */
void plan_make_shown(struct arena *a, struct plan *p);

#endif
