/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMP_RUNNER_NOTES_H
#define MMP_RUNNER_NOTES_H

#include <stdint.h>

struct mmp_event;
struct runner;

/* After an evaluation at `now` (ns): copy each rule's state to its row, and write notify's events.
 */
void runner_note_rules(struct runner *r, uint64_t now);

/* A notify rule fired: for `mmpctl events` and the journal. */
void runner_note_event(struct runner *r, const struct mmp_event *e);

#endif
