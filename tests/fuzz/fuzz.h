/* SPDX-License-Identifier: GPL-2.0 */
/* What every fuzz target asks of the findings and of the places in them. */
#ifndef MMP_FUZZ_H
#define MMP_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <stdlib.h>
#include <jansson.h>
#include "base/arena.h"
#include "base/bug.h"
#include "compile.h"
#include "report/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void require(bool holds, const char *what)
{
	if (!holds)
		BUG("%s", what);
}

static inline void require_span(const struct sources *s, struct span span)
{
	require(span.file < s->count, "a place in a file that there is not");
	require(span.start <= span.end && span.end <= s->files[span.file].len,
		"a place outside its text");
	require(source_place(s, span.file, span.start).line <= s->files[span.file].line_count,
		"a line behind the last");
}

static inline void require_report(const struct report_unit *unit, enum report_format format)
{
	struct report report = { .format = format, .max_findings = 20 };
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	json_t *document = NULL;

	require(!report_write(&report, out, unit, 1) && !fclose(out), "a failed report");
	if (format == REPORT_JSON || format == REPORT_SARIF) {
		document = json_loadb(text, len, 0, NULL);
		require(document, "a document that is no JSON");
	}
	json_decref(document);
	free(text);
}

/* Every place is inside its text, nothing is told twice, and a format can be written. */
static inline void require_findings(const struct sources *s, const struct diags *ds)
{
	struct report_unit unit = { .sources = s, .diags = ds };
	const struct diag *last = NULL;

	for (const struct diag *d = ds->first; d; last = d, d = d->next) {
		require_span(s, d->span);
		require(!last || last->code != d->code || last->span.file != d->span.file ||
				last->span.start != d->span.start,
			"a finding that is told twice");
		for (const struct diag_note *n = d->notes; n; n = n->next)
			if (n->has_span)
				require_span(s, n->span);
	}
	/* One format a text: SARIF's list of rules alone takes longer than parsing. */
	require_report(&unit, s->files[0].len % 8 ? REPORT_TEXT : s->files[0].len / 8 % 4);
}

#endif
