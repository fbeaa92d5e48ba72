/* SPDX-License-Identifier: GPL-2.0 */
/* The command line: options that commands share, and which command takes which. */
#ifndef MMP_MMPCTL_OPTIONS_H
#define MMP_MMPCTL_OPTIONS_H

#include "output.h"

#include <stdbool.h>
#include <stddef.h>

struct failure;

/* One bit per option, for the masks in the table of commands. */
enum option_bit {
	TAKES_FORMAT = 1 << 0,
	TAKES_CGROUP = 1 << 1,
	TAKES_PROCESS = 1 << 2,
	TAKES_PARAM = 1 << 3,
	TAKES_MODE = 1 << 4,
	TAKES_REPLACE = 1 << 5,
	TAKES_NAME = 1 << 6,
	TAKES_EXPLAIN = 1 << 7,
	TAKES_WATCH = 1 << 8,
	TAKES_FOLLOW = 1 << 9,
	TAKES_ALL = 1 << 10,
	TAKES_OUTPUT = 1 << 11,
	TAKES_FOR = 1 << 12,
	TAKES_VERBOSE = 1 << 13,
	TAKES_FROM = 1 << 14,
	TAKES_ROOT = 1 << 15,
	TAKES_CPU = 1 << 16,
	TAKES_FOLDER = 1 << 17,
	TAKES_DRY_RUN = 1 << 18,
	TAKES_COUNT = 1 << 19,
	TAKES_INTERVAL = 1 << 20,
	TAKES_EYES = 1 << 21,
};

struct binding {
	const char *name, *value; /* of NAME=VALUE */
};

#define BINDINGS_MAX 256

struct bindings {
	struct binding list[BINDINGS_MAX];
	size_t count;
};

struct options {
	enum output_format format;
	struct bindings cgroups, processes, params;
	const char *mode, *name, *explain, *output, *duration, *from, *root, *most_cpu, *eyes,
		*folder, *count, *interval; /* NULL: not given */
	bool replace, watch, follow, all, verbose, dry_run, help;
	char **operands; /* points into argv, NULL-terminated */
	size_t operand_count;
};

/* argv[0] is the command. Splits NAME=VALUE in place. */
int options_parse(struct options *o, int argc, char **argv, unsigned takes, struct failure *f);
/* A line of help for each option in the mask. */
void options_help(FILE *file, unsigned takes);

/* Split "NAME=VALUE" in place. */
bool binding_split(char *text, struct binding *ret);
const char *bindings_find(const struct bindings *b, const char *name);

#endif
