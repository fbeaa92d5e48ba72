/* SPDX-License-Identifier: GPL-2.0 */
/* Finding what the words of a trial mean; false where there was a finding. */
#ifndef MMP_TRIAL_BINDER_H
#define MMP_TRIAL_BINDER_H

#include "trial_run.h"

struct binder {
	struct arena *arena;
	struct diags *ds;
	const struct sources *sources;
	const struct plan *plan;
	struct bound_trial *out;
};

/* [N], or 0 without one. */
bool binder_row(struct binder *b, const struct trial_item *match, uint32_t *ret_row);
/* As written. */
const char *binder_text(struct binder *b, struct span span);

bool trial_bind_series(struct binder *b, const struct trial_series *s);
bool trial_bind_set(struct binder *b, const struct trial_set *s);

#endif
