// SPDX-License-Identifier: GPL-2.0
#include "tokens.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "ast.h"
#include "base/bug.h"
#include "report/diag.h"
#include "base/shown.h"
#include "base/utf8.h"
#include "mmp.tab.h"
#include "mmp.lex.h"

struct lexer {
	struct tokens *tokens;
	struct diags *ds;
	const char *text;
	uint32_t start, end; /* of the word that was just matched */
	uint32_t comment_room;
	bool is_line_start;
	uint8_t first_words[256]; /* by first letter: index in known_words */
};

static const struct known_word {
	const char *text;
	uint16_t token, len;
} known_words[] = {
#define RESERVED(token, word) { word, TOK_##token, sizeof(word) - 1 },
#define WORD(token, word) { word, TOK_##token, sizeof(word) - 1 },
#include "grammar/words.def"
	{ "", 0, 0 }
};

const char *const all_words[] = {
#define RESERVED(token, word) word,
#define WORD(token, word) word,
#include "grammar/words.def"
	NULL
};

const char *const all_phrases[] = {
#define PHRASE(words) words,
#include "grammar/words.def"
	NULL
};

static int word_token_from(const struct known_word *w, const char *text, size_t len)
{
	for (; w->text[0] == text[0]; w++)
		if (w->len == len && !memcmp(w->text, text, len))
			return w->token;
	return TOK_NAME;
}

int word_token(const char *text, size_t len)
{
	const struct known_word *w = known_words;

	while (w->token && w->text[0] != text[0])
		w++;
	return word_token_from(w, text, len);
}

static void index_words(struct lexer *lx)
{
	uint8_t count = ARRAY_SIZE(known_words) - 1;

	memset(lx->first_words, count, sizeof(lx->first_words));
	while (count--)
		lx->first_words[(unsigned char)known_words[count].text[0]] = count;
}

void lexer_advance(struct lexer *lx, uint32_t len)
{
	lx->start = lx->end;
	lx->end += len;
}

void lexer_cut(struct lexer *lx, uint32_t len)
{
	lx->end -= len;
}

void lexer_newline(struct lexer *lx)
{
	lx->is_line_start = true;
}

int lexer_word(struct lexer *lx, const char *text, int len)
{
	return word_token_from(&known_words[lx->first_words[(unsigned char)text[0]]], text,
			       (size_t)len);
}

static struct span lexer_span(const struct lexer *lx)
{
	return (struct span){ .file = lx->tokens->file, .start = lx->start, .end = lx->end };
}

static const char *hidden_what(uint32_t c)
{
	if (c == '\r')
		return "a carriage return is inside a line and does not end it";
	return c < 0xa0 ? "the text contains an invisible control character"
			: "the text contains a character that changes the direction of writing";
}

/* Comments and strings may hold any character: one that misleads a reader is reported. */
static void check_hidden(struct lexer *lx)
{
	const char *text = lx->text + lx->start;
	size_t len = lx->end - lx->start, n = 0;
	struct span span = lexer_span(lx);
	struct diag *d;
	uint32_t c;

	while (len && text[len - 1] == '\r')
		len--;
	for (size_t at = shown_bad_offset(text, len); at < len;
	     at += n, at += shown_bad_offset(text + at, len - at)) {
		c = utf8_decode(text + at, len - at, &n);
		if (c == UTF8_INVALID)
			continue;
		span.start += (uint32_t)at;
		span.end = span.start + (uint32_t)n;
		d = diag_add(lx->ds, DIAG_HIDDEN_CONTROL, span, "%s (U+%04X)", hidden_what(c), c);
		if (c == '\r')
			diag_hint(lx->ds, d,
				  "save the file with line feeds: a comment ends with its line");
		else
			diag_hint(lx->ds, d,
				  "delete it; a string that is not a path can have it as \\xNN "
				  "bytes");
		return;
	}
}

void lexer_comment(struct lexer *lx)
{
	struct tokens *ts = lx->tokens;
	struct comment *old = ts->comments;
	uint32_t end = lx->end;

	check_hidden(lx);
	while (end > lx->start && isspace((unsigned char)lx->text[end - 1]))
		end--;
	if (ts->comment_count == lx->comment_room) {
		lx->comment_room = lx->comment_room ? lx->comment_room * 2 : 16;
		ts->comments = arena_array(&ts->arena, struct comment, lx->comment_room);
		if (old)
			memcpy(ts->comments, old, ts->comment_count * sizeof(*old));
	}
	ts->comments[ts->comment_count++] = (struct comment){
		.start = lx->start, .end = end, .before = ts->count, .is_alone = lx->is_line_start
	};
}

