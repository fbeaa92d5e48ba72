// SPDX-License-Identifier: GPL-2.0
/* The memory controller's hooks, one set per group that is a target. */
#include "actions.bpf.h"
#ifdef MMP_HAS_GLOB
#include "claims.bpf.h"
#endif

//@ hooks
