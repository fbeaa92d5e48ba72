// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>

#include "bug.h"
#include "emit_parts.h"

void emit_row(struct text *t, uint32_t row_base, uint32_t rows)
{
	if (rows == 1)
		text_printf(t, "%" PRIu32, row_base);
	else
		text_printf(t, "(%" PRIu32 " + i)", row_base);
}

static void emit_integer(struct text *t, int64_t n)
{
	/* The smallest number has no literal of its own. */
	if (n == INT64_MIN)
		text_printf(t, "MMP_S64_MIN");
	else if (n > INT32_MAX || n < INT32_MIN)
		text_printf(t, "%" PRId64 "LL", n);
	else
		text_printf(t, "%" PRId64, n);
}

void emit_value(struct text *t, const struct plan_value *v, int64_t absent)
{
	if (!v->is_given)
		emit_integer(t, absent);
	else if (v->is_param)
		text_printf(t, "mmp_param(%" PRIu32 ")", v->param);
	else
		emit_integer(t, v->value);
}

static void emit_pair(struct text *t, const struct plan *p, const struct plan_expr *x,
		      const char *function,
		      void (*emit)(struct text *t, const struct plan *p, const struct plan_expr *x))
{
	text_printf(t, "%s(", function);
	emit(t, p, x->a);
	if (x->b) {
		text_printf(t, ", ");
		emit(t, p, x->b);
	}
	text_printf(t, ")");
}

static void emit_signal(struct text *t, const struct plan_signal *s)
{
	text_printf(t, "mmp_signal(");
	emit_row(t, s->row_base, s->rows);
	text_printf(t, ")");
}

void emit_number(struct text *t, const struct plan *p, const struct plan_expr *x)
{
	switch (x->op) {
	case PLAN_CONST:
		text_printf(t, "mmp_known(");
		emit_integer(t, x->value);
		text_printf(t, ")");
		return;
	case PLAN_PARAM:
		text_printf(t, "mmp_known(mmp_param(%" PRIu32 "))", x->index);
		return;
	case PLAN_SIGNAL:
		emit_signal(t, &p->signals[x->index]);
		return;
	case PLAN_ADD:
		emit_pair(t, p, x, "mmp_add", emit_number);
		return;
	case PLAN_SUB:
		emit_pair(t, p, x, "mmp_sub", emit_number);
		return;
	case PLAN_MUL:
		emit_pair(t, p, x, "mmp_mul", emit_number);
		return;
	case PLAN_DIV:
		emit_pair(t, p, x, "mmp_div", emit_number);
		return;
	case PLAN_NEG:
		emit_pair(t, p, x, "mmp_neg", emit_number);
		return;
	case PLAN_CALL_SIGNAL:
	case PLAN_COMM_IS:
	case PLAN_IN_CGROUP:
	case PLAN_NOT:
	case PLAN_AND:
	case PLAN_OR:
	case PLAN_GT:
	case PLAN_GE:
	case PLAN_LT:
	case PLAN_LE:
	case PLAN_EQ:
	case PLAN_NE:
	case PLAN_OP_COUNT:
		break;
	}
	BUG("plan operation %d is no number", x->op);
}

static const char *comparison(enum plan_op op)
{
	switch ((int)op) {
	case PLAN_GT:
		return "mmp_gt";
	case PLAN_GE:
		return "mmp_ge";
	case PLAN_LT:
		return "mmp_lt";
	case PLAN_LE:
		return "mmp_le";
	case PLAN_EQ:
		return "mmp_eq";
	case PLAN_NE:
		return "mmp_ne";
	}
	return NULL;
}

void emit_condition(struct text *t, const struct plan *p, const struct plan_expr *x)
{
	if (!x) {
		text_printf(t, "MMP_TRUE");
	} else if (x->op == PLAN_NOT) {
		emit_pair(t, p, x, "mmp_not", emit_condition);
	} else if (x->op == PLAN_AND) {
		emit_pair(t, p, x, "mmp_and", emit_condition);
	} else if (x->op == PLAN_OR) {
		emit_pair(t, p, x, "mmp_or", emit_condition);
	} else if (comparison(x->op)) {
		emit_pair(t, p, x, comparison(x->op), emit_number);
	} else {
		text_printf(t, "mmp_truth_of(");
		emit_number(t, p, x);
		text_printf(t, ")");
	}
}
