/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Positions as the protocol counts them: lines from 0 that end at \n, \r\n or \r, and in a line the
 * code units of its UTF-16 form. A byte that is not UTF-8 counts as one unit.
 */
#ifndef MMP_LSP_POSITION_H
#define MMP_LSP_POSITION_H

#include <stddef.h>
#include <stdint.h>

struct line_index {
	const char *text; /* the caller's */
	uint32_t len;
	uint32_t *starts;
	uint32_t count; /* at least 1 */
};

struct position {
	uint32_t line, character;
};

void line_index_init(struct line_index *ix, const char *text, size_t len);
void line_index_finish(struct line_index *ix);

struct position position_of(const struct line_index *ix, uint32_t offset);
/*
 * A position beyond a line's end is that end, beyond the last line the text's end; inside a
 * character it is the character's start.
 */
uint32_t position_offset(const struct line_index *ix, struct position p);

#endif
