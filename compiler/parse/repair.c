// SPDX-License-Identifier: GPL-2.0
#include "repair.h"

#include <ctype.h>
#include <string.h>
#include "base/arena.h"
#include "base/bug.h"
#include "expected.h"
#include "base/lang.h"
#include "parse.h"
#include "mmp.tab.h"

#define MAX_WORDS_BEFORE 200 /* a longer statement is not tried from its start */
#define MAX_WORDS_AFTER 24
#define LOWER_MAX 32

/* Push words until one is refused; returns its index, or REPAIR_WHOLE. The last word is the end. */
static uint32_t run_trial(const struct parse *p, const struct token *words, uint32_t count)
{
	struct tokens tokens = { .file = p->tokens->file,
				 .items = (struct token *)words,
				 .count = count };
	mmp_pstate *parser = mmp_pstate_new();
	struct ast ast = { 0 };
	struct arena arena;
	struct diags ds;
	struct parse trial = { .arena = &arena,
			       .ast = &ast,
			       .source = p->source,
			       .ds = &ds,
			       .tokens = &tokens,
			       .is_trial = true };

	if (!parser)
		NO_MEMORY();
	arena_init(&arena);
	diags_init(&ds, &arena);
	while (trial.at < count && !trial.has_failed)
		if (parse_push(&trial, parser, words[trial.at].kind) == YYPUSH_MORE)
			trial.at++;
		else
			break;
	mmp_pstate_delete(parser);
	arena_finish(&arena);
	if (trial.has_failed)
		return trial.at - 1;
	return REPAIR_WHOLE;
}

uint32_t repair_try(const struct parse *p, const struct edit *e)
{
	const struct token *items = p->tokens->items;
	struct token words[MAX_WORDS_BEFORE + MAX_WORDS_AFTER + 4];
	uint32_t end = p->at, count = 0, i, refused;

	if (p->at - p->start > MAX_WORDS_BEFORE || !*p->repairs_left)
		return 0;
	--*p->repairs_left;
	if (items[end].kind != TOK_END &&
	    !(token_ends_statement(items[end].kind) && e->index < end))
		end = parse_next_start(p, end + 1);
	for (i = p->start; i <= end && i < p->at + MAX_WORDS_AFTER; i++) {
		if (i == e->index)
			for (unsigned j = 0; j < e->add; j++) {
				words[count] = items[i];
				words[count++].kind = e->kinds[j];
			}
		if ((i < e->index || i >= e->index + e->remove) && i < end)
			words[count++] = items[i];
	}
	if (i > end) {
		words[count] = items[end];
		words[count++].kind = TOK_END;
	}
	refused = run_trial(p, words, count);
	if (refused == REPAIR_WHOLE)
		return REPAIR_WHOLE;
	refused += p->start;
	return refused <= e->index ? refused : refused - e->add + e->remove;
}

bool repair_gets_past(const struct parse *p, const struct edit *e)
{
	uint32_t reached = repair_try(p, e);

	return reached == REPAIR_WHOLE || reached > p->at + 1;
}

static struct edit word_edit(uint32_t index, uint32_t remove, const char *words)
{
	const char *space = strchr(words, ' ');
	size_t len = space ? (size_t)(space - words) : strlen(words);
	struct edit e = { .index = index, .remove = remove, .add = 1 };

	e.kinds[0] = (uint16_t)word_token(words, len);
	if (space)
		e.kinds[e.add++] = (uint16_t)word_token(space + 1, strlen(space + 1));
	return e;
}

bool repair_start(struct parse *p, struct diag *d, const char *word)
{
	uint32_t reached;
	struct edit e;

	if (!word)
		return false;
	diag_did_you_mean(p->ds, d, word);
	e = word_edit(p->at, 1, word);
	reached = repair_try(p, &e);
	if (reached != REPAIR_WHOLE && reached > p->at + 1) {
		p->tokens->items[p->at].kind = e.kinds[0];
		p->is_again = true;
	}
	return true;
}

void choices_expected(const struct parse *p, struct choices *c)
{
	for (unsigned i = 0; i < p->expected_count; i++)
		if (expected_is_word(p->expected[i]))
			c->words[c->count++] = p->expected[i];
	for (const char *const *phrase = all_phrases; *phrase; phrase++)
		for (unsigned i = 0; i < p->expected_count; i++)
			if (expected_begins(p->expected[i], *phrase))
				c->words[c->count++] = *phrase;
}

void choices_all(struct choices *c)
{
	for (const char *const *word = all_words; *word; word++)
		c->words[c->count++] = *word;
	for (const char *const *phrase = all_phrases; *phrase; phrase++)
		c->words[c->count++] = *phrase;
}

/* WHEN is a misspelt when. A word that is too long to be near any comes out empty. */
static size_t lower_text(const struct parse *p, uint32_t index, char *ret_text)
{
	int len;
	const char *text = token_text(p, index, &len);

	if (len >= LOWER_MAX)
		return 0;
	for (int i = 0; i < len; i++)
		ret_text[i] = (char)tolower((unsigned char)text[i]);
	return (size_t)len;
}

/* order 4 o smaller: `or` makes a phrase of two words with the next one, `on` does not. */
static bool makes_phrase(const struct parse *p, uint32_t index, const char *word)
{
	size_t len = strlen(word);
	const char *next;
	int next_len;

	if (p->tokens->items[index].kind == TOK_END)
		return false;
	next = token_text(p, index + 1, &next_len);
	for (const char *const *phrase = all_phrases; *phrase; phrase++)
		if (!strncmp(*phrase, word, len) && (*phrase)[len] == ' ' &&
		    !strncmp(*phrase + len + 1, next, (size_t)next_len) &&
		    !(*phrase)[len + 1 + (size_t)next_len])
			return true;
	return false;
}

const char *choices_best(struct parse *p, uint32_t index, const struct choices *c, bool must_help)
{
	char text[LOWER_MAX];
	size_t len = lower_text(p, index, text);
	unsigned cap = len <= 4 ? 1 : len <= 8 ? 2 : 3, best_distance = cap + 1;
	uint32_t best_reached = 0;
	const char *best = NULL;

	for (unsigned i = 0; i < c->count; i++) {
		const char *word = c->words[i];
		unsigned distance = edit_distance(text, len, word, strlen(word), cap);
		uint32_t reached;
		struct edit e;

		if (distance > cap)
			continue;
		e = word_edit(index, 1, word);
		reached = repair_try(p, &e);
		if (must_help && reached <= p->at)
			continue;
		if (best && (reached < best_reached ||
			     (reached == best_reached && distance >= best_distance &&
			      (distance > best_distance || !makes_phrase(p, index, word)))))
			continue;
		best = word;
		best_reached = reached;
		best_distance = distance;
	}
	return best;
}
