// SPDX-License-Identifier: GPL-2.0
/*
 * Bison reports that a word cannot stand at its place, and which words could. What the user meant
 * is found by trying: the statement is changed by one word and given to a fresh parser, whose
 * result is thrown away. The change that takes the parser past the refused word becomes the hint,
 * so a misspelt word is found even where it was taken for a name: `thp ordr 9`.
 */
#include "syntax.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "base/arena.h"
#include "base/bug.h"
#include "expected.h"
#include "base/lang.h"
#include "parse.h"
#include "repair.h"
#include "unquoted.h"
#include "mmp.tab.h"

#define MAX_LOOK_BACK 6 /* how far before the refused word to look for a misspelt one */

bool syntax_is_misspelt_start(const struct parse *p, uint32_t index)
{
	static const char *const starts[] = { "include",  "cgroup",  "process", "define", "param",
					      "signal",	  "tick",    "mode",	"rule",	  "protect",
					      "throttle", "reclaim", "thp",	"notify" };
	const struct token *t = &p->tokens->items[index];
	char lower[16];
	const char *text;
	int len;

	if (!t->is_first || t->kind != TOK_NAME)
		return false;
	text = token_text(p, index, &len);
	for (int i = 0; i < len && i < (int)sizeof(lower); i++)
		lower[i] = (char)tolower((unsigned char)text[i]);
	return len <= (int)sizeof(lower) &&
	       nearest_word(lower, (size_t)len, starts, ARRAY_SIZE(starts));
}

/* ---- Misspelt words ---- */

/* psi is > 10: near `in`, which does not help; without the word the statement is right. */
static bool is_rather_superfluous(struct parse *p, const char *word)
{
	struct edit without = { .index = p->at, .remove = 1 }, with = without;

	with.kinds[with.add++] = (uint16_t)word_token(word, strlen(word));
	return !strchr(word, ' ') && !token_ends_statement(p->tokens->items[p->at + 1].kind) &&
	       !repair_gets_past(p, &with) && repair_try(p, &without) == REPAIR_WHOLE;
}

static bool explain_misspelt(struct parse *p)
{
	struct choices c = { .count = 0 };
	const char *word;
	struct diag *d;

	if (p->tokens->items[p->at].kind != TOK_NAME)
		return false;
	choices_expected(p, &c);
	word = choices_best(p, p->at, &c, false);
	if (!word)
		return false;
	d = expected_refuse(p);
	if (is_rather_superfluous(p, word))
		diag_fix(p->ds, d, token_span(p, p->at), "", false, "leave it out");
	else
		diag_did_you_mean(p->ds, d, word);
	return true;
}

/* A word that was taken for a name, although it is a misspelt word of the language. */
static bool explain_earlier(struct parse *p)
{
	struct choices c = { .count = 0 };

	choices_all(&c);
	for (uint32_t i = p->at; i-- > p->start + 1 && p->at - i <= MAX_LOOK_BACK;) {
		const char *word, *text;
		struct diag *d;
		int len;

		if (p->tokens->items[i].kind != TOK_NAME)
			continue;
		word = choices_best(p, i, &c, true);
		if (!word)
			continue;
		text = token_text(p, i, &len);
		d = diag_add(p->ds, DIAG_SYNTAX, token_span(p, i), "'%.*s' cannot stand here", len,
			     text);
		diag_did_you_mean(p->ds, d, word);
		return true;
	}
	return false;
}

/* ---- Other mistakes that have a name ---- */

static bool explain_start(struct parse *p)
{
	int len, kind = p->tokens->items[p->at].kind;
	const char *text = token_text(p, p->at, &len);
	struct choices c = { .count = 0 };
	struct diag *d;

	if (p->at != p->start)
		return false;
	d = diag_add(p->ds, DIAG_SYNTAX, token_span(p, p->at), "'%.*s' starts no statement", len,
		     text);
	if (kind >= TOK_WHEN && kind <= TOK_ON) {
		diag_hint(p->ds, d,
			  "it belongs to a rule, after what the rule does: "
			  "protect NAME %.*s ...",
			  len, text);
		return true;
	}
	choices_expected(p, &c);
	if (!token_is_name(kind) || !repair_start(p, d, choices_best(p, p->at, &c, false)))
		diag_hint(p->ds, d, "a statement starts with one of %s", expected_starts(p->arena));
	return true;
}

