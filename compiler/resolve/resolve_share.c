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
	    !strchr(number->number.digits.text, '.') || e->kind == EXPR_DIV ||
	    literal_scale(number->number.digits.text, number->number.digits.len, percent, &share))
		return false;
	quantity_print(buf, sizeof(buf), QUANTITY_PERCENT, share);
	d = diag_add(r->ds, DIAG_BAD_NUMBER, number->span, "'%s' is not a whole number",
		     number->number.digits.text);
	if (whole->kind == EXPR_NAME || whole->kind == EXPR_NUMBER)
		diag_fix(r->ds, d, e->span, arena_printf(r->arena, "%s of %s", buf, text), true,
			 "write '%s of %s'", buf, text);
	else
		diag_hint(r->ds, d, "write '%s of (%s)'", buf, text);
	return true;
}

/* What a tick can work out: no single call, and something of the whole. */
static bool check_share(struct resolver *r, const struct expr *e, const char *what)
{
	uint32_t size, height;
	struct diag *d;
	int64_t part;

	if (expr_reads_call(e)) {
		d = diag_add(r->ds, DIAG_SIGNAL_NOT_HERE, e->right->span,
			     "%s is worked out at each tick, so it cannot ask about a single call",
			     what);
		diag_hint(r->ds, d, "leave 'self.' out to ask about the rule's cgroup");
		return false;
	}
	if (expr_constant(e->left, &part, NULL) && !part) {
		diag_add(r->ds, DIAG_OUT_OF_RANGE, e->left->span, "%s must be more than 0", what);
		return false;
	}
	return check_places(r, e, rule_place(r->rule->action)) &&
	       check_measure(r, e, &size, &height);
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
	return check_wanted(r, e, QUANTITY_SIZE, what) && check_share(r, e, what);
}
