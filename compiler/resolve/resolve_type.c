// SPDX-License-Identifier: GPL-2.0
/*
 * The quantity of an expression. A number without a unit takes the natural unit of the operand
 * beside it (100 is 100/s beside a rate, 10 is 10% beside a percentage), so its value is known only
 * after the other operand is: such an expression is "bare", and adopt() completes it.
 */
#include "resolve_impl.h"

#include <string.h>

#include "base/arena.h"
#include "base/bug.h"
#include "base/quantity.h"

bool is_bare(const struct expr *e)
{
	switch (e->kind) {
	case EXPR_NUMBER:
		return !*e->number.unit;
	case EXPR_DOLLAR:
		return e->dollar.define && e->dollar.define->value &&
		       is_bare(e->dollar.define->value);
	case EXPR_NEG:
		return is_bare(e->left);
	case EXPR_ADD:
	case EXPR_SUB:
	case EXPR_MUL:
	case EXPR_DIV:
		return is_bare(e->left) && is_bare(e->right);
	case EXPR_OR:
	case EXPR_AND:
	case EXPR_NOT:
	case EXPR_COMPARE:
	case EXPR_IN:
	case EXPR_OF:
	case EXPR_STRING:
	case EXPR_NAME:
	case EXPR_KIND_COUNT:
		return false;
	}
	BUG("expression kind %d", e->kind);
}

static bool is_numeric(enum quantity q)
{
	return q != QUANTITY_CONDITION && q != QUANTITY_ENUM && q != QUANTITY_STRING;
}

static void report_literal(struct resolver *r, const struct expr *e, enum literal_problem problem,
			   enum quantity q)
{
	const char *text = resolver_excerpt(r, e->span), *hint = quantity_inexact_hint(q);
	struct diag *d;

	if (problem == LITERAL_TOO_LARGE) {
		diag_add(r->ds, DIAG_BAD_NUMBER, e->span, "'%s' is too large", text);
		return;
	}
	d = diag_add(r->ds, DIAG_BAD_NUMBER, e->span, "'%s' is %s", text, quantity_inexact(q));
	if (hint)
		diag_hint(r->ds, d, "%s", hint);
}

/* The value that a bare expression has as a q. */
static bool bare_value(struct resolver *r, const struct expr *e, struct scale scale,
		       enum quantity q, int64_t *ret_value)
{
	static const struct scale one = { 1, 1 };
	enum literal_problem problem;
	int64_t a, b = 0;

	switch ((int)e->kind) {
	case EXPR_NUMBER:
		problem = literal_scale(e->number.digits, e->number.digit_count, scale, ret_value);
		if (problem)
			report_literal(r, e, problem, q);
		return !problem;
	case EXPR_DOLLAR:
		return bare_value(r, e->dollar.define->value, scale, q, ret_value);
	case EXPR_NEG:
		return bare_value(r, e->left, scale, q, &a) &&
		       constant_apply(e->kind, a, 0, ret_value);
	case EXPR_MUL:
	case EXPR_DIV:
		return bare_value(r, e->left, scale, q, &a) &&
		       bare_value(r, e->right, one, QUANTITY_COUNT, &b) &&
		       constant_apply(e->kind, a, b, ret_value);
	default:
		return bare_value(r, e->left, scale, q, &a) &&
		       bare_value(r, e->right, scale, q, &b) &&
		       constant_apply(e->kind, a, b, ret_value);
	}
}

/* Write the values into the tree; the same rules as bare_value(), which has found no problem. */
static void bare_settle(struct resolver *r, struct expr *e, struct scale scale, enum quantity q)
{
	static const struct scale one = { 1, 1 };
	bool is_factor = e->kind == EXPR_MUL || e->kind == EXPR_DIV;

	e->quantity = q;
	if (e->kind == EXPR_NUMBER) {
		bare_value(r, e, scale, q, &e->number.value);
	} else if (e->kind == EXPR_DOLLAR) {
		bare_value(r, e, scale, q, &e->dollar.value);
	} else {
		bare_settle(r, e->left, scale, q);
		if (e->right)
			bare_settle(r, e->right, is_factor ? one : scale,
				    is_factor ? QUANTITY_COUNT : q);
	}
}

/* 0 is 0 in every unit. */
static bool is_zero(const struct expr *e)
{
	return e->kind == EXPR_NUMBER && strspn(e->number.digits, "0.") == e->number.digit_count;
}

