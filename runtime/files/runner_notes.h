/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMP_RUNNER_NOTES_H
#define MMP_RUNNER_NOTES_H

#include <stdint.h>

struct runner;

/* After an evaluation at `now` (ns): copy each rule's state to its row, and write notify's events.
 */
void runner_note_rules(struct runner *r, uint64_t now);

#endif
