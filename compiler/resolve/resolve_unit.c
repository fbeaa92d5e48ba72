// SPDX-License-Identifier: GPL-2.0
/* Messages about a number without a unit, or with an unknown one. */
#include "resolve_impl.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

bool is_size_or_percent(const struct expr *e)
{
	return e->kind == EXPR_NAME && e->name.ref == REF_SIGNAL &&
	       signal_infos[e->name.signal].traits & OR_PERCENT;
}

/* The unit that a bare number most likely has, or NULL. */
static const char *unit_beside(const struct resolver *r, const struct expr *e, enum quantity q,
			       const struct expr *beside)
{
	const struct expr *other = beside && beside->kind == EXPR_NUMBER ? beside
				   : e == r->ends[0]			 ? r->ends[1]
				   : e == r->ends[1]			 ? r->ends[0]
									 : NULL;
	const struct unit_info *unit;

	if (e->kind != EXPR_NUMBER || !other || other->kind != EXPR_NUMBER)
		return NULL;
	unit = unit_find(other->number.unit, strlen(other->number.unit));
	if (!unit || (unit->quantity != q && !(unit->quantity == QUANTITY_PERCENT && beside &&
					       is_size_or_percent(beside))))
		return NULL;
	return unit->text;
}

static void hint_missing_unit(struct resolver *r, struct diag *d, const struct expr *e,
			      enum quantity q, const struct expr *beside)
{
	const char *text = resolver_excerpt(r, e->span), *meant = unit_beside(r, e, q, beside);
	const char *unit = q == QUANTITY_SIZE	     ? "MiB"
			   : q == QUANTITY_SIZE_RATE ? "MiB/s"
			   : strlen(text) > 1	     ? "ms"
						     : "s";

	if (meant)
		diag_fix(r->ds, d, e->span, arena_printf(r->arena, "%s%s", text, meant), true,
			 "write '%s%s', in the unit beside it", text, meant);
	else if (e->kind == EXPR_NUMBER && beside && is_size_or_percent(beside) &&
		 strchr(text, '.') && strtod(text, NULL) <= 1)
		diag_hint(r->ds, d, "write '%g%%'", strtod(text, NULL) * 100);
	else if (e->kind == EXPR_NUMBER && q == QUANTITY_SIZE && strtod(text, NULL) >= 4096)
		diag_hint(r->ds, d, "write '%sB' for so many bytes", text);
	else if (e->kind == EXPR_NUMBER && q == QUANTITY_SIZE_RATE && strtod(text, NULL) >= 4096)
		diag_hint(r->ds, d, "write '%sB/s' for so many bytes a second", text);
	else if (e->kind == EXPR_NUMBER && beside && is_size_or_percent(beside))
		diag_hint(r->ds, d, "write for example '%s%s', or '80%%' of its limit", text, unit);
	else if (e->kind == EXPR_NUMBER)
		diag_hint(r->ds, d, "write for example '%s%s'", text, unit);
	else
		diag_hint(r->ds, d, "give its number a unit, as in '%s'", quantity_example(q));
}

void report_missing_unit(struct resolver *r, const struct expr *e, enum quantity q,
			 const struct expr *beside)
{
	const char *text = resolver_excerpt(r, e->span);
	struct diag *d;

	if (beside)
		d = diag_add(r->ds, DIAG_MISSING_UNIT, e->span, "'%s' has no unit, and '%s' is %s",
			     text, resolver_excerpt(r, beside->span), quantity_noun(q));
	else
		d = diag_add(r->ds, DIAG_MISSING_UNIT, e->span,
			     "'%s' has no unit, and %s is wanted here", text, quantity_noun(q));
	hint_missing_unit(r, d, e, q, beside);
}

/* Days and weeks have so many. */
static unsigned hours_of(const char *unit)
{
	static const struct {
		const char *unit;
		unsigned hours;
	} longer[] = { { "d", 24 },  { "day", 24 },   { "days", 24 },
		       { "w", 168 }, { "week", 168 }, { "weeks", 168 } };

	for (size_t i = 0; i < sizeof(longer) / sizeof(longer[0]); i++)
		if (!strcmp(unit, longer[i].unit))
			return longer[i].hours;
	return 0;
}

/* A month or a year is not a fixed number of hours. */
static bool is_of_months(const char *unit)
{
	return !strncmp(unit, "mo", 2) || !strncmp(unit, "year", 4);
}

/* 64MiBs may be a plural or a size a second. */
static bool may_be_per_second(const char *unit, const char *nearest)
{
	const struct unit_info *found = nearest ? unit_find(nearest, strlen(nearest)) : NULL;

	return found && !strchr(unit, '/') && unit[strlen(unit) - 1] == 's' &&
	       (found->quantity == QUANTITY_SIZE || found->quantity == QUANTITY_SIZE_RATE);
}

static void hint_sizes(struct resolver *r, struct diag *d, const char *digits, const char *unit)
{
	int len = (int)strcspn(unit, "/");

	diag_hint(r->ds, d, "'%s%.*s' is a size, '%s%.*s/s' a size a second", digits, len, unit,
		  digits, len, unit);
}

/* MB is not MiB, whichever unit was meant: the author decides. */
void hint_unit(struct resolver *r, struct diag *d, const struct expr *number)
{
	struct candidates c = { 0 };
	const char *unit = number->number.unit, *nearest = unit_meant(unit, strlen(unit));
	unsigned hours = hours_of(unit);
	bool is_sure = nearest && !unit_is_refused(unit, strlen(unit));

	for (size_t i = 0; i < unit_count; i++)
		if (unit_infos[i].quantity != QUANTITY_UNKNOWN)
			candidates_add(r, &c, unit_infos[i].text);
	if (hours && !strchr(number->number.digits, '.') && strlen(number->number.digits) < 7) {
		unsigned long n = strtoul(number->number.digits, NULL, 10) * hours;

		diag_fix(r->ds, d, number->span, arena_printf(r->arena, "%luh", n), true,
			 "write '%luh': the longest unit is the hour", n);
		return;
	}
	if (!nearest && strlen(unit) > 1 && !is_of_months(unit))
		nearest = candidates_nearest(&c, unit, strlen(unit));
	/* Of two letters, another one is another unit: 10ps is not 10ns. */
	if (nearest && strlen(unit) == 2 && !unit_meant(unit, 2) &&
	    strspn(unit, nearest) < strlen(unit))
		nearest = NULL;
	if (may_be_per_second(unit, nearest))
		hint_sizes(r, d, number->number.digits, nearest);
	else if (nearest)
		diag_fix(r->ds, d, number->span,
			 arena_printf(r->arena, "%s%s", number->number.digits, nearest), is_sure,
			 "did you mean '%s%s'?", number->number.digits, nearest);
	else if (is_of_months(unit))
		diag_hint(r->ds, d, "%s has no fixed length; write it in hours: 30 days are 720h",
			  unit[0] == 'm' ? "a month" : "a year");
	else
		diag_hint(r->ds, d,
			  "units are B KiB MiB GiB TiB, ns us ms s m h, %%, /s and sizes with /s");
}
