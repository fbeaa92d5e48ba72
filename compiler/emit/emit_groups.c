// SPDX-License-Identifier: GPL-2.0
/* The groups: reading their signals, stepping their rules, setting the gates of their hooks. */
#include <string.h>

#include "base/bug.h"
#include "base/needs.h"
#include "emit_parts.h"

/* Signals of a scope, in the list of a group or of those without one. */
static bool has_signal(const struct emit *e, enum plan_scope scope, uint32_t list)
{
	plan_each_signal (i, &e->index, list)
		if (e->plan->signals[i].scope == scope)
			return true;
	return false;
}

/* The hooks need a group's level and limit, or its members, which sampling finds as well. */
static bool is_sampled(const struct emit *e, uint32_t group)
{
	return has_signal(e, PLAN_OF_GROUP, group) || has_signal(e, PLAN_OF_PARENT, group) ||
	       has_signal(e, PLAN_OF_SELF, group) ||
	       e->plan->groups[group].hooks & 1u << HOOK_CHARGED || e->index.is_asked[group];
}

static void emit_sample(struct text *t, const struct plan_signal *s)
{
	text_printf(t, "\tmmp_sample_%s(&from, ", emit_signal_id(s->id));
	emit_row(t, s->row_base, s->rows);
	text_printf(t, ", %" PRId64 "LL, %s); /* ", s->window_ns, s->is_percent ? "true" : "false");
	text_add_c_comment(t, s->name, strlen(s->name));
	text_printf(t, " */\n");
}

static bool is_flush_wanted(const struct emit *e, enum plan_scope scope, uint32_t list)
{
	plan_each_signal (i, &e->index, list)
		if (e->plan->signals[i].scope == scope &&
		    signal_is_gathered(e->plan->signals[i].id))
			return true;
	return false;
}

static void emit_reads(struct emit *e, enum plan_scope scope, uint32_t list)
{
	struct text *t = &e->groups;

	if (is_flush_wanted(e, scope, list))
		text_printf(t, "\tmmp_flush(&from);\n");
	plan_each_signal (i, &e->index, list)
		if (e->plan->signals[i].scope == scope)
			emit_sample(t, &e->plan->signals[i]);
	text_printf(t, "\tmmp_close(&from);\n");
}

static void emit_group_sample(struct emit *e, uint32_t group)
{
	const struct plan_group *g = &e->plan->groups[group];
	struct text *t = &e->groups;

	text_printf(t, "mmp_inline void %s_sample(__u32 i, __u64 now, bool is_exact)\n{\n", g->id);
	text_printf(t, "\tstruct mmp_from from;\n\n\tmmp_open(&from, ");
	emit_row(t, g->row_base, g->rows);
	text_printf(t, ", now, is_exact);\n");
	emit_reads(e, PLAN_OF_GROUP, group);
	if (has_signal(e, PLAN_OF_PARENT, group)) {
		text_printf(t, "\tmmp_open_parent(&from, ");
		emit_row(t, g->row_base, g->rows);
		text_printf(t, ", now, is_exact);\n");
		emit_reads(e, PLAN_OF_PARENT, group);
	}
	text_printf(t, "}\n\n");
}

static void emit_throttle_gate(struct emit *e, const struct plan_rule *r)
{
	struct text *t = &e->groups;

	text_printf(t, "\tmmp_gate_charge(&gates, ");
	emit_row(t, r->row_base, r->rows);
	if (r->action == ACTION_THROTTLE) {
		text_printf(t, ", 0, ");
	} else if (r->reclaim.no_pace) {
		text_printf(t, ", MMP_NEVER, ");
	} else {
		text_printf(t, ", mmp_pace_from(limit, ");
		emit_trigger(t, e->plan, r, "limit");
		text_printf(t, "), ");
	}
	if (emit_is_live(r)) {
		text_printf(t, "true, ");
		emit_usage_bound(t, e->plan, r->group, r->when);
		text_printf(t, ");\n");
	} else {
		text_printf(t, "false, 0);\n");
	}
}

