/* SPDX-License-Identifier: GPL-2.0 */
/* What may stand in place of the refused word, in words of the language. */
#ifndef MMP_EXPECTED_H
#define MMP_EXPECTED_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct diag;
struct parse;

/* What the parser could take in place of word p->at. */
void expected_set(struct parse *p, const char *const *names, unsigned count);

/* Names of expected symbols are those of grammar/mmp.y: words, "a name", "'='". */
bool expected_is_word(const char *name);
bool expected_begins(const char *name, const char *phrase);
bool expected_has(const struct parse *p, const char *name);
/* The same for a word or a sign without its quotes. */
bool expected_has_word(const struct parse *p, const char *word);
/* The same for the first of two words. */
bool expected_has_first(const struct parse *p, const char *words);

/* "'X' cannot follow 'Y'", at the refused word. */
struct diag *expected_refuse(struct parse *p);
/* "after 'Y' write ..." */
void expected_hint(struct parse *p, struct diag *d);
/* "... is missing after 'Y'", just after the word before `index`. */
void expected_missing(struct parse *p, uint32_t index);
/* All words that start a statement, quoted. */
const char *expected_starts(struct arena *a);

#endif
