// SPDX-License-Identifier: GPL-2.0
/*
 * What getopt_long() refuses, in one sentence: its own would name no program and let through what a
 * terminal obeys.
 */
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/lang.h"
#include "base/shown.h"
#include "base/status.h"

#define LONGS_MAX 64

/* The nearest of the long options' names, or NULL. */
static const char *nearest_option(const struct option *longs, const char *name, size_t len)
{
	const char *names[LONGS_MAX];
	size_t count = 0;

	for (; longs->name && count < LONGS_MAX; longs++)
		names[count++] = longs->name;
	return nearest_word(name, len, names, count);
}

static bool is_short_for_several(const struct option *longs, const char *name, size_t len)
{
	int hits = 0;

	for (; longs->name; longs++)
		hits += !strncmp(longs->name, name, len);
	return hits > 1;
}

static void say_unknown(const char *command, const char *word, const struct option *longs)
{
	size_t len = strcspn(word, "=");
	const char *near = nearest_option(longs, word + 2, len - 2);

	if (is_short_for_several(longs, word + 2, len - 2))
		shown_print(stderr, "%s: '%.*s' is short for several options; try '%s --help'\n",
			    command, (int)len, word, command);
	else if (near)
		shown_print(stderr, "%s: there is no option '%.*s'; did you mean '--%s'?\n",
			    command, (int)len, word, near);
	else
		shown_print(stderr, "%s: there is no option '%.*s'; try '%s --help'\n", command,
			    (int)len, word, command);
}

int options_refused(const char *command, int option, char *const *argv, const struct option *longs)
{
	const char *word = argv[optind - 1];

	if (option == ':')
		shown_print(stderr, "%s: '%s' wants a value after it\n", command, word);
	else if (!optopt)
		say_unknown(command, word, longs);
	else if (!strncmp(word, "--", 2) && strchr(word, '='))
		shown_print(stderr, "%s: '%.*s' takes no value\n", command, (int)strcspn(word, "="),
			    word);
	else
		shown_print(stderr, "%s: there is no option '-%c'; try '%s --help'\n", command,
			    optopt, command);
	return STATUS_USAGE;
}
