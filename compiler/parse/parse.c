// SPDX-License-Identifier: GPL-2.0
/*
 * The walk over the words. All words of a file are read first (tokens.h) and pushed into bison's
 * parser one by one, so that a wrong statement can be examined as a whole (syntax.c).
 */
#include "parse.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/bug.h"
#include "expected.h"
#include "include_paths.h"
#include "repair.h"
#include "syntax.h"
#include "mmp.tab.h"

/* Each repair costs a short parse; a file that is not a policy at all gets only so many of them. */
#define MAX_REPAIRS 20000

struct span token_span(const struct parse *p, uint32_t index)
{
	const struct token *t = &p->tokens->items[index];

	return (struct span){ .file = p->tokens->file, .start = t->start, .end = t->end };
}

const char *token_text(const struct parse *p, uint32_t index, int *ret_len)
{
	const struct token *t = &p->tokens->items[index];

	*ret_len = (int)(t->end - t->start);
	return p->source->text + t->start;
}

bool token_ends_statement(int kind)
{
	return kind == TOK_END || kind == ';' || (kind >= TOK_INCLUDE && kind <= TOK_NOTIFY);
}

bool token_is_name(int kind)
{
	return kind == TOK_NAME || (kind >= TOK_ALL && kind <= TOK_TO);
}

uint32_t parse_next_start(const struct parse *p, uint32_t index)
{
	while (!token_ends_statement(p->tokens->items[index].kind) &&
	       !syntax_is_misspelt_start(p, index))
		index++;
	return index;
}

/*
 * Unlimited nesting would overrun bison's stack before the tree's height is known: the word that
 * nests too deep is reported and becomes an error.
 */
static bool nests_too_deeply(struct parse *p, int kind)
{
	struct diag *d;

	p->prefixes = kind == TOK_NOT || kind == '-' ? p->prefixes + 1 : 0;
	if (kind == '(')
		p->nesting++;
	else if (kind == ')' && p->nesting)
		p->nesting--;
	if (p->nesting <= AST_MAX_HEIGHT && p->prefixes <= AST_MAX_HEIGHT)
		return false;
	if (!p->has_told_depth) {
		d = diag_add(p->ds, DIAG_TOO_DEEP, token_span(p, p->at),
			     "this is nested more than %d levels deep", AST_MAX_HEIGHT);
		diag_hint(p->ds, d, "name a part of it: signal NAME = CONDITION");
	}
	p->has_told_depth = true;
	p->nesting = p->prefixes = 0;
	return true;
}

static void statement_begins(struct parse *p, uint32_t index)
{
	p->start = index;
	p->nesting = p->prefixes = 0;
	p->has_told_depth = false;
}

static bool declares_name(int kind)
{
	return kind == TOK_CGROUP || kind == TOK_PROCESS || kind == TOK_DEFINE ||
	       kind == TOK_PARAM || kind == TOK_SIGNAL;
}

/* A reserved word in place of a declaration's name. */
static bool is_reserved_name(const struct parse *p, const struct token *t)
{
	return declares_name(t->kind) && isalpha((unsigned char)p->source->text[t[1].start]) &&
	       t[2].kind == '=';
}

/* A declaration that failed still makes its name known: one mistake, one message. */
static void lose_name(struct parse *p, uint32_t start, uint32_t end)
{
	const struct token *t = &p->tokens->items[start];
	struct ast *ast = p->ast;
	struct word *more;

	if (start + 1 >= end || !(declares_name(t->kind) || t->kind == TOK_NAME) ||
	    !(token_is_name(t[1].kind) || (start + 2 < end && is_reserved_name(p, t))))
		return;
	if (!(ast->lost_count & (ast->lost_count - 1))) {
		more = arena_array(p->arena, struct word,
				   ast->lost_count ? ast->lost_count * 2 : 1);
		if (ast->lost_count)
			memcpy(more, ast->lost_names, ast->lost_count * sizeof(*more));
		ast->lost_names = more;
	}
	ast->lost_names[ast->lost_count++] = build_word(p, start + 1);
}

/* The mistake has been reported: go on at the next statement from word `resume` on. */
static void resume_at(struct parse *p, uint32_t resume)
{
	p->has_failed = true;
	p->resume = parse_next_start(p, resume);
	lose_name(p, p->start, p->resume);
	statement_begins(p, p->resume);
}

