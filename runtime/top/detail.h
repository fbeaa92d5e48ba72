/* SPDX-License-Identifier: GPL-2.0 */
/* What the screen says of the selected line, below the list. */
#ifndef MMP_DETAIL_H
#define MMP_DETAIL_H

#include "view.h"

#define DETAIL_LINES 64

struct detail {
	char *lines[DETAIL_LINES];
	size_t count;
};

/* Whole: the rule's text, each signal, why it does or does not act; else one line. */
void detail_of(struct detail *d, const struct view_line *line, bool is_whole);
void detail_finish(struct detail *d);

#endif
