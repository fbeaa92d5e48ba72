// SPDX-License-Identifier: GPL-2.0
/*
 * throttle web-1 20ms: the parser takes it for web, then a delay of -1, and refuses 20ms. So names
 * are looked for some words back, and quotes are said only where the parser gets on with them.
 */
#include "unquoted.h"

#include <string.h>
#include "base/arena.h"
#include "base/lang.h"
#include "expected.h"
#include "parse.h"
#include "repair.h"
#include "mmp.tab.h"

#define MAX_LOOK_BACK 6
#define MAX_NAME 60

/* Up to the next space, less a colon at its end and a signal: web-1.usage is a signal of web-1. */
static size_t name_length(const char *text)
{
	size_t len = strcspn(text, " \t\r\n;=\"#,()<>![]");

	while (len && text[len - 1] == ':')
		len--;
	for (size_t i = 1; i < len; i++)
		if (text[i] == '.' && signal_find(text + i + 1, len - i - 1) != SIGNAL_COUNT)
			return i;
	return len;
}

static uint32_t words_within(const struct parse *p, uint32_t index, size_t len)
{
	const struct token *t = &p->tokens->items[index];
	uint32_t count = 0;

	while (t[count].kind != TOK_END && t[count].end <= t->start + len)
		count++;
	return count;
}

static bool is_glued(const struct parse *p, uint32_t index)
{
	const struct token *t = &p->tokens->items[index];

	return token_is_name(t->kind) && t[1].kind != TOK_END && t[1].start == t->end &&
	       strchr("-./*:+", p->source->text[t[1].start]);
}

static struct diag *refuse_sign(struct parse *p, uint32_t index)
{
	struct span span = token_span(p, index + 1);

	return diag_add(p->ds, DIAG_SYNTAX, span, "'%c' cannot stand in a name",
			p->source->text[span.start]);
}

/* rule slow-batch: ... */
static bool explain_rule_name(struct parse *p, uint32_t index)
{
	const char *text = p->source->text + p->tokens->items[index].start;
	size_t len = name_length(text);
	char *name;

	if (index == p->start || p->tokens->items[index - 1].kind != TOK_RULE || len > MAX_NAME ||
	    words_within(p, index, len) < 2)
		return false;
	name = arena_printf(p->arena, "%.*s", (int)len, text);
	for (char *c = name; *c; c++)
		if (strchr("-./*:+", *c))
			*c = '_';
	diag_fix(p->ds, refuse_sign(p, index),
		 (struct span){ p->tokens->file, p->tokens->items[index].start,
				p->tokens->items[index].start + (uint32_t)len },
		 name, false, "a rule's name is made of letters, digits and '_': %s", name);
	return true;
}

static bool explain_at(struct parse *p, uint32_t index)
{
	const struct token *t = &p->tokens->items[index];
	const char *text = p->source->text + t->start;
	size_t len = name_length(text);
	struct edit e = { .index = index,
			  .remove = words_within(p, index, len),
			  .kinds = { TOK_STRING },
			  .add = 1 };

	if (e.remove < 2 || len > MAX_NAME || index + e.remove < p->at || !repair_gets_past(p, &e))
		return false;
	diag_fix(p->ds, refuse_sign(p, index),
		 (struct span){ p->tokens->file, t->start, t->start + (uint32_t)len },
		 arena_printf(p->arena, "\"%.*s\"", (int)len, text), false,
		 "write it in double quotes: \"%.*s\"", (int)len, text);
	return true;
}

bool unquoted_explain(struct parse *p)
{
	for (uint32_t i = p->at; i-- > p->start && p->at - i <= MAX_LOOK_BACK;)
		if (is_glued(p, i) && (explain_rule_name(p, i) || explain_at(p, i)))
			return true;
	if (p->at == p->start || !is_glued(p, p->at - 1) ||
	    p->tokens->items[p->at - 1].kind != TOK_NAME || expected_has(p, ">"))
		return false;
	diag_hint(p->ds, refuse_sign(p, p->at - 1),
		  "a declared name is made of letters, digits and '_'");
	return true;
}
