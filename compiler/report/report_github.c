// SPDX-License-Identifier: GPL-2.0
/* Workflow commands, one a line: a code host shows them beside the changed line. */
#include "report.h"

#include <stdlib.h>
#include <string.h>

#include "base/shown.h"
#include "base/utf8.h"

static size_t character_length(const char *c)
{
	size_t n;

	utf8_decode(c, strlen(c), &n);
	return n;
}

/* '%' and line ends are encoded everywhere, ':' and ',' too where they would end a property. */
static void put_encoded(FILE *out, const char *text, const char *also)
{
	char *clean = report_clean(text);

	for (const char *c = clean; *c; c++)
		if (strchr("%\r\n", *c) || strchr(also, *c))
			fprintf(out, "%%%02X", (unsigned char)*c);
		else if ((*c & 0xc0) != 0x80) /* whole characters */
			shown_put(out, c, character_length(c));
	free(clean);
}

static const char *command_of(enum diag_level level)
{
	return level == DIAG_ERROR ? "error" : level == DIAG_WARNING ? "warning" : "notice";
}

static void put_place(FILE *out, struct report_region r)
{
	fputs("file=", out);
	put_encoded(out, r.start.file, ":,");
	fprintf(out, ",line=%u,col=%u,endColumn=%u,", r.start.line, r.start.column, r.end_column);
}

void report_github(const struct report_run *run)
{
	struct report_cursor c = { 0 };

	while (report_next(run, &c)) {
		fprintf(run->out, "::%s ", command_of(c.diag->level));
		if (!c.unit->sources->files[c.diag->span.file].is_option)
			put_place(run->out, report_region(c.unit->sources, c.diag->span));
		fprintf(run->out, "title=%s::", diag_slug(c.diag->code));
		put_encoded(run->out, c.diag->text, "");
		for (const struct diag_note *n = c.diag->notes; n; n = n->next)
			if (n->is_hint) {
				fputs("%0A", run->out);
				put_encoded(run->out, n->text, "");
			}
		fputc('\n', run->out);
	}
	if (report_count(run, &c).hidden)
		fprintf(run->out, "::warning title=max-errors::-fmax-errors hides %u findings\n",
			report_count(run, &c).hidden);
}
