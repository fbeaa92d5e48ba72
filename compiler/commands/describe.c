// SPDX-License-Identifier: GPL-2.0
#include "describe.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/bug.h"
#include "base/shown.h"
#include "plan/plan_anchors.h"
#include "plan/plan_ways.h"

static void put_quantity(FILE *out, enum quantity q, int64_t value)
{
	char text[64];

	fputs(quantity_print(text, sizeof(text), q, value), out);
}

static void put_expr(FILE *out, const struct plan *p, const struct plan_expr *x, int around);

static void put_value(FILE *out, const struct plan *p, enum quantity q, const struct plan_value *v)
{
	if (v->share) {
		put_expr(out, p, v->share, 0);
		return;
	}
	if (v->is_param)
		fprintf(out, "%s (now ", p->params[v->param].name);
	put_quantity(out, q, v->value);
	if (v->is_param)
		fputc(')', out);
}

/* Conditions in words; how tight an operator binds decides where brackets stand. */

static int strength(enum plan_op op)
{
	switch (op) {
	case PLAN_OR:
		return 1;
	case PLAN_AND:
		return 2;
	case PLAN_NOT:
		return 3;
	case PLAN_GT:
	case PLAN_GE:
	case PLAN_LT:
	case PLAN_LE:
	case PLAN_EQ:
	case PLAN_NE:
		return 4;
	case PLAN_ADD:
	case PLAN_SUB:
		return 5;
	case PLAN_MUL:
	case PLAN_DIV:
		return 6;
	case PLAN_OF:
	case PLAN_NEG:
		return 7;
	case PLAN_CONST:
	case PLAN_PARAM:
	case PLAN_SIGNAL:
	case PLAN_CALL_SIGNAL:
	case PLAN_COMM_IS:
	case PLAN_IN_CGROUP:
	case PLAN_OP_COUNT:
		break;
	}
	return 8;
}

static const char *const words[PLAN_OP_COUNT] = {
	[PLAN_OR] = " or ",	     [PLAN_AND] = " and ",     [PLAN_GT] = " is above ",
	[PLAN_GE] = " is at least ", [PLAN_LT] = " is below ", [PLAN_LE] = " is at most ",
	[PLAN_EQ] = " is ",	     [PLAN_NE] = " is not ",   [PLAN_ADD] = " + ",
	[PLAN_SUB] = " - ",	     [PLAN_MUL] = " * ",       [PLAN_DIV] = " / ",
	[PLAN_OF] = " of ",
};

static void put_leaf(FILE *out, const struct plan *p, const struct plan_expr *x)
{
	if (x->op == PLAN_CONST && x->quantity == QUANTITY_ENUM)
		fputs(advice_infos[x->value].word, out);
	else if (x->op == PLAN_CONST)
		put_quantity(out, x->quantity, x->value);
	else if (x->op == PLAN_PARAM)
		fprintf(out, "$%s", p->params[x->index].name);
	else if (x->op == PLAN_SIGNAL)
		fputs(p->signals[x->index].name, out);
	else if (x->op == PLAN_CALL_SIGNAL)
		fprintf(out, "the call's %s", signal_infos[x->signal].name);
	else if (x->op == PLAN_COMM_IS)
		fprintf(out, "the process is named \"%s\"", p->strings[x->index]);
	else if (x->op == PLAN_IN_CGROUP)
		fprintf(out, "the process is in %s", p->groups[x->index].absolute);
	else
		BUG("plan operation %d", x->op);
}

static void put_expr(FILE *out, const struct plan *p, const struct plan_expr *x, int around)
{
	int own = strength(x->op);

	if (own == 8) {
		put_leaf(out, p, x);
		return;
	}
	if (own < around)
		fputc('(', out);
	if (x->op == PLAN_NOT || x->op == PLAN_NEG) {
		fputs(x->op == PLAN_NOT ? "not " : "-", out);
		put_expr(out, p, x->a, own + 1);
	} else {
		put_expr(out, p, x->a, own);
		fputs(words[x->op], out);
		put_expr(out, p, x->b, x->op == PLAN_AND || x->op == PLAN_OR ? own : own + 1);
	}
	if (own < around)
		fputc(')', out);
}

/* What a rule does. */

