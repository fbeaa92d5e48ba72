// SPDX-License-Identifier: GPL-2.0
/* The memory controller's hooks of one group: a gate each, and behind it the group's rules. */
#include <inttypes.h>

#include "bug.h"
#include "emit_parts.h"

static void emit_protect_call(struct text *t, const struct plan_rule *r)
{
	text_printf(t, "\tis_protected |= mmp_protect(");
	emit_row(t, r->row_base, r->rows);
	if (r->protect.up_to.is_given) {
		text_printf(t, ", usage, mmp_pages_up_to(");
		emit_value(t, &r->protect.up_to, 0);
		text_printf(t, "), MMP_TRUE);\n");
	} else {
		text_printf(t, ", usage, MMP_NEVER, MMP_TRUE);\n");
	}
}

static void emit_below(struct emit *e, uint32_t group, bool at_min)
{
	const struct plan_group *g = &e->plan->groups[group];
	const char *level = at_min ? "min" : "low", *hook = at_min ? "MIN" : "LOW";
	struct text *t = &e->hooks;

	text_printf(t, "static __attribute__((noinline)) int %s_%s(__u32 i, __u64 usage)\n{\n", g->id,
		    level);
	text_printf(t, "\tint is_protected = 0;\n\n");
	text_printf(t, "\tif (!mmp_enter_gate(&mmp_verdicts[%" PRIu32 "]))\n\t\treturn 0;\n",
		    g->row_base);
	for (uint32_t i = 0; i < e->plan->rule_count; i++) {
		const struct plan_rule *r = &e->plan->rules[i];

		if (r->group == group && r->action == ACTION_PROTECT && r->protect.at_min == at_min)
			emit_protect_call(t, r);
	}
	text_printf(t, "\treturn is_protected;\n}\n\n");
	text_printf(t, "SEC(\"struct_ops/below_%s\")\nint %s_below_%s(unsigned long long *ctx)\n{\n",
		    level, g->id, level);
	text_printf(t, "\tmmp_count_call(%" PRIu32 ", MMP_HOOK_BELOW_%s);\n", g->row_base, hook);
	text_printf(t, "\treturn MMP_BELOW_%s(%" PRIu32 ", ctx[2]) ? %s_%s(0, ctx[2]) : 0;\n}\n\n", hook,
		    g->row_base, g->id, level);
}

static void emit_ops(struct emit *e, const struct plan_group *g)
{
	struct text *t = &e->hooks;

	text_printf(t, "SEC(\".struct_ops.link\")\nstruct memcg_bpf_ops ops_%s = {\n", g->id);
	if (g->hooks & 1u << HOOK_BELOW_LOW)
		text_printf(t, "\t.below_low = (void *)%s_below_low,\n", g->id);
	if (g->hooks & 1u << HOOK_BELOW_MIN)
		text_printf(t, "\t.below_min = (void *)%s_below_min,\n", g->id);
	text_printf(t, "};\n");
}

void emit_memcg_hooks(struct emit *e)
{
	for (uint32_t i = 0; i < e->plan->group_count; i++) {
		const struct plan_group *g = &e->plan->groups[i];

		if (!g->hooks)
			continue;
		if (g->hooks & 1u << HOOK_BELOW_LOW)
			emit_below(e, i, false);
		if (g->hooks & 1u << HOOK_BELOW_MIN)
			emit_below(e, i, true);
		emit_ops(e, g);
	}
}
