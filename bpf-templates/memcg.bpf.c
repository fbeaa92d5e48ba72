// SPDX-License-Identifier: GPL-2.0
/* The memory controller's hooks, one set per group that is a target. */
#include "actions.bpf.h"
#ifdef MMP_HAS_GLOB
#include "claims.bpf.h"
#endif

/*
 * A gate: most calls of a hook end here, before anything is asked. Usage is in pages.
 */
#define MMP_BELOW_LOW(slot, usage) ((usage) < mmp_verdicts[slot].low_gate)
#define MMP_BELOW_MIN(slot, usage) ((usage) < mmp_verdicts[slot].min_gate)

//@ hooks
