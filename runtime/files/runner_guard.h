/* SPDX-License-Identifier: GPL-2.0 */
/* Protection at low on the multi-generational LRU: which slots may have memory.min now. */
#ifndef MMP_RUNNER_GUARD_H
#define MMP_RUNNER_GUARD_H

#include <stdint.h>

struct runner;

void runner_guard(struct runner *r, uint64_t now);

#endif
