// SPDX-License-Identifier: GPL-2.0
/*
 * The rules: small functions named after the rule. Each is one line, so that one #line serves:
 * clang gives every later line of a function a place of its own, and the verifier's log would quote
 * a line of the policy that has nothing to do with it.
 */
#include <string.h>

#include "base/bug.h"
#include "bpf-templates/mmp_abi.h"
#include "emit_parts.h"

void emit_line(const struct emit *e, struct text *t, struct span span)
{
	text_printf(t, "#line %" PRIu32 " \"" MMP_POLICY_FILE "\"\n",
		    source_line_of(e->sources, span.file, span.start), span.file);
}

bool emit_is_live(const struct plan_rule *r)
{
	return r->is_live && r->group != PLAN_NONE;
}

/* Is it a ramp over the matches of a glob that is not the rule's target? */
static bool is_any_ramp(const struct plan *p, const struct plan_rule *r)
{
	return r->action == ACTION_THROTTLE && r->throttle.is_ramp &&
	       plan_asks_any(p, r, r->throttle.signal);
}

static struct emit_scope sampled(const struct emit *e)
{
	return (struct emit_scope){ .plan = e->plan, .live_group = PLAN_NONE };
}

static struct emit_scope live(const struct emit *e, const struct plan_rule *r)
{
	return (struct emit_scope){ .plan = e->plan, .live_group = r->group };
}

/* A condition on sampled signals. */
static void emit_truth(struct emit *e, const struct plan_rule *r, const char *suffix,
		       const struct plan_expr *x)
{
	struct emit_scope s = sampled(e);

	emit_line(e, &e->rules, x->span);
	text_printf(&e->rules, "mmp_global enum mmp_truth %s_%s(__u32 i) { return ", r->id, suffix);
	emit_condition(&e->rules, &s, x);
	text_printf(&e->rules, "; }\n");
}

/* The same, true where it is true for any match of a glob. */
static void emit_any(struct emit *e, const struct plan_rule *r, const char *suffix,
		     const struct plan_expr *x)
{
	const struct plan_group *g = &e->plan->groups[r->any_group];

	emit_line(e, &e->rules, x->span);
	text_printf(&e->rules,
		    "static long %s_any_%s(__u32 n, struct mmp_any *any) { __u32 row = "
		    "mmp_walk_on(&any->walk); if (row && mmp_is_used(%" PRIu32
		    " + row - 1)) mmp_any_add(any, %s_%s(row - 1), row - 1); "
		    "return mmp_walk_ends(&any->walk); }\n",
		    r->id, suffix, g->row_base, r->id, suffix);
}

/* `when`, with usage as the hook reads it. */
static void emit_live(struct emit *e, const struct plan_rule *r)
{
	struct emit_scope s = live(e, r);

	emit_line(e, &e->rules, r->when->span);
	text_printf(&e->rules,
		    "mmp_global enum mmp_truth %s_live(__u32 i, const struct mmp_level *level) "
		    "{ if (!level) return MMP_UNKNOWN; return ",
		    r->id);
	emit_condition(&e->rules, &s, r->when);
	text_printf(&e->rules, "; }\n");
}

/* The part that only the call can answer. */
static void emit_call_condition(struct emit *e, const struct plan_rule *r)
{
	struct emit_scope s = sampled(e);

	emit_line(e, &e->rules, r->call->span);
	text_printf(
		&e->rules,
		"mmp_inline enum mmp_truth %s_call(__u32 i, struct mem_cgroup *memcg) { return ",
		r->id);
	emit_condition(&e->rules, &s, r->call);
	text_printf(&e->rules, "; }\n");
}

static void emit_timing(struct text *t, const char *field, const struct plan_value *v)
{
	if (!v->is_given)
		return;
	text_printf(t, ", .%s = ", field);
	emit_value(t, v, 0);
}

static uint32_t index_of(const struct emit *e, const struct plan_rule *r)
{
	return (uint32_t)(r - e->plan->rules);
}

/* The rule's signals as values of an event. */
static void emit_event_values(struct emit *e, const struct plan_rule *r)
{
	struct emit_scope s = sampled(e);

	for (uint32_t i = 0; i < r->signal_count; i++) {
		struct plan_expr signal = { .op = PLAN_SIGNAL, .index = r->signals[i] };

		text_printf(&e->rules, "mmp_event_add(e, ");
		emit_number(&e->rules, &s, &signal);
		text_printf(&e->rules, "); ");
	}
}