static void put_throttle(FILE *out, const struct plan *p, const struct plan_rule *r)
{
	fputs("delays its tasks by ", out);
	put_value(out, p, QUANTITY_DURATION, &r->throttle.delay);
	if (r->throttle.is_ramp) {
		fputs(" to ", out);
		put_value(out, p, QUANTITY_DURATION, &r->throttle.to);
	}
	fputs(" for 64 charged pages", out);
	if (!r->throttle.is_ramp)
		return;
	fputs(", as ", out);
	put_expr(out, p, r->throttle.signal, 0);
	fputs(" goes from ", out);
	put_value(out, p, r->throttle.signal->quantity, &r->throttle.from);
	fputs(" to ", out);
	put_value(out, p, r->throttle.signal->quantity, &r->throttle.until);
	if (plan_asks_any(p, r, r->throttle.signal))
		fprintf(out, ", the longest over all matches of %s",
			p->groups[r->any_group].absolute);
}

static void put_reclaim(FILE *out, const struct plan *p, const struct plan_rule *r)
{
	fputs("frees its memory in the background, ", out);
	put_value(out, p, QUANTITY_SIZE, &r->reclaim.step);
	fputs(" a round", out);
	if (r->reclaim.no_swap)
		fputs(", file pages only", out);
	if (r->reclaim.swappiness.is_given) {
		fputs(", swappiness ", out);
		if (r->reclaim.swappiness.value == SWAPPINESS_ONLY_ANON)
			fputs("max (anonymous memory only)", out);
		else
			put_value(out, p, QUANTITY_COUNT, &r->reclaim.swappiness);
	}
	if (r->reclaim.budget.is_given) {
		fputs(", at most ", out);
		put_value(out, p, QUANTITY_SIZE_RATE, &r->reclaim.budget);
	}
	fputs(r->reclaim.no_pace ? ", and never delays it" : ", and delays it near its limit", out);
}

static void put_thp(FILE *out, const struct plan *p, const struct plan_rule *r)
{
	const char *comma = " on ";

	if (r->thp.answer == PLAN_THP_NEVER) {
		fputs("gives base pages", out);
	} else if (r->thp.answer == PLAN_THP_DEFAULT) {
		fputs("gives the largest order that is offered", out);
	} else {
		fprintf(out, "gives order ");
		put_value(out, p, QUANTITY_ORDER, &r->thp.order);
		fputs(r->thp.answer == PLAN_THP_EXACT ? ", or else base pages" : " or smaller",
		      out);
	}
	for (int i = 0; i < THP_KIND_COUNT; i++) {
		if (!(r->thp.kinds & 1u << i))
			continue;
		fprintf(out, "%s%s", comma, thp_kind_infos[i].help);
		comma = ", ";
	}
}

static void put_action(FILE *out, const struct plan *p, const struct plan_rule *r)
{
	switch (r->action) {
	case ACTION_PROTECT:
		fprintf(out, "keeps ancestors' reclaim away from its memory%s",
			r->protect.at_min ? ", even when that is all there is" : "");
		if (r->protect.up_to.is_given) {
			fputs(", while it uses at most ", out);
			put_value(out, p, QUANTITY_SIZE, &r->protect.up_to);
		}
		break;
	case ACTION_THROTTLE:
		put_throttle(out, p, r);
		break;
	case ACTION_RECLAIM:
		put_reclaim(out, p, r);
		break;
	case ACTION_THP:
		put_thp(out, p, r);
		break;
	case ACTION_NOTIFY:
		fprintf(out, "writes \"%s\" (%s) when it becomes active", r->notify.message,
			notify_level_infos[r->notify.level].word);
		break;
	case ACTION_COUNT:
		BUG("action %d", r->action);
	}
	fputc('\n', out);
}

static void put_duration(FILE *out, const struct plan *p, const char *words_before,
			 const struct plan_value *v)
{
	if (!v->is_given || (!v->value && !v->is_param))
		return;
	fputs(words_before, out);
	put_value(out, p, QUANTITY_DURATION, v);
}

static void put_timing(FILE *out, const struct plan *p, const struct plan_rule *r)
{
	if (!r->when && !r->until && !r->call) {
		fputs("      always\n", out);
		return;
	}
	if (r->when) {
		fprintf(out, "      %s ", r->until ? "from when" : "while");
		put_expr(out, p, r->when, 0);
		put_duration(out, p, ", once that has been so for ", &r->when_for);
		fputc('\n', out);
	}
	if (r->call) {
		fputs("      for calls where ", out);
		put_expr(out, p, r->call, 0);
		fputc('\n', out);
	}
	if (r->until) {
		fputs("      until ", out);
		put_expr(out, p, r->until, 0);
		put_duration(out, p, ", once that has been so for ", &r->until_for);
		fputc('\n', out);
	}
	if (plan_asks_any(p, r, r->when) || plan_asks_any(p, r, r->until) ||
	    plan_asks_any(p, r, r->call))
		fprintf(out, "      for any match of %s\n", p->groups[r->any_group].absolute);
	put_duration(out, p, "      at least for ", &r->hold);
	if (r->hold.is_given && (r->hold.value || r->hold.is_param))
		fputc('\n', out);
	put_duration(out, p, "      then not again for ", &r->cooldown);
	if (r->cooldown.is_given && (r->cooldown.value || r->cooldown.is_param))
		fputc('\n', out);
}

