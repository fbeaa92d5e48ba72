// SPDX-License-Identifier: GPL-2.0
#include "series.h"

#include <ctype.h>
#include <string.h>

#include "base/arena.h"
#include "base/quantity.h"

/* An item split into parts. Words point into the item's own text. */
struct run {
	bool is_missing, is_negative;
	struct word digits, unit;
	char sign; /* + or -, or 0 where there is no step */
	struct word step_digits, step_unit;
	bool is_repeated;
	struct word count;
};

/* The longest run of bytes from `at` on that `is` accepts, as a word with its own place. */
static struct word take(const struct word *from, uint32_t *at, int (*is)(int))
{
	uint32_t start = *at;

	while (*at < from->len && is((unsigned char)from->text[*at]))
		(*at)++;
	return (struct word){
		.text = from->text + start,
		.len = *at - start,
		.span = { from->span.file, from->span.start + start, from->span.start + *at },
	};
}

static int is_digit(int c)
{
	return isdigit(c) || c == '.';
}

static int is_unit(int c)
{
	return (isalpha(c) && c != 'x') || c == '%' || c == '/';
}

static bool run_read(const struct word *w, struct run *ret_run)
{
	struct run run = { 0 };
	uint32_t at = 0;

	if (w->is_quoted || !w->len)
		return false;
	if (w->text[at] == '_') {
		run.is_missing = true;
		at++;
	} else {
		run.is_negative = w->text[at] == '-';
		at += run.is_negative;
		run.digits = take(w, &at, is_digit);
		run.unit = take(w, &at, is_unit);
	}
	if (at < w->len && (w->text[at] == '+' || w->text[at] == '-')) {
		run.sign = w->text[at++];
		run.step_digits = take(w, &at, is_digit);
		run.step_unit = take(w, &at, is_unit);
	}
	if (at < w->len && w->text[at] == 'x') {
		run.is_repeated = true;
		at++;
		run.count = take(w, &at, isdigit);
	}
	*ret_run = run;
	return at == w->len && (run.is_missing || run.digits.len) &&
	       (!run.is_repeated || run.count.len);
}

static void too_large(struct diags *ds, struct span span)
{
	diag_add(ds, DIAG_BAD_NUMBER, span, "the number does not fit in 64 bits");
}

static bool finish_amount(struct diags *ds, const struct word *digits, struct span span,
			  struct scale scale, int64_t *ret_value)
{
	switch (literal_scale(digits->text, digits->len, scale, ret_value)) {
	case LITERAL_OK:
		return true;
	case LITERAL_INEXACT:
		diag_add(ds, DIAG_BAD_NUMBER, span, "'%.*s' is finer than its unit allows",
			 (int)digits->len, digits->text);
		return false;
	default:
		break;
	}
	too_large(ds, span);
	return false;
}

static bool is_zero(const struct word *digits)
{
	for (uint32_t i = 0; i < digits->len; i++)
		if (digits->text[i] != '0' && digits->text[i] != '.')
			return false;
	return true;
}

static bool bare_amount(struct diags *ds, const struct word *digits, enum quantity q,
			int64_t *ret_value)
{
	struct scale scale;
	struct diag *d;

	if (is_zero(digits)) {
		*ret_value = 0;
		return true;
	}
	if (quantity_natural_scale(q, &scale))
		return finish_amount(ds, digits, digits->span, scale, ret_value);
	d = diag_add(ds, DIAG_MISSING_UNIT, digits->span, "a %s needs a unit", quantity_name(q));
	diag_hint(ds, d, "write one as in %s", quantity_example(q));
	return false;
}

static bool unknown_unit(struct diags *ds, const struct word *unit, struct span span,
			 const struct unit_info *info, enum quantity q)
{
	struct diag *d = diag_add(ds, DIAG_UNKNOWN_UNIT, span, "there is no unit '%.*s'",
				  (int)unit->len, unit->text);

	if (info)
		diag_did_you_mean(ds, d, info->instead);
	else
		diag_hint(ds, d, "a %s is written as in %s", quantity_name(q), quantity_example(q));
	return false;
}

static bool magnitude_read(struct diags *ds, const struct word *digits, const struct word *unit,
			   enum quantity q, int64_t *ret_value)
{
	struct span span = span_join(digits->span, unit->span);
	const struct unit_info *info;
	struct diag *d;

