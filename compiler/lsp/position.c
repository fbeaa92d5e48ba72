// SPDX-License-Identifier: GPL-2.0
#include "position.h"

#include <stdlib.h>

#include "base/bug.h"
#include "base/utf8.h"
#include "report/source.h"

static void add_line(struct line_index *ix, uint32_t *room, uint32_t start)
{
	if (ix->count == *room) {
		*room = *room ? *room * 2 : 256;
		ix->starts = realloc(ix->starts, *room * sizeof(*ix->starts));
		if (!ix->starts)
			NO_MEMORY();
	}
	ix->starts[ix->count++] = start;
}

void line_index_init(struct line_index *ix, const char *text, size_t len)
{
	uint32_t room = 0;

	*ix = (struct line_index){ .text = text, .len = (uint32_t)len };
	add_line(ix, &room, 0);
	for (uint32_t i = 0; i < ix->len; i++)
		if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == len || text[i + 1] != '\n')))
			add_line(ix, &room, i + 1);
}

void line_index_finish(struct line_index *ix)
{
	free(ix->starts);
	*ix = (struct line_index){ 0 };
}

/* The code units of the character at `at`, and its bytes. */
static uint32_t units_at(const struct line_index *ix, uint32_t at, uint32_t *ret_bytes)
{
	size_t n;
	uint32_t c = utf8_decode(ix->text + at, ix->len - at, &n);

	*ret_bytes = (uint32_t)n;
	return c != UTF8_INVALID && c > 0xffff ? 2 : 1;
}

struct position position_of(const struct line_index *ix, uint32_t offset)
{
	struct position p = { .line = source_find_line(ix->starts, ix->count, offset) };
	uint32_t bytes;

	for (uint32_t at = ix->starts[p.line]; at < offset && at < ix->len; at += bytes) {
		uint32_t units = units_at(ix, at, &bytes);

		if (at + bytes > offset)
			break;
		p.character += units;
	}
	return p;
}

/* Without the characters that end it. */
static uint32_t line_end(const struct line_index *ix, uint32_t line)
{
	uint32_t start = ix->starts[line];
	uint32_t end = line + 1 < ix->count ? ix->starts[line + 1] : ix->len;

	if (end > start && ix->text[end - 1] == '\n')
		end--;
	if (end > start && line + 1 < ix->count && ix->text[end - 1] == '\r')
		end--;
	return end;
}

uint32_t position_offset(const struct line_index *ix, struct position p)
{
	uint32_t at, end, bytes, units = 0;

	if (p.line >= ix->count)
		return ix->len;
	end = line_end(ix, p.line);
	for (at = ix->starts[p.line]; at < end; at += bytes) {
		units += units_at(ix, at, &bytes);
		if (units > p.character)
			break;
	}
	return at < end ? at : end;
}
