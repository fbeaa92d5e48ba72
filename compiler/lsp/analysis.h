/* SPDX-License-Identifier: GPL-2.0 */
/* What the compiler knows of one open document: a policy with the files it includes, or tests. */
#ifndef MMP_LSP_ANALYSIS_H
#define MMP_LSP_ANALYSIS_H

#include <jansson.h>

#include "compile.h"
#include "position.h"
#include "trial/trial_suite.h"

struct document;
struct documents;

/* One file of it, as the protocol names it. */
struct file_view {
	char *uri, *path; /* path: the real one */
	struct line_index lines;
};

/* A text and what it includes, with its findings. */
struct unit {
	const struct sources *sources;
	const struct diags *diags;
	struct file_view *files; /* one a source */
	const char *page; /* the URI of the page that explains findings, or NULL */
};

struct analysis {
	bool is_of_tests;
	struct compilation own; /* of a policy */
	struct suite suite; /* of tests */
	const struct compilation *policy; /* one of the two; NULL: tests that name none */
	int status;
	struct unit units[2]; /* the policy; or the tests, then their policy */
	unsigned unit_count;
	bool is_named; /* the plan's names have been made */
	json_t *findings; /* by URI */
};

struct analysis *analysis_new(const struct documents *ds, const struct document *d,
			      const struct compile_options *o);
void analysis_free(struct analysis *a);

/* The policy's plan with its names, which findings may not need; NULL where it has errors. */
const struct plan *analysis_plan(struct analysis *a);

/* Is that real path one of its files? */
bool analysis_has(const struct analysis *a, const char *path);

json_t *range_json(const struct unit *u, struct span span);
json_t *location_json(const struct unit *u, struct span span);

/* findings.c: all findings, as arrays of the protocol's diagnostics by URI. */
json_t *findings_json(const struct analysis *a, const struct document *doc);
json_t *finding_json(const struct unit *u, const struct diag *d);

#endif
