// SPDX-License-Identifier: GPL-2.0
/* mmpc explain: the reference, offline. */
#include "command.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include "base/shown.h"

#include "base/arena.h"
#include "explain.h"
#include "options.h"
#include "base/status.h"

static const char usage_text[] = "usage: mmpc explain [WORD...]\n"
				 "\n"
				 "Explains the code of a finding, a signal, an action, a modifier, "
				 "a unit, a kind of allocation or\n"
				 "the name of a kernel. 'codes', 'signals', 'actions', "
				 "'modifiers', 'units', 'kinds' and 'kernels'\n"
				 "list them; without a word, everything is listed.\n"
				 "  --markdown   as docs/ has it\n";

static void say_unknown(const char *word, const char *nearest)
{
	shown_print(stderr, "mmpc explain: there is nothing named '%s'", word);
	if (nearest)
		fprintf(stderr, "; did you mean '%s'?\n", nearest);
	else
		fputs("; 'mmpc explain' lists everything\n", stderr);
}

static int explain_one(enum explain_format format, const char *word, int is_first)
{
	const char *nearest = NULL;
	struct arena arena;
	bool is_found;

	if (!is_first)
		putchar('\n');
	arena_init(&arena);
	is_found = explain_word(&arena, stdout, format, word, &nearest);
	if (!is_found)
		say_unknown(word, nearest);
	arena_finish(&arena);
	return is_found ? STATUS_OK : STATUS_USAGE;
}

int command_explain(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "markdown", no_argument, NULL, 'm' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	enum explain_format format = EXPLAIN_TEXT;
	int status = STATUS_OK, c;

	optind = opterr = 0;
	while ((c = getopt_long(argc, argv, ":h", longs, NULL)) != -1) {
		if (c == 'm') {
			format = EXPLAIN_MARKDOWN;
			continue;
		}
		if (c != 'h')
			return options_refused(argv[0], c, argv, longs);
		fputs(usage_text, stdout);
		return STATUS_OK;
	}
	if (optind == argc)
		explain_all(stdout);
	for (int i = optind; i < argc && !status; i++)
		status = explain_one(format, argv[i], i == optind);
	return status;
}