/* cooldown 6 s */
static bool explain_split_unit(struct parse *p)
{
	const struct token *t = &p->tokens->items[p->at];
	int len, number_len;
	const char *text = token_text(p, p->at, &len), *number, *unit;
	struct diag *d;

	if (p->at == p->start || t->kind != TOK_NAME || t[-1].kind != TOK_NUMBER)
		return false;
	unit = unit_meant(text, (size_t)len);
	if (!unit)
		return false;
	number = token_text(p, p->at - 1, &number_len);
	if (strspn(number, "0123456789.") < (size_t)number_len)
		return false;
	d = diag_add(p->ds, DIAG_SYNTAX, token_span(p, p->at),
		     "there is a space between the number %.*s and its unit '%.*s'", number_len,
		     number, len, text);
	diag_fix(p->ds, d, span_join(token_span(p, p->at - 1), token_span(p, p->at)),
		 arena_printf(p->arena, "%.*s%s", number_len, number, unit),
		 !unit_is_refused(text, (size_t)len), "write %.*s%s", number_len, number, unit);
	return true;
}

/* cgroup rule = "/web" */
static bool explain_reserved(struct parse *p)
{
	const struct token *t = &p->tokens->items[p->at];
	struct edit e = { .index = p->at, .remove = 1, .kinds = { TOK_NAME }, .add = 1 };
	struct diag *d;
	const char *text;
	int len;

	if (t->kind < TOK_INCLUDE || t->kind > TOK_ON || t->is_first || p->at == p->start ||
	    !expected_has(p, "a name") || !repair_gets_past(p, &e) ||
	    token_ends_statement(t[1].kind))
		return false;
	text = token_text(p, p->at, &len);
	d = diag_add(p->ds, DIAG_SYNTAX, token_span(p, p->at),
		     "'%.*s' is a reserved word and cannot be a name", len, text);
	if (expected_has(p, "text in double quotes"))
		diag_hint(p->ds, d, "in double quotes it can: \"%.*s\"", len, text);
	else
		diag_hint(p->ds, d, "choose another name, such as my_%.*s", len, text);
	return true;
}

/* Words and signs of other languages, and what stands for them here. */
static bool explain_foreign(struct parse *p)
{
	static const struct {
		const char *text, *instead;
	} words[] = {
		{ "=", "==" },		{ "==", "=" },		 { ":", "=" },
		{ "=", ":" },		{ ".", ".." },		 { ",", "and" },
		{ "if", "when" },	{ "while", "when" },	 { "is", "==" },
		{ "above", ">" },	{ "over", ">" },	 { "below", "<" },
		{ "under", "<" },	{ "then", "and" },	 { "to", ".." },
		{ "and", ".." },	{ "when", "=" },	 { "less", "smaller" },
		{ "lower", "smaller" }, { "unless", "and not" }, { "unless", "when not" },
		{ "every", "tick" },
	};
	int len;
	const char *text = token_text(p, p->at, &len);

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		const char *instead = words[i].instead;

		if (strncmp(words[i].text, text, (size_t)len) || words[i].text[len] ||
		    !expected_has_first(p, instead) || is_rather_superfluous(p, instead))
			continue;
		diag_did_you_mean(p->ds, expected_refuse(p), instead);
		return true;
	}
	return false;
}

/* when psi > 10) */
static bool explain_unopened(struct parse *p)
{
	int kind = p->tokens->items[p->at].kind;

	if (kind != ')' && kind != ']')
		return false;
	diag_hint(p->ds, expected_refuse(p), "no '%c' is open here", kind == ')' ? '(' : '[');
	return true;
}