bool adopt(struct resolver *r, struct expr *e, enum quantity q, const struct expr *beside)
{
	struct scale scale = { 1, 1 };
	int64_t value;

	if (!quantity_natural_scale(q, &scale) && !is_zero(e)) {
		report_missing_unit(r, e, q, beside);
		return false;
	}
	if (!bare_value(r, e, scale, q, &value))
		return false;
	bare_settle(r, e, scale, q);
	return true;
}

/* Mismatches. */

/* A param without a unit is a whole number: it may be a rate or an order, but not a percentage. */
static bool is_count_param(const struct expr *e)
{
	return e->kind == EXPR_DOLLAR && e->quantity == QUANTITY_COUNT && !is_bare(e);
}

static bool unify_special(struct expr *a, struct expr *b)
{
	if (b->quantity == QUANTITY_PERCENT && is_size_or_percent(a)) {
		a->quantity = QUANTITY_PERCENT;
		return true;
	}
	if (is_count_param(a) && (b->quantity == QUANTITY_RATE || b->quantity == QUANTITY_ORDER)) {
		a->quantity = b->quantity;
		return true;
	}
	return false;
}

static const char *example_for(struct resolver *r, const struct expr *a)
{
	if (a->kind == EXPR_NAME && a->name.ref == REF_SIGNAL && a->name.signal == SIGNAL_COMM)
		return "\"redis-server\"";
	if (a->kind == EXPR_NAME && a->name.ref == REF_SIGNAL &&
	    a->name.signal == SIGNAL_VMA_ADVICE)
		return "hugepage";
	return quantity_example(a->quantity);
}

static void report_mismatch(struct resolver *r, const struct expr *a, const struct expr *b,
			    const char *op)
{
	const char *left = resolver_excerpt(r, a->span);
	bool is_number = is_bare(b);
	struct diag *d;

	d = diag_add(r->ds, DIAG_QUANTITY_MISMATCH, b->span, "'%s' is %s, but '%s' is %s", left,
		     quantity_noun(a->quantity), resolver_excerpt(r, b->span),
		     is_number ? "a number" : quantity_noun(b->quantity));
	if (a->quantity == QUANTITY_CONDITION)
		diag_hint(r->ds, d, "a condition is used as it is: '%s', or 'not %s'", left, left);
	else if (a->quantity == QUANTITY_SIZE && b->kind == EXPR_NUMBER &&
		 !strcmp(b->number.unit, "m"))
		diag_hint(r->ds, d, "'m' is minutes; write '%sM' for MiB", b->number.digits);
	else if (is_size_or_percent(a) && a->quantity == QUANTITY_SIZE)
		diag_hint(r->ds, d, "write for example '%s %s 1GiB' or '%s %s 80%%'", left, op,
			  left, op);
	else if (is_count_param(b) && a->quantity == QUANTITY_PERCENT)
		diag_hint(r->ds, d, "give the param a unit where it is declared, as in '10%%'");
	else
		diag_hint(r->ds, d, "write for example '%s %s %s'", left, op, example_for(r, a));
}

enum quantity unify(struct resolver *r, struct expr *a, struct expr *b, const char *op)
{
	enum quantity qa = a->quantity, qb = b->quantity;
	bool a_bare = is_bare(a), b_bare = is_bare(b);

	if (qa == QUANTITY_UNKNOWN || qb == QUANTITY_UNKNOWN)
		return QUANTITY_UNKNOWN;
	if (a_bare && b_bare)
		return adopt(r, a, QUANTITY_COUNT, NULL) && adopt(r, b, QUANTITY_COUNT, NULL)
			       ? QUANTITY_COUNT
			       : QUANTITY_UNKNOWN;
	if (a_bare && is_numeric(qb))
		return adopt(r, a, qb, b) ? qb : QUANTITY_UNKNOWN;
	if (b_bare && is_numeric(qa))
		return adopt(r, b, qa, a) ? qa : QUANTITY_UNKNOWN;
	if (!a_bare && !b_bare && (qa == qb || unify_special(a, b) || unify_special(b, a)))
		return a->quantity;
	report_mismatch(r, a, b, op);
	return QUANTITY_UNKNOWN;
}

/* Expressions. */

static enum quantity type_of_number(struct resolver *r, struct expr *e)
{
	enum quantity q = QUANTITY_COUNT;
	enum literal_problem problem;
	const char *text = e->number.unit;
	struct diag *d;

	if (!e->number.digit_count)
		return QUANTITY_UNKNOWN; /* reported by the lexer */
	if (!*text)
		return QUANTITY_COUNT; /* bare: read when adopted */
	problem = literal_read(e->number.digits, e->number.digit_count, text, &q, &e->number.value);
	if (!problem)
		return q;
	if (problem != LITERAL_UNKNOWN_UNIT) {
		report_literal(r, e, problem, q);
		return QUANTITY_UNKNOWN;
	}
	d = diag_add(r->ds, DIAG_UNKNOWN_UNIT, e->span, "there is no unit '%s'", text);
	hint_unit(r, d, e);
	return QUANTITY_UNKNOWN;
}

