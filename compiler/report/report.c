// SPDX-License-Identifier: GPL-2.0
#include "report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "base/bug.h"
#include "base/utf8.h"

static const struct {
	const char *name;
	void (*write)(const struct report_run *run);
} formats[REPORT_FORMAT_COUNT] = {
	[REPORT_TEXT] = { "text", report_text },
	[REPORT_JSON] = { "json", report_json },
	[REPORT_SARIF] = { "sarif", report_sarif },
	[REPORT_GITHUB] = { "github", report_github },
};

enum report_format report_format_find(const char *name)
{
	int i = 0;

	while (i < REPORT_FORMAT_COUNT && strcmp(formats[i].name, name))
		i++;
	return i;
}

const char *diag_level_name(enum diag_level level)
{
	static const char *const names[DIAG_LEVEL_COUNT] = {
		[DIAG_OFF] = "off",
		[DIAG_NOTE] = "note",
		[DIAG_WARNING] = "warning",
		[DIAG_ERROR] = "error",
	};

	return names[level];
}

int report_write(const struct report *r, FILE *out, const struct report_unit *units, size_t count)
{
	struct report_run run = { r, out, units, count };

	errno = 0;
	formats[r->format].write(&run);
	if (fflush(out) || ferror(out))
		return errno ? -errno : -EIO;
	return 0;
}

static unsigned count_all(const struct report_run *run)
{
	unsigned n = 0;

	for (size_t i = 0; i < run->count; i++)
		n += run->units[i].diags->errors + run->units[i].diags->warnings +
		     run->units[i].diags->note_count;
	return n;
}

/* The next finding of any level, in the order of the files. */
static bool step(const struct report_run *run, struct report_cursor *c)
{
	c->diag = c->diag ? c->diag->next : NULL;
	while (!c->diag && c->next_unit < run->count) {
		c->unit = &run->units[c->next_unit++];
		c->diag = c->unit->diags->first;
	}
	return c->diag;
}

/* Where only some can be shown, errors first, then warnings: one walk for each level. */
static bool step_by_level(const struct report_run *run, struct report_cursor *c)
{
	if (!c->below)
		c->below = DIAG_LEVEL_COUNT;
	while (c->below > DIAG_NOTE) {
		while (step(run, c))
			if (c->diag->level == c->below - 1)
				return true;
		c->below--;
		c->next_unit = 0;
	}
	return false;
}

bool report_next(const struct report_run *run, struct report_cursor *c)
{
	unsigned max = run->report->max_findings;
	bool is_found;

	if (max && c->shown == max)
		return false;
	is_found = max && count_all(run) > max ? step_by_level(run, c) : step(run, c);
	c->shown += is_found;
	return is_found;
}

struct report_totals report_count(const struct report_run *run, const struct report_cursor *end)
{
	struct report_totals t = { 0 };

	for (size_t i = 0; i < run->count; i++) {
		t.errors += run->units[i].diags->errors;
		t.warnings += run->units[i].diags->warnings;
		t.notes += run->units[i].diags->note_count;
	}
	t.hidden = t.errors + t.warnings + t.notes - end->shown;
	return t;
}

struct report_region report_region(const struct sources *s, struct span span)
{
	struct report_region r = { .start = source_place(s, span.file, span.start) };
	const struct source *f = &s->files[span.file];
	uint32_t len, line_end;

	source_line(f, r.start.line, &len);
	line_end = f->lines[r.start.line - 1] + len;
	if (span.end > line_end)
		span.end = line_end > span.start ? line_end : span.start;
	r.end_column = source_place(s, span.file, span.end).column;
	return r;
}

char *report_clean(const char *text)
{
	size_t len = strlen(text), n;
	char *clean = malloc(len * 4 + 1), *out = clean;

	if (!clean)
		NO_MEMORY();
	for (size_t at = 0; at < len; at += n) {
		if (utf8_decode(text + at, len - at, &n) == UTF8_INVALID) {
			out += sprintf(out, "\\x%02x", (unsigned char)text[at]);
		} else {
			memcpy(out, text + at, n);
			out += n;
		}
	}
	*out = '\0';
	return clean;
}
