// SPDX-License-Identifier: GPL-2.0
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "arena.h"

void text_init(struct text *t, struct arena *a)
{
	*t = (struct text){ .arena = a, .data = (char *)"" };
}

void text_add(struct text *t, const char *bytes, size_t len)
{
	if (t->len + len + 1 > t->room) {
		size_t room = (t->len + len + 1) * 2;
		char *data = arena_alloc(t->arena, room);

		memcpy(data, t->data, t->len);
		t->data = data;
		t->room = room;
	}
	memcpy(t->data + t->len, bytes, len);
	t->len += len;
	t->data[t->len] = '\0';
}

void text_printf(struct text *t, const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = arena_vprintf(t->arena, fmt, ap);
	va_end(ap);
	text_add(t, s, strlen(s));
}

static int is_plain(char c)
{
	return c >= ' ' && c <= '~';
}

static void add_c_character(struct text *t, char c)
{
	if (c == '\n')
		text_add(t, "\\n", 2);
	else if (c == '"' || c == '\\')
		text_printf(t, "\\%c", c);
	else if (is_plain(c) && c != '?')
		text_add(t, &c, 1);
	else /* Three octal digits always end an escape; a ? might begin a trigraph. */
		text_printf(t, "\\%03o", (unsigned char)c);
}

void text_add_c_string(struct text *t, const char *bytes, size_t len)
{
	text_add(t, "\"", 1);
	for (size_t i = 0; i < len; i++)
		add_c_character(t, bytes[i]);
	text_add(t, "\"", 1);
}

void text_add_c_comment(struct text *t, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		char c = is_plain(bytes[i]) ? bytes[i] : '.';
		char before = i ? bytes[i - 1] : ' ';

		if ((c == '/' && before == '*') || (c == '*' && before == '/'))
			text_add(t, " ", 1);
		text_add(t, &c, 1);
	}
}