/* when 10 < psi < 20 */
static bool explain_chain(struct parse *p)
{
	int kind = p->tokens->items[p->at].kind;
	struct diag *d;

	if (!((kind >= TOK_GT && kind <= TOK_NE) || kind == TOK_IN) || !expected_has(p, "and") ||
	    expected_has(p, ">"))
		return false;
	d = diag_add(p->ds, DIAG_SYNTAX, token_span(p, p->at), "comparisons do not chain");
	diag_hint(p->ds, d, "join two with 'and', or write: SIGNAL in LOW .. HIGH");
	return true;
}

/* hold calm */
static bool explain_bare_define(struct parse *p)
{
	struct edit e = { .index = p->at, .remove = 1, .kinds = { TOK_DOLLAR }, .add = 1 };
	struct diag *d;
	const char *text;
	int len;

	if (!token_is_name(p->tokens->items[p->at].kind) || !expected_has(p, "a '$' name") ||
	    !repair_gets_past(p, &e))
		return false;
	text = token_text(p, p->at, &len);
	d = expected_refuse(p);
	expected_hint(p, d);
	diag_hint(p->ds, d, "the value of a define or param is written $%.*s", len, text);
	return true;
}

/* The kind of the refused word, for explain_missing(). */
enum { A_NAME = 1, A_NUMBER = 2, A_TEXT = 4, A_LEVEL = 8, ANOTHER = 16, ANYTHING = 31 };

static bool statement_has(const struct parse *p, int kind)
{
	for (uint32_t i = p->start; i < p->at; i++)
		if (p->tokens->items[i].kind == kind)
			return true;
	return false;
}

static unsigned shape_of(const struct parse *p, uint32_t index)
{
	static const char *const levels[] = { "low", "min", "info", "warning", "error" };
	int len, kind = p->tokens->items[index].kind;
	const char *text = token_text(p, index, &len);

	for (size_t i = 0; i < ARRAY_SIZE(levels); i++)
		if (!strncmp(levels[i], text, (size_t)len) && !levels[i][len])
			return A_LEVEL | A_NAME;
	if (kind == TOK_NUMBER || kind == TOK_DOLLAR)
		return A_NUMBER;
	return kind == TOK_STRING ? A_TEXT : token_is_name(kind) ? A_NAME : ANOTHER;
}

/* Not before another `when`, nor before a word of the language that has a meaning alone: swap. */
static bool may_lack_when(const struct parse *p)
{
	const struct token *t = &p->tokens->items[p->at];

	return !statement_has(p, TOK_WHEN) &&
	       (t->kind == TOK_NAME || !token_ends_statement(t[1].kind));
}

/* The word missing before the refused one: it gets farthest, and is the first among equals. */
static bool explain_missing(struct parse *p)
{
	static const struct {
		const char *word;
		int kind;
		unsigned before;
	} words[] = {
		{ "=", '=', ANYTHING },		  { ":", ':', ANYTHING },
		{ ",", ',', ANYTHING },		  { ")", ')', ANYTHING },
		{ "]", ']', ANYTHING },		  { "..", TOK_DOTS, A_NUMBER },
		{ "order", TOK_ORDER, A_NUMBER }, { "comm", TOK_COMM, A_TEXT },
		{ "to", TOK_TO, A_NUMBER },	  { "from", TOK_FROM, A_NUMBER },
		{ "at", TOK_AT, A_LEVEL },	  { "and", TOK_AND, A_NAME },
		{ "or", TOK_OR, A_NAME },	  { "when", TOK_WHEN, A_NAME },
		{ "as", TOK_AS, A_NAME },
	};
	unsigned shape = shape_of(p, p->at), best = ARRAY_SIZE(words);
	uint32_t best_reached = p->at + 1;
	struct diag *d;

	for (unsigned i = 0; i < ARRAY_SIZE(words); i++) {
		struct edit e = { .index = p->at, .kinds = { (uint16_t)words[i].kind }, .add = 1 };
		uint32_t reached;

		if (!(words[i].before & shape) || !expected_has_word(p, words[i].word) ||
		    p->tokens->items[p->at - 1].kind == words[i].kind ||
		    (words[i].kind == TOK_WHEN && !may_lack_when(p)))
			continue;
		reached = repair_try(p, &e);
		if (reached <= best_reached)
			continue;
		best = i;
		best_reached = reached;
	}
	if (best == ARRAY_SIZE(words))
		return false;
	d = expected_refuse(p);
	if (words[best].kind == TOK_AND)
		diag_hint(p->ds, d, "join two conditions with 'and' or 'or'");
	else
		diag_fix(p->ds, d, span_before(token_span(p, p->at)),
			 arena_printf(p->arena, "%s ", words[best].word), false,
			 "write '%s' before it", words[best].word);
	return true;
}

