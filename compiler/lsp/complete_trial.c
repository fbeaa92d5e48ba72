// SPDX-License-Identifier: GPL-2.0
/* Words of tests: the words before them on their line decide what they can be. */
#include "complete.h"

#include <ctype.h>
#include <string.h>

#include "trial/trial_run.h"

static bool is_word_byte(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

/* The line up to the word that is typed, without its indentation. */
static const char *line_before(struct completion *c)
{
	const char *text = c->document->text;
	uint32_t start;

	while (c->from && is_word_byte(text[c->from - 1]))
		c->from--;
	for (start = c->from; start && text[start - 1] != '\n'; start--)
		;
	while (start < c->from && (text[start] == ' ' || text[start] == '\t'))
		start++;
	return arena_strndup(&c->arena, text + start, c->from - start);
}

static void add_words(struct completion *c, const char *const *words)
{
	for (; *words; words++)
		complete_add(c, ITEM_KEYWORD, *words, NULL, NULL);
}

static bool starts(const char *line, const char *word)
{
	return !strncmp(line, word, strlen(word));
}

static void complete_object(struct completion *c)
{
	complete_cgroups(c);
	complete_processes(c);
	complete_rules(c);
}

static void complete_series(struct completion *c, const char *line)
{
	size_t len = strlen(line);

	if (strchr(line, '='))
		return;
	if (len && line[len - 1] == '.') {
		complete_signals(c, strstr(line, "system.") ? SCOPE_SYSTEM : SCOPE_CGROUP,
				 PLACE_COUNT);
		return;
	}
	complete_cgroups(c);
	complete_add(c, ITEM_MODULE, "system", "scope", "the whole machine");
	complete_add(c, ITEM_MODULE, "self", "scope", "the descendant that a call is about");
}

static void complete_expect(struct completion *c, const char *line)
{
	static const char *const subjects[] = { "protect", "delay",  "reclaim", "order",
						"notify",  "active", "state",	"transitions",
						"entered", NULL };
	static const char *const when[] = { "at", "from", "call", "true", "false", NULL };

	if (!strchr(line, '('))
		add_words(c, subjects);
	else if (!strchr(line, ')'))
		complete_object(c);
	else
		add_words(c, when);
}

void complete_trial(struct completion *c)
{
	static const char *const statements[] = { "series", "set", "expect", "test", "use", NULL };
	const char *line = line_before(c), *quote = strchr(line, '"');

	if (starts(line, "use") && quote && !strchr(quote + 1, '"')) {
		c->from -= (uint32_t)strlen(quote + 1);
		while (c->document->text[c->from - 1] != '"')
			c->from--;
		complete_files(c, ".mmp");
	} else if (!*line) {
		add_words(c, statements);
	} else if (starts(line, "series ")) {
		complete_series(c, line);
	} else if (starts(line, "set ")) {
		complete_params(c, "");
		complete_add(c, ITEM_KEYWORD, "mode", NULL, "enforce or monitor");
	} else if (starts(line, "expect ")) {
		complete_expect(c, line);
	}
}