static enum quantity condition_of(struct resolver *r, struct expr *e)
{
	if (e->quantity == QUANTITY_UNKNOWN || e->quantity == QUANTITY_CONDITION)
		return e->quantity;
	report_no_condition(r, e);
	return QUANTITY_UNKNOWN;
}

static enum quantity type_of_logic(struct resolver *r, struct expr *e)
{
	type_of(r, e->left);
	if (e->right)
		type_of(r, e->right);
	if (!condition_of(r, e->left))
		r->is_broken = true;
	if (e->right && !condition_of(r, e->right))
		r->is_broken = true;
	return QUANTITY_CONDITION;
}

/* Words of an enumeration can be distinguished from names only by what they are compared with. */
static void type_of_operands(struct resolver *r, struct expr *a, struct expr *b)
{
	type_of(r, a);
	if (is_signal_name(a, SIGNAL_VMA_ADVICE))
		b->quantity = resolve_advice(r, b);
	else if (is_signal_name(a, SIGNAL_MEMCG))
		b->quantity = resolve_memcg(r, b);
	else
		type_of(r, b);
}

/* Percentages of what is compared directly: 0 to 100. */
static void check_percent(struct resolver *r, const struct expr *signal, const struct expr *value)
{
	int64_t n;

	if (signal->kind != EXPR_NAME || value->quantity != QUANTITY_PERCENT ||
	    !expr_constant(value, &n, NULL) || (n >= 0 && n <= 10000))
		return;
	diag_add(r->ds, DIAG_OUT_OF_RANGE, value->span, "'%s' is not between 0%% and 100%%",
		 resolver_excerpt(r, value->span));
	r->is_broken = true;
}

static void check_order_of_words(struct resolver *r, struct expr *e)
{
	struct diag *d;

	if (e->compare == COMPARE_EQ || e->compare == COMPARE_NE)
		return;
	d = diag_add(r->ds, DIAG_QUANTITY_MISMATCH, e->op_span, "%s has no order",
		     quantity_noun(e->left->quantity));
	diag_hint(r->ds, d, "compare it with '==' or '!='");
	r->is_broken = true;
}

static enum quantity type_of_compare(struct resolver *r, struct expr *e)
{
	bool is_swapped = is_signal_name(e->right, SIGNAL_VMA_ADVICE) ||
			  is_signal_name(e->right, SIGNAL_MEMCG);
	const struct word *string;
	enum quantity q;

	if (is_swapped)
		type_of_operands(r, e->right, e->left);
	else
		type_of_operands(r, e->left, e->right);
	q = unify(r, e->left, e->right, compare_word(e->compare));
	if (q == QUANTITY_UNKNOWN) {
		r->is_broken = true;
		return QUANTITY_CONDITION;
	}
	if (q == QUANTITY_CONDITION) {
		report_mismatch(r, e->left, e->right, compare_word(e->compare));
		r->is_broken = true;
	}
	if (q == QUANTITY_STRING || q == QUANTITY_ENUM)
		check_order_of_words(r, e);
	string = is_signal_name(e->left, SIGNAL_COMM)	 ? expr_string(e->right)
		 : is_signal_name(e->right, SIGNAL_COMM) ? expr_string(e->left)
							 : NULL;
	if (string && !check_comm(r, string))
		r->is_broken = true;
	check_percent(r, e->left, e->right);
	check_percent(r, e->right, e->left);
	return QUANTITY_CONDITION;
}

static enum quantity type_of_in(struct resolver *r, struct expr *e)
{
	bool is_good;
	struct expr *value = e->in.value;
	int64_t low, high;

	type_of(r, value);
	type_of(r, e->in.low);
	type_of(r, e->in.high);
	r->ends[0] = e->in.low;
	r->ends[1] = e->in.high;
	/* Where one of low and high is bare, the other's unit is the unit of both: 10 .. 20%. */
	is_good = unify(r, value, e->in.low, ">=") && unify(r, value, e->in.high, "<=") &&
		  unify(r, value, e->in.low, ">=");
	r->ends[0] = r->ends[1] = NULL;
	if (!is_good) {
		r->is_broken = true;
		return QUANTITY_CONDITION;
	}
	if (!is_numeric(value->quantity)) {
		diag_add(r->ds, DIAG_QUANTITY_MISMATCH, value->span,
			 "%s has no order, so it is in no range", quantity_noun(value->quantity));
		r->is_broken = true;
	}
	check_percent(r, value, e->in.low);
	check_percent(r, value, e->in.high);
	if (expr_constant(e->in.low, &low, NULL) && expr_constant(e->in.high, &high, NULL) &&
	    low > high) {
		diag_add(r->ds, DIAG_OUT_OF_RANGE, span_join(e->in.low->span, e->in.high->span),
			 "the range ends before it begins");
		r->is_broken = true;
	}
	return QUANTITY_CONDITION;
}

