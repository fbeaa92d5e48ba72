/* SPDX-License-Identifier: GPL-2.0 */
/* --sweep PARAM=LOW..HIGH[:STEPS], held against the policy's params. */
#ifndef MMP_SWEEP_OPTION_H
#define MMP_SWEEP_OPTION_H

#include "replay/sweep.h"

struct arena;

/* False, with a sentence, where the text is not such a range of one of the policy's params. */
bool sweep_option_read(struct arena *a, const struct plan *p, const char *text, uint32_t steps,
		       struct sweep_axis *ret, const char **ret_trouble);

#endif
