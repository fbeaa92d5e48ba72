/* SPDX-License-Identifier: GPL-2.0 */
/* The flags that every command which reads policies takes, parsed in one place. */
#ifndef MMP_MMPC_OPTIONS_H
#define MMP_MMPC_OPTIONS_H

#include "compile.h"
#include "report/report.h"

enum emit { EMIT_OBJECT, EMIT_C, EMIT_MANIFEST, EMIT_PLAN, EMIT_AST, EMIT_COUNT };

/* All strings are argv's. */
struct options {
	const char **files;
	unsigned file_count;
	struct compile_options compile;
	unsigned include_dir_count;
	enum diag_level fail_level;
	bool is_fail_level_given;
	struct report report;
	bool is_color_given; /* --color=always or never */
	bool is_max_given; /* -fmax-errors */
	enum emit emit;
	const char *output; /* -o, or NULL */
	bool is_together;
};

/*
 * Parse argv (argv[0] is the command's name). Returns -1 to go on, else the status to exit with:
 * --help was asked for, or a flag is wrong, which has been said on standard error.
 */
int options_parse(struct options *o, int argc, char **argv, bool is_check);
/* The flags of check for a command that takes no file. */
int options_parse_lsp(struct options *o, int argc, char **argv);

/*
 * For a command with flags of its own: the defaults, with room for what argc words can give, and
 * the flags that say what a policy is read with. Their result is that of options_parse.
 */
#define OPTIONS_INPUT "I:D:" /* for getopt */
#define OPTIONS_INPUT_LONG                                                                         \
	{ "config", required_argument, NULL, OPTION_CONFIG },                                      \
	{                                                                                          \
		"no-config", no_argument, NULL, OPTION_NO_CONFIG                                   \
	}
enum { OPTION_CONFIG = 256, OPTION_NO_CONFIG };
/*
 * getopt_long() has returned ':' or '?', with opterr 0 and ":" before its letters: says why on
 * standard error, and returns the status to exit with.
 */
struct option;
int options_refused(const char *command, int option, char *const *argv, const struct option *longs);
void options_init(struct options *o, int argc);
int options_take_input(struct options *o, int option, char *argument);

void options_finish(struct options *o);

#endif