static void put_limit(FILE *out, const struct plan_group *g, enum plan_scope scope)
{
	fprintf(out,
		"      the limit of %s%s%s is the smallest memory.max of it and its ancestors, at "
		"most the machine's memory\n",
		scope == PLAN_OF_SELF	  ? "the charged cgroup in "
		: scope == PLAN_OF_PARENT ? "the parent of "
					  : "",
		g->is_glob ? "each match of " : "", g->name);
}

/* Whether a signal is a share of the limit, or the limit itself. */
static bool is_of_limit(const struct plan_signal *s)
{
	return s->id == SIGNAL_LIMIT || (s->id == SIGNAL_USAGE && s->is_percent);
}

static bool paces(const struct plan_rule *r)
{
	return r->action == ACTION_RECLAIM && !r->reclaim.no_pace;
}

/* Which limits the rule's shares are shares of, and its pace, each once. */
static void put_limits_asked(FILE *out, const struct plan *p, const struct plan_rule *r)
{
	if (paces(r))
		put_limit(out, &p->groups[r->group], PLAN_OF_GROUP);
	for (uint32_t i = 0; i < r->signal_count; i++) {
		const struct plan_signal *s = &p->signals[r->signals[i]], *other;
		bool is_told = paces(r) && s->scope == PLAN_OF_GROUP && s->group == r->group;

		for (uint32_t j = 0; j < i && is_of_limit(s); j++) {
			other = &p->signals[r->signals[j]];
			is_told |= is_of_limit(other) && other->scope == s->scope &&
				   other->group == s->group;
		}
		if (is_of_limit(s) && !is_told)
			put_limit(out, &p->groups[s->group], s->scope);
	}
}

void describe_rule(FILE *out, const struct plan *p, const struct plan_rule *r)
{
	fputs("      ", out);
	put_action(out, p, r);
	put_timing(out, p, r);
	put_limits_asked(out, p, r);
}

static void put_rule(FILE *out, const struct plan *p, const struct plan_rule *r)
{
	shown_print(out, "  %s (%s:%u)\n", r->name, p->files[r->at.file].name, r->at.line);
	describe_rule(out, p, r);
}

/* Where it is attached. */

static void put_hooks(FILE *out, unsigned hooks)
{
	const char *before = "hooks ";

	for (int i = 0; i < HOOK_COUNT; i++) {
		if (!(hooks & 1u << i))
			continue;
		fprintf(out, "%s%s", before, hook_infos[i].member);
		before = ", ";
	}
	if (!hooks)
		fputs("no hooks", out);
}

static bool has_claim(const struct plan_anchor *a, uint32_t group)
{
	for (uint32_t i = 0; i < a->claim_count; i++)
		if (a->claims[i].group == group)
			return true;
	return false;
}

/* Where its hooks are attached: a named cgroup that is alone is its own anchor. */
static void put_anchors(FILE *out, const struct plan_anchors *anchors, uint32_t group)
{
	const char *before = "; attached to ";

	for (uint32_t i = 0; i < anchors->count; i++) {
		const struct plan_anchor *a = &anchors->list[i];

		if (a->is_plain || !has_claim(a, group))
			continue;
		shown_print(out, "%s%s", before, a->path);
		before = ", ";
	}
}

static void put_group(FILE *out, const struct plan *p, const struct plan_anchors *anchors,
		      uint32_t index)
{
	const struct plan_group *g = &p->groups[index];

	fprintf(out, "\n%s %s: ", g->is_glob ? "cgroups" : "cgroup", g->absolute);
	put_hooks(out, g->hooks);
	put_anchors(out, anchors, index);
	if (g->is_glob)
		fprintf(out, "; each match has its own state, up to %u at once", g->rows);
	if (g->allow_override)
		fputs("; descendants may have policies of their own", out);
	fputc('\n', out);
	for (uint32_t i = 0; i < p->rule_count; i++)
		if (p->rules[i].group == index)
			put_rule(out, p, &p->rules[i]);
}

