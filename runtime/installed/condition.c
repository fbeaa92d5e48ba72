// SPDX-License-Identifier: GPL-2.0
#include "condition.h"

#include "base/arena.h"
#include "installed.h"
#include "object/manifest.h"
#include "plan/evaluate.h"
#include "rows.h"

#include <stdio.h>
#include <stdlib.h>

struct explaining {
	const struct plan *plan;
	const struct plan_rule *rule;
	struct evaluation e;
	uint32_t row;
	json_t *list;
};

static void fill(struct evaluation *e, const struct rows *r, const struct installed *p)
{
	for (uint32_t i = 0; i < e->plan->signal_rows; i++)
		e->signals[i] = r->signals[i].is_known ? mmp_known(r->signals[i].value)
						       : mmp_unknown();
	for (uint32_t i = 0; i < e->plan->param_count; i++)
		e->params[i] = p->config.params[i];
	for (uint32_t i = 0; i < e->plan->slot_rows; i++)
		e->used[i] = r->slots[i].state == MMP_SLOT_USED;
}

static void print_values(FILE *out, const struct explaining *x, const struct plan_expr *part)
{
	char text[64];
	struct mmp_value v;

	if (!part)
		return;
	if (part->op == PLAN_SIGNAL) {
		v = evaluate_number(&x->e, part, x->row, NULL);
		fprintf(out, "; %s is %s", x->plan->signals[part->index].name,
			v.is_known ? quantity_print(text, sizeof(text), part->quantity, v.n)
				   : "unknown");
	}
	print_values(out, x, part->a);
	print_values(out, x, part->b);
}

static void explain_part(struct explaining *x, const struct plan_expr *part)
{
	enum mmp_truth truth = evaluate_rule_condition(&x->e, x->rule, part, x->row, NULL);
	char *text = NULL;
	size_t size;
	FILE *out;

	if (truth == MMP_TRUE)
		return;
	out = open_memstream(&text, &size);
	if (!out)
		return;
	fputs(truth == MMP_FALSE ? "false now: " : "unknown now: ", out);
	plan_print_expr(out, x->plan, part);
	/* Of several matches no single value would say it. */
	if (!plan_asks_any(x->plan, x->rule, part))
		print_values(out, x, part);
	if (!fclose(out))
		json_array_append_new(x->list, json_string(text));
	free(text);
}

static void explain_parts(struct explaining *x, const struct plan_expr *all)
{
	if (all->op != PLAN_AND) {
		explain_part(x, all);
		return;
	}
	explain_parts(x, all->a);
	explain_parts(x, all->b);
}

void condition_explain(const struct rows *r, const struct installed *p, uint32_t rule, uint32_t row,
		       bool is_until, json_t *list)
{
	struct explaining x = { .plan = p->manifest->plan, .row = row, .list = list };
	const struct plan_expr *all;
	struct arena arena;

	if (!x.plan)
		return;
	x.rule = &x.plan->rules[rule];
	all = is_until ? x.rule->until : x.rule->when;
	if (!all)
		return;
	arena_init(&arena);
	evaluation_init(&x.e, &arena, x.plan);
	fill(&x.e, r, p);
	explain_parts(&x, all);
	arena_finish(&arena);
}
