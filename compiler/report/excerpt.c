// SPDX-License-Identifier: GPL-2.0
#include "excerpt.h"

#include <string.h>

#include "base/arena.h"

#define EXCERPT_MAX 60

const char *source_excerpt(struct arena *a, const struct sources *sources, struct span span)
{
	const char *text = sources->files[span.file].text + span.start;
	char *out = arena_alloc(a, EXCERPT_MAX + 4);
	size_t len = 0;

	for (uint32_t i = 0; i < span.end - span.start; i++) {
		bool is_space = strchr(" \t\r\n", text[i]) != NULL;

		if (is_space && (!len || out[len - 1] == ' '))
			continue;
		if (len >= EXCERPT_MAX && (text[i] & 0xc0) != 0x80) {
			strcpy(out + len, "...");
			return out;
		}
		if (len < EXCERPT_MAX)
			out[len++] = is_space ? ' ' : text[i];
	}
	return out;
}
