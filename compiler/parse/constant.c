// SPDX-License-Identifier: GPL-2.0
#include "constant.h"

#include "base/bug.h"
#include "bpf-templates/mmp_value.h"

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
	case EXPR_OF:
		result = mmp_of(x, y);
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
		if (e->name.ref != REF_WORD && e->name.ref != REF_CGROUP)
			return false;
		*ret_value = e->name.ref == REF_WORD ? e->name.word_value : e->name.cgroup->index;
		return true;
	case EXPR_NEG:
		return expr_constant(e->left, &a, NULL) && constant_apply(e->kind, a, 0, ret_value);
	case EXPR_ADD:
	case EXPR_SUB:
	case EXPR_MUL:
	case EXPR_DIV:
	case EXPR_OF:
		return expr_constant(e->left, &a, NULL) && expr_constant(e->right, &b, NULL) &&
		       constant_apply(e->kind, a, b, ret_value);
	default:
		return false;
	}
}

bool expr_is_fixed(const struct expr *e)
{
	const struct param_decl *param;
	int64_t ignored;

	switch ((int)e->kind) {
	case EXPR_ADD:
	case EXPR_SUB:
	case EXPR_MUL:
	case EXPR_DIV:
	case EXPR_OF:
		return expr_is_fixed(e->left) && expr_is_fixed(e->right);
	case EXPR_NEG:
		return expr_is_fixed(e->left);
	default:
		return expr_constant(e, &ignored, &param) && !param;
	}
}

bool expr_is_share(const struct expr *e)
{
	return e->kind == EXPR_OF && !expr_is_fixed(e);
}

const struct word *expr_string(const struct expr *e)
{
	while (e->kind == EXPR_DOLLAR && e->dollar.define)
		e = e->dollar.define->value;
	return e->kind == EXPR_STRING ? &e->string : NULL;
}
