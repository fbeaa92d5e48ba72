// SPDX-License-Identifier: GPL-2.0
#include "expected.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/bug.h"
#include "report/diag.h"
#include "base/lang.h"
#include "parse.h"
#include "mmp.tab.h"

/*
 * What must stand after a word: shown instead of the parser's list, which is long and has no
 * examples.
 */
static const struct follower {
	uint16_t kind;
	const char *what, *example;
} followers[] = {
	{ TOK_INCLUDE, "a file's name in double quotes", "include \"groups.mmp\"" },
	{ TOK_CGROUP, "a name", "cgroup web = \"/web.slice\"" },
	{ TOK_PROCESS, "a name", "process redis = comm \"redis-server\"" },
	{ TOK_DEFINE, "a name", "define calm = 10%" },
	{ TOK_PARAM, "a name", "param enter = 400/s in 10/s .. 10000/s" },
	{ TOK_SIGNAL, "a name", "signal busy = psi > 10%" },
	{ TOK_TICK, "a duration", "tick 100ms" },
	{ TOK_MODE, "'enforce' or 'monitor'", NULL },
	{ TOK_RULE, "a name and ':'", "rule calm: protect web" },
	{ TOK_PROTECT, "a cgroup's name", "protect web" },
	{ TOK_THROTTLE, "a cgroup's name", "throttle batch 50ms" },
	{ TOK_RECLAIM, "a cgroup's name", "reclaim batch" },
	{ TOK_THP, "a process's name, 'order', 'never' or 'default'", "thp order 4 or smaller" },
	{ TOK_NOTIFY, "a message in double quotes", "notify \"web is short of memory\"" },
	{ TOK_WHEN, "a condition", "when psi > 10%" },
	{ TOK_UNTIL, "a condition", "until psi < 5%" },
	{ TOK_AND, "a condition", "and psi > 10%" },
	{ TOK_OR, "a condition", "or psi > 10%" },
	{ TOK_NOT, "a condition", "not psi > 10%" },
	{ '(', "a condition", "(psi > 10% or usage > 80%)" },
	{ TOK_FOR, "a duration", "for 5s" },
	{ TOK_HOLD, "a duration", "hold 1s" },
	{ TOK_COOLDOWN, "a duration", "cooldown 6s" },
	{ TOK_BY, "a duration", "by 50ms" },
	{ TOK_PRIORITY, "a number", "priority 5" },
	{ TOK_AT, "a level", "at min, or of a notification: at warning" },
	{ TOK_UP, "'to' and a size", "up to 128MiB" },
	{ TOK_STEP, "a size", "step 4MiB" },
	{ TOK_SWAPPINESS, "a number from 0 to 200, or 'max'", "swappiness 60" },
	{ TOK_BUDGET, "a size per second", "budget 64MiB/s" },
	{ TOK_NO, "'swap' or 'pace'", NULL },
	{ TOK_ON, "a kind of allocation", "on pagefault, swap" },
	{ ',', "a kind of allocation", "on pagefault, swap" },
	{ TOK_ORDER, "an order", "order 9" },
	{ TOK_AS, "a signal", "as usage from 80% to 95%" },
	{ TOK_FROM, "a value", "from 80% to 95%" },
	{ TOK_COMM, "a process's name in double quotes", "comm \"redis-server\"" },
	{ TOK_PID, "a number", "pid 1234" },
	{ TOK_PIDFILE, "a file's name in double quotes", "pidfile \"/run/redis.pid\"" },
	{ TOK_GT, "a value or a signal", "> 10%" },
	{ TOK_GE, "a value or a signal", ">= 10%" },
	{ TOK_LT, "a value or a signal", "< 10%" },
	{ TOK_LE, "a value or a signal", "<= 10%" },
	{ TOK_EQ, "a value or a signal", "== 0" },
	{ TOK_NE, "a value or a signal", "!= 0" },
	{ '+', "a value or a signal", NULL },
	{ '-', "a value or a signal", NULL },
	{ '*', "a value or a signal", NULL },
	{ '/', "a value or a signal", NULL },
	{ TOK_IN, "a range", "in 10% .. 20%" },
	{ TOK_DOTS, "a value", "10% .. 20%" },
	{ '.', "a signal's name", "web.usage" },
	{ '[', "a duration", "pgfault_rate[5s]" },
	{ ':', "what the rule does: 'protect', 'throttle', 'reclaim', 'thp' or 'notify'", NULL },
}, before_to[] = {
	{ TOK_UP, "a size", "up to 128MiB" },
	{ TOK_FROM, "a value", "from 80% to 95%" },
	{ TOK_THROTTLE, "a duration", "20ms to 150ms as usage from 80% to 95%" },
}, delay = {
	TOK_THROTTLE, "a duration", "throttle batch 50ms"
}, assigned[] = {
	{ TOK_CGROUP, "a path in double quotes", "= \"/sys/fs/cgroup/web.slice\"" },
	{ TOK_PROCESS, "'comm', 'pid', 'pidfile', 'cgroup' or 'all'", "= comm \"redis-server\"" },
	{ TOK_DEFINE, "a value", "= 10%" },
	{ TOK_PARAM, "a value", "= 400/s" },
	{ TOK_SIGNAL, "a condition", "= psi > 10%" },
};

