/* SPDX-License-Identifier: GPL-2.0 */
/* One .mmpt file from its path to its results. Nothing is printed here. */
#ifndef MMP_TRIAL_SUITE_H
#define MMP_TRIAL_SUITE_H

#include "compile.h"
#include "trial_run.h"

struct suite {
	const char *path;
	struct arena arena;
	struct sources sources;
	struct diags diags; /* about the tests, sorted */
	struct trial_file *file;
	bool has_policy;
	struct compilation policy;
	const char *policy_path;
	struct bound_trial **trials;
	uint32_t trial_count;
	uint32_t failed; /* trials */
	int status; /* what suite_run() returned */
	struct coverage coverage;
	char *trouble; /* a sentence about a file that cannot be read, or NULL */
};

/*
 * Read the tests and their policy and run them. Returns STATUS_OK, STATUS_DIFFERENCE where a test
 * failed, STATUS_ERRORS where the tests or the policy have errors, STATUS_USAGE with a sentence in
 * `trouble` or policy.trouble.
 */
int suite_run(struct suite *s, const struct compile_options *o, const char *path);
/* Everything before the run: the same statuses except STATUS_DIFFERENCE. */
int suite_check(struct suite *s, const struct compile_options *o, const char *path);
void suite_finish(struct suite *s);

uint32_t trial_failures(const struct bound_trial *b);

/* For --coverage, --format and --junit. */
void suite_print(FILE *out, const struct suite *s, bool is_verbose);
void suite_print_coverage(FILE *out, const struct suite *s);
/* Whole documents; 0 or -errno. */
int suites_write_json(FILE *out, const struct suite *suites, uint32_t count, bool with_coverage);
int suites_write_junit(const char *path, const struct suite *suites, uint32_t count);

#endif
