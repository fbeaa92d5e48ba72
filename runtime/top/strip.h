/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The states of a rule's row over the last minutes, in cells of equal length. It is filled from the
 * last changes of state that the policy itself notes, so that it also knows what was before the
 * first look, as far as those changes go back. Times are nanoseconds of the monotonic clock.
 */
#ifndef MMP_STRIP_H
#define MMP_STRIP_H

#include "bpf-templates/mmp_abi.h"

#include <stdbool.h>
#include <stdint.h>

#define STRIP_CELLS 60

struct strip_cell {
	uint64_t ns[MMP_STATE_COUNT]; /* in each state; their sum is what is known of the cell */
};

struct strip {
	struct strip_cell cells[STRIP_CELLS]; /* cell n is at n % STRIP_CELLS */
	uint64_t cell_ns;
	uint64_t newest; /* its number: time / cell_ns */
	uint64_t until; /* filled up to this time; 0: not yet */
	uint64_t active_ns; /* the machine's total at the last look */
};

void strip_init(struct strip *s, uint64_t cell_ns);
/*
 * Take what a look at `now` finds. `start` is when the row began to be evaluated; 0: not known.
 * A row that is not evaluated any more (`is_held` false) leaves its time unknown.
 */
void strip_look(struct strip *s, const struct mmp_rule *row, uint64_t now, uint64_t start,
		bool is_held);
/*
 * The last `count` cells as characters, oldest first: ' ' unknown, '.' idle, ':' pending, '-'
 * cooling, '+' active for a part, '#' active for at least 19 of 20 parts. buf has count + 1 bytes.
 */
const char *strip_print(const struct strip *s, char *buf, unsigned count);

#endif