bool expected_is_word(const char *name)
{
	return isalpha((unsigned char)name[0]) && !strchr(name, ' ');
}

/*
 * After a rule's only target a ',' may stand, for another one; whoever writes something else there
 * means a modifier.
 */
static bool is_after_target(const struct parse *p)
{
	int before = p->at > p->start + 1 ? p->tokens->items[p->at - 2].kind : 0;

	return before == TOK_PROTECT || before == TOK_THROTTLE || before == TOK_RECLAIM;
}

void expected_set(struct parse *p, const char *const *names, unsigned count)
{
	p->expected_count = 0;
	for (unsigned i = 0; i < count && p->expected_count < PARSE_MAX_EXPECTED; i++)
		if (strcmp(names[i], "','") != 0 || !is_after_target(p))
			p->expected[p->expected_count++] = names[i];
}

bool expected_begins(const char *name, const char *phrase)
{
	size_t len = strlen(name);

	return !strncmp(name, phrase, len) && phrase[len] == ' ';
}

bool expected_has(const struct parse *p, const char *name)
{
	for (unsigned i = 0; i < p->expected_count; i++)
		if (!strcmp(p->expected[i], name))
			return true;
	return false;
}

bool expected_has_word(const struct parse *p, const char *word)
{
	char quoted[8];

	if (expected_has(p, word))
		return true;
	snprintf(quoted, sizeof(quoted), "'%s'", word);
	return expected_has(p, quoted);
}

bool expected_has_first(const struct parse *p, const char *words)
{
	if (!strchr(words, ' '))
		return expected_has_word(p, words);
	for (unsigned i = 0; i < p->expected_count; i++)
		if (expected_begins(p->expected[i], words))
			return true;
	return false;
}

/* Long or broken words are cut: a message is a line. */
static const char *shown_word(const struct parse *p, uint32_t index)
{
	int len;
	const char *text = token_text(p, index, &len);

	if (!len)
		return "the end of the file";
	if (p->tokens->items[index].kind == TOK_STRING)
		return len > 40 ? "this text" : arena_printf(p->arena, "%.*s", len, text);
	return arena_printf(p->arena, "'%.*s%s'", len > 60 ? 60 : len, text, len > 60 ? "..." : "");
}

struct diag *expected_refuse(struct parse *p)
{
	return diag_add(p->ds, DIAG_SYNTAX, token_span(p, p->at), "%s cannot follow %s",
			shown_word(p, p->at), shown_word(p, p->at - 1));
}

static const struct follower *find_follower(const struct follower *rows, size_t count, int kind)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].kind == kind)
			return &rows[i];
	return NULL;
}

/*
 * The `to` of "up to", of a ramp's signal or of its delays: the nearest earlier word that has a
 * `to` decides.
 */
static const struct follower *follower_of_to(const struct parse *p, uint32_t index)
{
	const struct follower *f = NULL;

	while (!f && index-- > p->start)
		f = find_follower(before_to, ARRAY_SIZE(before_to), p->tokens->items[index].kind);
	return f;
}

/* What must stand after the word before `index`; NULL where that word is a name or a value. */
static const struct follower *follower_of(const struct parse *p, uint32_t index)
{
	const struct token *t = &p->tokens->items[index - 1];

	if (index == p->at) {
		bool needs_value = expected_has(p, "a number") || expected_has(p, "a name") ||
				   expected_has(p, "text in double quotes");

		/* A condition cannot follow the `or` of "or smaller". */
		if (expected_has(p, "end of file") ||
		    ((token_is_name(t->kind) || t->kind == TOK_OR) && !needs_value))
			return NULL;
	}
	if (index == p->at && expected_has(p, "by") && !expected_has(p, "a name"))
		return &delay;
	if (t->kind == TOK_TO)
		return follower_of_to(p, index);
	if (t->kind == '=')
		return find_follower(assigned, ARRAY_SIZE(assigned),
				     p->tokens->items[p->start].kind);
	return find_follower(followers, ARRAY_SIZE(followers), t->kind);
}

/* ---- A list of what may stand, for words without a row above ---- */

#define MAX_ITEMS 40

struct list {
	const char *items[MAX_ITEMS];
	unsigned count;
};

static void list_add(struct list *l, const char *item)
{
	if (l->count < MAX_ITEMS)
		l->items[l->count++] = item;
}

