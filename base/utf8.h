/* SPDX-License-Identifier: GPL-2.0 */
/* Just enough UTF-8: no surrogates, no overlong forms, nothing above U+10FFFF. */
#ifndef MMP_UTF8_H
#define MMP_UTF8_H

#include <stddef.h>
#include <stdint.h>

#define UTF8_INVALID UINT32_MAX

/* Decode one code point of text (len > 0); *ret_len is how many bytes it has, 1 where invalid. */
uint32_t utf8_decode(const char *text, size_t len, size_t *ret_len);

/* The offset of the first byte that is not UTF-8; len where all is. */
size_t utf8_bad_offset(const char *text, size_t len);

#endif