static bool is_comparison(int kind)
{
	return (kind >= TOK_GT && kind <= TOK_NE) || kind == TOK_IN;
}

/* when usage 90%, when > 90%, when usage > hold 3s: without the word no condition is left. */
static bool explain_half_comparison(struct parse *p)
{
	int kind = p->tokens->items[p->at].kind, before;
	unsigned shape = shape_of(p, p->at);

	if (p->at == p->start)
		return false;
	before = p->tokens->items[p->at - 1].kind;
	if (expected_has(p, ">") && shape & (A_NUMBER | A_TEXT))
		diag_hint(p->ds, expected_refuse(p), "a comparison is missing before it: %s",
			  shape == A_TEXT ? "'==' or '!='" : "'>' or '<'");
	else if (is_comparison(kind) &&
		 (before == TOK_WHEN || before == TOK_UNTIL || before == TOK_AND ||
		  before == TOK_OR || before == TOK_NOT || before == '('))
		diag_hint(p->ds, expected_refuse(p), "what is compared is missing before it");
	else if (is_comparison(before) && kind >= TOK_WHEN && kind <= TOK_ON)
		diag_hint(p->ds, expected_refuse(p), "the value is missing before it");
	else
		return false;
	return true;
}

static bool is_same_text(const struct parse *p, uint32_t a, uint32_t b)
{
	int len_a, len_b;
	const char *text_a = token_text(p, a, &len_a), *text_b = token_text(p, b, &len_b);

	return len_a == len_b && !strncmp(text_a, text_b, (size_t)len_a);
}

/* protect web web when ..., and where the second was taken for something else: as as usage */
static bool explain_twice(struct parse *p)
{
	const struct token *t = &p->tokens->items[p->at];
	struct edit e = { .index = p->at, .remove = 1 };
	struct diag *d;
	const char *text;
	int len;

	if (p->at > p->start + 1 && !t->is_first && is_same_text(p, p->at - 1, p->at - 2))
		e.index--;
	else if (p->at == p->start || t->is_first || !is_same_text(p, p->at, p->at - 1))
		return false;
	text = token_text(p, e.index, &len);
	if (!isalpha((unsigned char)*text) ||
	    p->source->text[p->tokens->items[e.index].end] == '.' ||
	    repair_try(p, &e) != REPAIR_WHOLE)
		return false;
	d = diag_add(p->ds, DIAG_SYNTAX, token_span(p, e.index), "'%.*s' stands twice", len, text);
	diag_fix(p->ds, d, token_span(p, e.index), "", false, "leave it out");
	return true;
}

