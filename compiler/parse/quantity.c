// SPDX-License-Identifier: GPL-2.0
#include "quantity.h"

#include <string.h>

#include "base/bug.h"
#include "bpf-templates/mmp_value.h"

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

/* Digits without their point, and ten to the number of them behind it. */
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
	product = (__int128)value * scale.numerator;
	if (product % ((__int128)tens * scale.denominator))
		return LITERAL_INEXACT;
	product /= (__int128)tens * scale.denominator;
	if (product > INT64_MAX)
		return LITERAL_TOO_LARGE;
	*ret_value = (int64_t)product;
	return LITERAL_OK;
}

enum literal_problem literal_read(const struct word *digits, const char *unit,
				  enum quantity *ret_quantity, int64_t *ret_value)
{
	struct scale scale = { 1, 1 };
	enum quantity quantity = QUANTITY_COUNT;

	if (*unit) {
		const struct unit_info *info = unit_find(unit, strlen(unit));

		if (!info || info->quantity == QUANTITY_UNKNOWN)
			return LITERAL_UNKNOWN_UNIT;
		quantity = info->quantity;
		scale = (struct scale){ info->numerator, info->denominator };
	}
	*ret_quantity = quantity;
	return literal_scale(digits->text, digits->len, scale, ret_value);
}

bool constant_apply(enum expr_kind kind, int64_t a, int64_t b, int64_t *ret_value)
{
	struct mmp_value x = mmp_known(a), y = mmp_known(b), result;

	switch ((int)kind) {
	case EXPR_ADD:
		result = mmp_add(x, y);
		break;
	case EXPR_SUB:
		result = mmp_sub(x, y);
		break;
	case EXPR_MUL:
		result = mmp_mul(x, y);
		break;
	case EXPR_DIV:
		result = mmp_div(x, y);
		break;
	case EXPR_NEG:
		result = mmp_neg(x);
		break;
	default:
		BUG("expression kind %d is no arithmetic", kind);
	}
	*ret_value = result.n;
	return result.is_known;
}

bool expr_constant(const struct expr *e, int64_t *ret_value, const struct param_decl **ret_param)
{
	int64_t a, b = 0;

	if (ret_param)
		*ret_param = NULL;
	switch ((int)e->kind) {
	case EXPR_NUMBER:
		*ret_value = e->number.value;
		return true;
	case EXPR_DOLLAR:
		if (ret_param && e->dollar.define)
			expr_constant(e->dollar.define->value, &a, ret_param);
		else if (ret_param)
			*ret_param = e->dollar.param;
		*ret_value = e->dollar.value;
		return e->dollar.define || e->dollar.param;
	case EXPR_NAME:
		if (e->name.ref != REF_WORD)
			return false;
		*ret_value = e->name.word_value;
		return true;
	case EXPR_NEG:
		return expr_constant(e->left, &a, NULL) && constant_apply(e->kind, a, 0, ret_value);
	case EXPR_ADD:
	case EXPR_SUB:
	case EXPR_MUL:
	case EXPR_DIV:
		return expr_constant(e->left, &a, NULL) && expr_constant(e->right, &b, NULL) &&
		       constant_apply(e->kind, a, b, ret_value);
	default:
		return false;
	}
}

const struct word *expr_string(const struct expr *e)
{
	while (e->kind == EXPR_DOLLAR && e->dollar.define)
		e = e->dollar.define->value;
	return e->kind == EXPR_STRING ? &e->string : NULL;
}
