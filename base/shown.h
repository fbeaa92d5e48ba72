/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Text of others' on its way to people: control characters, what changes the direction of writing,
 * and what is not UTF-8 reach no terminal. Each is shown as '?'.
 */
#ifndef MMP_SHOWN_H
#define MMP_SHOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct arena;

/* May a terminal be given the code point? A tab may; a line end may not. */
bool shown_is_plain(uint32_t c);
/* The offset of the first byte that is shown as something else; len where there is none. */
size_t shown_bad_offset(const char *text, size_t len);

void shown_put(FILE *out, const char *text, size_t len);
/* The text without what a terminal obeys; the same pointer where nothing had to be replaced. */
const char *shown_text(struct arena *a, const char *text);
/*
 * A text to so many columns, as code points are counted, which is as near as it has to be. Its
 * width, and the text with spaces before or after it.
 */
int shown_width(const char *text);
void shown_padded(FILE *out, const char *text, int width, bool is_right);
/* As fprintf(), for a whole line or a part of one: a line end stays only as the last character. */
void shown_print(FILE *out, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
