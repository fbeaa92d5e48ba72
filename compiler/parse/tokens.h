/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The words of one file, all at once: the parser walks over them and looks back and ahead when a
 * statement is wrong; the formatter lays them out anew.
 */
#ifndef MMP_TOKENS_H
#define MMP_TOKENS_H

#include "base/arena.h"
#include "report/source.h"

struct diags;

struct token {
	uint32_t start, end; /* byte offsets */
	uint16_t kind; /* TOK_* or a character of mmp.tab.h; 0 is the end of the file */
	bool is_first; /* of its line */
};

struct comment {
	uint32_t start, end;
	uint32_t before; /* index of the next token */
	bool is_alone; /* nothing but white space stands before it on its line */
};

struct tokens {
	uint32_t file;
	struct arena arena; /* of its own: the many words of a policy are soon not needed */
	struct token *items; /* the last one is the end of the file, just after the last word */
	uint32_t count;
	struct comment *comments;
	uint32_t comment_count;
};

/* Read the file's words; text that is not a word is reported and skipped. */
void tokens_init(struct tokens *ts, const struct sources *s, uint32_t file, struct diags *ds);
void tokens_finish(struct tokens *ts);

/* The words that a token kind or a two-word phrase is written with; NULL-terminated. */
extern const char *const all_words[];
extern const char *const all_phrases[];
/* The token of a word that the grammar knows, or TOK_NAME. */
int word_token(const char *text, size_t len);

/* What mmp.l calls. */
struct lexer;
int mmp_lex_next(void *scanner);
void lexer_advance(struct lexer *lx, uint32_t len);
void lexer_cut(struct lexer *lx, uint32_t len);
void lexer_newline(struct lexer *lx);
void lexer_comment(struct lexer *lx);
void lexer_mark(struct lexer *lx);
void lexer_invisible(struct lexer *lx);
void lexer_bad_character(struct lexer *lx);
int lexer_word(struct lexer *lx, const char *text, int len);
int lexer_bad_value(struct lexer *lx);
int lexer_bad_name(struct lexer *lx);
int lexer_bad_number(struct lexer *lx);
int lexer_split_number(struct lexer *lx);
int lexer_string(struct lexer *lx, bool is_closed);
int lexer_foreign(struct lexer *lx, int token, const char *instead);

#endif
