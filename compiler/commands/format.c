// SPDX-License-Identifier: GPL-2.0
/*
 * The words stay as they are written; the white space between them is made anew. One statement a
 * line; a statement that is longer than a line, or has comments inside, is broken before its
 * modifiers, and, where that is not enough, before `and` and `or`. At most one empty line stays
 * between statements.
 */
#include "format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/bug.h"
#include "report/diag.h"
#include "parse/parse.h"
#include "base/utf8.h"
#include "mmp.tab.h"

#define LINE_COLUMNS 100
#define INDENT 4

struct format {
	FILE *out;
	const char *text;
	const struct tokens *tokens;
	uint32_t comment; /* the next one */
	uint32_t column; /* of the line that is being written, from 0 */
	uint32_t last_end; /* end of what was written last, in the old text */
	bool ends_in_comment; /* that line */
	bool has_output;
};

static uint32_t count_columns(const char *text, uint32_t len)
{
	uint32_t columns = 0;

	for (uint32_t i = 0; i < len; i++)
		columns += ((unsigned char)text[i] & 0xc0) != 0x80;
	return columns;
}

static void put(struct format *f, const char *text, uint32_t len)
{
	fwrite(text, 1, len, f->out);
	f->column += count_columns(text, len);
}

static void put_line_end(struct format *f)
{
	if (f->column)
		fputc('\n', f->out);
	f->column = 0;
	f->ends_in_comment = false;
}

static void put_indent(struct format *f, unsigned columns)
{
	put_line_end(f);
	fprintf(f->out, "%*s", (int)columns, "");
	f->column = columns;
}

/* Words that a value follows are rarely names themselves. */
static bool ends_operand(int kind)
{
	if (kind == TOK_BY || kind == TOK_TO || kind == TOK_FROM || kind == TOK_ORDER ||
	    kind == TOK_PID)
		return false;
	return token_is_name(kind) || kind == TOK_STRING || kind == TOK_NUMBER ||
	       kind == TOK_DOLLAR || kind == ')' || kind == ']';
}

static bool is_sign(const struct format *f, uint32_t i, uint32_t first)
{
	const struct token *t = &f->tokens->items[i];

	return t->kind == '-' && (i == first || !ends_operand(t[-1].kind));
}

/* Is there a space between word i - 1 and word i of the statement that begins at `first`? */
static bool has_space(const struct format *f, uint32_t i, uint32_t first)
{
	const struct token *t = &f->tokens->items[i];
	int before = t[-1].kind;

	if (t->kind == ',' || t->kind == ')' || t->kind == ']' || t->kind == ':' ||
	    t->kind == '.' || t->kind == '[')
		return false;
	return before != '(' && before != '[' && before != '.' && !is_sign(f, i - 1, first);
}

static bool starts_modifier(int kind)
{
	return kind >= TOK_WHEN && kind <= TOK_ON && kind != TOK_FOR;
}

/* The width of words [from, to) with single spaces. */
static uint32_t width_of(const struct format *f, uint32_t from, uint32_t to, uint32_t first)
{
	uint32_t width = 0;

	for (uint32_t i = from; i < to; i++) {
		const struct token *t = &f->tokens->items[i];

		width += count_columns(f->text + t->start, t->end - t->start) +
			 (i > from && has_space(f, i, first));
		if (width > LINE_COLUMNS)
			break;
	}
	return width;
}

static uint32_t next_modifier(const struct format *f, uint32_t i, uint32_t end)
{
	while (++i < end && !starts_modifier(f->tokens->items[i].kind))
		;
	return i;
}

static void put_comment(struct format *f)
{
	const struct comment *c = &f->tokens->comments[f->comment++];

	put(f, f->text + c->start, c->end - c->start);
	f->last_end = c->end;
	f->ends_in_comment = true;
}

/* Comments before word i, inside a statement. True where a new line has to follow. */
static bool put_inner_comments(struct format *f, uint32_t i)
{
	bool has_any = false;

	while (f->comment < f->tokens->comment_count &&
	       f->tokens->comments[f->comment].before == i) {
		if (f->tokens->comments[f->comment].is_alone)
			put_indent(f, INDENT);
		else
			put(f, "  ", 2);
		put_comment(f);
		put_line_end(f);
		has_any = true;
	}
	return has_any;
}

static bool has_inner_comments(const struct format *f, uint32_t first, uint32_t end)
{
	const struct tokens *ts = f->tokens;

	return f->comment < ts->comment_count && ts->comments[f->comment].before > first &&
	       ts->comments[f->comment].before < end;
}

/* Must word i of a broken statement begin a line, and how far in? 0: no. */
static unsigned break_indent(const struct format *f, uint32_t i, bool is_too_long)
{
	int kind = f->tokens->items[i].kind;

	if (starts_modifier(kind))
		return INDENT;
	return is_too_long && (kind == TOK_AND || kind == TOK_OR) ? 2 * INDENT : 0;
}