/* hold-x 1s, thp/a, for-1 10s: what stands around it would not be right without it. */
static bool is_part_of_word(const struct parse *p)
{
	const struct token *t = &p->tokens->items[p->at];
	const char *text = p->source->text;
	char before, after = text[t->end];

	if (p->at == p->start)
		return false;
	if (p->at > p->start + 2 && t[-1].kind == TOK_NUMBER && t[-2].kind == '-' &&
	    t[-2].start == t[-3].end)
		return true;
	before = text[t->start - 1];
	if (isalnum((unsigned char)text[t->start]))
		return (before && strchr("-/.", before)) || after == '.';
	return strchr("/.", text[t->start]) && isalnum((unsigned char)before) &&
	       isalnum((unsigned char)after);
}

/* order=9, no-swap: without the sign two words would become one. */
static bool is_between_words(const struct parse *p, const struct token *t)
{
	const char *text = p->source->text;

	return t->start && isalnum((unsigned char)text[t->start - 1]) &&
	       isalnum((unsigned char)text[t->end]);
}

/*
 * tick = 100ms: without the word all is well. The last one of a statement may be anything, and
 * 'thp x' for thp-x would be about a process that nobody has declared.
 */
static bool explain_superfluous(struct parse *p)
{
	const struct token *t = &p->tokens->items[p->at];
	struct edit e = { .index = p->at, .remove = 1 };
	struct diag *d;

	if (t->kind == TOK_END || is_part_of_word(p) ||
	    (p->at && t[-1].kind == TOK_THP && t[1].kind == TOK_NAME) ||
	    (t->is_first && (token_ends_statement(t->kind) || shape_of(p, p->at) != ANOTHER)) ||
	    (shape_of(p, p->at) != ANOTHER && token_ends_statement(t[1].kind)) ||
	    repair_try(p, &e) != REPAIR_WHOLE)
		return false;
	d = expected_refuse(p);
	diag_fix(p->ds, d, token_span(p, p->at), is_between_words(p, t) ? " " : "", false,
		 is_between_words(p, t) ? "write a space in its place" : "leave it out");
	return true;
}

/* The next statement or the file's end cuts the statement short. */
static bool explain_cut(struct parse *p)
{
	const struct token *t = &p->tokens->items[p->at];

	if (!token_ends_statement(t->kind) || !(t->is_first || t->kind == ';' || !t->kind))
		return false;
	expected_missing(p, p->at);
	return true;
}

/*
 *	protect high when psi >
 *	protct low ...
 * The parser refuses the misspelt word, or took it for the rest of the statement before. Returns
 * where the next statement starts; 0 where this is not the case.
 */
static uint32_t explain_misspelt_start(struct parse *p)
{
	uint32_t index = p->at;

	if (!syntax_is_misspelt_start(p, index) &&
	    (--index <= p->start || !syntax_is_misspelt_start(p, index)))
		return 0;
	/* Complete before it: only the misspelt word is wrong, unless it is likelier a modifier. */
	if (index == p->at && expected_has(p, "end of file")) {
		struct choices c = { .count = 0 };
		const char *word;

		choices_expected(p, &c);
		word = choices_best(p, index, &c, false);
		if (!word || !token_ends_statement(word_token(word, strlen(word))))
			return 0;
		p->start = index;
		explain_start(p);
		return index + 1;
	}
	expected_missing(p, index);
	return index;
}

uint32_t syntax_explain(struct parse *p)
{
	uint32_t guilty = p->at, next;
	struct diag *d;

	if (explain_start(p) || explain_split_unit(p) || explain_reserved(p))
		return guilty + 1;
	next = explain_misspelt_start(p);
	if (next)
		return next;
	if (!unquoted_explain(p) && !explain_foreign(p) && !explain_misspelt(p) &&
	    !explain_earlier(p) && !explain_chain(p) && !explain_cut(p) &&
	    !explain_bare_define(p) && !explain_twice(p) && !explain_missing(p) &&
	    !explain_unopened(p) && !explain_half_comparison(p)) {
		if (explain_superfluous(p))
			return guilty + 1;
		d = expected_refuse(p);
		expected_hint(p, d);
	}
	return token_ends_statement(p->tokens->items[guilty].kind) ? guilty : guilty + 1;
}
