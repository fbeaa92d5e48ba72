// SPDX-License-Identifier: GPL-2.0
#include "quantity.h"

#include "bug.h"

#include <string.h>

bool quantity_natural_scale(enum quantity q, struct scale *ret_scale)
{
	switch (q) {
	case QUANTITY_COUNT:
	case QUANTITY_RATE:
	case QUANTITY_ORDER:
		*ret_scale = (struct scale){ 1, 1 };
		return true;
	case QUANTITY_PERCENT:
		*ret_scale = (struct scale){ 100, 1 };
		return true;
	case QUANTITY_UNKNOWN:
	case QUANTITY_CONDITION:
	case QUANTITY_SIZE:
	case QUANTITY_SIZE_RATE:
	case QUANTITY_DURATION:
	case QUANTITY_ENUM:
	case QUANTITY_STRING:
	case QUANTITY_COUNT_OF_ALL:
		return false;
	}
	BUG("quantity %d", q);
}

/* Digits without their point, and ten to the number of digits after it. */
static enum literal_problem read_decimal(const char *digits, size_t len, int64_t *ret_value,
					 int64_t *ret_tens)
{
	int64_t value = 0, tens = 1;
	bool is_fraction = false;
	const char *point = memchr(digits, '.', len);

	if (point)
		while (len && digits[len - 1] == '0')
			len--;
	for (size_t i = 0; i < len; i++) {
		if (digits[i] == '.') {
			is_fraction = true;
			continue;
		}
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, digits[i] - '0', &value) ||
		    (is_fraction && __builtin_mul_overflow(tens, 10, &tens)))
			return is_fraction ? LITERAL_INEXACT : LITERAL_TOO_LARGE;
	}
	*ret_value = value;
	*ret_tens = tens;
	return LITERAL_OK;
}

enum literal_problem literal_scale(const char *digits, size_t len, struct scale scale,
				   int64_t *ret_value)
{
	int64_t value, tens;
	enum literal_problem problem = read_decimal(digits, len, &value, &tens);
	__int128 product;

	if (problem)
		return problem;
	if (tens * scale.denominator == 1)
		return __builtin_mul_overflow(value, scale.numerator, ret_value) ? LITERAL_TOO_LARGE
										 : LITERAL_OK;
	product = (__int128)value * scale.numerator;
	if (product % ((__int128)tens * scale.denominator))
		return LITERAL_INEXACT;
	product /= (__int128)tens * scale.denominator;
	if (product > INT64_MAX)
		return LITERAL_TOO_LARGE;
	*ret_value = (int64_t)product;
	return LITERAL_OK;
}

enum literal_problem literal_read(const char *digits, size_t len, const char *unit,
				  enum quantity *ret_quantity, int64_t *ret_value)
{
	const struct unit_info *info;

	*ret_quantity = QUANTITY_COUNT;
	if (!*unit)
		return literal_scale(digits, len, (struct scale){ 1, 1 }, ret_value);
	info = unit_find(unit, strlen(unit));
	if (!info || info->quantity == QUANTITY_UNKNOWN)
		return LITERAL_UNKNOWN_UNIT;
	*ret_quantity = info->quantity;
	return literal_scale(digits, len, (struct scale){ info->numerator, info->denominator },
			     ret_value);
}

static size_t digits_at(const char *text)
{
	return strspn(text, "0123456789");
}

/* The length of digits with at most one point between digits; 0: text does not start so. */
static size_t number_at(const char *text)
{
	size_t whole = digits_at(text), fraction;

	if (!whole || text[whole] != '.')
		return whole;
	fraction = digits_at(text + whole + 1);
	return fraction ? whole + 1 + fraction : 0;
}

/* A number without a unit: 0 is 0 in every unit. */
static enum literal_problem read_bare(const char *digits, size_t len, enum quantity q,
				      int64_t *ret_value)
{
	struct scale scale = { 1, 1 };

	if (!quantity_natural_scale(q, &scale) && strspn(digits, "0.") != len)
		return LITERAL_NO_UNIT;
	return literal_scale(digits, len, scale, ret_value);
}

enum literal_problem quantity_read(const char *text, enum quantity q, int64_t *ret_value)
{
	bool is_negative = *text == '-';
	const char *digits = text + is_negative;
	size_t len = number_at(digits);
	enum quantity read = q;
	enum literal_problem problem;
	int64_t value;

	if (!len)
		return LITERAL_NOT_A_NUMBER;
	if (digits[len])
		problem = literal_read(digits, len, digits + len, &read, &value);
	else
		problem = read_bare(digits, len, q, &value);
	if (read != q && problem != LITERAL_UNKNOWN_UNIT)
		return LITERAL_OTHER_UNIT;
	if (!problem)
		*ret_value = is_negative ? -value : value;
	return problem;
}

const char *quantity_inexact(enum quantity q)
{
	switch ((int)q) {
	case QUANTITY_PERCENT:
		return "too fine: percentages have at most two decimals";
	case QUANTITY_SIZE:
	case QUANTITY_SIZE_RATE:
		return "not a whole number of bytes";
	case QUANTITY_DURATION:
		return "not a whole number of nanoseconds";
	default:
		return "not a whole number";
	}
}

const char *quantity_inexact_hint(enum quantity q)
{
	switch ((int)q) {
	case QUANTITY_PERCENT:
		return NULL;
	case QUANTITY_SIZE:
	case QUANTITY_SIZE_RATE:
		return "round it to whole bytes";
	case QUANTITY_DURATION:
		return "round it to whole nanoseconds";
	default:
		return "only percentages, sizes and durations have decimals, such as '12.5%'";
	}
}

enum quantity quantity_find(const char *name)
{
	for (int q = QUANTITY_UNKNOWN; q < QUANTITY_COUNT_OF_ALL; q++)
		if (!strcmp(quantity_name((enum quantity)q), name))
			return (enum quantity)q;
	return QUANTITY_UNKNOWN;
}
