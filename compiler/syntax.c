// SPDX-License-Identifier: GPL-2.0
#include "syntax.h"

#include <string.h>
#include "arena.h"
#include "lang.h"
#include "parse.h"
#include "mmp.tab.h"

bool token_is_misspelt_start(const struct parse *p, uint32_t index)
{
	const struct token *t = &p->tokens->items[index];
	static const char *const starts[] = {
		"include", "cgroup", "process", "define", "param", "signal", "tick", "mode",
		"rule", "protect", "throttle", "reclaim", "thp", "notify"
	};
	int len;
	const char *text;

	if (!t->is_first || t->kind != TOK_NAME)
		return false;
	text = token_text(p, index, &len);
	return nearest_word(text, (size_t)len, starts, sizeof(starts) / sizeof(*starts));
}

uint32_t syntax_explain(struct parse *p)
{
	int len, before_len;
	const char *text = token_text(p, p->at, &len);
	const char *before = p->at > p->start ? token_text(p, p->at - 1, &before_len) : NULL;
	struct diag *d;

	if (!before)
		d = diag_add(p->ds, DIAG_SYNTAX, token_span(p, p->at),
			     "'%.*s' starts no statement", len, text);
	else
		d = diag_add(p->ds, DIAG_SYNTAX, token_span(p, p->at),
			     "'%.*s' cannot follow '%.*s'", len, text, before_len, before);
	diag_did_you_mean(p->ds, d,
			  nearest_word(text, (size_t)len, p->expected, p->expected_count));
	return p->at + !parse_resumes_at(p);
}