static void put_process(FILE *out, const struct plan *p, uint32_t index)
{
	if (index == PLAN_NONE) {
		fputs("\nevery process: hooks thp_get_order\n", out);
	} else {
		const struct plan_process *process = &p->processes[index];

		fprintf(out, "\nprocess %s", process->name);
		if (process->kind == PLAN_PROCESS_PID)
			fprintf(out, ", pid %" PRId64, process->pid);
		else if (process->kind == PLAN_PROCESS_CGROUP)
			fprintf(out, ", those in %s", p->groups[process->group].absolute);
		else if (process->text)
			fprintf(out, ", %s \"%s\"",
				process->kind == PLAN_PROCESS_COMM ? "named" : "pid in",
				process->text);
		fputs(p->has_global_thp ? ": a test in the policy for every process\n"
					: ": hooks thp_get_order\n",
		      out);
	}
	for (uint32_t i = 0; i < p->rule_count; i++)
		if (p->rules[i].action == ACTION_THP && p->rules[i].process == index)
			put_rule(out, p, &p->rules[i]);
}

static void put_notifications(FILE *out, const struct plan *p)
{
	bool is_first = true;

	for (uint32_t i = 0; i < p->rule_count; i++) {
		if (p->rules[i].action != ACTION_NOTIFY)
			continue;
		if (is_first)
			fputs("\nevents\n", out);
		is_first = false;
		put_rule(out, p, &p->rules[i]);
	}
}

static void put_params(FILE *out, const struct plan *p)
{
	if (p->param_count)
		fputs("\nparams, for mmpctl set\n", out);
	for (uint32_t i = 0; i < p->param_count; i++) {
		const struct plan_param *param = &p->params[i];

		fprintf(out, "  %s: ", param->name);
		put_quantity(out, param->quantity, param->value);
		if (param->low != INT64_MIN && param->high != INT64_MAX) {
			fputs(", from ", out);
			put_quantity(out, param->quantity, param->low);
			fputs(" to ", out);
			put_quantity(out, param->quantity, param->high);
		}
		fputc('\n', out);
	}
}

void describe_text(FILE *out, const struct plan *p)
{
	struct plan_anchors anchors;
	struct arena arena;

	if (!p->rule_count) {
		fprintf(out, "policy %s: has no rule and does nothing\n", p->name);
		return;
	}
	arena_init(&arena);
	plan_find_anchors(&arena, p, &anchors);
	fprintf(out, "policy %s: %s; signals are sampled every ", p->name,
		p->is_monitor ? "decides and counts, but does not act (mode monitor)" : "acts");
	put_quantity(out, QUANTITY_DURATION, p->tick_ns);
	fputc('\n', out);
	for (uint32_t i = 0; i < p->group_count; i++)
		if (p->groups[i].is_target)
			put_group(out, p, &anchors, i);
	for (uint32_t i = 0; i < p->process_count; i++)
		put_process(out, p, i);
	if (p->has_global_thp)
		put_process(out, p, PLAN_NONE);
	put_notifications(out, p);
	put_params(out, p);
	for (uint32_t i = 0, n = 0; i < p->group_count; i++)
		if (!p->groups[i].is_target)
			fprintf(out, "%s  %s\n", n++ ? "" : "\nonly read\n", p->groups[i].absolute);
	arena_finish(&arena);
}

static bool is_at_low(const struct plan_rule *r)
{
	return r->action == ACTION_PROTECT && !r->protect.at_min;
}

static void put_limits(FILE *out, const struct plan *p, const struct plan_rule *r)
{
	unsigned limits = plan_file_limits(p, r);

	fprintf(out, "  %s:%s\n", r->name, limits ? "" : " means the same");
	for (int i = 0; i < FILE_LIMIT_COUNT; i++)
		if (limits & 1u << i)
			fprintf(out, "      %s; %s\n", file_limit_infos[i].what,
				file_limit_infos[i].instead);
	if (is_at_low(r))
		fputs("      on the multi-generational LRU memory.min stands beside memory.low "
		      "while the machine has room;\n"
		      "      below a cgroup with a memory.max it is memory.low alone\n",
		      out);
}

void describe_files(FILE *out, const struct plan *p)
{
	fputs("\nwithout the hooks, by cgroup files (mmpctl run)\n", out);
	for (uint32_t i = 0; i < p->rule_count; i++)
		put_limits(out, p, &p->rules[i]);
}
