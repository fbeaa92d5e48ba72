// SPDX-License-Identifier: GPL-2.0
/*
 * What may stand at a place, for completion: the parser gets the words before it and reports the
 * symbols that it expects.
 */
#include "parse.h"

#include <string.h>

#include "base/arena.h"
#include "base/bug.h"
#include "mmp.tab.h"

#define MAX_WORDS                                                                                  \
	4096 /* of one statement before the place: fewer than bison's stack has room for */

/* A word that begins a statement; `cgroup` also stands in process x = cgroup web. */
static bool begins(const struct tokens *ts, uint32_t i)
{
	int kind = ts->items[i].kind, before = i ? ts->items[i - 1].kind : ';';

	if (before == ';')
		return true;
	return kind >= TOK_INCLUDE && kind <= TOK_NOTIFY && before != '=' && before != ':';
}

static uint32_t statement_start(const struct tokens *ts, uint32_t index)
{
	while (index && !begins(ts, --index))
		;
	return index;
}

void parse_ask(const struct source *source, const struct tokens *tokens, uint32_t index,
	       struct parse_answer *ret)
{
	mmp_pstate *parser = mmp_pstate_new();
	struct ast ast = { 0 };
	struct arena arena;
	struct diags ds;
	struct parse p = { .arena = &arena,
			   .ast = &ast,
			   .source = source,
			   .ds = &ds,
			   .tokens = tokens,
			   .is_asked = true };

	if (!parser)
		NO_MEMORY();
	arena_init(&arena);
	diags_init(&ds, &arena);
	*ret = (struct parse_answer){ .start = index ? statement_start(tokens, index) : 0 };
	p.has_failed = index - ret->start > MAX_WORDS;
	for (p.at = p.start = ret->start; p.at < index && !p.has_failed; p.at++)
		parse_push(&p, parser, tokens->items[p.at].kind);
	/*
	 * The parser refuses the undefined symbol at every place, and then reports what it
	 * expected.
	 */
	if (!p.has_failed) {
		parse_push(&p, parser, TOK_MMP_UNDEF);
		ret->count = p.expected_count;
		memcpy(ret->expected, p.expected, sizeof(p.expected));
	}
	mmp_pstate_delete(parser);
	arena_finish(&arena);
}