static void emit_notify(struct emit *e, const struct plan_rule *r)
{
	emit_line(e, &e->rules, r->span);
	text_printf(&e->rules,
		    "mmp_far int %s_event(__u32 i, __u32 slot, __u64 now) { "
		    "struct mmp_event *e = mmp_event_begin(%" PRIu32 ", %" PRIu32
		    ", slot, now); if (!e) return 0; ",
		    r->id, r->row_base, index_of(e, r));
	emit_event_values(e, r);
	text_printf(&e->rules, "bpf_ringbuf_submit(e, 0); return 0; }\n");
}

/*
 * The truths that the step takes: of a rule over any match, or the rule's own `when` and `until`.
 */
static void emit_truths(struct emit *e, const struct plan_rule *r)
{
	const struct plan_expr *conditions[] = { r->when, r->until };
	const char *names[] = { "when", "until" };
	const char *absent[] = { "MMP_TRUE", "MMP_FALSE" };

	for (int c = 0; c < 2; c++) {
		if (!conditions[c])
			text_printf(&e->rules, "%s, ", absent[c]);
		else if (plan_asks_any(e->plan, r, conditions[c]))
			text_printf(&e->rules, "%s.truth, ", names[c]);
		else
			text_printf(&e->rules, "%s_%s(i), ", r->id, names[c]);
	}
}

/* Its ends, fixed or worked out. */
static void emit_ends(struct text *t, const struct plan *p, const struct plan_rule *r,
		      bool has_share)
{
	const struct plan_value *ends[] = { &r->throttle.from, &r->throttle.until };

	text_printf(t, has_share ? ", (struct mmp_ends){ " : ", ");
	for (int i = 0; i < 2; i++) {
		if (i)
			text_printf(t, ", ");
		if (has_share)
			emit_size(t, p, ends[i]);
		else
			emit_value(t, ends[i], 0);
	}
	text_printf(t, has_share ? " }" : "");
}

/* x NULL: a value that is not known. */
static void emit_ramp(struct text *t, const struct emit_scope *s, const struct plan_rule *r,
		      const struct plan_expr *x)
{
	bool has_share = r->throttle.from.share || r->throttle.until.share;

	text_printf(t, "mmp_ramp%s%s(", plan_ramp_decides(r) ? "_from" : "",
		    has_share ? "_of" : "");
	if (x)
		emit_number(t, s, x);
	else
		text_printf(t, "mmp_unknown()");
	emit_ends(t, s->plan, r, has_share);
	text_printf(t, ", ");
	emit_value(t, &r->throttle.delay, 0);
	text_printf(t, ", ");
	emit_value(t, &r->throttle.to, 0);
	text_printf(t, ")");
}

/* A ramp on the matches of a glob: a hook does not try them one by one, so each tick does. */
static void emit_any_ramp(struct emit *e, const struct plan_rule *r)
{
	struct emit_scope s = sampled(e);
	struct text *t = &e->rules;

	text_printf(t, "struct mmp_most %s_most;\n", r->id);
	emit_line(e, t, r->throttle.signal->span);
	text_printf(t,
		    "static long %s_any_ramp(__u32 n, struct mmp_walk *walk) { __u32 row = "
		    "mmp_walk_on(walk), i = row - 1; if (row && mmp_is_used(%" PRIu32
		    " + i)) mmp_most_add(&%s_most, ",
		    r->id, e->plan->groups[r->any_group].row_base, r->id);
	emit_ramp(t, &s, r, r->throttle.signal);
	text_printf(t, "); return mmp_walk_ends(walk); }\n");
}

static void emit_ramp_loop(struct emit *e, const struct plan_rule *r)
{
	const struct plan_group *g = &e->plan->groups[r->any_group];
	struct emit_scope s = sampled(e);

	text_printf(&e->rules,
		    "mmp_most_begin(&%s_most); MMP_EACH_USED(%" PRIu32 ", %" PRIu32
		    ", now, %s_any_ramp); mmp_most_end(&%s_most, ",
		    r->id, g->row_base, g->rows, r->id, r->id);
	emit_ramp(&e->rules, &s, r, NULL);
	text_printf(&e->rules, "); ");
}

