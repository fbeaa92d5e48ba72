// SPDX-License-Identifier: GPL-2.0
/* --emit=plan: the same plan prints the same text, so that tests can pin it. */
#include "plan.h"

#include <inttypes.h>

#include "base/bug.h"

static void print_number(FILE *out, enum quantity q, int64_t value)
{
	char text[64];

	fputs(quantity_print(text, sizeof(text), q, value), out);
}

static void print_operation(FILE *out, const struct plan *p, const struct plan_expr *x)
{
	fputc('(', out);
	if (!x->b) {
		fputs(x->op == PLAN_NEG ? "-" : plan_op_infos[x->op].word, out);
		fputc(' ', out);
		plan_print_expr(out, p, x->a);
	} else {
		plan_print_expr(out, p, x->a);
		fprintf(out, " %s ", plan_op_infos[x->op].word);
		plan_print_expr(out, p, x->b);
	}
	fputc(')', out);
}

void plan_print_expr(FILE *out, const struct plan *p, const struct plan_expr *x)
{
	switch (x->op) {
	case PLAN_CONST:
		if (x->quantity == QUANTITY_ENUM)
			fputs(advice_infos[x->value].word, out);
		else
			print_number(out, x->quantity, x->value);
		return;
	case PLAN_PARAM:
		fprintf(out, "$%s", p->params[x->index].name);
		return;
	case PLAN_SIGNAL:
		fputs(p->signals[x->index].name, out);
		return;
	case PLAN_CALL_SIGNAL:
		fputs(signal_infos[x->signal].name, out);
		return;
	case PLAN_COMM_IS:
		fprintf(out, "comm is \"%s\"", p->strings[x->index]);
		return;
	case PLAN_IN_CGROUP:
		fprintf(out, "in cgroup %s", p->groups[x->index].name);
		return;
	default:
		print_operation(out, p, x);
	}
}

static void print_condition(FILE *out, const struct plan *p, const char *name,
			    const struct plan_expr *x)
{
	if (!x)
		return;
	fprintf(out, "\t%s ", name);
	plan_print_expr(out, p, x);
	fputc('\n', out);
}

static void print_value(FILE *out, const struct plan *p, const char *name, enum quantity q,
			const struct plan_value *v)
{
	if (!v->is_given)
		return;
	if (v->share) {
		print_condition(out, p, name, v->share);
		return;
	}
	fprintf(out, "\t%s ", name);
	if (v->is_param)
		fprintf(out, "$%s (now ", p->params[v->param].name);
	print_number(out, q, v->value);
	fputs(v->is_param ? ")\n" : "\n", out);
}

static void print_hooks(FILE *out, unsigned hooks)
{
	for (int i = 0; i < HOOK_COUNT; i++)
		if (hooks & 1u << i)
			fprintf(out, " %s", hook_infos[i].member);
}

static void print_groups(FILE *out, const struct plan *p)
{
	for (uint32_t i = 0; i < p->group_count; i++) {
		const struct plan_group *g = &p->groups[i];

		fprintf(out, "group %u \"%s\" (%s) at %s%s%s%s, slots %u..%u", i, g->name, g->id,
			g->absolute, g->is_glob ? ", glob" : "",
			g->allow_override ? ", allows override" : "",
			g->is_target ? ", attached" : ", read only", g->row_base,
			g->row_base + g->rows - 1);
		if (g->hooks)
			fputs(", hooks", out);
		print_hooks(out, g->hooks);
		fputc('\n', out);
	}
}

static void print_processes(FILE *out, const struct plan *p)
{
	static const char *const kinds[] = { "comm", "pid", "pidfile", "cgroup", "all" };

	for (uint32_t i = 0; i < p->process_count; i++) {
		const struct plan_process *process = &p->processes[i];

		fprintf(out, "process %u \"%s\" (%s) by %s", i, process->name, process->id,
			kinds[process->kind]);
		if (process->text)
			fprintf(out, " \"%s\"", process->text);
		else if (process->kind == PLAN_PROCESS_PID)
			fprintf(out, " %" PRId64, process->pid);
		else if (process->kind == PLAN_PROCESS_CGROUP)
			fprintf(out, " group %u", process->group);
		fputc('\n', out);
	}
}

static void print_params(FILE *out, const struct plan *p)
{
	for (uint32_t i = 0; i < p->param_count; i++) {
		const struct plan_param *param = &p->params[i];

		fprintf(out, "param %u \"%s\", a %s: ", i, param->name,
			quantity_name(param->quantity));
		print_number(out, param->quantity, param->value);
		fputs(" in ", out);
		print_number(out, param->quantity, param->low);
		fputs(" .. ", out);
		print_number(out, param->quantity, param->high);
		fputc('\n', out);
	}
}

