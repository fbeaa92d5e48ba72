/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Trying what was meant: a statement is changed by a word or two and given to a fresh parser, whose
 * result is thrown away. The word that this parser reaches shows whether the change helps.
 */
#ifndef MMP_REPAIR_H
#define MMP_REPAIR_H

#include <stdbool.h>
#include <stdint.h>

struct diag;
struct parse;

/* Replace `remove` words from index on by up to two others. */
struct edit {
	uint32_t index, remove;
	uint16_t kinds[2];
	unsigned add;
};

#define REPAIR_WHOLE UINT32_MAX /* the parser reached the statement's end */

/*
 * The word that the parser reaches in the changed statement: the index of the first word of the
 * text that it refuses, or REPAIR_WHOLE. 0 where the statement is too long to be tried, or too many
 * were tried.
 */
uint32_t repair_try(const struct parse *p, const struct edit *e);

/* Does it pass the refused word and the next? */
bool repair_gets_past(const struct parse *p, const struct edit *e);

/*
 * The finding is about a statement's first word: where a word was meant, suggest it; and where the
 * statement then has another mistake, have it parsed with that word, so that both are reported.
 * Returns whether a word was meant.
 */
bool repair_start(struct parse *p, struct diag *d, const char *word);

#define CHOICES_MAX 160

/* Words, and phrases of two, that may have been meant. Start with a zeroed one. */
struct choices {
	const char *words[CHOICES_MAX];
	unsigned count;
};

/* The words that may replace the refused one, and the phrases that begin with one of them. */
void choices_expected(const struct parse *p, struct choices *c);
/* All words of the language. */
void choices_all(struct choices *c);

/*
 * The choice that is near word `index` and takes the parser farthest; among equals the nearest, and
 * among those the first. Where must_help is set, the parser must pass the refused word.
 */
const char *choices_best(struct parse *p, uint32_t index, const struct choices *c, bool must_help);

#endif
