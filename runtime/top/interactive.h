/* SPDX-License-Identifier: GPL-2.0 */
/* mmpctl top on a terminal: draws, reads keys, and changes what the keys ask for. */
#ifndef MMP_INTERACTIVE_H
#define MMP_INTERACTIVE_H

#include "snapshot.h"

#include <signal.h>
#include <stdint.h>

struct failure;

/*
 * Until a key or a signal ends it, or after `count` looks where that is not 0. The terminal is as
 * before when this returns.
 */
int interactive_run(struct snapshot *s, int64_t interval_ns, int64_t count,
		    const volatile sig_atomic_t *is_interrupted, struct failure *f);

#endif