static void print_signals(FILE *out, const struct plan *p)
{
	for (uint32_t i = 0; i < p->signal_count; i++) {
		const struct plan_signal *s = &p->signals[i];

		fprintf(out, "signal %u %s%s", i, s->name,
			s->is_percent ? ", percent of its limit" : "");
		if (s->rows)
			fprintf(out, ", rows %u..%u\n", s->row_base, s->row_base + s->rows - 1);
		else
			fputs(", read in the hook\n", out);
	}
}

static void print_action(FILE *out, const struct plan *p, const struct plan_rule *r)
{
	static const char *const answers[] = { "exactly", "at most", "never", "default" };

	switch (r->action) {
	case ACTION_PROTECT:
		fprintf(out, "\tlevel %s\n", r->protect.at_min ? "min" : "low");
		print_value(out, p, "up to", QUANTITY_SIZE, &r->protect.up_to);
		return;
	case ACTION_THROTTLE:
		print_value(out, p, "delay", QUANTITY_DURATION, &r->throttle.delay);
		if (!r->throttle.is_ramp)
			return;
		print_value(out, p, "to", QUANTITY_DURATION, &r->throttle.to);
		print_condition(out, p, "as", r->throttle.signal);
		print_value(out, p, "from", r->throttle.signal->quantity, &r->throttle.from);
		print_value(out, p, "until", r->throttle.signal->quantity, &r->throttle.until);
		return;
	case ACTION_RECLAIM:
		print_value(out, p, "step", QUANTITY_SIZE, &r->reclaim.step);
		print_value(out, p, "swappiness", QUANTITY_COUNT, &r->reclaim.swappiness);
		print_value(out, p, "budget", QUANTITY_SIZE_RATE, &r->reclaim.budget);
		print_value(out, p, "trigger",
			    r->reclaim.trigger_is_percent ? QUANTITY_PERCENT : QUANTITY_SIZE,
			    &r->reclaim.trigger);
		fprintf(out, "\t%s, %s\n", r->reclaim.no_swap ? "no swap" : "swap",
			r->reclaim.no_pace ? "no pace" : "pace");
		return;
	case ACTION_THP:
		fprintf(out, "\tanswer %s\n", answers[r->thp.answer]);
		print_value(out, p, "order", QUANTITY_ORDER, &r->thp.order);
		print_value(out, p, "priority", QUANTITY_COUNT, &r->thp.priority);
		for (int i = 0; i < THP_KIND_COUNT; i++)
			if (r->thp.kinds & 1u << i)
				fprintf(out, "\ton %s\n", thp_kind_infos[i].word);
		return;
	case ACTION_NOTIFY:
		fprintf(out, "\t%s \"%s\"\n", notify_level_infos[r->notify.level].word,
			r->notify.message);
		return;
	case ACTION_COUNT:
		break;
	}
	BUG("action %d", r->action);
}

static void print_rule(FILE *out, const struct plan *p, uint32_t i)
{
	const struct plan_rule *r = &p->rules[i];

	fprintf(out, "rule %u \"%s\" (%s), rows %u..%u\n\t%s\n", i, r->name, r->id, r->row_base,
		r->row_base + r->rows - 1, r->text);
	if (r->group != PLAN_NONE)
		fprintf(out, "\tgroup %u\n", r->group);
	if (r->process != PLAN_NONE)
		fprintf(out, "\tprocess %u\n", r->process);
	if (r->any_group != PLAN_NONE)
		fprintf(out, "\tfor any match of group %u\n", r->any_group);
	print_action(out, p, r);
	print_condition(out, p, "when", r->when);
	print_value(out, p, "for", QUANTITY_DURATION, &r->when_for);
	print_condition(out, p, "call", r->call);
	print_condition(out, p, "until", r->until);
	print_value(out, p, "until for", QUANTITY_DURATION, &r->until_for);
	print_value(out, p, "hold", QUANTITY_DURATION, &r->hold);
	print_value(out, p, "cooldown", QUANTITY_DURATION, &r->cooldown);
	if (r->is_live)
		fputs("\tlive\n", out);
}

void plan_print(FILE *out, const struct plan *p)
{
	fprintf(out, "policy %s, tick ", p->name);
	print_number(out, QUANTITY_DURATION, p->tick_ns);
	fprintf(out, ", mode %s\n", p->is_monitor ? "monitor" : "enforce");
	fputs("hooks", out);
	print_hooks(out, p->hooks);
	fputs(p->has_global_thp ? ", thp for every process\n" : "\n", out);
	fprintf(out, "rows: %u slots, %u signals, %u rules\n", p->slot_rows, p->signal_rows,
		p->rule_rows);
	print_groups(out, p);
	print_processes(out, p);
	print_params(out, p);
	print_signals(out, p);
	for (uint32_t i = 0; i < p->rule_count; i++)
		print_rule(out, p, i);
}