static void emit_any_loop(struct emit *e, const struct plan_rule *r, const char *condition)
{
	const struct plan_group *g = &e->plan->groups[r->any_group];

	text_printf(&e->rules,
		    "struct mmp_any %s = { .walk = mmp_walk_over(%" PRIu32 ", %" PRIu32
		    ", now) }; bpf_loop(MMP_WALK_STEPS(%" PRIu32 "), %s_any_%s, &%s, 0); ",
		    condition, g->row_base, g->rows, g->rows, r->id, condition, condition);
}

static void emit_fired(struct emit *e, const struct plan_rule *r)
{
	if (r->action == ACTION_RECLAIM) {
		text_printf(&e->rules, " mmp_queue_reclaim(");
		emit_row(&e->rules, r->row_base, r->rows);
		text_printf(&e->rules, ", ");
		text_printf(&e->rules, "%" PRIu32 "%s);", e->index.work[index_of(e, r)],
			    r->rows > 1 ? " + i % MMP_POOL" : "");
	} else if (r->action == ACTION_NOTIFY && plan_asks_any(e->plan, r, r->when)) {
		text_printf(&e->rules,
			    " if (fired && when.match) %s_event(when.match - 1, %" PRIu32
			    " + when.match, now);",
			    r->id, e->plan->groups[r->any_group].row_base);
	} else if (r->action == ACTION_NOTIFY) {
		text_printf(&e->rules, " if (fired) %s_event(0, 0, now);", r->id);
	}
}

static void emit_evaluate(struct emit *e, const struct plan_rule *r)
{
	struct text *t = &e->rules;

	emit_line(e, &e->rules, r->span);
	text_printf(t, "mmp_inline int %s_evaluate(__u32 i, __u64 now) { ", r->id);
	text_printf(t, "struct mmp_timing t = { .has_until = %d", r->until ? 1 : 0);
	emit_timing(t, "when_for", &r->when_for);
	emit_timing(t, "until_for", &r->until_for);
	emit_timing(t, "hold", &r->hold);
	emit_timing(t, "cooldown", &r->cooldown);
	text_printf(t, " }; ");
	if (plan_asks_any(e->plan, r, r->when))
		emit_any_loop(e, r, "when");
	if (plan_asks_any(e->plan, r, r->until))
		emit_any_loop(e, r, "until");
	if (is_any_ramp(e->plan, r))
		emit_ramp_loop(e, r);
	text_printf(t, "int fired = mmp_step(");
	emit_row(t, r->row_base, r->rows);
	text_printf(t, ", ");
	emit_truths(e, r);
	text_printf(t, "&t, now);");
	emit_fired(e, r);
	text_printf(t, " return fired; }\n");
}

/* The delay that the rule asks for 64 charged pages in this call. */
static void emit_price(struct emit *e, const struct plan_rule *r)
{
	struct text *t = &e->rules;
	struct emit_scope s = live(e, r);

	emit_line(e, &e->rules, r->span);
	text_printf(t,
		    "mmp_inline void %s_price(__u32 i, struct mem_cgroup *memcg, struct mmp_level "
		    "*level, "
		    "struct mmp_price *price) { if (mmp_acts_now(",
		    r->id);
	emit_row(t, r->row_base, r->rows);
	text_printf(t, emit_is_live(r) ? ", %s_live(i, level)" : ", MMP_FALSE", r->id);
	text_printf(t, r->call ? ", %s_call(i, memcg)" : ", MMP_TRUE", r->id);
	text_printf(t, ")) mmp_ask_price(price, ");
	emit_row(t, r->row_base, r->rows);
	text_printf(t, ", ");
	if (r->action == ACTION_RECLAIM && r->reclaim.no_pace) {
		text_printf(t, "0");
	} else if (r->action == ACTION_RECLAIM) {
		text_printf(t, "mmp_pace(level, ");
		emit_trigger(t, e->plan, r, "level->limit");
		text_printf(t, ")");
	} else if (is_any_ramp(e->plan, r)) {
		text_printf(t, "%s_most.ns", r->id);
	} else if (r->throttle.is_ramp) {
		emit_ramp(t, &s, r, r->throttle.signal);
	} else {
		text_printf(t, "mmp_delay(");
		emit_value(t, &r->throttle.delay, 0);
		text_printf(t, ")");
	}
	text_printf(t, "); }\n");
}

void emit_trigger(struct text *t, const struct plan *p, const struct plan_rule *r,
		  const char *limit)
{
	const struct plan_value *v = &r->reclaim.trigger;

	if (v->share) {
		text_printf(t, "mmp_pages_at(");
		emit_size(t, p, v);
		text_printf(t, ")");
		return;
	}
	if (v->is_given && !r->reclaim.trigger_is_percent) {
		text_printf(t, "mmp_pages(");
	} else {
		text_printf(t, "mmp_pages_of_share(%s, ", limit);
	}
	emit_value(t, v, 5000); /* no usage in `when`: half of the limit */
	text_printf(t, ")");
}

