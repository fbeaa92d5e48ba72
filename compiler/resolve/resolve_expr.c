// SPDX-License-Identifier: GPL-2.0
/* Conditions and values as wholes, and how messages speak of them. */
#include "resolve_impl.h"

#include <string.h>

#include "base/arena.h"
#include "base/bug.h"
#include "report/excerpt.h"

const char *resolver_excerpt(struct resolver *r, struct span span)
{
	return source_excerpt(r->arena, r->sources, span);
}

const char *quantity_noun(enum quantity q)
{
	switch (q) {
	case QUANTITY_CONDITION:
		return "a condition";
	case QUANTITY_COUNT:
		return "a number";
	case QUANTITY_RATE:
		return "a rate";
	case QUANTITY_SIZE:
		return "a size";
	case QUANTITY_SIZE_RATE:
		return "a size per second";
	case QUANTITY_PERCENT:
		return "a percentage";
	case QUANTITY_DURATION:
		return "a duration";
	case QUANTITY_ORDER:
		return "an order";
	case QUANTITY_ENUM:
		return "a word";
	case QUANTITY_STRING:
		return "a text";
	case QUANTITY_UNKNOWN:
	case QUANTITY_COUNT_OF_ALL:
		break;
	}
	BUG("quantity %d has no noun", q);
}

void report_no_condition(struct resolver *r, const struct expr *e)
{
	const char *text = resolver_excerpt(r, e->span);
	struct diag *d;

	d = diag_add(r->ds, DIAG_QUANTITY_MISMATCH, e->span, "'%s' is %s, not a condition", text,
		     quantity_noun(e->quantity));
	if (e->kind == EXPR_NAME)
		diag_hint(r->ds, d, "compare it: '%s %s %s'", text,
			  e->quantity == QUANTITY_STRING || e->quantity == QUANTITY_ENUM ? "=="
											 : ">",
			  quantity_example(e->quantity));
	else
		diag_hint(r->ds, d, "a condition compares a signal: 'psi > 10%%'");
}

bool resolve_condition(struct resolver *r, struct expr *e)
{
	r->is_broken = false;
	type_of(r, e);
	if (e->quantity != QUANTITY_UNKNOWN && e->quantity != QUANTITY_CONDITION) {
		report_no_condition(r, e);
		r->is_broken = true;
	}
	return !r->is_broken;
}

/* The first part of a value that is not constant, or NULL. */
static const struct expr *first_signal(const struct expr *e)
{
	const struct expr *found;

	switch (e->kind) {
	case EXPR_NUMBER:
	case EXPR_STRING:
	case EXPR_DOLLAR:
		return NULL;
	case EXPR_NEG:
		return first_signal(e->left);
	case EXPR_ADD:
	case EXPR_SUB:
	case EXPR_MUL:
	case EXPR_DIV:
	case EXPR_OF:
		found = first_signal(e->left);
		return found ? found : first_signal(e->right);
	case EXPR_OR:
	case EXPR_AND:
	case EXPR_NOT:
	case EXPR_COMPARE:
	case EXPR_IN:
	case EXPR_NAME:
	case EXPR_KIND_COUNT:
		return e;
	}
	BUG("expression kind %d", e->kind);
}

static void report_no_value(struct resolver *r, const struct expr *e, const char *what)
{
	const struct symbol *s = NULL;
	struct diag *d;

	if (e->kind == EXPR_NAME && e->name.count == 1)
		s = symbol_find(r, &e->name.parts[0]);
	if (s && s->kind == SYMBOL_LOST)
		return;
	d = diag_add(r->ds, DIAG_QUANTITY_MISMATCH, e->span, "%s is a fixed value, and '%s' is not",
		     what, resolver_excerpt(r, e->span));
	if (s && (s->kind == SYMBOL_DEFINE || s->kind == SYMBOL_PARAM))
		diag_did_you_mean(r->ds, d, arena_printf(r->arena, "$%s", s->name->text));
	else
		diag_hint(r->ds, d, "write a number, or '$NAME' of a define or a param");
}

/* 2MiB is an order 9: 512 pages of 4 KiB. */
static bool order_of_size(const struct expr *e, int *ret_order)
{
	if (e->kind != EXPR_NUMBER || e->quantity != QUANTITY_SIZE)
		return false;
	for (*ret_order = 0; *ret_order <= 20; ++*ret_order)
		if (e->number.value == 4096LL << *ret_order)
			return true;
	return false;
}

