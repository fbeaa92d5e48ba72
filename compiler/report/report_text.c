// SPDX-License-Identifier: GPL-2.0
/* For people: place, message and code, the line with a caret under the word in question, hints. */
#include "report.h"

#include <locale.h>
#include <string.h>
#include <wchar.h>
#include "base/shown.h"
#include "base/utf8.h"

#define MAX_EXCERPT 160 /* columns; of a longer line, the part around the place is shown */

struct text_report {
	FILE *out;
	const struct sources *sources;
	bool has_color;
};

static void color(struct text_report *t, const char *code)
{
	if (t->has_color)
		fprintf(t->out, "\033[%sm", code);
}

static const char *level_color(enum diag_level level)
{
	return level == DIAG_ERROR ? "1;31" : level == DIAG_WARNING ? "1;35" : "1;36";
}

/*
 * How many columns the code point takes on a terminal; one that may not be shown counts as a '?'.
 */
static unsigned columns_of(uint32_t c)
{
	int width;

	if (!shown_is_plain(c))
		return 1;
	width = wcwidth((wchar_t)c);
	return width < 0 ? 1 : (unsigned)width;
}

static void put_clean(struct text_report *t, const char *text, size_t len)
{
	shown_put(t->out, text, len);
}

static void put_text(struct text_report *t, const char *text)
{
	put_clean(t, text, strlen(text));
}

/* The part of a line that is shown, in bytes: the whole line, or the part near the place. */
static void clip_line(const char *line, uint32_t len, uint32_t at, uint32_t *ret_start,
		      uint32_t *ret_end)
{
	uint32_t start = 0, end = len;

	if (len > MAX_EXCERPT) {
		start = at > MAX_EXCERPT / 2 ? at - MAX_EXCERPT / 2 : 0;
		end = start + MAX_EXCERPT < len ? start + MAX_EXCERPT : len;
		while (start && ((unsigned char)line[start] & 0xc0) == 0x80)
			start--;
		while (end < len && ((unsigned char)line[end] & 0xc0) == 0x80)
			end++;
	}
	*ret_start = start;
	*ret_end = end;
}

/* The text above the caret decides the caret's column: a tab stays a tab. */
static void put_padding(struct text_report *t, const char *text, uint32_t len)
{
	size_t n;

	for (uint32_t at = 0; at < len; at += (uint32_t)n) {
		uint32_t c = utf8_decode(text + at, len - at, &n);

		if (c == '\t')
			fputc('\t', t->out);
		else
			fprintf(t->out, "%*s", (int)columns_of(c), "");
	}
}

static void put_underline(struct text_report *t, const char *text, uint32_t len)
{
	unsigned width = 0;
	size_t n;

	for (uint32_t at = 0; at < len; at += (uint32_t)n) {
		uint32_t c = utf8_decode(text + at, len - at, &n);

		width += c == '\t' ? 1 : columns_of(c);
	}
	fputc('^', t->out);
	while (width-- > 1)
		fputc('~', t->out);
}

static void put_excerpt(struct text_report *t, struct span span, const char *mark_color)
{
	const struct source *f = &t->sources->files[span.file];
	struct place place = source_place(t->sources, span.file, span.start);
	uint32_t len, start, end, at, last;
	const char *line = source_line(f, place.line, &len);

	at = span.start - f->lines[place.line - 1];
	at = at < len ? at : len;
	clip_line(line, len, at, &start, &end);
	last = span.end - f->lines[place.line - 1];
	last = last < end ? last : end;
	fprintf(t->out, "%5u | %s", place.line, start ? "..." : "");
	put_clean(t, line + start, end - start);
	fprintf(t->out, "%s\n      | %s", end < len ? "..." : "", start ? "   " : "");
	put_padding(t, line + start, at - start);
	color(t, mark_color);
	put_underline(t, line + at, last > at ? last - at : 0);
	color(t, "0");
	fputc('\n', t->out);
}

static void put_place(struct text_report *t, struct span span)
{
	struct place place = source_place(t->sources, span.file, span.start);

	put_text(t, place.file);
	fprintf(t->out, ":%u:%u", place.line, place.column);
}

static void put_head(struct text_report *t, struct span span, enum diag_level level,
		     const char *text)
{
	color(t, "1");
	put_place(t, span);
	fputs(": ", t->out);
	color(t, level_color(level));
	fputs(diag_level_name(level), t->out);
	color(t, "0");
	fputs(": ", t->out);
	put_text(t, text);
}

static void put_note(struct text_report *t, const struct diag_note *note)
{
	if (note->has_span) {
		put_head(t, note->span, DIAG_NOTE, note->text);
		fputc('\n', t->out);
		put_excerpt(t, note->span, level_color(DIAG_NOTE));
		return;
	}
	fprintf(t->out, "      = %s: ", note->is_hint ? "hint" : "note");
	put_text(t, note->text);
	fputc('\n', t->out);
}

static void put_includes(struct text_report *t, uint32_t file)
{
	const struct source *f = &t->sources->files[file];

	for (; f->is_included; f = &t->sources->files[f->included_at.file]) {
		fputs("      = note: included from ", t->out);
		put_place(t, f->included_at);
		fputc('\n', t->out);
	}
}

static void put_diag(struct text_report *t, const struct diag *d)
{
	put_head(t, d->span, d->level, d->text);
	fprintf(t->out, " [%s]\n", diag_slug(d->code));
	put_excerpt(t, d->span, level_color(d->level));
	/*
	 * Hints and notes about this place first: those with a place of their own lead away from
	 * it.
	 */
	for (const struct diag_note *n = d->notes; n; n = n->next)
		if (!n->has_span)
			put_note(t, n);
	put_includes(t, d->span.file);
	for (const struct diag_note *n = d->notes; n; n = n->next)
		if (n->has_span)
			put_note(t, n);
}

void report_text(const struct report_run *run)
{
	locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0), before = (locale_t)0;
	struct report_cursor c = { 0 };
	unsigned hidden;

	if (utf8)
		before = uselocale(utf8);
	while (report_next(run, &c)) {
		struct text_report t = { run->out, c.unit->sources, run->report->has_color };

		put_diag(&t, c.diag);
	}
	hidden = report_count(run, &c).hidden;
	if (hidden)
		fprintf(run->out, "%u more finding%s not shown (-fmax-errors=0 shows all)\n",
			hidden, hidden > 1 ? "s are" : " is");
	if (utf8) {
		uselocale(before);
		freelocale(utf8);
	}
}
