/* SPDX-License-Identifier: GPL-2.0 */
/* Drawing on the terminal. Foreign text reaches it without control characters. */
#ifndef MMP_SCREEN_H
#define MMP_SCREEN_H

#include "view.h"

#include <stdbool.h>
#include <stdint.h>

struct failure;

struct screen {
	bool is_utf8, has_colors;
	double interval_s;
};

/* What the last line says instead of naming keys; all may be NULL. */
struct prompt {
	const char *text; /* a message or a question */
	const char *typed; /* what was typed in answer; NULL: nothing is asked */
	bool is_paused, is_help;
};

int screen_open(struct screen *s, double interval_s, struct failure *f);
void screen_close(void);
void screen_draw(const struct screen *s, struct view *v, const struct prompt *p);
/* Lines that a page has, for the keys that move by one. */
long screen_page(void);
/* The next key, as curses names it, within so long; -1: none. *is_special: not a character. */
int64_t screen_key(int64_t wait_ns, bool *is_special);

#endif