static void emit_protect_gate(struct emit *e, const struct plan_rule *r)
{
	struct text *t = &e->groups;

	text_printf(t, "\tmmp_gate_protect%s(&gates, ", r->protect.at_min ? "_min" : "");
	emit_row(t, r->row_base, r->rows);
	text_printf(t, ", ");
	emit_protect_bound(e, t, r);
	text_printf(t, ");\n");
}

static void emit_gates(struct emit *e, uint32_t group)
{
	plan_each_rule (i, &e->index, group) {
		const struct plan_rule *r = &e->plan->rules[i];

		if (r->action == ACTION_PROTECT)
			emit_protect_gate(e, r);
		else if (r->action == ACTION_THROTTLE || r->action == ACTION_RECLAIM)
			emit_throttle_gate(e, r);
	}
}

static bool has_pace(const struct emit *e, uint32_t group)
{
	plan_each_rule (i, &e->index, group)
		if (e->plan->rules[i].action == ACTION_RECLAIM &&
		    !e->plan->rules[i].reclaim.no_pace)
			return true;
	return false;
}

static void emit_group_evaluate(struct emit *e, uint32_t group)
{
	const struct plan_group *g = &e->plan->groups[group];
	struct text *t = &e->groups;

	text_printf(t, "mmp_inline void %s_evaluate(__u32 i, __u64 now)\n{\n", g->id);
	text_printf(t, "\tstruct mmp_gates gates = { .charge = MMP_NEVER };\n");
	if (has_pace(e, group)) {
		text_printf(t, "\t__u64 limit = mmp_limit_at(");
		emit_row(t, g->row_base, g->rows);
		text_printf(t, ");\n");
	}
	text_printf(t, "\n");
	plan_each_rule (i, &e->index, group)
		text_printf(t, "\t%s_evaluate(i, now);\n", e->plan->rules[i].id);
	emit_gates(e, group);
	text_printf(t, "\tmmp_publish(");
	emit_row(t, g->row_base, g->rows);
	text_printf(t, ", &gates);\n}\n\n");
}

/* A slot that was claimed anew starts with nothing known and every rule idle. */
static void emit_group_renew(struct emit *e, uint32_t group)
{
	const struct plan_group *g = &e->plan->groups[group];
	struct text *t = &e->groups;

	text_printf(t, "mmp_inline bool %s_is_used(__u32 i, __u64 now)\n{\n", g->id);
	text_printf(t, "\tif (!mmp_is_used(");
	emit_row(t, g->row_base, g->rows);
	text_printf(t, "))\n\t\treturn false;\n\tif (!mmp_is_new(");
	emit_row(t, g->row_base, g->rows);
	text_printf(t, "))\n\t\treturn true;\n");
	plan_each_signal (i, &e->index, group) {
		const struct plan_signal *s = &e->plan->signals[i];

		if (s->rows != g->rows)
			continue;
		text_printf(t, "\tmmp_store_unknown(");
		emit_row(t, s->row_base, s->rows);
		text_printf(t, ", now);\n");
	}
	plan_each_rule (i, &e->index, group) {
		text_printf(t, "\tmmp_reset_rule(");
		emit_row(t, e->plan->rules[i].row_base, e->plan->rules[i].rows);
		text_printf(t, ");\n");
	}
	text_printf(t, "\treturn true;\n}\n\n");
}

/*
 * A glob's used slots one by one. The verifier decides for each program which flush it may call, so
 * there is a callback for each flush.
 */
