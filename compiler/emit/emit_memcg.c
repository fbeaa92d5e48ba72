// SPDX-License-Identifier: GPL-2.0
/*
 * The memory controller's hooks of one group: a gate each, and after it the group's rules. The
 * hooks have two revisions with different arguments; the code after the gate is the same.
 */
#include <string.h>

#include "base/bug.h"
#include "emit_parts.h"

struct hook_kind {
	enum hook hook;
	const char *part; /* after the gate: high_PART() */
	const char *argument; /* arguments of the hook that the rules read */
	const char *argument_v6;
	const char *member_v6;
};

#define USAGE "((struct mem_cgroup *)ctx[0])->memory.usage.counter"

static const struct hook_kind low = { HOOK_BELOW_LOW, "low", "ctx[2]", USAGE, "below_low" };
static const struct hook_kind min = { HOOK_BELOW_MIN, "min", "ctx[2]", USAGE, "below_min" };
/* The older revision does not pass the size of the charge: most often it is a batch. */
static const struct hook_kind charged = { HOOK_CHARGED, "charge", "(__u32)ctx[1]",
					  "MMP_BATCH_PAGES", "get_high_delay_ms" };

void emit_protect_bound(const struct emit *e, struct text *t, const struct plan_rule *r)
{
	if (!r->protect.up_to.is_given) {
		text_printf(t, "MMP_NEVER");
		return;
	}
	text_printf(t, "mmp_pages_up_to(");
	emit_size(t, e->plan, &r->protect.up_to);
	text_printf(t, ")");
}

/* After the gate. `i` is the match of a glob. */

static void emit_begin(struct emit *e, const struct plan_group *g, const char *part,
		       const char *argument)
{
	struct text *t = &e->hooks;

	text_printf(t, "mmp_far int %s_%s(unsigned long long *ctx, __u32 i, __u64 %s)\n{\n", g->id,
		    part, argument);
}

static void emit_memcg(struct emit *e)
{
	text_printf(&e->hooks, "\tstruct mem_cgroup *memcg = (struct mem_cgroup *)ctx[0];\n");
}

/* The hook for min evaluates rules at low, too. */
static bool concerns_protection(const struct plan_rule *r, bool at_min)
{
	return r->action == ACTION_PROTECT && (at_min || !r->protect.at_min);
}

static bool asks_self(const struct emit *e, uint32_t group, bool at_min)
{
	plan_each_rule (i, &e->index, group)
		if (concerns_protection(&e->plan->rules[i], at_min) && e->plan->rules[i].call)
			return true;
	return false;
}

static bool refuses_at_low(const struct emit *e, uint32_t group)
{
	plan_each_rule (i, &e->index, group)
		if (concerns_protection(&e->plan->rules[i], false))
			return true;
	return false;
}

static void emit_enter(struct emit *e, const struct plan_group *g)
{
	text_printf(&e->hooks, "\tif (!mmp_enter_gate(");
	emit_row(&e->hooks, g->row_base, g->rows);
	text_printf(&e->hooks, "))\n\t\treturn 0;\n");
}

static void emit_protect_call(struct emit *e, const struct plan_rule *r, bool at_min)
{
	struct text *t = &e->hooks;
	bool is_refusal = at_min && !r->protect.at_min;

	text_printf(t, "\tis_protected |= %smmp_protect(", is_refusal ? "is_due && " : "");
	emit_row(t, r->row_base, r->rows);
	text_printf(t, ", usage, ");
	emit_protect_bound(e, t, r);
	text_printf(t, r->call ? ", %s_call(i, memcg));\n" : ", MMP_TRUE);\n", r->id);
}

static void emit_protects(struct emit *e, uint32_t group, bool at_min)
{
	bool is_refusing = at_min && refuses_at_low(e, group);
	struct text *t = &e->hooks;

	emit_begin(e, &e->plan->groups[group], at_min ? "min" : "low", "usage");
	if (asks_self(e, group, at_min))
		emit_memcg(e);
	text_printf(t, "\tint is_protected = 0%s;\n\n", is_refusing ? ", is_due" : "");
	emit_enter(e, &e->plan->groups[group]);
	if (is_refusing)
		text_printf(t, "\tis_due = mmp_is_refusal_due();\n");
	plan_each_rule (i, &e->index, group)
		if (concerns_protection(&e->plan->rules[i], at_min))
			emit_protect_call(e, &e->plan->rules[i], at_min);
	text_printf(t, "\treturn is_protected;\n}\n\n");
}

static bool delays_charges(const struct plan_rule *r)
{
	return r->action == ACTION_THROTTLE || r->action == ACTION_RECLAIM;
}

static bool has_delays(const struct emit *e, uint32_t group)
{
	plan_each_rule (i, &e->index, group)
		if (delays_charges(&e->plan->rules[i]))
			return true;
	return false;
}

