// SPDX-License-Identifier: GPL-2.0
/* PERCENT of SIZE, where it stands for a size, and what is written in its place elsewhere. */
#include "resolve_impl.h"

#include <string.h>

#include "base/arena.h"
#include "base/quantity.h"

/* 95% of high: what the whole is, worked out at each tick. */
enum quantity type_of_share(struct resolver *r, struct expr *e)
{
	struct expr *part = e->left, *whole = e->right;
	struct diag *d;

	if (is_bare(part) && !adopt(r, part, QUANTITY_PERCENT, NULL))
		return QUANTITY_UNKNOWN;
	if (part->quantity != QUANTITY_PERCENT) {
		d = diag_add(r->ds, DIAG_QUANTITY_MISMATCH, part->span,
			     "'of' takes a percentage, but '%s' is %s",
			     resolver_excerpt(r, part->span), quantity_noun(part->quantity));
		diag_hint(r->ds, d, "write for example '80%% of %s'",
			  resolver_excerpt(r, whole->span));
		return QUANTITY_UNKNOWN;
	}
	if (is_bare(whole)) {
		report_missing_unit(r, whole, QUANTITY_SIZE, NULL);
		return QUANTITY_UNKNOWN;
	}
	return whole->quantity;
}

bool report_fraction_of(struct resolver *r, const struct expr *e, const struct expr *number,
			const struct expr *whole)
{
	static const struct scale percent = { 10000, 1 };
	const char *text = resolver_excerpt(r, whole->span);
	char buf[32];
	int64_t share;
	struct diag *d;

	if (number->kind != EXPR_NUMBER || *number->number.unit || is_bare(whole) ||
	    !strchr(number->number.digits, '.') || e->kind == EXPR_DIV ||
	    literal_scale(number->number.digits, number->number.digit_count, percent, &share))
		return false;
	quantity_print(buf, sizeof(buf), QUANTITY_PERCENT, share);
	d = diag_add(r->ds, DIAG_BAD_NUMBER, number->span, "'%s' is not a whole number",
		     number->number.digits);
	if (whole->kind == EXPR_NAME || whole->kind == EXPR_NUMBER)
		diag_fix(r->ds, d, e->span, arena_printf(r->arena, "%s of %s", buf, text), true,
			 "write '%s of %s'", buf, text);
	else
		diag_hint(r->ds, d, "write '%s of (%s)'", buf, text);
	return true;
}

bool check_share(struct resolver *r, const struct expr *e, const char *what)
{
	uint32_t size, height;
	struct diag *d;

	if (expr_reads_call(e)) {
		d = diag_add(r->ds, DIAG_SIGNAL_NOT_HERE, e->right->span,
			     "%s is worked out at each tick, so it cannot ask about a single call",
			     what);
		diag_hint(r->ds, d, "leave 'self.' out to ask about the rule's cgroup");
		return false;
	}
	return check_places(r, e, rule_place(r->rule->action)) &&
	       check_measure(r, e, &size, &height);
}

static bool is_same(const struct expr *a, const struct expr *b);

static bool is_same_name(const struct expr *a, const struct expr *b)
{
	return a->name.ref == b->name.ref && a->name.signal == b->name.signal &&
	       a->name.scope == b->name.scope && a->name.cgroup == b->name.cgroup &&
	       !a->name.window == !b->name.window &&
	       (!a->name.window || is_same(a->name.window, b->name.window));
}

/* Whether two resolved numbers are surely the same. */
static bool is_same(const struct expr *a, const struct expr *b)
{
	int64_t x, y;

	if (expr_is_fixed(a) && expr_is_fixed(b))
		return expr_constant(a, &x, NULL) && expr_constant(b, &y, NULL) && x == y;
	if (a->kind != b->kind)
		return false;
	switch ((int)a->kind) {
	case EXPR_NAME:
		return is_same_name(a, b);
	case EXPR_DOLLAR:
		return a->dollar.define == b->dollar.define && a->dollar.param == b->dollar.param;
	case EXPR_NEG:
		return is_same(a->left, b->left);
	default:
		return is_same(a->left, b->left) && is_same(a->right, b->right);
	}
}

static bool is_nothing(const struct expr *e)
{
	int64_t value;

	return !expr_is_share(e) && expr_constant(e, &value, NULL) && !value;
}

static bool has_one_whole(const struct expr *a, const struct expr *b)
{
	return expr_is_share(a) && expr_is_share(b) && is_same(a->right, b->right);
}

static bool is_no_ramp(const struct expr *from, const struct expr *until)
{
	return is_same(from, until) ||
	       (has_one_whole(from, until) && is_same(from->left, until->left));
}

bool check_ends(struct resolver *r, const struct expr *from, const struct expr *until)
{
	bool has_share = expr_is_share(from) || expr_is_share(until);
	struct diag *d;

	if (is_no_ramp(from, until)) {
		diag_add(r->ds, DIAG_OUT_OF_RANGE, until->span, "the ramp ends where it begins");
		return false;
	}
	if (!has_share || is_nothing(from) || is_nothing(until) || has_one_whole(from, until))
		return true;
	d = diag_add(r->ds, DIAG_OUT_OF_RANGE, span_join(from->span, until->span),
		     "the ends of a ramp are shares of one size: otherwise the higher one may "
		     "become the lower");
	diag_hint(r->ds, d, "make both shares of one size: from 80%% of limit to 95%% of limit");
	return false;
}

/* 80% where 80% of something is meant. */
static bool is_part_only(const struct expr *e)
{
	return e->kind == EXPR_NUMBER && !strcmp(e->number.unit, "%");
}

static bool report_part_only(struct resolver *r, const struct expr *e, const char *what)
{
	const char *text = resolver_excerpt(r, e->span);
	struct diag *d = diag_add(r->ds, DIAG_QUANTITY_MISMATCH, e->span,
				  "%s is a size, but '%s' is a percentage", what, text);

	diag_hint(r->ds, d, "write '%s of limit' for a share of what the cgroup can get", text);
	return false;
}

bool resolve_size(struct resolver *r, struct expr *e, const char *what, bool *ret_is_share)
{
	int64_t part;

	*ret_is_share = false;
	if (is_part_only(e))
		return report_part_only(r, e, what);
	if (e->kind != EXPR_OF)
		return true;
	r->is_broken = false;
	type_of(r, e);
	*ret_is_share = !r->is_broken && expr_is_share(e);
	if (r->is_broken || !*ret_is_share)
		return !r->is_broken;
	if (expr_constant(e->left, &part, NULL) && !part) {
		diag_add(r->ds, DIAG_OUT_OF_RANGE, e->left->span, "%s must be more than 0", what);
		return false;
	}
	return check_wanted(r, e, QUANTITY_SIZE, what) && check_share(r, e, what);
}
