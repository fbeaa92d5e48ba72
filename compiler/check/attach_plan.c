// SPDX-License-Identifier: GPL-2.0
#include "attach_plan.h"

#include <string.h>

#include "base/arena.h"
#include "plan/plan_anchors.h"

void attach_plan_init(struct attach_plan *p, struct arena *a)
{
	*p = (struct attach_plan){ .arena = a };
	p->last = &p->first;
	p->last_policy = &p->policies;
	table_init(&p->paths, a);
	table_init(&p->processes, a);
}

static void add_cgroups(struct attach_plan *p, const struct policy_in *policy)
{
	const struct plan *plan = policy->plan;
	struct plan_anchors anchors;

	plan_find_anchors(p->arena, plan, &anchors);
	table_reserve(&p->paths, p->paths.count + anchors.count);
	for (uint32_t i = 0; i < anchors.count; i++) {
		const struct plan_anchor *anchor = &anchors.list[i];
		struct planned_attachment *a = arena_new(p->arena, struct planned_attachment);

		*a = (struct planned_attachment){ .group = &plan->groups[anchor->claims[0].group],
						  .policy = policy,
						  .path = anchor->path,
						  .allow_override = anchor->allow_override };
		*p->last = a;
		p->last = &a->next;
	}
}

void attach_plan_add(struct attach_plan *p, const struct plan *plan, struct diags *ds,
		     const char *file)
{
	struct policy_in *policy = arena_new(p->arena, struct policy_in);

	*policy = (struct policy_in){ .plan = plan, .ds = ds, .file = file };
	p->is_of_several |= p->policies != NULL;
	*p->last_policy = policy;
	p->last_policy = &policy->next;
	if (file) /* the anchors of one alone never exclude each other */
		add_cgroups(p, policy);
}

/* Cgroups. */

static void report_twice(const struct planned_attachment *a, const struct planned_attachment *first)
{
	struct diags *ds = a->policy->ds;
	struct diag *d = diag_add(ds, DIAG_ATTACH_PLAN_BUSY, a->group->span,
				  "%s has rules for %s too, and a cgroup takes one policy only",
				  first->policy->file, a->path);

	diag_hint(ds, d, "'%s' is in %s", first->group->name, first->policy->file);
	if (a->group->is_glob || first->group->is_glob)
		diag_hint(ds, d, "a glob is attached to the cgroup that all its matches are below");
	diag_hint(ds, d, "put both into one policy, with 'include'");
}

static void report_below(const struct planned_attachment *a, const struct planned_attachment *above)
{
	struct diag *d = diag_add(a->policy->ds, DIAG_ATTACH_PLAN_BUSY, a->group->span,
				  "'%s' is below '%s', whose rules hold for all its descendants",
				  a->group->name, above->group->name);

	diag_hint(a->policy->ds, d, "'%s' is in %s", above->group->name, above->policy->file);
	diag_hint(a->policy->ds, d,
		  "let descendants have rules of their own: 'cgroup NAME = \"%s\" allow override'",
		  above->group->path);
}

/* The nearest attached ancestor: only its flag decides. */
static struct planned_attachment *find_above(const struct attach_plan *p, const char *path)
{
	size_t len = strlen(path);

	while (len) {
		struct planned_attachment *above;

		while (len && path[len - 1] != '/')
			len--;
		if (!len)
			return NULL;
		len--;
		/* Most policies attach at one depth: no path of another length is in the table. */
		if (!p->has_length[len % ATTACH_LENGTHS])
			continue;
		above = table_find(&p->paths, path, len);
		if (above)
			return above;
	}
	return NULL;
}

/* Conflicts of processes within one policy were reported when that policy was checked alone. */
static bool is_news(const struct attach_plan *p, const struct policy_in *a,
		    const struct policy_in *b)
{
	return !p->is_of_several || a != b;
}

