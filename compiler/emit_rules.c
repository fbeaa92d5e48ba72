// SPDX-License-Identifier: GPL-2.0
/* The rules: one small function for each condition, and one that steps the rule. */
#include <inttypes.h>
#include <string.h>

#include "bug.h"
#include "emit_parts.h"

void emit_line(struct emit *e, struct text *t, struct span span)
{
	struct place place = source_place(e->plan->sources, span.file, span.start);

	text_printf(t, "#line %" PRIu32 " ", place.line);
	text_add_c_string(t, place.file, strlen(place.file));
	text_printf(t, "\n");
}

void emit_rule_comment(struct emit *e, struct text *t, const struct plan_rule *r)
{
	text_printf(t, "/* ");
	text_add_c_comment(t, r->text, strlen(r->text));
	text_printf(t, " */\n");
}

/* One line, so that one #line serves: clang gives every later line of a function its own place. */
static void emit_truth_function(struct emit *e, const struct plan_rule *r, const char *suffix,
				const struct plan_expr *x)
{
	struct text *t = &e->rules;

	emit_line(e, t, x->span.end ? x->span : r->span);
	text_printf(t, "mmp_global enum mmp_truth %s_%s(__u32 i) { return ", r->id, suffix);
	emit_condition(t, e->plan, x);
	text_printf(t, "; }\n");
}

static void emit_timing(struct text *t, const char *field, const struct plan_value *v)
{
	if (!v->is_given)
		return;
	text_printf(t, ", .%s = ", field);
	emit_value(t, v, 0);
}

static void emit_step(struct emit *e, const struct plan_rule *r)
{
	struct text *t = &e->rules;

	emit_line(e, t, r->span);
	text_printf(t, INLINE "int %s_evaluate(__u32 i, __u64 now) { ", r->id);
	text_printf(t, "struct mmp_timing t = { .has_until = %d", r->until ? 1 : 0);
	emit_timing(t, "when_for", &r->when_for);
	emit_timing(t, "until_for", &r->until_for);
	emit_timing(t, "hold", &r->hold);
	emit_timing(t, "cooldown", &r->cooldown);
	text_printf(t, " }; return mmp_step(");
	emit_row(t, r->row_base, r->rows);
	text_printf(t, r->when ? ", %s_when(i)" : ", MMP_TRUE", r->id);
	text_printf(t, r->until ? ", %s_until(i)" : ", MMP_FALSE", r->id);
	text_printf(t, ", &t, now); }\n");
}

static void emit_rule(struct emit *e, const struct plan_rule *r)
{
	struct text *t = &e->rules;

	if (t->len)
		text_printf(t, "\n");
	emit_rule_comment(e, t, r);
	if (r->when)
		emit_truth_function(e, r, "when", r->when);
	if (r->until)
		emit_truth_function(e, r, "until", r->until);
	emit_step(e, r);
	text_printf(t, "//@ here\n");
}

void emit_rules(struct emit *e)
{
	for (uint32_t i = 0; i < e->plan->rule_count; i++)
		emit_rule(e, &e->plan->rules[i]);
}
