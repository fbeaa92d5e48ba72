/* SPDX-License-Identifier: GPL-2.0 */
/* Just enough UTF-8: no surrogates, no overlong forms, nothing above U+10FFFF. */
#ifndef MMP_UTF8_H
#define MMP_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UTF8_INVALID UINT32_MAX

/* Decode one code point of text (len > 0); *ret_len is how many bytes it has, 1 where invalid. */
uint32_t utf8_decode(const char *text, size_t len, size_t *ret_len);

/* The offset of the first byte that is not UTF-8; len where all is. */
size_t utf8_bad_offset(const char *text, size_t len);

/* What a character that nobody sees is called, as in "a byte order mark"; NULL for all others. */
const char *utf8_invisible_name(uint32_t c);
/* Of those: does it part what is before it from what is after it? */
bool utf8_is_wide(uint32_t c);

#endif
