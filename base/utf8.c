// SPDX-License-Identifier: GPL-2.0
#include "utf8.h"

#include <string.h>

static size_t sequence_length(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first <= 0xdf)
		return 2;
	if ((first & 0xf0) == 0xe0)
		return 3;
	return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

static int is_allowed(uint32_t c, size_t len)
{
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };

	return c >= smallest[len] && c <= 0x10ffff && !(c >= 0xd800 && c <= 0xdfff);
}

uint32_t utf8_decode(const char *text, size_t len, size_t *ret_len)
{
	const unsigned char *b = (const unsigned char *)text;
	size_t n = sequence_length(b[0]);
	uint32_t c;

	*ret_len = 1;
	if (n == 1)
		return b[0];
	if (!n || n > len)
		return UTF8_INVALID;
	c = b[0] & (0x7f >> n);
	for (size_t i = 1; i < n; i++) {
		if ((b[i] & 0xc0) != 0x80)
			return UTF8_INVALID;
		c = c << 6 | (b[i] & 0x3f);
	}
	if (!is_allowed(c, n))
		return UTF8_INVALID;
	*ret_len = n;
	return c;
}

/* Nearly all of a policy is ASCII: eight bytes at a time. */
static bool is_ascii_8(const char *text)
{
	uint64_t bytes;

	memcpy(&bytes, text, sizeof(bytes));
	return !(bytes & 0x8080808080808080);
}

size_t utf8_bad_offset(const char *text, size_t len)
{
	size_t at = 0, n;

	while (at < len) {
		if (len - at >= 8 && is_ascii_8(text + at)) {
			at += 8;
			continue;
		}
		if ((unsigned char)text[at] < 0x80) {
			at++;
			continue;
		}
		if (utf8_decode(text + at, len - at, &n) == UTF8_INVALID)
			return at;
		at += n;
	}
	return len;
}

bool utf8_is_wide(uint32_t c)
{
	return c == 0xa0 || (c >= 0x2000 && c <= 0x200a) || c == 0x202f || c == 0x3000;
}

const char *utf8_invisible_name(uint32_t c)
{
	if (utf8_is_wide(c))
		return "a space of another kind than the space bar's";
	return c == 0x200b ? "a space without width" : c == 0xfeff ? "a byte order mark" : NULL;
}
