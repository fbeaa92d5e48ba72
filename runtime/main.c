// SPDX-License-Identifier: GPL-2.0
/* mmpctl: puts compiled memory policies in force, shows what they do, and takes them away. */
#include "base/shown.h"
#include "commands/commands.h"
#include "failure.h"
#include "commands/options.h"
#include "commands/output.h"
#include "object/program.h"

#include <stdio.h>
#include <string.h>

static const struct command {
	const char *name, *operands, *help;
	unsigned takes;
	size_t least, most; /* operands */
	int (*run)(const struct options *o, struct output *out, struct failure *f);
} commands[] = {
	{ "load", "FILE.bpf.o...", "put compiled policies in force, all or none",
	  TAKES_FORMAT | TAKES_CGROUP | TAKES_PROCESS | TAKES_PARAM | TAKES_MODE | TAKES_REPLACE |
		  TAKES_NAME | TAKES_VERBOSE,
	  1, 64, command_load },
	{ "run", "FILE", "hold a policy in force in the foreground, on a kernel without the hooks",
	  TAKES_FORMAT | TAKES_CGROUP | TAKES_PARAM | TAKES_MODE | TAKES_REPLACE | TAKES_NAME |
		  TAKES_ROOT | TAKES_CPU | TAKES_EYES | TAKES_FOR,
	  1, 1, command_run },
	{ "apply", "DIR",
	  "put in force what a folder of compiled policies says, and nothing else of it",
	  TAKES_FORMAT | TAKES_DRY_RUN | TAKES_FOLLOW | TAKES_FOLDER | TAKES_VERBOSE, 1, 1,
	  command_apply },
	{ "unload", "NAME...|--all", "take policies out of force", TAKES_FORMAT | TAKES_ALL, 0, 64,
	  command_unload },
	{ "list", "", "what is loaded", TAKES_FORMAT, 0, 0, command_list },
	{ "status", "[NAME]", "params, rules and their states; why a rule does or does not act",
	  TAKES_FORMAT | TAKES_EXPLAIN, 0, 1, command_status },
	{ "set", "NAME PARAM=VALUE|mode=MODE...", "change a policy in force, without a gap",
	  TAKES_FORMAT, 2, 128, command_set },
	{ "stats", "[NAME]", "what each rule did", TAKES_FORMAT | TAKES_WATCH | TAKES_FROM, 0, 1,
	  command_stats },
	{ "top", "[NAME]", "watch what rules do: on the whole terminal, or as a stream",
	  TAKES_FORMAT | TAKES_COUNT | TAKES_INTERVAL, 0, 1, command_top },
	{ "events", "[NAME]", "what notify rules wrote", TAKES_FORMAT | TAKES_FOLLOW, 0, 1,
	  command_events },
	{ "record", "FILE", "write a trace of a policy's signals, as CSV, without loading it",
	  TAKES_FORMAT | TAKES_CGROUP | TAKES_OUTPUT | TAKES_FOR, 1, 1, command_record },
	{ "doctor", "", "whether this machine can run policies, and what to do", TAKES_FORMAT, 0, 0,
	  command_doctor },
};

#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

static int usage(FILE *file, int status)
{
	size_t i;

	fprintf(file, "usage: mmpctl COMMAND [OPTION]... [OPERAND]...\n\n");
	for (i = 0; i < COMMAND_COUNT; i++)
		fprintf(file, "  %-10s %s\n", commands[i].name, commands[i].help);
	fprintf(file, "\n'mmpctl COMMAND --help' lists a command's options, 'mmpctl --version' the "
		      "version.\n");
	return status;
}

static int command_usage(const struct command *c)
{
	printf("usage: mmpctl %s [OPTION]...%s%s\n%s\n\n", c->name, *c->operands ? " " : "",
	       c->operands, c->help);
	options_help(stdout, c->takes);
	return STATUS_OK;
}

static int check_operands(const struct command *c, const struct options *o, struct failure *f)
{
	if (o->operand_count >= c->least && o->operand_count <= c->most &&
	    (o->format <= OUTPUT_JSON || !strcmp(c->name, "stats")))
		return 0;
	if (o->operand_count < c->least)
		fail(f, STATUS_USAGE, "'%s' needs %s", c->name, c->operands);
	else if (o->operand_count > c->most && !c->most)
		fail(f, STATUS_USAGE, "'%s' takes no operand: '%s' is one too many", c->name,
		     o->operands[0]);
	else if (o->operand_count > c->most)
		fail(f, STATUS_USAGE, "'%s' takes at most %zu operand%s: '%s' is one too many",
		     c->name, c->most, c->most == 1 ? "" : "s", o->operands[c->most]);
	else
		fail(f, STATUS_USAGE, "only 'stats' has the format '%s'",
		     o->format == OUTPUT_PROMETHEUS ? "prometheus" : "openmetrics");
	fail_hint(f, "mmpctl %s --help", c->name);
	return -1;
}

static int run(const struct command *c, int argc, char **argv)
{
	struct output out = { .file = stdout, .errors = stderr };
	struct failure f = { 0 };
	struct options o;
	int status = options_parse(&o, argc, argv, c->takes, &f);

	if (!status && o.help)
		return command_usage(c);
	out.format = o.format;
	out.is_verbose = o.verbose;
	if (!status)
		status = check_operands(c, &o, &f);
	if (!status)
		status = c->run(&o, &out, &f);
	if (status >= 0 && fflush(stdout))
		status = fail(&f, STATUS_USAGE, "cannot write the output");
	if (status >= 0)
		return status;
	output_failure(&out, &f);
	return f.status;
}

int main(int argc, char **argv)
{
	size_t i;

	if (argc < 2)
		return usage(stderr, STATUS_USAGE);
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help"))
		return usage(stdout, STATUS_OK);
	if (!strcmp(argv[1], "--version")) {
		printf("mmpctl %s\n", MMP_VERSION);
		return STATUS_OK;
	}
	program_quiet();
	for (i = 0; i < COMMAND_COUNT; i++)
		if (!strcmp(argv[1], commands[i].name))
			return run(&commands[i], argc - 1, argv + 1);
	shown_print(stderr, "mmpctl: error: there is no command '%s'\n", argv[1]);
	return usage(stderr, STATUS_USAGE);
}
