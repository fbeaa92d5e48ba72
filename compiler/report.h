/* SPDX-License-Identifier: GPL-2.0 */
/* Findings made readable: for people, for programs, for code hosts. */
#ifndef MMP_REPORT_H
#define MMP_REPORT_H

#include <stdio.h>
#include "diag.h"

enum report_format { REPORT_TEXT, REPORT_JSON, REPORT_SARIF, REPORT_GITHUB, REPORT_FORMAT_COUNT };

/* The findings of one compilation, sorted. */
struct report_unit {
	const struct sources *sources;
	const struct diags *diags;
};

/*
 * Write all units' findings, at most max_findings of them (0: all). Text goes to whom it may
 * concern, the other formats are one whole document. Returns 0, or -errno when writing failed.
 */
struct report {
	enum report_format format;
	unsigned max_findings;
	bool has_color;
};

int report_write(const struct report *r, FILE *out, const struct report_unit *units, size_t count);

/* "text", "json", ...; REPORT_FORMAT_COUNT where there is no such format. */
enum report_format report_format_find(const char *name);
extern const char *const report_format_names[REPORT_FORMAT_COUNT];

const char *diag_level_name(enum diag_level level);
/* Where each finding's chain of includes leads: calls back from the inner to the outer. */
const struct span *report_included_at(const struct sources *s, uint32_t file);

/* One per format. */
void report_text(const struct report *r, FILE *out, const struct report_unit *units, size_t count);
void report_json(const struct report *r, FILE *out, const struct report_unit *units, size_t count);
void report_sarif(const struct report *r, FILE *out, const struct report_unit *units, size_t count);
void report_github(const struct report *r, FILE *out, const struct report_unit *units,
		   size_t count);

#endif