void parse_failed(struct parse *p, const char *const *expected, unsigned count)
{
	p->has_failed = true;
	p->resume =
		UINT32_MAX; /* unless it is explained, the word is dropped, wherever it stands */
	if (p->is_trial)
		return;
	expected_set(p, expected, count);
	if (!p->is_asked)
		resume_at(p, syntax_explain(p));
	if (p->is_again)
		resume_at(p, p->at);
}

int parse_push(struct parse *p, mmp_pstate *parser, int kind)
{
	struct span span = token_span(p, p->at);
	MMP_STYPE value = { 0 };

	if (kind >= TOK_ALL && kind <= TOK_BAD_NUMBER)
		value.word = build_word(p, p->at);
	return mmp_push_parse(parser, kind, &value, &span, p);
}

/* Word p->at is a misspelt statement's first, and the words before it are a whole statement. */
static bool is_misspelt_behind_whole(const struct parse *p)
{
	struct edit none = { .index = UINT32_MAX };
	struct edit end = { .index = p->at, .remove = 1, .kinds = { ';' }, .add = 1 };

	return p->at > p->start && syntax_is_misspelt_start(p, p->at) &&
	       repair_try(p, &none) == p->at && repair_try(p, &end) > p->at;
}

/* End the statement before a word that will be refused: else the parser drops it as well. */
static void push_end(struct parse *p, mmp_pstate *parser)
{
	struct span span = span_after(token_span(p, p->at - 1));
	MMP_STYPE value = { 0 };

	mmp_push_parse(parser, ';', &value, &span, p);
}

static void parse_tokens(struct parse *p)
{
	mmp_pstate *parser = mmp_pstate_new();
	uint32_t next = 0;
	int status = YYPUSH_MORE, kind;

	if (!parser)
		NO_MEMORY();
	while (status == YYPUSH_MORE) {
		kind = p->tokens->items[p->at = next].kind;
		if (is_misspelt_behind_whole(p))
			push_end(p, parser);
		if (nests_too_deeply(p, kind)) {
			resume_at(p, p->at + 1);
			kind = TOK_MMP_error;
		}
		status = parse_push(p, parser, kind);
		/* Where the refused word begins a statement, the parser has taken it as that. */
		next = p->has_failed && p->resume != p->at ? p->resume : p->at + !p->is_again;
		p->has_failed = p->is_again = false;
	}
	mmp_pstate_delete(parser);
}

/* ---- Suppressions ---- */

static struct word comment_word(struct parse *p, uint32_t *at, uint32_t end, bool to_end)
{
	const char *text = p->source->text;
	uint32_t start, stop;

	while (*at < end && (text[*at] == ' ' || text[*at] == '\t'))
		++*at;
	start = stop = *at;
	while (stop < end && (to_end || (text[stop] != ' ' && text[stop] != '\t')))
		stop++;
	*at = stop;
	return (struct word){ .text = arena_strndup(p->arena, text + start, stop - start),
			      .len = stop - start,
			      .span = { p->tokens->file, start, stop } };
}

static bool is_word(struct word w, const char *text)
{
	return !strcmp(w.text, text);
}

static void bad_verb(struct parse *p, const struct suppression *s, struct word verb)
{
	const char *const ignore[] = { "ignore" };
	struct diag *d = diag_add(p->ds, DIAG_BAD_SUPPRESSION, verb.len ? verb.span : s->span,
				  "a comment for mmpc says: ignore CODE reason");

	diag_did_you_mean(p->ds, d, nearest_word(verb.text, verb.len, ignore, 1));
}

static void check_code(struct parse *p, const struct suppression *s)
{
	const char *slugs[DIAG_CODE_COUNT];
	struct diag *d;

	if (diag_find(s->code.text) != DIAG_CODE_COUNT)
		return;
	if (!s->code.len) {
		d = diag_add(p->ds, DIAG_BAD_SUPPRESSION, s->span, "this names no code to ignore");
		diag_hint(p->ds, d,
			  "write the code that is in brackets after a finding: "
			  "# mmpc: ignore CODE reason");
		return;
	}
	for (int i = 0; i < DIAG_CODE_COUNT; i++)
		slugs[i] = diag_slug(i);
	d = diag_add(p->ds, DIAG_BAD_SUPPRESSION, s->code.span, "there is no code '%s'",
		     s->code.text);
	diag_did_you_mean(p->ds, d,
			  nearest_word(s->code.text, s->code.len, slugs, DIAG_CODE_COUNT));
}

