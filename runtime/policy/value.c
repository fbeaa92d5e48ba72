// SPDX-License-Identifier: GPL-2.0
#include "value.h"

#include "failure.h"
#include "object/manifest.h"
#include "base/lang.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static enum quantity find_quantity(const char *name)
{
	int q;

	for (q = QUANTITY_UNKNOWN; q < QUANTITY_COUNT_OF_ALL; q++)
		if (!strcmp(quantity_name((enum quantity)q), name))
			return (enum quantity)q;
	return QUANTITY_UNKNOWN;
}

const char *value_print(char *buf, size_t size, const char *quantity, int64_t value)
{
	return quantity_print(buf, size, find_quantity(quantity), value);
}

/* A decimal number as digits and a power of ten; false where it is none or too long. */
static bool parse_number(const char **text, uint64_t *ret_digits, uint64_t *ret_scale)
{
	const char *start = *text;
	bool has_point = false;

	*ret_digits = 0;
	*ret_scale = 1;
	for (; isdigit((unsigned char)**text) || (**text == '.' && !has_point); (*text)++) {
		if (**text == '.') {
			has_point = true;
			continue;
		}
		if (*ret_digits > UINT64_MAX / 100 || (has_point && *ret_scale > 1000000))
			return false;
		*ret_digits = *ret_digits * 10 + (uint64_t)(**text - '0');
		*ret_scale *= has_point ? 10 : 1;
	}
	return *text > start && (*text)[-1] != '.';
}

static bool apply_unit(uint64_t digits, uint64_t scale, int64_t numerator, int64_t denominator,
		       bool is_negative, int64_t *ret)
{
	unsigned __int128 n = (unsigned __int128)digits * (uint64_t)numerator /
			      ((unsigned __int128)scale * (uint64_t)denominator);

	if (n > INT64_MAX)
		return false;
	*ret = is_negative ? -(int64_t)n : (int64_t)n;
	return true;
}

/* Where a bare number has one natural unit, as in the language. */
static const char *natural_unit(enum quantity q)
{
	return q == QUANTITY_RATE ? "/s" : q == QUANTITY_PERCENT ? "%" : "";
}

/* The unit's factor for this quantity; counts and orders have none, 0 needs none. */
static bool find_unit(const char *text, enum quantity q, uint64_t digits, int64_t *numerator,
		      int64_t *denominator)
{
	const char *unit_text = *text ? text : natural_unit(q);
	const struct unit_info *unit = unit_find(unit_text, strlen(unit_text));

	*numerator = *denominator = 1;
	if (!*unit_text)
		return !digits || q == QUANTITY_COUNT || q == QUANTITY_ORDER;
	if (!unit || unit->quantity != q)
		return false;
	*numerator = unit->numerator;
	*denominator = unit->denominator;
	return true;
}

static bool parse_value(const char *text, enum quantity q, int64_t *ret)
{
	int64_t numerator, denominator;
	uint64_t digits, scale;
	bool is_negative = *text == '-';

	text += is_negative;
	return parse_number(&text, &digits, &scale) &&
	       find_unit(text, q, digits, &numerator, &denominator) &&
	       apply_unit(digits, scale, numerator, denominator, is_negative, ret);
}

int value_parse_duration(const char *text, int64_t *ret, struct failure *f)
{
	if (parse_value(text, QUANTITY_DURATION, ret) && *ret > 0)
		return 0;
	fail(f, STATUS_USAGE, "'%s' is no duration", text);
	fail_hint(f, "write it as %s", quantity_example(QUANTITY_DURATION));
	return -1;
}

int value_parse_param(const struct manifest_param *param, const char *text, int64_t *ret,
		      struct failure *f)
{
	enum quantity q = find_quantity(param->quantity);
	char low[64], high[64];
	int64_t value;

	if (!parse_value(text, q, &value)) {
		fail(f, STATUS_USAGE, "'%s' is no value for the param '%s', which is a %s", text,
		     param->name, param->quantity);
		fail_hint(f, "write it as %s", quantity_example(q));
		return -1;
	}
	if (value < param->low || value > param->high)
		return fail(f, STATUS_USAGE,
			    "'%s' is outside the range of the param '%s', %s .. %s", text,
			    param->name, quantity_print(low, sizeof(low), q, param->low),
			    quantity_print(high, sizeof(high), q, param->high));
	*ret = value;
	return 0;
}

int value_no_param(const struct manifest *m, const char *name, struct failure *f)
{
	const char *names[64], *near;
	size_t i;

	for (i = 0; i < m->param_count && i < 64; i++)
		names[i] = m->params[i].name;
	near = nearest_word(name, strlen(name), names, i);
	fail(f, STATUS_USAGE, "the policy '%s' has no param '%s'", m->name, name);
	if (near)
		fail_hint(f, "did you mean '%s'?", near);
	else if (!m->param_count)
		fail_hint(f, "declare it in the policy: param %s = 100/s in 10/s .. 1000/s", name);
	else
		fail_hint(f, "'mmpctl status %s' lists its params", m->name);
	return -1;
}