int lexer_foreign(struct lexer *lx, int token, const char *instead)
{
	struct diag *d = diag_add(lx->ds, DIAG_BAD_CHARACTER, lexer_span(lx),
				  "'%.*s' is not written in a policy", (int)(lx->end - lx->start),
				  lx->text + lx->start);

	diag_did_you_mean(lx->ds, d, instead);
	return token;
}

int lexer_bad_number(struct lexer *lx)
{
	struct diag *d = diag_add(lx->ds, DIAG_BAD_NUMBER, lexer_span(lx), "'%.*s' is not a number",
				  (int)(lx->end - lx->start), lx->text + lx->start);

	diag_hint(lx->ds, d,
		  "write decimal digits, at most one point between them, then a unit, "
		  "as in 12.5%%, 64MiB or 100/s");
	return TOK_BAD_NUMBER;
}

/* 85 % */
int lexer_split_number(struct lexer *lx)
{
	const char *text = lx->text + lx->start;
	int len = (int)strcspn(text, " \t");
	char whole[64];
	struct diag *d = diag_add(lx->ds, DIAG_BAD_NUMBER, lexer_span(lx),
				  "there is a space between a number and its unit '%%'");

	snprintf(whole, sizeof(whole), "%.*s%%", len, text);
	diag_fix(lx->ds, d, lexer_span(lx), whole, (size_t)len + 1 < sizeof(whole), "write %.*s%%",
		 len, text);
	return TOK_BAD_NUMBER;
}

static const char *character_hint(uint32_t c)
{
	if (c >= 0x2018 && c <= 0x201f)
		return "a quotation mark is written \" in a policy";
	if (c == '\'' || c == '`')
		return "write text between double quotes: \"web-1.service\"";
	if (c == '%')
		return "a unit follows its number without a space, as in 12.5%";
	if (c == '{' || c == '}')
		return "a rule needs no braces: the next statement's first word ends it";
	if (c == '$')
		return "the name of a define or param follows '$' at once, as in $limit";
	if (c == '/' || c == '\\')
		return "write a path between double quotes";
	return "names are made of the letters a to z, digits and '_'; anything else needs double "
	       "quotes";
}

/* A space from a web page, or a mark from an editor: it is wrong, not the word beside it. */
void lexer_invisible(struct lexer *lx)
{
	size_t n;
	uint32_t c = utf8_decode(lx->text + lx->start, lx->end - lx->start, &n);
	bool is_wide = utf8_is_wide(c);
	struct diag *d = diag_add(lx->ds, DIAG_BAD_CHARACTER, lexer_span(lx), "this is %s (U+%04X)",
				  utf8_invisible_name(c), c);

	diag_fix(lx->ds, d, lexer_span(lx), is_wide ? " " : "", true,
		 is_wide ? "delete it and type a space" : "delete it");
}

void lexer_bad_character(struct lexer *lx)
{
	const char *text = lx->text + lx->start;
	size_t len = lx->end - lx->start, n;
	uint32_t c = utf8_decode(text, len, &n);
	struct diag *d;

	/* The file is reported once for text that is not UTF-8. */
	if (utf8_bad_offset(text, len) < len)
		return;
	if (c < ' ' || c == 0x7f)
		d = diag_add(lx->ds, DIAG_BAD_CHARACTER, lexer_span(lx),
			     "the text contains the control character 0x%02x", c);
	else
		d = diag_add(lx->ds, DIAG_BAD_CHARACTER, lexer_span(lx),
			     "'%.*s' has no meaning in a policy", (int)len, text);
	diag_hint(lx->ds, d, "%s", character_hint(c));
}

/*
 * A word with letters other than a to z still counts as a name, so that one mistake gives one
 * message.
 */
int lexer_bad_name(struct lexer *lx)
{
	lexer_bad_character(lx);
	return TOK_NAME;
}