static struct span line_span(const struct parse *p, const struct comment *c)
{
	const char *text = p->source->text;
	uint32_t start = c->start;

	while (start && text[start - 1] != '\n')
		start--;
	return (struct span){ p->tokens->file, start, c->start };
}

/* # mmpc: ignore CODE reason */
static void read_suppression(struct parse *p, const struct comment *c, struct suppression ***end)
{
	uint32_t at = c->start + 1;
	struct suppression *s;
	struct word verb;

	if (!is_word(comment_word(p, &at, c->end, false), "mmpc:"))
		return;
	s = arena_new(p->arena, struct suppression);
	s->span = (struct span){ p->tokens->file, c->start, c->end };
	verb = comment_word(p, &at, c->end, false);
	s->code = comment_word(p, &at, c->end, false);
	s->reason = comment_word(p, &at, c->end, true);
	s->is_alone = c->is_alone;
	s->covers = line_span(p, c);
	if (is_word(verb, "ignore"))
		check_code(p, s);
	else
		bad_verb(p, s, verb);
	s->is_used = !is_word(verb, "ignore"); /* one message about it is enough */
	**end = s;
	*end = &s->next;
}

/*
 * A comment alone on its line covers the next statement; one after other words covers its line,
 * from the start of the statement that ends there. Both lists are in the text's order.
 */
static void read_suppressions(struct parse *p)
{
	struct suppression **end = &p->ast->suppressions;
	const struct stmt *stmt = p->ast->first, *before = NULL;

	for (uint32_t i = 0; i < p->tokens->comment_count; i++)
		read_suppression(p, &p->tokens->comments[i], &end);
	for (struct suppression *s = p->ast->suppressions; s; s = s->next) {
		for (; stmt && stmt->span.start < s->span.end; stmt = stmt->next)
			before = stmt;
		if (s->is_alone)
			s->covers = stmt ? stmt->span : span_after(s->span);
		else if (before && before->span.end > s->covers.start &&
			 before->span.start < s->covers.start)
			s->covers.start = before->span.start;
	}
}

/* ---- Files ---- */

struct reading {
	struct arena *arena;
	struct sources *sources;
	struct diags *ds;
	struct ast *ast;
	const char *real_paths[PARSE_MAX_FILES]; /* by file, NULL where there is none */
	bool is_open[PARSE_MAX_FILES]; /* being parsed: an include of it is a cycle */
	uint32_t base; /* of the first file */
	uint32_t depth;
	unsigned repairs_left;
};

static void parse_one(struct reading *r, uint32_t file);

static void parse_text(struct reading *r, const struct tokens *tokens, struct ast *own)
{
	struct parse p = { .arena = r->arena,
			   .ast = own,
			   .source = &r->sources->files[tokens->file],
			   .ds = r->ds,
			   .tokens = tokens,
			   .repairs_left = &r->repairs_left };

	parse_tokens(&p);
	read_suppressions(&p);
}

struct ast *parse_alone(struct arena *a, struct sources *s, const struct tokens *tokens,
			struct diags *ds)
{
	struct reading *r = arena_new(a, struct reading);

	r->arena = a;
	r->sources = s;
	r->ds = ds;
	r->ast = arena_new(a, struct ast);
	r->repairs_left = MAX_REPAIRS;
	parse_text(r, tokens, r->ast);
	return r->ast;
}

static const char *real_path(struct reading *r, const char *path)
{
	char *real = source_real_path(path);
	const char *copy = real ? arena_strdup(r->arena, real) : NULL;

	free(real);
	return copy;
}

/* The file of this real path that was read already, or -1. */
static int find_read(const struct reading *r, const char *real)
{
	for (uint32_t i = r->base; real && i < r->sources->count; i++)
		if (r->real_paths[i - r->base] && !strcmp(r->real_paths[i - r->base], real))
			return (int)i;
	return -1;
}

static void report_cycle(struct reading *r, const struct word *path, uint32_t file)
{
	struct diag *d = diag_add(r->ds, DIAG_INCLUDE_CYCLE, path->span, "'%s' includes itself",
				  r->sources->files[file].name);

	for (uint32_t at = path->span.file; r->sources->files[at].is_included && at != file;
	     at = r->sources->files[at].included_at.file)
		diag_note(r->ds, d, r->sources->files[at].included_at, "included here");
	diag_hint(r->ds, d,
		  "remove one of the includes; a file that is included twice is read once");
}