bool check_wanted(struct resolver *r, struct expr *e, enum quantity wanted, const char *what)
{
	struct diag *d;
	int order;

	if (e->quantity == wanted)
		return true;
	if (e->quantity == QUANTITY_COUNT &&
	    (wanted == QUANTITY_RATE || wanted == QUANTITY_ORDER)) {
		e->quantity = wanted;
		return true;
	}
	d = diag_add(r->ds, DIAG_QUANTITY_MISMATCH, e->span, "%s is %s, but '%s' is %s", what,
		     quantity_noun(wanted), resolver_excerpt(r, e->span),
		     quantity_noun(e->quantity));
	if (wanted == QUANTITY_ORDER && order_of_size(e, &order))
		diag_hint(r->ds, d, "write 'order %d' for pages of that size", order);
	else
		diag_hint(r->ds, d, "write for example '%s'", quantity_example(wanted));
	return false;
}

/* A param is used only by itself: what is set at run time is not part of another value. */
static bool is_part_of(const struct expr *e)
{
	int64_t ignored;
	const struct param_decl *param;

	while (e->kind == EXPR_NEG)
		e = e->left;
	if (e->kind == EXPR_OF)
		return expr_is_share(e);
	return expr_constant(e, &ignored, &param) && param;
}

static bool is_param_in_value(const struct expr *e)
{
	return (e->kind == EXPR_NEG || e->kind == EXPR_OF) && is_part_of(e);
}

static void report_param_in_value(struct resolver *r, const struct expr *e)
{
	bool is_share = e->kind == EXPR_OF;
	struct diag *d = diag_add(r->ds, DIAG_OUT_OF_RANGE, e->span,
				  is_share ? "a param cannot be in a share where a value is wanted"
					   : "a param cannot be negated where a value is wanted");

	if (is_share)
		diag_hint(r->ds, d, "make the param the size itself");
	else
		diag_hint(r->ds, d, "give the param itself a negative value");
}

bool resolve_value(struct resolver *r, struct expr *e, enum quantity wanted, const char *what)
{
	const struct expr *signal = first_signal(e);
	int64_t ignored;

	if (signal) {
		report_no_value(r, signal, what);
		return false;
	}
	r->is_broken = false;
	type_of(r, e);
	if (r->is_broken)
		return false;
	if (is_param_in_value(e)) {
		report_param_in_value(r, e);
		return false;
	}
	if (is_bare(e)) {
		if (wanted == QUANTITY_UNKNOWN)
			return true;
		if (!adopt(r, e, wanted, NULL))
			return false;
	} else if (wanted != QUANTITY_UNKNOWN && !check_wanted(r, e, wanted, what)) {
		return false;
	}
	if (e->quantity == QUANTITY_STRING || expr_constant(e, &ignored, NULL))
		return true;
	diag_add(r->ds, DIAG_OUT_OF_RANGE, e->span, "a division by zero is never known");
	return false;
}

/* An end of a ramp, before its quantity is known. */
static bool is_end(struct resolver *r, const struct expr *e)
{
	const struct expr *signal = e->kind == EXPR_OF ? NULL : first_signal(e);

	if (signal)
		report_no_value(r, signal, "the end of a ramp");
	return !signal;
}

/* The same, once it is. */
static bool check_end(struct resolver *r, const struct expr *e)
{
	if (expr_is_share(e))
		return check_share(r, e, "the end of a ramp");
	if (is_param_in_value(e))
		report_param_in_value(r, e);
	return !is_param_in_value(e);
}

bool resolve_ramp(struct resolver *r, struct expr *signal, struct expr *from, struct expr *until)
{
	bool is_good;

	if (!is_end(r, from) || !is_end(r, until))
		return false;
	r->is_broken = false;
	type_of(r, signal);
	type_of(r, from);
	type_of(r, until);
	if (r->is_broken || !check_end(r, from) || !check_end(r, until))
		return false;
	if (signal->quantity == QUANTITY_CONDITION || signal->quantity == QUANTITY_STRING ||
	    signal->quantity == QUANTITY_ENUM) {
		struct diag *d = diag_add(r->ds, DIAG_QUANTITY_MISMATCH, signal->span,
					  "a ramp follows a number, but '%s' is %s",
					  resolver_excerpt(r, signal->span),
					  quantity_noun(signal->quantity));

		diag_hint(r->ds, d, "write for example 'as usage from 80%% to 95%%'");
		return false;
	}
	r->ends[0] = from;
	r->ends[1] = until;
	is_good = unify(r, signal, from, "from") && unify(r, signal, until, "to");
	r->ends[0] = r->ends[1] = NULL;
	return is_good && check_ends(r, from, until);
}
