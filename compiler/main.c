// SPDX-License-Identifier: GPL-2.0
/* mmpc: which command, and the exit status. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/bug.h"
#include "base/shown.h"
#include "commands/command.h"
#include "commands/hand_over.h"
#include "base/lang.h"
#include "commands/options.h"

struct command {
	const char *name;
	int (*run)(int argc, char **argv); /* NULL: mmpctl's own */
	const char *form, *help;
};

static const struct command commands[] = {
	{ "compile", command_compile, "[compile] FILE.mmp...", "compile policies (the default)" },
	{ "check", command_check, "--check FILE.mmp...|-", "find mistakes; needs no privilege" },
	{ "test", command_test, "test FILE.mmpt...", "run tests of policies" },
	{ "replay", command_replay, "replay FILE.mmp TRACE.csv...",
	  "what a policy would have done on recorded signals" },
	{ "suggest", command_suggest, "suggest FILE.mmp TRACE.csv...",
	  "numbers for thresholds, from recorded signals" },
	{ "fmt", command_fmt, "fmt [--check|--diff] FILE...|-", "lay policies out anew" },
	{ "fix", command_fix, "fix [--diff] [CODE...] FILE...|-",
	  "mend what surely can be mended" },
	{ "lsp", command_lsp, "lsp", "serve an editor (Language Server Protocol)" },
	{ "explain", command_explain, "explain [WORD...]",
	  "what a code, signal, action or unit is" },
	{ "describe", command_describe, "describe FILE.mmp",
	  "what would be attached where, in words" },
	{ "load", command_load, "load FILE.mmp|FILE.bpf.o...", "put policies in force" },
	{ "run", command_run, "run FILE.mmp",
	  "hold a policy in force without hooks; needs no clang" },
	{ "apply", command_apply, "apply DIR", "put in force what a folder of policies says" },
	{ "unload", NULL, "unload NAME|--all", "take policies out of force" },
	{ "list", NULL, "list", "the policies in force" },
	{ "status", NULL, "status [NAME]", "what each rule is doing" },
	{ "set", NULL, "set NAME PARAM=VALUE", "change a param while running" },
	{ "stats", NULL, "stats [NAME]", "counters" },
	{ "top", NULL, "top [NAME]", "watch what rules do" },
	{ "events", NULL, "events [--follow]", "what notify rules wrote" },
	{ "record", command_record, "record FILE.mmp",
	  "write a trace of the signals that a policy reads; needs no clang" },
	{ "doctor", NULL, "doctor", "what this kernel can do" },
};

static void print_help(FILE *out)
{
	fputs("mmpc compiles memory policies (.mmp) for the kernel's memory hooks.\n\n", out);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(out, "  mmpc %-34s %s%s\n", commands[i].form, commands[i].help,
			commands[i].run ? "" : " (mmpctl)");
	fputs("\n'mmpc COMMAND --help' explains a command; 'mmpc compile --help' the flags of "
	      "compile and "
	      "check.\n",
	      out);
}

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

/* A first word that is neither a command nor a file may be a misspelt command. */
static int maybe_misspelt(const char *word)
{
	const char *names[ARRAY_SIZE(commands)], *nearest;

	if (strpbrk(word, "./-") || !access(word, F_OK))
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		names[i] = commands[i].name;
	nearest = nearest_word(word, strlen(word), names, ARRAY_SIZE(commands));
	if (!nearest)
		return -1;
	shown_print(stderr, "mmpc: there is no command and no file '%s'; did you mean '%s'?\n",
		    word, nearest);
	return STATUS_USAGE;
}

/* A command has its name as it says it in argv[0]; for mmpctl that stays its word. */
static int run_command(const struct command *c, int argc, char **argv)
{
	static char name[32];

	if (!c->run)
		return hand_over(argc, argv);
	snprintf(name, sizeof(name), "mmpc %s", c->name);
	if (c->run != command_load && c->run != command_run && c->run != command_record &&
	    c->run != command_apply)
		argv[0] = name;
	return c->run(argc, argv);
}

static int run(int argc, char **argv)
{
	const struct command *c;
	int status;

	if (argc < 2) {
		print_help(stderr);
		return STATUS_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
		print_help(stdout);
		return STATUS_OK;
	}
	if (!strcmp(argv[1], "--version")) {
		puts("mmpc " MMP_VERSION);
		return STATUS_OK;
	}
	c = find_command(argv[1]);
	if (c)
		return run_command(c, argc - 1, argv + 1);
	status = maybe_misspelt(argv[1]);
	return status < 0 ? run_command(find_command("compile"), argc, argv) : status;
}

int main(int argc, char **argv)
{
	int status = run(argc, argv);

	if (fflush(stdout) || ferror(stdout)) {
		fputs("mmpc: writing to standard output failed\n", stderr);
		return status ? status : STATUS_USAGE;
	}
	return status;
}
