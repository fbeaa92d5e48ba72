// SPDX-License-Identifier: GPL-2.0
/* PERCENT of SIZE, and what is written in its place elsewhere. */
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
