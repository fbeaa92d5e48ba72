/* SPDX-License-Identifier: GPL-2.0 */
/* A text that grows, in an arena. Always NUL-terminated once something was added. */
#ifndef MMP_TEXT_H
#define MMP_TEXT_H

#include <stddef.h>

struct arena;

struct text {
	struct arena *arena;
	char *data; /* "" until something is added */
	size_t len, room;
};

void text_init(struct text *t, struct arena *a);
void text_add(struct text *t, const char *bytes, size_t len);
void text_printf(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* A C string literal with its quotes; anything but plain characters is escaped. */
void text_add_c_string(struct text *t, const char *bytes, size_t len);
/* Inside a C comment: plain characters only, and nothing that would open or close a comment. */
void text_add_c_comment(struct text *t, const char *bytes, size_t len);

#endif
