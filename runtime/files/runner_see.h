/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMP_RUNNER_SEE_H
#define MMP_RUNNER_SEE_H

#include <stdbool.h>
#include <stdint.h>

struct runner;

/* Signals, usage and machines as they are at `now` (ns), by the kind of eyes that the runner has.
 */
void runner_see(struct runner *r, uint64_t now, bool is_look);

#endif