static void report_unreadable(struct reading *r, const struct word *path, const char *shown,
			      int err)
{
	struct diag *d = diag_add(r->ds, err == -EFBIG ? DIAG_TOO_LARGE : DIAG_INCLUDE_NOT_FOUND,
				  path->span, "cannot read '%s': %s", shown, source_error(err));

	if (err == -ENOENT)
		diag_hint(r->ds, d,
			  "a relative path starts at the including file's folder, then "
			  "at those given with -I");
}

static void include_file(struct reading *r, const struct word *path, const char *name,
			 const char *shown)
{
	const char *real = real_path(r, name);
	int file = find_read(r, real);
	uint32_t bad;

	if (file >= 0) {
		/* A pattern that matches the file it stands in means the others. */
		if (r->is_open[(uint32_t)file - r->base] && shown == path->text)
			report_cycle(r, path, (uint32_t)file);
		return;
	}
	if (r->depth >= SOURCE_MAX_INCLUDES || r->sources->count - r->base >= PARSE_MAX_FILES) {
		diag_add(r->ds, r->depth >= SOURCE_MAX_INCLUDES ? DIAG_TOO_DEEP : DIAG_TOO_LARGE,
			 path->span,
			 r->depth >= SOURCE_MAX_INCLUDES
				 ? "includes are nested more than %d levels deep"
				 : "a policy has at most %d files",
			 r->depth >= SOURCE_MAX_INCLUDES ? SOURCE_MAX_INCLUDES : PARSE_MAX_FILES);
		return;
	}
	file = strcmp(path->text, "-") ? sources_read(r->sources, name, &bad) : -ENOENT;
	if (file < 0) {
		report_unreadable(r, path, shown, file);
		return;
	}
	r->sources->files[file].is_included = true;
	r->sources->files[file].included_at = path->span;
	r->real_paths[(uint32_t)file - r->base] = real;
	parse_one(r, (uint32_t)file);
}

static void include_all(struct reading *r, const struct word *path)
{
	bool is_pattern;
	const char *const *name = include_paths(r->arena, r->sources, path, &is_pattern);

	for (; *name; name++)
		include_file(r, path, *name, is_pattern ? *name : path->text);
}

static void append_lists(struct reading *r, const struct ast *own)
{
	struct ast *ast = r->ast;
	struct suppression **end = &ast->suppressions;
	struct word *names;

	while (*end)
		end = &(*end)->next;
	*end = own->suppressions;
	if (!own->lost_count)
		return;
	names = arena_array(r->arena, struct word, ast->lost_count + own->lost_count);
	if (ast->lost_count)
		memcpy(names, ast->lost_names, ast->lost_count * sizeof(*names));
	memcpy(names + ast->lost_count, own->lost_names, own->lost_count * sizeof(*names));
	ast->lost_names = names;
	ast->lost_count += own->lost_count;
}

/* Each file has a list of its own; an include's statements follow it in the common list. */
static void parse_one(struct reading *r, uint32_t file)
{
	struct ast own = { 0 };
	struct tokens tokens;
	struct stmt *next;

	r->is_open[file - r->base] = true;
	r->depth++;
	tokens_init(&tokens, r->sources, file, r->ds);
	parse_text(r, &tokens, &own);
	tokens_finish(&tokens);
	append_lists(r, &own);
	for (struct stmt *stmt = own.first; stmt; stmt = next) {
		next = stmt->next;
		ast_append(r->ast, stmt);
		if (stmt->kind == STMT_INCLUDE)
			include_all(r, &stmt->include.path);
	}
	r->depth--;
	r->is_open[file - r->base] = false;
}

struct ast *parse_file(struct arena *a, struct sources *s, uint32_t file, struct diags *ds)
{
	struct reading *r = arena_new(a, struct reading);

	r->arena = a;
	r->sources = s;
	r->ds = ds;
	r->ast = arena_new(a, struct ast);
	r->base = file;
	r->repairs_left = MAX_REPAIRS;
	r->real_paths[0] = real_path(r, s->files[file].name);
	parse_one(r, file);
	return r->ast;
}