static void put_statement(struct format *f, uint32_t first, uint32_t end)
{
	bool is_broken = has_inner_comments(f, first, end) ||
			 width_of(f, first, end, first) > LINE_COLUMNS;
	bool is_too_long = false;

	for (uint32_t i = first; i < end; i++) {
		const struct token *t = &f->tokens->items[i];
		bool is_new_line = put_inner_comments(f, i);
		unsigned indent;

		/* A modifier that does not fit on a line of its own is broken at its and and or. */
		if (i == first || starts_modifier(t->kind))
			is_too_long = INDENT + width_of(f, i, next_modifier(f, i, end), first) >
				      LINE_COLUMNS;
		indent = is_broken && i > first ? break_indent(f, i, is_too_long) : 0;
		if (indent || is_new_line)
			put_indent(f, indent ? indent : INDENT);
		else if (i > first && has_space(f, i, first))
			put(f, " ", 1);
		put(f, f->text + t->start, t->end - t->start);
		f->last_end = t->end;
	}
}

/* At most one empty line, where there was one, and none at the beginning. */
static void put_gap(struct format *f, uint32_t start)
{
	unsigned lines = 0;

	put_line_end(f);
	for (uint32_t i = f->last_end; i < start; i++)
		lines += f->text[i] == '\n';
	if (lines > 1 && f->has_output)
		fputc('\n', f->out);
	f->has_output = true;
}

/*
 * Comments between statements, up to word i. A comment on the line of the words before it stays
 * there.
 */
static void put_outer_comments(struct format *f, uint32_t i)
{
	while (f->comment < f->tokens->comment_count &&
	       f->tokens->comments[f->comment].before <= i) {
		const struct comment *c = &f->tokens->comments[f->comment];

		if (c->is_alone || !f->column || f->ends_in_comment)
			put_gap(f, c->start);
		else
			put(f, "  ", 2);
		put_comment(f);
	}
}

/* Index of the word at which stmt begins, or of the first word after it. */
static uint32_t find_word(const struct tokens *ts, uint32_t from, uint32_t offset)
{
	while (ts->items[from].kind != TOK_END && ts->items[from].start < offset)
		from++;
	return from;
}

static void put_all(struct format *f, const struct ast *ast)
{
	uint32_t i = 0, end;

	for (const struct stmt *s = ast->first; s; s = s->next) {
		i = find_word(f->tokens, i, s->span.start);
		end = find_word(f->tokens, i, s->span.end);
		put_outer_comments(f, i);
		put_gap(f, f->tokens->items[i].start);
		put_statement(f, i, end);
		i = end;
	}
	put_outer_comments(f, UINT32_MAX);
	put_line_end(f);
}

static char *layout(struct arena *a, const struct sources *s, const struct tokens *tokens,
		    const struct ast *ast)
{
	struct format f = { .text = s->files[tokens->file].text, .tokens = tokens };
	char *text = NULL, *copy;
	size_t len = 0;

	f.out = open_memstream(&text, &len);
	if (!f.out)
		NO_MEMORY();
	put_all(&f, ast);
	if (fclose(f.out))
		NO_MEMORY();
	copy = arena_strndup(a, text, len);
	free(text);
	return copy;
}

static bool has_same_comments(const struct sources *s, const struct tokens *a,
			      const struct tokens *b)
{
	const char *a_text = s->files[a->file].text, *b_text = s->files[b->file].text;

	if (a->comment_count != b->comment_count)
		return false;
	for (uint32_t i = 0; i < a->comment_count; i++) {
		const struct comment *ca = &a->comments[i], *cb = &b->comments[i];

		if (ca->end - ca->start != cb->end - cb->start ||
		    memcmp(a_text + ca->start, b_text + cb->start, ca->end - ca->start))
			return false;
	}
	return true;
}

/* The reason why the new text must not replace the old one, or NULL. */
static const char *find_fault(struct arena *a, struct sources *s, const struct tokens *tokens,
			      const struct ast *ast, const char *text)
{
	uint32_t file = (uint32_t)sources_add(s, "<formatted>", text, strlen(text));
	const char *fault = NULL;
	struct tokens again;
	struct ast *ast_again;
	struct diags ds;

	diags_init(&ds, a);
	tokens_init(&again, s, file, &ds);
	ast_again = parse_alone(a, s, &again, &ds);
	if (ds.errors || !ast_is_same(ast, ast_again))
		fault = "another tree";
	else if (!has_same_comments(s, tokens, &again))
		fault = "other comments";
	else if (strcmp(text, layout(a, s, &again, ast_again)))
		fault = "another layout the second time";
	tokens_finish(&again);
	return fault;
}

char *format_policy(struct arena *a, struct sources *s, uint32_t file, struct diags *ds)
{
	const char *fault;
	struct tokens tokens;
	struct ast *ast;
	char *text = NULL;

	tokens_init(&tokens, s, file, ds);
	ast = parse_alone(a, s, &tokens, ds);
	if (!ds->errors) {
		text = layout(a, s, &tokens, ast);
		if (strlen(text) > SOURCE_MAX_BYTES) {
			diag_add(ds, DIAG_TOO_LARGE, (struct span){ file, 0, 0 },
				 "the formatted text is larger than 16 MiB");
			text = NULL;
		}
		fault = text ? find_fault(a, s, &tokens, ast, text) : NULL;
		if (fault)
			BUG("formatting '%s' gives %s", s->files[file].name, fault);
	}
	tokens_finish(&tokens);
	return text;
}
