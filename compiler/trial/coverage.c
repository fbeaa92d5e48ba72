// SPDX-License-Identifier: GPL-2.0
#include "coverage.h"

#include "base/arena.h"

static bool is_junction(const struct plan_expr *x)
{
	return x->op == PLAN_NOT || x->op == PLAN_AND || x->op == PLAN_OR;
}

static uint32_t count_operands(const struct plan_expr *x)
{
	if (!x)
		return 0;
	return is_junction(x) ? count_operands(x->a) + count_operands(x->b) : 1;
}

static void add_operands(struct coverage *c, const struct plan_rule *r, const struct plan_expr *x,
			 bool is_of_call)
{
	if (!x)
		return;
	if (!is_junction(x)) {
		c->operands[c->operand_count++] =
			(struct operand){ .rule = r, .expr = x, .is_of_call = is_of_call };
		return;
	}
	add_operands(c, r, x->a, is_of_call);
	add_operands(c, r, x->b, is_of_call);
}

void coverage_init(struct coverage *c, struct arena *a, const struct plan *p)
{
	uint32_t total = 0;

	for (uint32_t i = 0; i < p->rule_count; i++)
		total += count_operands(p->rules[i].when) + count_operands(p->rules[i].until) +
			 count_operands(p->rules[i].call);
	*c = (struct coverage){
		.plan = p,
		.active = arena_array(a, bool, p->rule_count + 1),
		.operands = arena_array(a, struct operand, total + 1),
	};
	for (uint32_t i = 0; i < p->rule_count; i++) {
		add_operands(c, &p->rules[i], p->rules[i].when, false);
		add_operands(c, &p->rules[i], p->rules[i].until, false);
		add_operands(c, &p->rules[i], p->rules[i].call, true);
	}
}

static void see(struct operand *o, enum mmp_truth truth)
{
	if (truth != MMP_UNKNOWN)
		o->seen[truth == MMP_TRUE] = true;
}

/* The matches over which an operand is evaluated: the rule's own, or those it is about. */
static const struct plan_group *matches_of(const struct plan *p, const struct operand *o)
{
	const struct plan_rule *r = o->rule;

	if (plan_asks_any(p, r, o->expr))
		return &p->groups[r->any_group];
	return r->group != PLAN_NONE ? &p->groups[r->group] : NULL;
}

static void note_operand(const struct evaluation *e, struct operand *o,
			 const struct evaluation_call *call)
{
	const struct plan_group *g = matches_of(e->plan, o);

	if (!g) {
		see(o, evaluate_condition(e, o->expr, 0, call));
		return;
	}
	for (uint32_t row = 0; row < g->rows; row++)
		if (e->used[g->row_base + row])
			see(o, evaluate_condition(e, o->expr, row, call));
}

void coverage_note(struct coverage *c, const struct evaluation *e)
{
	for (uint32_t i = 0; i < c->plan->rule_count; i++) {
		const struct plan_rule *r = &c->plan->rules[i];

		if (r->action == ACTION_THP)
			continue;
		for (uint32_t row = 0; row < r->rows; row++)
			c->active[i] |= evaluation_is_active(e, r, row);
	}
	for (uint32_t i = 0; i < c->operand_count; i++) {
		struct operand *o = &c->operands[i];

		if (!o->is_of_call || o->rule->action != ACTION_THP)
			note_operand(e, o, NULL);
	}
}

void coverage_note_call(struct coverage *c, const struct evaluation *e, uint32_t process,
			const struct evaluation_call *call)
{
	const struct plan_rule *decides = evaluation_thp_rule(e, process, call);

	if (decides)
		c->active[decides - c->plan->rules] = true;
	for (uint32_t i = 0; i < c->operand_count; i++) {
		struct operand *o = &c->operands[i];

		if (o->is_of_call && o->rule->action == ACTION_THP)
			note_operand(e, o, call);
	}
}

void coverage_merge(struct coverage *c, const struct coverage *other)
{
	for (uint32_t i = 0; i < c->plan->rule_count; i++)
		c->active[i] |= other->active[i];
	for (uint32_t i = 0; i < c->operand_count; i++) {
		c->operands[i].seen[0] |= other->operands[i].seen[0];
		c->operands[i].seen[1] |= other->operands[i].seen[1];
	}
}

struct coverage_sum coverage_add_up(const struct coverage *c)
{
	struct coverage_sum sum = { .rules = c->plan->rule_count, .operands = c->operand_count };
	uint32_t seen = 0, all = sum.rules + 2 * sum.operands;

	for (uint32_t i = 0; i < sum.rules; i++)
		sum.rules_seen += c->active[i];
	for (uint32_t i = 0; i < sum.operands; i++) {
		const bool *both = c->operands[i].seen;

		sum.operands_seen += both[0] && both[1];
		seen += both[0] + both[1];
	}
	seen += sum.rules_seen;
	sum.percent = all ? 100 * seen / all : 100;
	return sum;
}