static void emit_charges(struct emit *e, uint32_t group)
{
	const struct plan_group *g = &e->plan->groups[group];
	struct text *t = &e->hooks;

	emit_begin(e, g, "charge", "pages");
	/* Where charges are only counted, the gate lets the sampler know of them. */
	if (!has_delays(e, group)) {
		emit_enter(e, g);
		text_printf(t, "\treturn 0;\n}\n\n");
		return;
	}
	emit_memcg(e);
	text_printf(t, "\tstruct mmp_price price = {};\n\tstruct mmp_level level;\n\n");
	emit_enter(e, g);
	text_printf(t, "\tlevel = mmp_level_of(memcg, ");
	emit_row(t, g->row_base, g->rows);
	text_printf(t, ");\n");
	plan_each_rule (i, &e->index, group)
		if (delays_charges(&e->plan->rules[i]))
			text_printf(t, "\t%s_price(i, memcg, &level, &price);\n",
				    e->plan->rules[i].id);
	text_printf(t, "\treturn mmp_pay(");
	emit_row(t, g->row_base, g->rows);
	text_printf(t, ", pages, &price);\n}\n\n");
}

/* The hooks themselves: an anchor's, which finds the slot and with it the group. */

struct hooked {
	const struct plan_anchor *anchor;
	const char *id;
	uint32_t index;
};

static const char *hook_name(const struct hook_kind *k, bool is_v6)
{
	return is_v6 ? k->member_v6 : hook_infos[k->hook].member;
}

static const char *const hook_ids[] = {
#define HOOK(id, type, member, actions) #id,
#include "grammar/actions.def"
};

static void emit_entry(struct emit *e, const struct hooked *h, const char *member,
		       const char *suffix)
{
	struct text *t = &e->hooks;

	text_printf(t, "SEC(\"struct_ops/%s\")\nint %s_%s%s(unsigned long long *ctx)\n{\n", member,
		    h->id, member, suffix);
	if (!h->anchor->is_plain)
		text_printf(t, "\t__u32 slot = mmp_claimed((struct mem_cgroup *)ctx[0]) - 1;\n\n"
			       "\tif (slot >= MMP_SLOTS)\n\t\treturn 0;\n");
}

/* Where the anchor has several groups: only if the slot is this one's. */
static void emit_group_test(struct emit *e, const struct hooked *h, const struct plan_group *g)
{
	if (plan_anchor_group(h->anchor, 1) != PLAN_NONE)
		text_printf(&e->hooks, "\tif (slot - %" PRIu32 " < %" PRIu32 ") {\n", g->row_base,
			    g->rows);
}

static void emit_group_end(struct emit *e, const struct hooked *h)
{
	text_printf(&e->hooks, plan_anchor_group(h->anchor, 1) != PLAN_NONE ? "\t}\n" : "");
}

static const char *slot_of(struct emit *e, const struct hooked *h, const struct plan_group *g)
{
	return h->anchor->is_plain ? arena_printf(e->arena, "%" PRIu32, g->row_base) : "slot";
}

/* Does the charge gate depend on the group's usage? Otherwise it is only open or closed. */
static bool is_gated_by_usage(const struct emit *e, uint32_t group)
{
	plan_each_rule (i, &e->index, group) {
		const struct plan_rule *r = &e->plan->rules[i];

		if (emit_is_live(r) || (r->action == ACTION_RECLAIM && !r->reclaim.no_pace))
			return true;
	}
	return false;
}

static bool is_rate_wanted(const struct emit *e, uint32_t group, enum signal_id id)
{
	plan_each_signal (i, &e->index, group)
		if (e->plan->signals[i].id == id)
			return true;
	return false;
}

static void emit_quiet(struct emit *e, uint32_t group, const struct hook_kind *k,
		       const char *argument, const char *slot)
{
	struct text *t = &e->hooks;

	text_printf(t, "\tif (");
	if (k->hook == HOOK_BELOW_LOW)
		text_printf(t, "%s >= mmp_verdicts[%s].low_gate", argument, slot);
	else if (k->hook == HOOK_BELOW_MIN)
		text_printf(t, "%s >= mmp_verdicts[%s].min_gate", argument, slot);
	else if (is_gated_by_usage(e, group))
		text_printf(t,
			    "mmp_usage_of((struct mem_cgroup *)ctx[0], mmp_verdicts[%s].level) <\n"
			    "\t    mmp_verdicts[%s].charge_gate",
			    slot, slot);
	else
		text_printf(t, "mmp_verdicts[%s].charge_gate", slot);
	text_printf(t, ")\n\t\treturn 0;\n");
}

static void emit_answer(struct emit *e, const struct hooked *h, uint32_t group,
			const struct hook_kind *k, const char *argument)
{
	const struct plan_group *g = &e->plan->groups[group];
	const char *slot = slot_of(e, h, g);
	struct text *t = &e->hooks;

	emit_group_test(e, h, g);
	text_printf(t, "\tmmp_count_call(%s, MMP_HOOK_%s);\n", slot, hook_ids[k->hook]);
	if (k->hook == HOOK_CHARGED && is_rate_wanted(e, group, SIGNAL_CHARGE_RATE))
		text_printf(t, "\t__sync_fetch_and_add(&mmp_verdicts[%s].charged, %s);\n", slot,
			    argument);
	emit_quiet(e, group, k, argument, slot);
	text_printf(t, "\treturn %s_%s(ctx, ", g->id, k->part);
	if (g->is_glob)
		text_printf(t, "slot - %" PRIu32, g->row_base);
	else
		text_printf(t, "0");
	text_printf(t, ", %s);\n", argument);
	emit_group_end(e, h);
}

