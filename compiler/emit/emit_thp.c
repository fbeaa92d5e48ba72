// SPDX-License-Identifier: GPL-2.0
/* The huge-page hook: an instance for every process, or one for each process that is named. */
#include <string.h>

#include "base/bug.h"
#include "emit_parts.h"

static void emit_answer(struct emit *e, const struct plan_rule *r)
{
	static const char *const answers[] = {
		[PLAN_THP_EXACT] = "MMP_THP_EXACT",
		[PLAN_THP_OR_SMALLER] = "MMP_THP_OR_SMALLER",
		[PLAN_THP_NEVER] = "MMP_THP_NEVER",
		[PLAN_THP_DEFAULT] = "MMP_THP_DEFAULT",
	};
	struct emit_scope s = { .plan = e->plan, .live_group = PLAN_NONE };
	struct text *t = &e->thp;

	emit_line(e, t, r->span);
	text_printf(t,
		    "mmp_inline void %s_answer(struct mmp_thp *t) { if (mmp_thp_asks(t, %" PRIu32
		    ", ",
		    r->id, r->row_base);
	text_printf(t, r->thp.kinds ? "%#x" : "~0u", r->thp.kinds);
	text_printf(t, ", %s)", answers[r->thp.answer]);
	if (r->call) {
		text_printf(t, " && ");
		emit_condition(t, &s, r->call);
		text_printf(t, " == MMP_TRUE");
	}
	text_printf(t, ") mmp_thp_decide(t, %" PRIu32 ", ", r->row_base);
	emit_value(t, &r->thp.priority, 0);
	text_printf(t, ", %s, ", answers[r->thp.answer]);
	emit_value(t, &r->thp.order, 0);
	text_printf(t, "); }\n//@ here\n");
}

/* In the instance of every process: is it the one that the rule names? */
static void emit_process_test(struct emit *e, uint32_t index)
{
	const struct plan_process *p = &e->plan->processes[index];
	struct text *t = &e->thp;

	switch (p->kind) {
	case PLAN_PROCESS_COMM:
		text_printf(t, "mmp_comm_is(&t, ");
		text_add_c_string(t, p->text, strlen(p->text));
		text_printf(t, ", %zu)", strlen(p->text));
		return;
	case PLAN_PROCESS_PID:
	case PLAN_PROCESS_PIDFILE:
		text_printf(t, "mmp_pid_is(&t, %" PRIu32 ")", index);
		return;
	case PLAN_PROCESS_CGROUP:
		if (e->plan->groups[p->group].is_glob)
			text_printf(t, "mmp_in_match(&t, %" PRIu32 ", %" PRIu32 ")",
				    e->plan->groups[p->group].row_base,
				    e->plan->groups[p->group].rows);
		else
			text_printf(t, "mmp_in_cgroup(&t, %" PRIu32 ")",
				    e->plan->groups[p->group].row_base);
		return;
	case PLAN_PROCESS_ALL:
		text_printf(t, "MMP_TRUE");
		return;
	}
	BUG("process kind %d", p->kind);
}

/* PLAN_NONE: the instance of every process, which answers for the named ones too. */
static void emit_instance(struct emit *e, uint32_t process)
{
	bool is_for_all = process == PLAN_NONE;
	const char *id = is_for_all ? "all" : e->plan->processes[process].id;
	struct text *t = &e->thp;

	text_printf(t,
		    "\nSEC(\"struct_ops/thp_get_order\")\n"
		    "int thp_%s_get_order(unsigned long long *ctx)\n{\n"
		    "\tstruct mmp_thp t;\n\n\tif (!mmp_thp_begin(&t, ctx))\n"
		    "\t\treturn mmp_thp_end(&t);\n",
		    id);
	for (uint32_t i = 0; i < e->plan->rule_count; i++) {
		const struct plan_rule *r = &e->plan->rules[i];

		if (r->action != ACTION_THP || (!is_for_all && r->process != process))
			continue;
		if (is_for_all && r->process != PLAN_NONE) {
			text_printf(t, "\tif (");
			emit_process_test(e, r->process);
			text_printf(t, " == MMP_TRUE)\n\t");
		}
		text_printf(t, "\t%s_answer(&t);\n", r->id);
	}
	text_printf(t, "\treturn mmp_thp_end(&t);\n}\n");
}

uint32_t emit_process_copies(const struct plan_process *process)
{
	return process->kind == PLAN_PROCESS_COMM || process->kind == PLAN_PROCESS_CGROUP
		       ? EMIT_PROCESS_COPIES
		       : 1;
}

char *emit_process_ops(struct arena *a, const struct plan *p, uint32_t process, uint32_t copy)
{
	const char *id = process == PLAN_NONE ? "all" : p->processes[process].id;

	return copy ? arena_printf(a, "thp_%s_%" PRIu32, id, copy + 1)
		    : arena_printf(a, "thp_%s", id);
}

static void emit_ops(struct emit *e, uint32_t process)
{
	const char *id = process == PLAN_NONE ? "all" : e->plan->processes[process].id;
	uint32_t copies = process == PLAN_NONE ? 1
					       : emit_process_copies(&e->plan->processes[process]);

	for (uint32_t copy = 0; copy < copies; copy++)
		text_printf(&e->thp,
			    "\nSEC(\".struct_ops.link\")\nstruct bpf_thp_ops %s = {\n"
			    "\t.thp_get_order = (void *)thp_%s_get_order,\n};\n",
			    emit_process_ops(e->arena, e->plan, process, copy), id);
}

static bool has_rules(const struct plan *p, uint32_t process)
{
	for (uint32_t i = 0; i < p->rule_count; i++)
		if (p->rules[i].action == ACTION_THP && p->rules[i].process == process)
			return true;
	return false;
}

void emit_thp_hooks(struct emit *e)
{
	for (uint32_t i = 0; i < e->plan->rule_count; i++)
		if (e->plan->rules[i].action == ACTION_THP)
			emit_answer(e, &e->plan->rules[i]);
	if (e->plan->has_global_thp) {
		emit_instance(e, PLAN_NONE);
		emit_ops(e, PLAN_NONE);
		return;
	}
	for (uint32_t i = 0; i < e->plan->process_count; i++) {
		if (!has_rules(e->plan, i))
			continue;
		emit_instance(e, i);
		emit_ops(e, i);
	}
}
