// SPDX-License-Identifier: GPL-2.0
/* Values and conditions, in terms of bpf-templates/mmp_value.h. */
#include <string.h>

#include "base/bug.h"
#include "emit_parts.h"
#include "plan/words.h"

const char *emit_signal_id(enum signal_id id)
{
	return plan_signal_words.list[id];
}

void emit_row(struct text *t, uint32_t row_base, uint32_t rows)
{
	if (rows == 1)
		text_printf(t, "%" PRIu32, row_base);
	else
		text_printf(t, "(%" PRIu32 " + i)", row_base);
}

static void emit_integer(struct text *t, int64_t n)
{
	/* The smallest number cannot be written as one literal. */
	if (n == INT64_MIN)
		text_printf(t, "MMP_S64_MIN");
	else if (n > INT32_MAX || n <= INT32_MIN)
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

typedef void emit_operand(struct text *t, const struct emit_scope *s, const struct plan_expr *x);

static void emit_call(struct text *t, const struct emit_scope *s, const struct plan_expr *x,
		      emit_operand *operand)
{
	text_printf(t, "%s(", plan_op_infos[x->op].function);
	operand(t, s, x->a);
	if (x->b) {
		text_printf(t, ", ");
		operand(t, s, x->b);
	}
	text_printf(t, ")");
}

/* Of the cgroup that the call is about; its limit depends on the group's. */
static void emit_self(struct text *t, const struct plan_group *g, const struct plan_signal *s)
{
	text_printf(t, "mmp_self_%s(memcg", s->is_percent ? "share" : emit_signal_id(s->id));
	if (s->is_percent || s->id == SIGNAL_LIMIT) {
		text_printf(t, ", ");
		emit_row(t, g->row_base, g->rows);
	}
	text_printf(t, ")");
}

static void emit_signal(struct text *t, const struct emit_scope *s, const struct plan_expr *x)
{
	const struct plan_signal *signal = &s->plan->signals[x->index];

	if (signal->scope == PLAN_OF_SELF) {
		emit_self(t, &s->plan->groups[signal->group], signal);
	} else if (plan_is_usage_of(s->plan, x, s->live_group)) {
		text_printf(t,
			    signal->is_percent ? "mmp_live_share(level)" : "mmp_live_usage(level)");
	} else {
		text_printf(t, "mmp_signal(");
		emit_row(t, signal->row_base, signal->rows);
		text_printf(t, ")");
	}
}

void emit_number(struct text *t, const struct emit_scope *s, const struct plan_expr *x)
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
		emit_signal(t, s, x);
		return;
	case PLAN_CALL_SIGNAL:
		text_printf(t, "mmp_call_%s(t)", emit_signal_id(x->signal));
		return;
	default:
		break;
	}
	if (plan_op_infos[x->op].kind != PLAN_IS_ARITHMETIC)
		BUG("plan operation %d is not a number", x->op);
	emit_call(t, s, x, emit_number);
}

void emit_size(struct text *t, const struct plan *p, const struct plan_value *v)
{
	struct emit_scope sampled = { .plan = p, .live_group = PLAN_NONE };

	if (v->share) {
		emit_number(t, &sampled, v->share);
		return;
	}
	text_printf(t, "mmp_known(");
	emit_value(t, v, 0);
	text_printf(t, ")");
}

static void emit_in_cgroup(struct text *t, const struct plan_group *g)
{
	if (g->is_glob)
		text_printf(t, "mmp_in_match(t, %" PRIu32 ", %" PRIu32 ")", g->row_base, g->rows);
	else
		text_printf(t, "mmp_in_cgroup(t, %" PRIu32 ")", g->row_base);
}

static void emit_comm_is(struct text *t, const char *comm)
{
	text_printf(t, "mmp_comm_is(t, ");
	text_add_c_string(t, comm, strlen(comm));
	text_printf(t, ", %zu)", strlen(comm));
}

void emit_condition(struct text *t, const struct emit_scope *s, const struct plan_expr *x)
{
	if (!x) {
		text_printf(t, "MMP_TRUE");
	} else if (plan_op_infos[x->op].kind == PLAN_IS_LOGIC) {
		emit_call(t, s, x, emit_condition);
	} else if (plan_op_infos[x->op].kind == PLAN_IS_COMPARISON) {
		emit_call(t, s, x, emit_number);
	} else if (x->op == PLAN_COMM_IS) {
		emit_comm_is(t, s->plan->strings[x->index]);
	} else if (x->op == PLAN_IN_CGROUP) {
		emit_in_cgroup(t, &s->plan->groups[x->index]);
	} else {
		text_printf(t, "mmp_truth_of(");
		emit_number(t, s, x);
		text_printf(t, ")");
	}
}

static bool is_value(const struct plan_expr *x)
{
	return x->op == PLAN_CONST || x->op == PLAN_PARAM;
}

static bool reads_usage(const struct plan *p, const struct plan_expr *x, uint32_t group)
{
	return x && (plan_is_usage_of(p, x, group) || reads_usage(p, x->a, group) ||
		     reads_usage(p, x->b, group));
}

static void emit_pages(struct text *t, const struct plan *p, uint32_t group,
		       const struct plan_expr *usage, const struct plan_expr *value)
{
	const struct plan_signal *s = &p->signals[usage->index];
	struct emit_scope sampled = { .plan = p, .live_group = PLAN_NONE };

	if (!is_value(value)) {
		/* Worked out at this tick; what the hook reads anew has no bound. */
		if (s->is_percent || reads_usage(p, value, group)) {
			text_printf(t, "0");
			return;
		}
		text_printf(t, "mmp_pages_at(");
		emit_number(t, &sampled, value);
		text_printf(t, ")");
		return;
	}
	if (s->is_percent) {
		text_printf(t, "mmp_pages_of_share(mmp_limit_at(");
		emit_row(t, p->groups[s->group].row_base, p->groups[s->group].rows);
		text_printf(t, "), ");
	} else {
		text_printf(t, "mmp_pages(");
	}
	if (value->op == PLAN_PARAM)
		text_printf(t, "mmp_param(%" PRIu32 ")", value->index);
	else
		emit_integer(t, value->value);
	text_printf(t, ")");
}

void emit_usage_bound(struct text *t, const struct plan *p, uint32_t group,
		      const struct plan_expr *x)
{
	bool is_greater = x->op == PLAN_GT || x->op == PLAN_GE;
	bool is_less = x->op == PLAN_LT || x->op == PLAN_LE;

	if (x->op == PLAN_AND || x->op == PLAN_OR) {
		text_printf(t, x->op == PLAN_AND ? "mmp_max(" : "mmp_min(");
		emit_usage_bound(t, p, group, x->a);
		text_printf(t, ", ");
		emit_usage_bound(t, p, group, x->b);
		text_printf(t, ")");
	} else if (is_greater && plan_is_usage_of(p, x->a, group)) {
		emit_pages(t, p, group, x->a, x->b);
	} else if (is_less && plan_is_usage_of(p, x->b, group)) {
		emit_pages(t, p, group, x->b, x->a);
	} else {
		text_printf(t, "0");
	}
}