#define each_anchor_group(n, group, anchor)                                                        \
	for (uint32_t n = 0, group; (group = plan_anchor_group(anchor, n)) != PLAN_NONE; n++)

static void emit_hook(struct emit *e, const struct hooked *h, const struct hook_kind *k, bool is_v6)
{
	emit_entry(e, h, hook_name(k, is_v6), is_v6 ? "_v6" : "");
	each_anchor_group(n, group, h->anchor) if (e->plan->groups[group].hooks & 1u << k->hook)
		emit_answer(e, h, group, k, is_v6 ? k->argument_v6 : k->argument);
	if (plan_anchor_group(h->anchor, 1) != PLAN_NONE)
		text_printf(&e->hooks, "\treturn 0;\n");
	text_printf(&e->hooks, "}\n\n");
}

static void emit_uncharged(struct emit *e, const struct hooked *h)
{
	struct text *t = &e->hooks;

	emit_entry(e, h, hook_infos[HOOK_UNCHARGED].member, "");
	each_anchor_group(n, group, h->anchor)
	{
		const struct plan_group *g = &e->plan->groups[group];
		const char *slot = slot_of(e, h, g);

		if (!(g->hooks & 1u << HOOK_UNCHARGED))
			continue;
		emit_group_test(e, h, g);
		text_printf(t,
			    "\tmmp_count_call(%s, MMP_HOOK_UNCHARGED);\n"
			    "\t__sync_fetch_and_add(&mmp_verdicts[%s].uncharged, (__u32)ctx[1]);\n",
			    slot, slot);
		emit_group_end(e, h);
	}
	text_printf(t, "\treturn 0;\n}\n\n");
}

static void emit_ops(struct emit *e, const struct hooked *h, bool is_v6)
{
	const struct hook_kind *const kinds[] = { &low, &min, &charged };
	unsigned hooks = h->anchor->hooks;
	struct text *t = &e->hooks;

	text_printf(t, "SEC(\".struct_ops.link\")\nstruct memcg_bpf_ops%s ops_%s%s = {\n",
		    is_v6 ? "___v6" : "", h->id, is_v6 ? "___v6" : "");
	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++)
		if (hooks & 1u << kinds[k]->hook)
			text_printf(t, "\t.%s = (void *)%s_%s%s,\n", hook_name(kinds[k], is_v6),
				    h->id, hook_name(kinds[k], is_v6), is_v6 ? "_v6" : "");
	if (hooks & 1u << HOOK_UNCHARGED && !is_v6)
		text_printf(t, "\t.memcg_uncharged = (void *)%s_memcg_uncharged,\n", h->id);
	if (!h->anchor->is_plain)
		text_printf(t,
			    "\t.handle_cgroup_online = (void *)%s_handle_cgroup_online,\n"
			    "\t.handle_cgroup_offline = (void *)%s_handle_cgroup_offline,\n",
			    h->id, h->id);
	text_printf(t, "};\n\n");
}

/* What the hooks call once they know the group. */
static void emit_group_parts(struct emit *e, uint32_t group)
{
	const struct plan_group *g = &e->plan->groups[group];

	if (g->hooks & 1u << HOOK_BELOW_LOW)
		emit_protects(e, group, false);
	if (g->hooks & 1u << HOOK_BELOW_MIN)
		emit_protects(e, group, true);
	if (g->hooks & 1u << HOOK_CHARGED)
		emit_charges(e, group);
}

static void emit_anchor_hooks(struct emit *e, uint32_t index)
{
	const struct plan_anchor *a = &e->anchors.list[index];
	const struct hook_kind *const kinds[] = { &low, &min, &charged };
	struct hooked h = { .anchor = a,
			    .id = emit_anchor_id(e->arena, e->plan, &e->anchors, index),
			    .index = index };

	if (!a->is_plain)
		emit_claims(e, index);
	for (int is_v6 = 0; is_v6 < 2; is_v6++)
		for (size_t k = 0; k < ARRAY_SIZE(kinds); k++)
			if (a->hooks & 1u << kinds[k]->hook)
				emit_hook(e, &h, kinds[k], is_v6);
	if (a->hooks & 1u << HOOK_UNCHARGED)
		emit_uncharged(e, &h);
	emit_ops(e, &h, false);
	emit_ops(e, &h, true);
}

void emit_memcg_hooks(struct emit *e)
{
	emit_patterns(e);
	for (uint32_t i = 0; i < e->plan->group_count; i++)
		emit_group_parts(e, i);
	for (uint32_t i = 0; i < e->anchors.count; i++)
		if (e->anchors.list[i].hooks)
			emit_anchor_hooks(e, i);
	if (emit_pattern_count(e))
		emit_adopt(e);
}
