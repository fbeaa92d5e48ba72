// SPDX-License-Identifier: GPL-2.0
#include "shown.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "bug.h"
#include "utf8.h"

/* Marks, embeddings, overrides and isolates of Unicode's bidirectional algorithm. */
static bool turns_direction(uint32_t c)
{
	return c == 0x61c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069);
}

bool shown_is_plain(uint32_t c)
{
	if (c == UTF8_INVALID || (c < ' ' && c != '\t') || (c >= 0x7f && c < 0xa0))
		return false;
	return c != 0x2028 && c != 0x2029 && !turns_direction(c);
}

size_t shown_bad_offset(const char *text, size_t len)
{
	size_t n;

	for (size_t at = 0; at < len; at += n)
		if (!shown_is_plain(utf8_decode(text + at, len - at, &n)))
			return at;
	return len;
}

void shown_put(FILE *out, const char *text, size_t len)
{
	while (len) {
		size_t plain = shown_bad_offset(text, len), n = 0;

		fwrite(text, 1, plain, out);
		text += plain;
		len -= plain;
		if (!len)
			return;
		fputc('?', out);
		utf8_decode(text, len, &n);
		text += n;
		len -= n;
	}
}

const char *shown_text(struct arena *a, const char *text)
{
	size_t len = strlen(text), plain = shown_bad_offset(text, len), n = 0;
	char *copy, *out;

	if (plain == len)
		return text;
	copy = arena_strdup(a, text);
	out = copy + plain;
	for (size_t at = plain; at < len; at += n) {
		if (shown_is_plain(utf8_decode(text + at, len - at, &n))) {
			memcpy(out, text + at, n);
			out += n;
		} else {
			*out++ = '?';
		}
	}
	*out = '\0';
	return copy;
}

int shown_width(const char *text)
{
	size_t len = strlen(text), n;
	int width = 0;

	for (size_t at = 0; at < len; at += n, width++)
		utf8_decode(text + at, len - at, &n);
	return width;
}

void shown_padded(FILE *out, const char *text, int width, bool is_right)
{
	int pad = width - shown_width(text);

	if (is_right)
		fprintf(out, "%*s", pad > 0 ? pad : 0, "");
	shown_put(out, text, strlen(text));
	if (!is_right)
		fprintf(out, "%*s", pad > 0 ? pad : 0, "");
}

void shown_print(FILE *out, const char *fmt, ...)
{
	bool is_line;
	size_t len;
	char *text;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		NO_MEMORY();
	va_end(ap);
	len = strlen(text);
	is_line = len && text[len - 1] == '\n';
	shown_put(out, text, len - is_line);
	if (is_line)
		fputc('\n', out);
	free(text);
}