	if (!unit->len)
		return bare_amount(ds, digits, q, ret_value);
	info = unit_find(unit->text, unit->len);
	if (!info || info->quantity == QUANTITY_UNKNOWN)
		return unknown_unit(ds, unit, span, info, q);
	if (info->quantity != q) {
		d = diag_add(ds, DIAG_QUANTITY_MISMATCH, span, "this is a %s, but a %s is wanted",
			     quantity_name(info->quantity), quantity_name(q));
		diag_hint(ds, d, "write one as in %s", quantity_example(q));
		return false;
	}
	return finish_amount(ds, digits, span, (struct scale){ info->numerator, info->denominator },
			     ret_value);
}

bool series_has_percent(const struct trial_item *items)
{
	for (; items; items = items->next)
		if (memchr(items->word.text, '%', items->word.len))
			return true;
	return false;
}

static bool repeats_of(struct diags *ds, const struct run *run, struct span span, uint32_t *ret_n)
{
	int64_t n = 0;

	if (run->is_repeated &&
	    (literal_scale(run->count.text, run->count.len, (struct scale){ 1, 1 }, &n) ||
	     n >= SERIES_MAX_VALUES)) {
		diag_add(ds, DIAG_TOO_LARGE, span, "a series has at most %u values",
			 SERIES_MAX_VALUES);
		return false;
	}
	/* axn is a and n more; _xn is n missing ones. */
	*ret_n = run->is_missing && run->is_repeated ? (uint32_t)n : (uint32_t)n + 1;
	return true;
}

/* A run in base units. */
struct values {
	struct mmp_value first;
	int64_t step;
	uint32_t count;
};

static bool values_read(struct diags *ds, const struct trial_item *item, enum quantity q,
			struct values *ret)
{
	struct values v = { 0 };
	struct run run;
	int64_t n = 0;

	if (!run_read(&item->word, &run)) {
		struct diag *d = diag_add(ds, DIAG_SYNTAX, item->word.span, "'%s' is not a value",
					  item->word.text);

		diag_hint(ds, d, "write 600, 600x2, 0+10x5 or _");
		return false;
	}
	if (!repeats_of(ds, &run, item->word.span, &v.count))
		return false;
	if (!run.is_missing && !magnitude_read(ds, &run.digits, &run.unit, q, &n))
		return false;
	v.first = run.is_missing ? mmp_unknown() : mmp_known(run.is_negative ? -n : n);
	if (run.sign) {
		if (run.is_missing || !run.is_repeated) {
			struct diag *d = diag_add(ds, DIAG_SYNTAX, item->word.span,
						  "a step needs a first value and a count");

			diag_hint(ds, d, "write them as in 0+10x5");
			return false;
		}
		if (!magnitude_read(ds, &run.step_digits, &run.step_unit, q, &v.step))
			return false;
		if (run.sign == '-')
			v.step = -v.step;
	}
	*ret = v;
	return true;
}

static void append(struct series *s, const struct values *v)
{
	struct mmp_value value = v->first;

	for (uint32_t i = 0; i < v->count; i++) {
		s->values[s->count++] = value;
		value = mmp_add(value, mmp_known(v->step));
	}
}

bool series_read(struct arena *a, struct diags *ds, const struct trial_item *items,
		 enum quantity quantity, struct series *ret_series)
{
	struct values v = { 0 };
	struct series s = { 0 };
	bool is_right = true;
	uint32_t total = 0;

	for (const struct trial_item *i = items; i; i = i->next) {
		if (!values_read(ds, i, quantity, &v)) {
			is_right = false;
			continue;
		}
		total += v.count;
		if (total > SERIES_MAX_VALUES) {
			diag_add(ds, DIAG_TOO_LARGE, i->word.span, "a series has at most %u values",
				 SERIES_MAX_VALUES);
			return false;
		}
	}
	if (!is_right)
		return false;
	s.values = arena_array(a, struct mmp_value, total + 1);
	for (const struct trial_item *i = items; i; i = i->next) {
		values_read(ds, i, quantity, &v);
		append(&s, &v);
	}
	*ret_series = s;
	return true;
}

bool amount_read(struct diags *ds, const struct trial_item *item, enum quantity quantity,
		 int64_t *ret_value)
{
	struct run run;
	int64_t n;

	if (!run_read(&item->word, &run) || run.is_missing || run.sign || run.is_repeated) {
		struct diag *d = diag_add(ds, DIAG_SYNTAX, item->word.span, "'%s' is no %s",
					  item->word.text, quantity_name(quantity));

		diag_hint(ds, d, "write one as in %s", quantity_example(quantity));
		return false;
	}
	if (!magnitude_read(ds, &run.digits, &run.unit, quantity, &n))
		return false;
	*ret_value = run.is_negative ? -n : n;
	return true;
}