static void emit_glob(struct emit *e, uint32_t group, bool has_sample, bool is_evaluated)
{
	static const char *const kinds[] = { "plain", "exact" };
	const struct plan_group *g = &e->plan->groups[group];
	struct text *t = &e->groups;

	emit_group_renew(e, group);
	for (int k = 0; k < 2 && has_sample; k++)
		text_printf(t,
			    "static long %s_sample_%s(__u32 n, struct mmp_walk *walk)\n{\n"
			    "\t__u32 row = mmp_walk_on(walk);\n\n"
			    "\tif (row && %s_is_used(row - 1, walk->now))\n"
			    "\t\t%s_sample(row - 1, walk->now, %s);\n"
			    "\treturn mmp_walk_ends(walk);\n}\n\n",
			    g->id, kinds[k], g->id, g->id, k ? "true" : "false");
	if (has_sample)
		text_printf(&e->sample,
			    "\tMMP_EACH_USED(%" PRIu32 ", %" PRIu32
			    ", now, is_exact ? %s_sample_exact : %s_sample_plain);\n",
			    g->row_base, g->rows, g->id, g->id);
	if (!is_evaluated)
		return;
	text_printf(t,
		    "static long %s_evaluate_slot(__u32 n, struct mmp_walk *walk)\n{\n"
		    "\t__u32 row = mmp_walk_on(walk);\n\n"
		    "\tif (row && %s_is_used(row - 1, walk->now))\n"
		    "\t\t%s_evaluate(row - 1, walk->now);\n"
		    "\treturn mmp_walk_ends(walk);\n}\n\n",
		    g->id, g->id, g->id);
	text_printf(&e->evaluate,
		    "\tMMP_EACH_USED(%" PRIu32 ", %" PRIu32 ", now, %s_evaluate_slot);\n",
		    g->row_base, g->rows, g->id);
}

static void emit_group(struct emit *e, uint32_t group)
{
	const struct plan_group *g = &e->plan->groups[group];
	bool has_sample = is_sampled(e, group);

	if (!g->is_watched)
		return;
	text_printf(&e->groups, "/* cgroup ");
	text_add_c_comment(&e->groups, g->name, strlen(g->name));
	text_printf(&e->groups, ": ");
	text_add_c_comment(&e->groups, g->path, strlen(g->path));
	text_printf(&e->groups, " */\n");
	if (has_sample)
		emit_group_sample(e, group);
	if (g->is_target)
		emit_group_evaluate(e, group);
	if (g->is_glob) {
		emit_glob(e, group, has_sample, g->is_target);
		return;
	}
	if (has_sample)
		text_printf(&e->sample, "\t%s_sample(0, now, is_exact);\n", g->id);
	if (g->is_target)
		text_printf(&e->evaluate, "\t%s_evaluate(0, now);\n", g->id);
}

static void emit_machine_sample(struct emit *e)
{
	struct text *t = &e->groups;

	if (!has_signal(e, PLAN_OF_SYSTEM, e->plan->group_count))
		return;
	text_printf(t, "mmp_inline void mmp_sample_machine(__u64 now, bool is_exact)\n{\n");
	text_printf(t, "\tstruct mmp_from from;\n\n\tmmp_open_system(&from, now, is_exact);\n");
	emit_reads(e, PLAN_OF_SYSTEM, e->plan->group_count);
	text_printf(t, "}\n\n");
	text_printf(&e->sample, "\tmmp_sample_machine(now, is_exact);\n");
}

static bool protects_at_low(const struct plan *p)
{
	for (uint32_t i = 0; i < p->rule_count; i++)
		if (p->rules[i].action == ACTION_PROTECT && !p->rules[i].protect.at_min)
			return true;
	return false;
}

void emit_groups(struct emit *e)
{
	if (protects_at_low(e->plan))
		text_printf(&e->sample, "\tmmp_note_lru();\n");
	emit_machine_sample(e);
	for (uint32_t i = 0; i < e->plan->group_count; i++)
		emit_group(e, i);
	/* Rules without a group: thp and notify. */
	plan_each_rule (i, &e->index, e->plan->group_count)
		text_printf(&e->evaluate, "\t%s_evaluate(0, now);\n", e->plan->rules[i].id);
}
