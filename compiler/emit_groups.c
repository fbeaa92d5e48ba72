// SPDX-License-Identifier: GPL-2.0
/* The groups: reading their signals, stepping their rules, setting the gates of their hooks. */
#include <inttypes.h>
#include <string.h>

#include "bug.h"
#include "emit_parts.h"

static const char *const signal_ids[] = {
#define SIGNAL(id, name, quantity, scopes, traits, source, help) #id,
#include "../grammar/signals.def"
#undef SIGNAL
};

static uint32_t signals_of(struct emit *e, enum plan_scope scope, uint32_t group)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < e->plan->signal_count; i++)
		if (e->plan->signals[i].scope == scope &&
		    (scope == PLAN_OF_SYSTEM || e->plan->signals[i].group == group))
			count++;
	return count;
}

static void emit_sample(struct text *t, const struct plan_signal *s)
{
	text_printf(t, "\tmmp_sample_%s(&from, ", signal_ids[s->id]);
	emit_row(t, s->row_base, s->rows);
	text_printf(t, ", %" PRId64 "LL, %s); /* ", s->window_ns, s->is_percent ? "true" : "false");
	text_add_c_comment(t, s->name, strlen(s->name));
	text_printf(t, " */\n");
}

/* Open, read every signal of one scope, close. */
static void emit_samples(struct emit *e, enum plan_scope scope, uint32_t group, const char *open)
{
	struct text *t = &e->groups;

	if (!signals_of(e, scope, group))
		return;
	text_printf(t, "%s", open);
	text_printf(t, "\tmmp_flush(&from);\n");
	for (uint32_t i = 0; i < e->plan->signal_count; i++) {
		const struct plan_signal *s = &e->plan->signals[i];

		if (s->scope == scope && (scope == PLAN_OF_SYSTEM || s->group == group))
			emit_sample(t, s);
	}
	text_printf(t, "\tmmp_close(&from);\n");
}

static void emit_group_sample(struct emit *e, uint32_t group)
{
	const struct plan_group *g = &e->plan->groups[group];
	struct text *t = &e->groups, slot;

	text_init(&slot, e->arena);
	emit_row(&slot, g->row_base, g->rows);
	text_printf(t, INLINE "void %s_sample(__u32 i, __u64 now, bool is_exact)\n{\n", g->id);
	text_printf(t, "\tstruct mmp_from from;\n\n");
	emit_samples(e, PLAN_OF_GROUP, group,
		     arena_printf(e->arena, "\tmmp_open(&from, %s, now, is_exact);\n", slot.data));
	emit_samples(e, PLAN_OF_PARENT, group,
		     arena_printf(e->arena, "\tmmp_open_parent(&from, %s, now, is_exact);\n",
				  slot.data));
	text_printf(t, "}\n\n");
	text_printf(&e->sample, "\t%s_sample(0, now, is_exact);\n", g->id);
}

static void emit_protect_gate(struct text *t, const struct plan_rule *r)
{
	text_printf(t, "\tmmp_gate_protect(&gates.%s, ", r->protect.at_min ? "min" : "low");
	emit_row(t, r->row_base, r->rows);
	if (r->protect.up_to.is_given) {
		text_printf(t, ", mmp_pages_up_to(");
		emit_value(t, &r->protect.up_to, 0);
		text_printf(t, "));\n");
	} else {
		text_printf(t, ", MMP_NEVER);\n");
	}
}

static void emit_group_evaluate(struct emit *e, uint32_t group)
{
	const struct plan_group *g = &e->plan->groups[group];
	struct text *t = &e->groups;

	text_printf(t, INLINE "void %s_evaluate(__u32 i, __u64 now)\n{\n", g->id);
	text_printf(t, "\tstruct mmp_gates gates = mmp_closed_gates();\n\n");
	for (uint32_t i = 0; i < e->plan->rule_count; i++)
		if (e->plan->rules[i].group == group)
			text_printf(t, "\t%s_evaluate(i, now);\n", e->plan->rules[i].id);
	for (uint32_t i = 0; i < e->plan->rule_count; i++) {
		const struct plan_rule *r = &e->plan->rules[i];

		if (r->group == group && r->action == ACTION_PROTECT)
			emit_protect_gate(t, r);
	}
	text_printf(t, "\tmmp_publish(");
	emit_row(t, g->row_base, g->rows);
	text_printf(t, ", &gates);\n}\n\n");
	text_printf(&e->evaluate, "\t%s_evaluate(0, now);\n", g->id);
}

static void emit_system_sample(struct emit *e)
{
	struct text *t = &e->groups;

	if (!signals_of(e, PLAN_OF_SYSTEM, 0))
		return;
	text_printf(t, INLINE "void mmp_sample_machine(__u64 now, bool is_exact)\n{\n");
	text_printf(t, "\tstruct mmp_from from;\n\n");
	emit_samples(e, PLAN_OF_SYSTEM, 0, "\tmmp_open_system(&from, now, is_exact);\n");
	text_printf(t, "}\n\n");
	text_printf(&e->sample, "\tmmp_sample_machine(now, is_exact);\n");
}

void emit_groups(struct emit *e)
{
	emit_system_sample(e);
	for (uint32_t i = 0; i < e->plan->group_count; i++) {
		const struct plan_group *g = &e->plan->groups[i];

		text_printf(&e->groups, "/* cgroup %s: ", g->id);
		text_add_c_comment(&e->groups, g->path, strlen(g->path));
		text_printf(&e->groups, " */\n");
		if (signals_of(e, PLAN_OF_GROUP, i) || signals_of(e, PLAN_OF_PARENT, i))
			emit_group_sample(e, i);
		if (g->is_target)
			emit_group_evaluate(e, i);
	}
}
