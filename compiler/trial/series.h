/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Values as a test writes them, in promtool's notation: `600` one value, `600x2` three of them,
 * `0+10x5` six that grow by 10, `_` a missing one, `_x3` three missing ones.
 */
#ifndef MMP_SERIES_H
#define MMP_SERIES_H

#include "bpf-templates/mmp_value.h"
#include "base/lang.h"
#include "trial.h"

#define SERIES_MAX_VALUES (1u << 20)

struct series {
	struct mmp_value *values;
	uint32_t count;
};

/* Whether some item is written as a percentage. */
bool series_has_percent(const struct trial_item *items);

/* All values in base units of `quantity`. False where there were findings. */
bool series_read(struct arena *a, struct diags *ds, const struct trial_item *items,
		 enum quantity quantity, struct series *ret_series);

/* A single amount: a time, a count, a delay. A bare number has the quantity's natural unit. */
bool amount_read(struct diags *ds, const struct trial_item *item, enum quantity quantity,
		 int64_t *ret_value);

#endif
