// SPDX-License-Identifier: GPL-2.0
#include "put.h"

#include "base/shown.h"
#include "base/utf8.h"

#include <curses.h>
#include <string.h>
#include <wchar.h>

#define FIELD_MAX 512

struct cells {
	wchar_t list[FIELD_MAX + 1];
	int widths[FIELD_MAX];
	int count, width;
};

static wchar_t cell_of(uint32_t c, bool is_utf8)
{
	if (c == '\t')
		return L' ';
	if (!shown_is_plain(c) || (c >= 0x80 && !is_utf8) || wcwidth((wchar_t)c) < 0)
		return L'?';
	return (wchar_t)c;
}

/* Marks that stand on other characters are left out, so that columns can be counted. */
static void read_cells(struct cells *cells, const char *text, bool is_utf8)
{
	size_t len = strlen(text), at, n;

	cells->count = cells->width = 0;
	for (at = 0; at < len && cells->count < FIELD_MAX; at += n) {
		wchar_t c = cell_of(utf8_decode(text + at, len - at, &n), is_utf8);
		int width = wcwidth(c);

		if (width <= 0)
			continue;
		cells->widths[cells->count] = width;
		cells->list[cells->count++] = c;
		cells->width += width;
	}
}

/* Take cells from one end until the rest has so many columns with the mark that says so. */
static void cut(struct cells *cells, int width, bool at_front)
{
	int n = 0;

	if (cells->width <= width)
		return;
	while (n < cells->count && cells->width > width - 1)
		cells->width -= cells->widths[at_front ? n++ : cells->count - ++n];
	cells->count -= n;
	if (at_front)
		wmemmove(cells->list + 1, cells->list + n, (size_t)cells->count);
	cells->list[at_front ? 0 : cells->count] = L'~';
	cells->count++;
	cells->width++;
}

static void fill(int y, int x, int width)
{
	if (width > 0)
		mvhline(y, x, ' ', width);
}

void put_field(int y, int x, int width, enum put_align align, bool is_utf8, const char *text)
{
	struct cells cells;

	if (width > COLS - x)
		width = COLS - x;
	if (y < 0 || y >= LINES || x < 0 || width <= 0)
		return;
	read_cells(&cells, text, is_utf8);
	cut(&cells, width, false);
	fill(y, x, width);
	mvaddnwstr(y, align == PUT_RIGHT ? x + width - cells.width : x, cells.list, cells.count);
}

void put_names(int y, int x, int width, bool is_utf8, const char *rule, const char *cgroup)
{
	int whole = shown_width(rule), left = width - 1 - shown_width(cgroup);
	struct cells cells;

	if (!*cgroup || width > COLS - x || width < 8 || y < 0 || y >= LINES) {
		put_field(y, x, width, PUT_LEFT, is_utf8, rule);
		return;
	}
	if (left < whole)
		whole = left > width / 3 ? left : width / 3 < whole ? width / 3 : whole;
	put_field(y, x, whole + 1, PUT_LEFT, is_utf8, "");
	put_field(y, x, whole, PUT_LEFT, is_utf8, rule);
	read_cells(&cells, cgroup, is_utf8);
	cut(&cells, width - whole - 1, true);
	fill(y, x + whole + 1, width - whole - 1);
	mvaddnwstr(y, x + whole + 1, cells.list, cells.count);
}