/*
 * With usage read here, all else as sampled; the sampler evaluates a leave condition with `for`.
 * Nothing is reclaimed while it is unknown whether to stop.
 */
static void emit_leaves(struct emit *e, const struct plan_rule *r)
{
	struct emit_scope s = live(e, r);
	struct text *t = &e->rules;
	bool is_timed = r->until_for.is_given && (r->until_for.is_param || r->until_for.value);
	const struct plan_expr *x = is_timed ? NULL : r->until ? r->until : r->when;

	emit_line(e, &e->rules, r->span);
	text_printf(t,
		    "mmp_global int %s_leaves(__u32 i, const struct mmp_level *level) "
		    "{ if (!level) return 0; return ",
		    r->id);
	if (x && !plan_asks_any(e->plan, r, x)) {
		emit_condition(t, &s, x);
		text_printf(t, r->until ? " != MMP_FALSE; }\n" : " != MMP_TRUE; }\n");
	} else {
		text_printf(t, "0; }\n");
	}
}

static void emit_work(struct emit *e, const struct plan_rule *r)
{
	struct text *t = &e->rules;
	uint32_t work = e->index.work[index_of(e, r)];

	emit_leaves(e, r);
	emit_line(e, &e->rules, r->span);
	text_printf(t,
		    "MMP_RECLAIM_WORK(%s_work, %" PRIu32 ", %" PRIu32 ", %" PRIu32 ", %" PRIu32
		    ", ",
		    r->id, work, r->row_base, e->plan->groups[r->group].row_base, r->rows);
	emit_value(t, &r->hold, 0);
	text_printf(t, ", %s_leaves, .step = ", r->id);
	emit_value(t, &r->reclaim.step, 0);
	text_printf(t, ", .swappiness = ");
	emit_value(t, &r->reclaim.swappiness, -1);
	text_printf(t, ", .budget = ");
	emit_value(t, &r->reclaim.budget, 0);
	text_printf(t, ", .no_swap = %s)\n", r->reclaim.no_swap ? "true" : "false");
	emit_line(e, &e->rules, r->span);
	text_printf(t, "MMP_WORK_ITEMS(%s_items, %s_work)\n", r->id, r->id);
	text_printf(&e->works,
		    "\tset.first = %" PRIu32 ";\n\tbpf_loop(%" PRIu32 ", %s_items, &set, 0);\n",
		    work, plan_work_items(r), r->id);
}

static void emit_action(struct emit *e, const struct plan_rule *r)
{
	switch (r->action) {
	case ACTION_PROTECT:
	case ACTION_COUNT:
	case ACTION_NOTIFY:
	case ACTION_THP: /* only the hook answers */
		return;
	case ACTION_THROTTLE:
		emit_price(e, r);
		return;
	case ACTION_RECLAIM:
		emit_price(e, r);
		emit_work(e, r);
		return;
	}
}

static void emit_rule(struct emit *e, const struct plan_rule *r)
{
	if (e->rules.len)
		text_printf(&e->rules, "\n");
	text_printf(&e->rules, "/* ");
	text_add_c_comment(&e->rules, r->text, strlen(r->text));
	text_printf(&e->rules, " */\n");
	if (r->when)
		emit_truth(e, r, "when", r->when);
	if (r->until)
		emit_truth(e, r, "until", r->until);
	if (plan_asks_any(e->plan, r, r->when))
		emit_any(e, r, "when", r->when);
	if (plan_asks_any(e->plan, r, r->until))
		emit_any(e, r, "until", r->until);
	if (is_any_ramp(e->plan, r))
		emit_any_ramp(e, r);
	if (emit_is_live(r))
		emit_live(e, r);
	if (r->call && r->action != ACTION_THP)
		emit_call_condition(e, r);
	if (r->action == ACTION_NOTIFY)
		emit_notify(e, r);
	emit_evaluate(e, r);
	emit_action(e, r);
	text_printf(&e->rules, "//@ here\n");
}

void emit_rules(struct emit *e)
{
	for (uint32_t i = 0; i < e->plan->rule_count; i++)
		emit_rule(e, &e->plan->rules[i]);
}