static enum quantity numeric(struct resolver *r, struct expr *e)
{
	struct diag *d;

	if (e->quantity == QUANTITY_UNKNOWN || is_numeric(e->quantity))
		return e->quantity;
	d = diag_add(r->ds, DIAG_QUANTITY_MISMATCH, e->span,
		     "'%s' is %s, and arithmetic needs numbers", resolver_excerpt(r, e->span),
		     quantity_noun(e->quantity));
	if (e->quantity == QUANTITY_CONDITION)
		diag_hint(r->ds, d, "conditions are joined by 'and' and 'or'");
	return QUANTITY_UNKNOWN;
}

static enum quantity type_of_product(struct resolver *r, struct expr *e)
{
	struct expr *a = e->left, *b = e->right;
	bool is_division = e->kind == EXPR_DIV;
	struct diag *d;

	if (report_fraction_of(r, e, a, b) || report_fraction_of(r, e, b, a))
		return QUANTITY_UNKNOWN;
	if (is_bare(b) && !adopt(r, b, QUANTITY_COUNT, NULL))
		return QUANTITY_UNKNOWN;
	if (is_bare(a) && !adopt(r, a, QUANTITY_COUNT, NULL))
		return QUANTITY_UNKNOWN;
	if (b->quantity == QUANTITY_COUNT)
		return a->quantity;
	if (is_division && a->quantity == b->quantity)
		return QUANTITY_COUNT;
	if (!is_division && a->quantity == QUANTITY_COUNT)
		return b->quantity;
	d = diag_add(r->ds, DIAG_QUANTITY_MISMATCH, b->span, "%s cannot be %s %s",
		     quantity_noun(a->quantity), is_division ? "divided by" : "multiplied with",
		     quantity_noun(b->quantity));
	diag_hint(r->ds, d,
		  is_division ? "divide by a number, or by another value of the same kind"
			      : "multiply with a number");
	return QUANTITY_UNKNOWN;
}

static enum quantity type_of_arithmetic(struct resolver *r, struct expr *e)
{
	type_of(r, e->left);
	if (e->right)
		type_of(r, e->right);
	if (!numeric(r, e->left) || (e->right && !numeric(r, e->right)))
		return QUANTITY_UNKNOWN;
	if (e->kind == EXPR_DIV && is_zero(e->right)) {
		diag_add(r->ds, DIAG_OUT_OF_RANGE, e->right->span,
			 "a division by zero is never known");
		return QUANTITY_UNKNOWN;
	}
	if (is_bare(e))
		return QUANTITY_COUNT;
	if (!e->right)
		return e->left->quantity;
	if (e->kind == EXPR_OF)
		return type_of_share(r, e);
	if (e->kind == EXPR_ADD || e->kind == EXPR_SUB)
		return unify(r, e->left, e->right, e->kind == EXPR_ADD ? "+" : "-");
	return type_of_product(r, e);
}

enum quantity type_of(struct resolver *r, struct expr *e)
{
	switch (e->kind) {
	case EXPR_OR:
	case EXPR_AND:
	case EXPR_NOT:
		e->quantity = type_of_logic(r, e);
		break;
	case EXPR_COMPARE:
		e->quantity = type_of_compare(r, e);
		break;
	case EXPR_IN:
		e->quantity = type_of_in(r, e);
		break;
	case EXPR_ADD:
	case EXPR_SUB:
	case EXPR_MUL:
	case EXPR_DIV:
	case EXPR_OF:
	case EXPR_NEG:
		e->quantity = type_of_arithmetic(r, e);
		break;
	case EXPR_NUMBER:
		e->quantity = type_of_number(r, e);
		break;
	case EXPR_STRING:
		e->quantity = QUANTITY_STRING;
		break;
	case EXPR_DOLLAR:
		e->quantity = resolve_dollar(r, e);
		break;
	case EXPR_NAME:
		e->quantity = resolve_name(r, e);
		break;
	case EXPR_KIND_COUNT:
		BUG("expression kind %d", e->kind);
	}
	r->is_broken |= e->quantity == QUANTITY_UNKNOWN;
	return e->quantity;
}
