// SPDX-License-Identifier: GPL-2.0
/* The nodes of the tree, as the grammar's actions ask for them. */
#include "parse.h"

#include <ctype.h>
#include <string.h>
#include "base/arena.h"
#include "base/bug.h"
#include "mmp.tab.h"

static int hex_digit(char c)
{
	return isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

/* One escape at `at`; returns its length. An escape that the lexer has refused stays as written. */
static uint32_t unescape(const char *at, char *ret_c)
{
	switch (at[1]) {
	case 'n':
		*ret_c = '\n';
		return 2;
	case 't':
		*ret_c = '\t';
		return 2;
	case 'x':
		if (!isxdigit((unsigned char)at[2]) || !isxdigit((unsigned char)at[3]))
			break;
		*ret_c = (char)(hex_digit(at[2]) << 4 | hex_digit(at[3]));
		return 4;
	}
	*ret_c = at[1];
	return 2;
}

static struct word quoted_word(struct parse *p, struct span span)
{
	const char *text = p->source->text;
	uint32_t end = span.end - (span.end > span.start + 1 && text[span.end - 1] == '"');
	char *out = arena_alloc(p->arena, span.end - span.start);
	struct word word = { .text = out, .span = span, .is_quoted = true };

	for (uint32_t at = span.start + 1; at < end;) {
		if (text[at] == '\\' && at + 1 < end)
			at += unescape(text + at, &out[word.len++]);
		else
			out[word.len++] = text[at++];
	}
	out[word.len] = '\0';
	word.path = path_text(p->arena, text + span.start + 1, end - span.start - 1);
	return word;
}

struct word build_word(struct parse *p, uint32_t index)
{
	const struct token *t = &p->tokens->items[index];
	struct span span = token_span(p, index);
	uint32_t skip = t->kind == TOK_DOLLAR;

	if (t->kind == TOK_STRING)
		return quoted_word(p, span);
	return (struct word){ .text = arena_strndup(p->arena, p->source->text + t->start + skip,
						    t->end - t->start - skip),
			      .len = t->end - t->start - skip,
			      .span = span };
}

static struct stmt *build_stmt(struct parse *p, enum stmt_kind kind)
{
	struct stmt *stmt = arena_new(p->arena, struct stmt);

	stmt->kind = kind;
	return stmt;
}

/* The next statement starts at the first word after `span`. */
static void statement_ends(struct parse *p, struct span span)
{
	p->start = p->tokens->items[p->at].start >= span.end ? p->at : p->at + 1;
	p->has_told_depth = false;
}

void parse_separator(struct parse *p, struct span span)
{
	statement_ends(p, span);
}

void parse_statement(struct parse *p, struct stmt *stmt, struct span span)
{
	stmt->span = span;
	ast_append(p->ast, stmt);
	statement_ends(p, span);
}

struct stmt *parse_include(struct parse *p, struct word path)
{
	struct stmt *stmt = build_stmt(p, STMT_INCLUDE);

	stmt->include.path = path;
	return stmt;
}

struct stmt *parse_cgroup(struct parse *p, struct word name, struct words paths,
			  struct words exceptions, bool allow_override)
{
	struct stmt *stmt = build_stmt(p, STMT_CGROUP);

	stmt->cgroup = (struct cgroup_decl){ .name = name, .allow_override = allow_override };
	stmt->cgroup.paths = paths.at;
	stmt->cgroup.path_count = paths.count;
	stmt->cgroup.exceptions = exceptions.at;
	stmt->cgroup.exception_count = exceptions.count;
	return stmt;
}

struct stmt *parse_process(struct parse *p, enum process_kind kind, struct word text,
			   struct expr *pid)
{
	struct stmt *stmt = build_stmt(p, STMT_PROCESS);

	stmt->process.kind = kind;
	if (kind != PROCESS_PID && kind != PROCESS_ALL)
		stmt->process.text = text;
	stmt->process.pid = pid;
	return stmt;
}

struct stmt *parse_define(struct parse *p, struct word name, struct expr *value)
{
	struct stmt *stmt = build_stmt(p, STMT_DEFINE);

	stmt->define.name = name;
	stmt->define.value = value;
	return stmt;
}

struct stmt *parse_param(struct parse *p, struct word name, struct expr *value,
			 struct value_range range)
{
	struct stmt *stmt = build_stmt(p, STMT_PARAM);

	stmt->param.name = name;
	stmt->param.value = value;
	stmt->param.low = range.low;
	stmt->param.high = range.high;
	return stmt;
}

struct stmt *parse_signal(struct parse *p, struct word name, struct expr *condition)
{
	struct stmt *stmt = build_stmt(p, STMT_SIGNAL);

	stmt->signal.name = name;
	stmt->signal.condition = condition;
	return stmt;
}

struct stmt *parse_tick(struct parse *p, struct expr *value)
{
	struct stmt *stmt = build_stmt(p, STMT_TICK);

	stmt->tick.value = value;
	return stmt;
}

struct stmt *parse_mode(struct parse *p, struct word word)
{
	struct stmt *stmt = build_stmt(p, STMT_MODE);

	stmt->mode.word = word;
	return stmt;
}

struct stmt *parse_rule(struct parse *p, enum action action, struct span span, struct word target)
{
	struct stmt *stmt = build_stmt(p, STMT_RULE);

	stmt->rule.action = action;
	stmt->rule.action_span = span;
	stmt->rule.target = target;
	p->modifier_end = &stmt->rule.modifiers;
	return stmt;
}

struct stmt *parse_rule_on(struct parse *p, enum action action, struct span at, struct words of)
{
	struct stmt *stmt = parse_rule(p, action, at, of.at[0]);

	stmt->rule.more_targets = of.at + 1;
	stmt->rule.more_count = of.count - 1;
	return stmt;
}

struct stmt *parse_throttle(struct parse *p, struct span span, struct words targets,
			    struct expr *delay, struct throttle_ramp ramp)
{
	struct stmt *stmt = parse_rule_on(p, ACTION_THROTTLE, span, targets);

	stmt->rule.throttle.delay = delay;
	stmt->rule.throttle.to = ramp.to;
	stmt->rule.throttle.signal = ramp.signal;
	stmt->rule.throttle.from = ramp.from;
	stmt->rule.throttle.until = ramp.until;
	return stmt;
}

struct stmt *parse_thp(struct parse *p, struct span span, const struct word *process,
		       struct thp_answer answer, struct span answer_span)
{
	struct stmt *stmt = parse_rule(p, ACTION_THP, span,
				       process ? *process : (struct word){ 0 });

	stmt->rule.thp.answer = answer.answer;
	stmt->rule.thp.order = answer.order;
	stmt->rule.thp.or_smaller = answer.or_smaller;
	stmt->rule.thp.answer_span = answer_span;
	return stmt;
}

struct stmt *parse_notify(struct parse *p, struct span span, struct word message)
{
	struct stmt *stmt = parse_rule(p, ACTION_NOTIFY, span, (struct word){ 0 });

	stmt->rule.message = message;
	return stmt;
}

void parse_modify(struct parse *p, struct modifier *modifier)
{
	*p->modifier_end = modifier;
	p->modifier_end = &modifier->next;
}

static struct modifier *build_modifier(struct parse *p, enum modifier_id id, struct span span)
{
	struct modifier *m = arena_new(p->arena, struct modifier);

	m->id = id;
	m->span = span;
	return m;
}

struct modifier *parse_timed(struct parse *p, enum modifier_id id, struct span span,
			     struct timed_condition timed)
{
	struct modifier *m = build_modifier(p, id, span);

	m->timed = timed;
	return m;
}

struct modifier *parse_measure(struct parse *p, enum modifier_id id, struct span span,
			       struct expr *value)
{
	struct modifier *m = build_modifier(p, id, span);

	m->value = value;
	return m;
}

struct modifier *parse_worded(struct parse *p, enum modifier_id id, struct span span,
			      struct words words)
{
	struct modifier *m = build_modifier(p, id, span);

	m->words = words.at;
	m->word_count = words.count;
	return m;
}

struct words parse_words(struct parse *p, struct words words, struct word word)
{
	struct word *more;

	if (words.count == words.room) {
		words.room = words.room ? words.room * 2 : 1; /* most are one word */
		more = arena_array(p->arena, struct word, words.room);
		if (words.count)
			memcpy(more, words.at, words.count * sizeof(*more));
		words.at = more;
	}
	words.at[words.count++] = word;
	return words;
}

/* A check of a large policy takes its time for memory: see docs/performance.md. */
_Static_assert(sizeof(struct expr) <= 48, "an expression has grown");

static struct expr *build_expr(struct parse *p, enum expr_kind kind, struct span span,
			       unsigned height)
{
	struct expr *e = arena_new(p->arena, struct expr);

	e->kind = kind;
	e->span = span;
	e->height = (uint16_t)height;
	return e;
}

struct expr *parse_string(struct parse *p, struct word word)
{
	struct expr *e = build_expr(p, EXPR_STRING, word.span, 1);

	e->string = word;
	return e;
}

struct expr *parse_number(struct parse *p, struct word word)
{
	struct expr *e = build_expr(p, EXPR_NUMBER, word.span, 1);
	uint32_t digits = (uint32_t)strspn(word.text, "0123456789.");

	/* The end of a word is already a text of its own. */
	e->number.unit = word.text + digits;
	e->number.digits = *e->number.unit ? arena_strndup(p->arena, word.text, digits) : word.text;
	e->number.digit_count = digits;
	return e;
}

struct expr *parse_bad_number(struct parse *p, struct word word)
{
	struct expr *e = build_expr(p, EXPR_NUMBER, word.span, 1);

	e->number.digits = e->number.unit = "";
	return e;
}

struct expr *parse_dollar(struct parse *p, struct word word)
{
	struct expr *e = build_expr(p, EXPR_DOLLAR, word.span, 1);

	e->dollar.name = word.text;
	return e;
}

struct expr *parse_name(struct parse *p, struct words parts, struct expr *window, struct span span)
{
	struct expr *e = build_expr(p, EXPR_NAME, span, 1);

	e->name.parts = parts.at;
	e->name.count = parts.count;
	e->name.window = window;
	return e;
}

static unsigned taller(const struct expr *a, const struct expr *b)
{
	return a->height > b->height ? a->height : b->height;
}

/*
 * Every later stage walks the tree by recursion, so its height is bounded here, where the last word
 * of it is known.
 */
static bool is_too_deep(struct parse *p, struct span op, unsigned height)
{
	struct diag *d;

	if (height < AST_MAX_HEIGHT)
		return false;
	if (p->has_told_depth)
		return true;
	p->has_told_depth = true;
	d = diag_add(p->ds, DIAG_TOO_DEEP, op, "this condition is more than %d levels high",
		     AST_MAX_HEIGHT);
	diag_hint(p->ds, d, "name a part of it: signal NAME = CONDITION");
	return true;
}

/* What is too deep has been reported: in its place stands a number of which nothing is said. */
static struct expr *unknown_value(struct parse *p, struct span span)
{
	return parse_bad_number(p, (struct word){ .text = "", .span = span });
}

struct expr *parse_unary(struct parse *p, enum expr_kind kind, struct span op, struct expr *operand)
{
	struct expr *e;

	if (is_too_deep(p, op, operand->height))
		return unknown_value(p, operand->span);
	e = build_expr(p, kind, span_join(op, operand->span), operand->height + 1u);
	e->left = operand;
	e->op_span = op;
	return e;
}

/* The operands of a chain of `and`, or of `or`, from left to right, and what stands between them.
 */
struct chain {
	struct expr **operands;
	struct span *ops; /* the one after each operand */
	unsigned count;
};

static unsigned chain_length(const struct expr *e, enum expr_kind kind)
{
	return e->kind == kind ? chain_length(e->left, kind) + chain_length(e->right, kind) : 1;
}

static void chain_collect(struct chain *c, struct expr *e, enum expr_kind kind)
{
	if (e->kind != kind) {
		c->operands[c->count++] = e;
		return;
	}
	chain_collect(c, e->left, kind);
	c->ops[c->count - 1] = e->op_span;
	chain_collect(c, e->right, kind);
}

static struct expr *chain_balance(struct parse *p, const struct chain *c, enum expr_kind kind,
				  unsigned from, unsigned count)
{
	unsigned half = count / 2;
	struct expr *e, *left, *right;

	if (count == 1)
		return c->operands[from];
	left = chain_balance(p, c, kind, from, half);
	right = chain_balance(p, c, kind, from + half, count - half);
	e = build_expr(p, kind, span_join(left->span, right->span), taller(left, right) + 1);
	e->left = left;
	e->right = right;
	e->op_span = c->ops[from + half - 1];
	return e;
}

/* A long chain reads as a flat list, and as the order of joining changes nothing, it is made flat.
 */
static struct expr *flatter(struct parse *p, enum expr_kind kind, struct expr *e)
{
	struct chain c = { 0 };
	unsigned length;

	if ((kind != EXPR_AND && kind != EXPR_OR) || e->height < AST_MAX_HEIGHT ||
	    p->has_told_depth)
		return e;
	length = chain_length(e, kind);
	if (length >= AST_MAX_CHAIN)
		return e;
	c.operands = arena_array(p->arena, struct expr *, length);
	c.ops = arena_array(p->arena, struct span, length);
	chain_collect(&c, e, kind);
	return chain_balance(p, &c, kind, 0, length);
}

struct expr *parse_binary(struct parse *p, enum expr_kind kind, struct expr *left, struct span op,
			  struct expr *right)
{
	struct expr *e;
	unsigned height;

	left = flatter(p, kind, left);
	height = taller(left, right);
	if (is_too_deep(p, op, height))
		return unknown_value(p, left->span);
	e = build_expr(p, kind, span_join(left->span, right->span), height + 1);
	e->left = left;
	e->right = right;
	e->op_span = op;
	return e;
}

struct expr *parse_compare(struct parse *p, enum compare_op compare, struct expr *left,
			   struct span op, struct expr *right)
{
	struct expr *e = parse_binary(p, EXPR_COMPARE, left, op, right);

	if (e->kind == EXPR_COMPARE)
		e->compare = compare;
	return e;
}

struct expr *parse_in(struct parse *p, struct expr *value, struct span op, struct expr *low,
		      struct expr *high)
{
	unsigned height = taller(value, taller(low, high) == low->height ? low : high);
	struct expr *e;

	if (is_too_deep(p, op, height))
		return unknown_value(p, value->span);
	e = build_expr(p, EXPR_IN, span_join(value->span, high->span), height + 1);
	e->in.value = value;
	e->in.low = low;
	e->in.high = high;
	return e;
}