static const char *list_text(const struct list *l, struct arena *a)
{
	const char *text = "";

	for (unsigned i = 0; i < l->count; i++)
		text = arena_printf(a, "%s%s%s", text,
				    !i		       ? ""
				    : i + 1 < l->count ? ", "
						       : " or ",
				    l->items[i]);
	return text;
}

/* The action of the rule that is being read, or ACTION_COUNT. */
static enum action current_action(const struct parse *p)
{
	for (uint32_t i = p->start; i < p->at && i < p->start + 4; i++) {
		int len;
		const char *text = token_text(p, i, &len);

		for (int action = 0; action < ACTION_COUNT; action++)
			if (!strncmp(action_infos[action].word, text, (size_t)len) &&
			    !action_infos[action].word[len])
				return action;
	}
	return ACTION_COUNT;
}

/* The modifiers of this rule's action: "a modifier ('when', 'until', ...)". */
static const char *modifiers_text(const struct parse *p)
{
	enum action action = current_action(p);
	struct list l = { .count = 0 };

	for (int i = 0; i < MODIFIER_COUNT; i++)
		if (action == ACTION_COUNT || modifier_infos[i].actions & 1u << action)
			list_add(&l, arena_printf(p->arena, "'%s'", modifier_infos[i].word));
	return arena_printf(p->arena, "a modifier (%s)", list_text(&l, p->arena));
}

static const char *quoted(struct parse *p, const char *name)
{
	return name[0] == '\'' ? name : arena_printf(p->arena, "'%s'", name);
}

/* Signs and words that are named one by one; the rest is named by its kind. */
static bool is_named_alone(const struct parse *p, const char *name)
{
	int token;

	/* It may follow every number, so that naming it helps nobody. */
	if (!strcmp(name, "of"))
		return false;
	if (name[0] == '\'')
		return !strchr("+-*/(;", name[1]);
	if (!strcmp(name, "..") || !strcmp(name, "for"))
		return true;
	if (!expected_is_word(name))
		return false;
	token = word_token(name, strlen(name));
	return token >= TOK_ALL && token <= TOK_TO && !expected_has(p, "a name");
}

static const char *may_stand(struct parse *p)
{
	static const struct {
		const char *sign, *what;
	} kinds[] = {
		{ "a name", "a name" },
		{ "a number", "a number" },
		{ "text in double quotes", "a text in double quotes" },
		{ ">", "a comparison such as '>'" },
		{ "and", "'and', 'or'" },
	};
	struct list l = { .count = 0 };

	for (unsigned i = 0; i < p->expected_count; i++)
		if (is_named_alone(p, p->expected[i]))
			list_add(&l, quoted(p, p->expected[i]));
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (expected_has(p, kinds[i].sign))
			list_add(&l, kinds[i].what);
	if (expected_has(p, "when"))
		list_add(&l, modifiers_text(p));
	if (expected_has(p, "end of file"))
		list_add(&l, "the next statement");
	return list_text(&l, p->arena);
}

void expected_hint(struct parse *p, struct diag *d)
{
	const struct follower *f = follower_of(p, p->at);
	const char *before = shown_word(p, p->at - 1);

	if (f && f->example)
		diag_hint(p->ds, d, "after %s write %s, as in: %s", before, f->what, f->example);
	else
		diag_hint(p->ds, d, "after %s write %s", before, f ? f->what : may_stand(p));
}

/*
 * Of the symbols that may stand, the one that must: a sign that closes or joins, before all others.
 */
static const char *must_stand(struct parse *p)
{
	static const char *const closing[] = { "')'", "']'", "..", "'='", "':'" };

	for (size_t i = 0; i < ARRAY_SIZE(closing); i++)
		if (expected_has(p, closing[i]))
			return quoted(p, closing[i]);
	return may_stand(p);
}

void expected_missing(struct parse *p, uint32_t index)
{
	const struct follower *f = follower_of(p, index);
	const char *what = f		    ? f->what
			   : index == p->at ? must_stand(p)
					    : "the rest of the statement";
	struct diag *d = diag_add(p->ds, DIAG_SYNTAX, span_after(token_span(p, index - 1)),
				  "%s is missing after %s", what, shown_word(p, index - 1));

	if (f && f->example)
		diag_hint(p->ds, d, "for example: %s", f->example);
}

const char *expected_starts(struct arena *a)
{
	static const int starts_first = TOK_INCLUDE, starts_last = TOK_NOTIFY;
	struct list l = { .count = 0 };

	for (const char *const *word = all_words; *word; word++) {
		int token = word_token(*word, strlen(*word));

		if (token >= starts_first && token <= starts_last)
			list_add(&l, arena_printf(a, "'%s'", *word));
	}
	return list_text(&l, a);
}
