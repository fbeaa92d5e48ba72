// SPDX-License-Identifier: GPL-2.0
/* Words, grammar, tree and layout: any text at all. */
#include "fuzz.h"

#include "commands/format.h"
#include "parse/parse.h"

/* Formatting tries itself that tree and comments stay and that a second time changes nothing. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	struct sources s;
	struct diags ds;
	char *text;

	arena_init(&a);
	sources_init(&s, &a);
	diags_init(&ds, &a);
	sources_add(&s, "fuzz.mmp", (const char *)data, size);
	text = format_policy(&a, &s, 0, &ds);
	require(!text == (ds.errors > 0), "a text with errors that was formatted, or one without");
	require(!memcmp(s.files[0].text, data, size), "a text that the lexer changed");
	diags_sort(&ds);
	require_findings(&s, &ds);
	arena_finish(&a);
	return 0;
}
