/* SPDX-License-Identifier: GPL-2.0 */
/* Findings as text for people, programs and code hosts. */
#ifndef MMP_REPORT_H
#define MMP_REPORT_H

#include <stdio.h>
#include "diag.h"

enum report_format { REPORT_TEXT, REPORT_JSON, REPORT_SARIF, REPORT_GITHUB, REPORT_FORMAT_COUNT };

struct report {
	enum report_format format;
	unsigned max_findings; /* of one run, errors before all others; 0: all */
	bool has_color;
};

/* The findings of one compilation, sorted. */
struct report_unit {
	const char *path; /* as it was named on the command line */
	const struct sources *sources;
	const struct diags *diags;
	const char *trouble; /* a sentence about a problem outside the policy, or NULL */
};

struct report_run {
	const struct report *report;
	FILE *out;
	const struct report_unit *units;
	size_t count;
};

/*
 * Write all units' findings. JSON and SARIF are one document; text and github are lines. A document
 * contains the troubles, lines do not. Returns 0, or -errno when writing failed.
 */
int report_write(const struct report *r, FILE *out, const struct report_unit *units, size_t count);

/* "text", "json", ...; REPORT_FORMAT_COUNT where there is no such format. */
enum report_format report_format_find(const char *name);

const char *diag_level_name(enum diag_level level);

/* One per format. */
void report_text(const struct report_run *run);
void report_json(const struct report_run *run);
void report_sarif(const struct report_run *run);
void report_github(const struct report_run *run);

/* ---- For the formats ---- */

/* Walks the findings that are to be shown: start with a zeroed one. */
struct report_cursor {
	const struct report_unit *unit;
	const struct diag *diag;
	size_t next_unit;
	unsigned shown;
	enum diag_level below; /* where errors go first: what has been walked already; else 0 */
};

/* False at the end; else c->unit and c->diag are the next finding. */
bool report_next(const struct report_run *run, struct report_cursor *c);

/* All findings, shown or not, by level. */
struct report_totals {
	unsigned errors, warnings, notes, hidden;
};
struct report_totals report_count(const struct report_run *run, const struct report_cursor *end);

/* First and last place of a span: the end is after its last character, on the same line. */
struct report_region {
	struct place start;
	uint32_t end_column;
};
struct report_region report_region(const struct sources *s, struct span span);

/*
 * A copy (to be freed) in which each byte that is not part of valid UTF-8 is written \xNN, so that
 * a document can contain every name.
 */
char *report_clean(const char *text);
/* The same as a JSON string. */
struct json_t *report_text_json(const char *text);

#endif