/* A '$' without a name counts as a value. */
int lexer_bad_value(struct lexer *lx)
{
	lexer_bad_character(lx);
	return TOK_BAD_NUMBER;
}

void lexer_mark(struct lexer *lx)
{
	if (lx->start)
		lexer_invisible(lx);
}

static void bad_escape(struct lexer *lx, uint32_t at, uint32_t len)
{
	struct span span = { lx->tokens->file, at, at + len };
	struct diag *d = diag_add(lx->ds, DIAG_BAD_CHARACTER, span,
				  "'%.*s' is not an escape of a string", (int)len, lx->text + at);

	diag_hint(lx->ds, d,
		  "escapes are \\\\ \\\" \\n \\t and \\xNN with two hexadecimal digits, "
		  "not 00");
}

/* The length of the escape at `at`, its backslash included; reports a wrong one. */
static uint32_t check_escape(struct lexer *lx, uint32_t at)
{
	const char *e = lx->text + at;
	size_t n;

	if (strchr("\\\"nt", e[1]) && e[1])
		return 2;
	if (e[1] == 'x' && isxdigit((unsigned char)e[2]) && isxdigit((unsigned char)e[3])) {
		if (e[2] == '0' && e[3] == '0')
			bad_escape(lx, at, 4);
		return 4;
	}
	utf8_decode(e + 1, lx->end - at - 1, &n);
	bad_escape(lx, at, 1 + (uint32_t)n);
	return 1 + (uint32_t)n;
}

int lexer_string(struct lexer *lx, bool is_closed)
{
	if (!is_closed) {
		struct diag *d = diag_add(lx->ds, DIAG_UNTERMINATED_STRING, lexer_span(lx),
					  "this string has no closing quote on its line");

		diag_hint(lx->ds, d, "end it with '\"'; a line break in a text is written \\n");
		return TOK_STRING;
	}
	check_hidden(lx);
	for (uint32_t at = lx->start + 1; at < lx->end - 1;)
		at += lx->text[at] == '\\' ? check_escape(lx, at) : 1;
	return TOK_STRING;
}

static void token_add(struct lexer *lx, int kind)
{
	struct tokens *ts = lx->tokens;

	ts->items[ts->count++] = (struct token){ .start = lx->start,
						 .end = lx->end,
						 .kind = (uint16_t)kind,
						 .is_first = lx->is_line_start };
	lx->is_line_start = false;
}

static void check_encoding(struct lexer *lx, const struct source *f)
{
	uint32_t bad = (uint32_t)utf8_bad_offset(f->text, f->len);
	struct span span = { lx->tokens->file, bad, bad + 1 };
	struct diag *d;

	if (bad == f->len)
		return;
	d = diag_add(lx->ds, DIAG_BAD_CHARACTER, span, "the text is not UTF-8 here (byte 0x%02x)",
		     (unsigned char)f->text[bad]);
	diag_hint(lx->ds, d,
		  "save the file as UTF-8; a string that is not a path can have any byte as \\xNN");
}

void tokens_init(struct tokens *ts, const struct sources *s, uint32_t file, struct diags *ds)
{
	const struct source *f = &s->files[file];
	struct lexer lx = { .tokens = ts, .ds = ds, .text = f->text, .is_line_start = true };
	uint32_t last_end = 0;
	yyscan_t scanner;
	int kind;

	*ts = (struct tokens){ .file = file };
	arena_init(&ts->arena);
	/* A word has at least a byte, and unused memory costs nothing. */
	ts->items = arena_array(&ts->arena, struct token, f->len + 1);
	index_words(&lx);
	check_encoding(&lx, f);
	if (mmp_lex_lex_init_extra(&lx, &scanner))
		NO_MEMORY();
	/* flex puts a NUL after each word and takes it away again: the text stays as it was. */
	if (!mmp_lex__scan_buffer((char *)f->text, f->len + 2, scanner))
		BUG("a source text without its two closing NULs");
	while ((kind = mmp_lex_next(scanner))) {
		token_add(&lx, kind);
		last_end = lx.end;
	}
	mmp_lex_lex_destroy(scanner);
	lx.start = lx.end = last_end;
	token_add(&lx, 0);
}

void tokens_finish(struct tokens *ts)
{
	arena_finish(&ts->arena);
	*ts = (struct tokens){ 0 };
}