static void check_cgroups(struct attach_plan *p)
{
	for (struct planned_attachment *a = p->first; a; a = a->next) {
		size_t len = strlen(a->path);
		const struct planned_attachment *first = table_add(&p->paths, a->path, len, a);

		p->has_length[len % ATTACH_LENGTHS] = true;
		if (first != a)
			report_twice(a, first);
	}
	for (struct planned_attachment *a = p->first; a; a = a->next) {
		struct planned_attachment *above = find_above(p, a->path);

		/*
		 * A missing `allow override` is one mistake, no matter how many descendants there
		 * are.
		 */
		if (!above || above->allow_override || above->is_told ||
		    table_find(&p->paths, a->path, strlen(a->path)) != a)
			continue;
		above->is_told = true;
		report_below(a, above);
	}
}

/* Processes: one instance each; an instance for all excludes every other. */

struct process_in {
	const struct plan_process *process;
	const struct policy_in *policy;
};

static const char *process_key(struct attach_plan *p, const struct plan *plan,
			       const struct plan_process *process)
{
	if (process->kind == PLAN_PROCESS_PID)
		return arena_printf(p->arena, "pid %lld", (long long)process->pid);
	if (process->kind == PLAN_PROCESS_CGROUP)
		return arena_printf(p->arena, "cgroup %s", plan->groups[process->group].absolute);
	return arena_printf(p->arena, "%d %s", process->kind, process->text);
}

static void report_process(const struct process_in *a, const struct process_in *first)
{
	struct diags *ds = a->policy->ds;
	struct diag *d;

	if (a->policy != first->policy) {
		d = diag_add(ds, DIAG_ATTACH_PLAN_BUSY, a->process->span,
			     "%s has thp rules for this process too, and a process takes one "
			     "policy only",
			     first->policy->file);
		diag_hint(ds, d, "put both into one policy, with 'include'");
		return;
	}
	d = diag_add(ds, DIAG_ATTACH_PLAN_BUSY, a->process->span,
		     "'%s' and '%s' are the same process, which can have one policy only",
		     a->process->name, first->process->name);
	diag_note(ds, d, first->process->span, "'%s' is declared here", first->process->name);
	diag_hint(ds, d, "use one name in all its rules");
}

static void check_processes_of(struct attach_plan *p, const struct policy_in *policy)
{
	for (uint32_t i = 0; i < policy->plan->process_count; i++) {
		const struct plan_process *process = &policy->plan->processes[i];
		const char *key = process_key(p, policy->plan, process);
		struct process_in *in = arena_new(p->arena, struct process_in);
		const struct process_in *first;

		*in = (struct process_in){ process, policy };
		first = table_add(&p->processes, key, strlen(key), in);
		if (first != in && is_news(p, policy, first->policy))
			report_process(in, first);
	}
}

static struct span first_thp_rule(const struct plan *plan)
{
	for (uint32_t i = 0; i < plan->rule_count; i++)
		if (plan->rules[i].action == ACTION_THP)
			return plan->rules[i].span;
	return (struct span){ .file = plan->file };
}

static void check_global(struct attach_plan *p)
{
	const struct policy_in *global = NULL;

	for (struct policy_in *in = p->policies; in && !global; in = in->next)
		if (in->plan->has_global_thp)
			global = in;
	for (struct policy_in *in = p->policies; in && global; in = in->next) {
		struct diag *d;

		if (in == global || !(in->plan->hooks & 1u << HOOK_GET_ORDER))
			continue;
		d = diag_add(in->ds, DIAG_ATTACH_PLAN_BUSY, first_thp_rule(in->plan),
			     "%s has thp rules for every process, which exclude those of any other "
			     "policy",
			     global->file);
		diag_hint(in->ds, d, "put both into one policy, with 'include'");
	}
}

void attach_plan_check(struct attach_plan *p)
{
	check_cgroups(p);
	for (const struct policy_in *in = p->policies; in; in = in->next)
		if (!in->plan->has_global_thp)
			check_processes_of(p, in);
	check_global(p);
}
