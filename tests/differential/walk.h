/* SPDX-License-Identifier: GPL-2.0 */
/* A signal's values over time: they stay for a while, miss now and then, like to be at a landmark.
 */
#ifndef MMP_WALK_H
#define MMP_WALK_H

#include "plan/evaluate.h"
#include "random.h"

struct walk {
	struct random random;
	enum quantity quantity;
	struct mmp_value value;
};

/* By the signal's name, so that its values stay when the policy around it gets smaller. */
void walk_start(struct walk *w, uint64_t seed, const struct plan_signal *s, uint32_t row);
struct mmp_value walk_next(struct walk *w);

#endif
