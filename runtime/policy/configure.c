// SPDX-License-Identifier: GPL-2.0
/* opened -> configured: find a policy's targets and settle its params. */
#include "policy.h"

#include "anchor.h"
#include "attach.h"
#include "failure.h"
#include "object/manifest.h"
#include "object/object.h"
#include "commands/options.h"
#include "machine/process.h"
#include "value.h"
#include "bpf-templates/mmp_abi.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void place_group(const struct manifest *m, uint32_t index, struct failure *f)
{
	const struct manifest_rule *rule = manifest_rule_of_group(m, index);

	if (rule)
		fail_at(f, rule->file, rule->line);
	else
		fail_at(f, m->groups[index].file, m->groups[index].line);
}

static int find_group(struct policy *p, const struct machine *m, const struct options *o,
		      uint32_t index, struct failure *f)
{
	const struct manifest_group *group = &p->manifest->groups[index];
	const char *bound = bindings_find(&o->cgroups, group->name);
	struct policy_group *ret = &p->groups[index];

	ret->bound = bound;
	if (group->is_glob)
		return 0;
	if (!cgroup_open(&m->mount, bound ? bound : group->path, &ret->cgroup, f) &&
	    !cgroup_check_memory(&m->mount, &ret->cgroup, f))
		return 0;
	place_group(p->manifest, index, f);
	return -1;
}

static int find_groups(struct policy *p, const struct machine *m, const struct options *o,
		       struct failure *f)
{
	uint32_t i;

	for (i = 0; i < p->manifest->group_count; i++)
		if (find_group(p, m, o, i, f))
			return -1;
	return 0;
}

static int not_found(const struct policy *p, uint32_t anchor, struct failure *f)
{
	place_group(p->manifest, p->manifest->anchors.list[anchor].claims[0].group, f);
	return -1;
}

/* One that is missing may be done without where its rules have another place. */
static int find_anchors(struct policy *p, const struct machine *m, struct failure *f)
{
	for (uint32_t i = 0; i < p->manifest->anchors.count; i++) {
		struct failure missing = { 0 };
		int error = anchor_find(p, m, i, &missing);

		if (error == ANCHOR_MISSING)
			continue;
		if (error) {
			*f = missing;
			return not_found(p, i, f);
		}
	}
	for (uint32_t i = 0; i < p->manifest->anchors.count; i++)
		if (p->anchors[i].fd < 0 && !anchor_is_dispensable(p, i)) {
			anchor_find(p, m, i, f);
			return not_found(p, i, f);
		}
	return 0;
}

/* --cgroup and --process may only name what the policy has. */
static int check_binding_names(const struct policy *p, const struct options *o, struct failure *f)
{
	const struct manifest *m = p->manifest;
	size_t i, j;

	for (i = 0; i < o->cgroups.count; i++)
		if (manifest_find_group(m, o->cgroups.list[i].name) == MANIFEST_NONE)
			return fail(f, STATUS_USAGE, "the policy '%s' has no cgroup '%s'", p->name,
				    o->cgroups.list[i].name);
	for (i = 0; i < o->processes.count; i++) {
		for (j = 0; j < m->process_count; j++)
			if (!strcmp(m->processes[j].name, o->processes.list[i].name))
				break;
		if (j == m->process_count)
			return fail(f, STATUS_USAGE, "the policy '%s' has no process '%s'", p->name,
				    o->processes.list[i].name);
	}
	return 0;
}

static struct attachment *add_attachment(struct policy *p, enum attach_kind kind, uint32_t index,
					 const char *ops)
{
	size_t size = (p->attachment_count + 1) * sizeof(*p->attachments);
	struct attachment *list = realloc(p->attachments, size), *a;

	if (!list)
		return NULL;
	p->attachments = list;
	a = &list[p->attachment_count++];
	*a = (struct attachment){ .kind = kind,
				  .manifest = p->manifest,
				  .index = index,
				  .ops = ops,
				  .map_fd = -1,
				  .link_fd = -1,
				  .cgroup = { .fd = -1 } };
	return a;
}

static int out_of_memory(struct failure *f)
{
	return fail(f, STATUS_USAGE, "out of memory");
}

static int add_anchor_attachments(struct policy *p, struct failure *f)
{
	const struct manifest *m = p->manifest;
	struct attachment *a;
	uint32_t i;

	for (i = 0; i < m->anchors.count; i++) {
		if (!m->anchor_ops[i] || p->anchors[i].fd < 0)
			continue;
		a = add_attachment(p, ATTACH_MEMCG, i, m->anchor_ops[i]);
		if (!a)
			return out_of_memory(f);
		a->allow_override = m->anchors.list[i].allow_override;
		a->cgroup = p->anchors[i];
		snprintf(a->pin, sizeof(a->pin), PIN_LINK "%u", i);
		pin_escape(a->pin + strlen(a->pin), sizeof(a->pin) - strlen(a->pin), "_",
			   m->groups[m->anchors.list[i].claims[0].group].name);
	}
	return 0;
}

/* The map for the nth process that matches; NULL where the object has fewer. */
static const char *instance(const struct manifest_process *process, size_t n)
{
	if (n >= PROCESSES_MAX)
		return NULL;
	return n ? json_string_value(json_array_get(process->spare_ops, n - 1)) : process->ops;
}

static int too_many(const struct manifest_process *process, size_t count, struct failure *f)
{
	fail(f, STATUS_TARGET,
	     "%zu processes match '%s', more than the %zu that the policy has room for", count,
	     process->name, json_array_size(process->spare_ops) + 1);
	fail_hint(f,
		  "name one with --process %s=PID, or write a rule for every process: there '%s' "
		  "is a test, and any number match",
		  process->name, process->name);
	return -1;
}

static int resolve(struct policy *p, const struct options *o, uint32_t index,
		   struct process_list *pids, struct failure *f)
{
	const struct manifest_process *process = &p->manifest->processes[index];
	const struct manifest_rule *rule = manifest_rule_of_process(p->manifest, index);
	int error = process_resolve(process, p, bindings_find(&o->processes, process->name), pids,
				    f);

	if (!error && process->ops && !instance(process, pids->count - 1))
		error = too_many(process, pids->count, f);
	if (error)
		fail_at(f, rule ? rule->file : process->file, rule ? rule->line : process->line);
	return error;
}

/* The kernel would only say that the process is busy, not which name took it first. */
static int check_is_first(const struct policy *p, uint32_t index, pid_t pid, struct failure *f)
{
	const struct attachment wanted = { .kind = ATTACH_THP, .pid = pid };
	const struct manifest_process *all = p->manifest->processes;
	const struct manifest_rule *rule = manifest_rule_of_process(p->manifest, index);
	size_t i;

	for (i = 0; i < p->attachment_count; i++) {
		const struct attachment *a = &p->attachments[i];

		if (!attachment_is_same(a, &wanted))
			continue;
		fail(f, STATUS_CONFLICT, "both '%s' and '%s' stand for process %d",
		     all[a->index].name, all[index].name, pid);
		fail_hint(f, "a process takes the rules of one name: write them for every process, "
			     "with a test each");
		if (rule)
			fail_at(f, rule->file, rule->line);
		return -1;
	}
	return 0;
}

/* Found by comm or cgroup, not given as a pid: any process that fits will do. */
static bool is_found(const struct policy *p, const struct options *o, uint32_t index)
{
	const struct manifest_process *process = &p->manifest->processes[index];

	return !process_is_by_pid(process) && !bindings_find(&o->processes, process->name);
}

static int add_process_attachments(struct policy *p, const struct options *o, struct failure *f)
{
	const struct manifest *m = p->manifest;
	struct process_list pids = { 0 };
	struct attachment *a;
	uint32_t i;
	size_t n;

	for (i = 0; i < m->process_count; i++) {
		if (!m->processes[i].ops && !process_is_by_pid(&m->processes[i]))
			continue;
		if (resolve(p, o, i, &pids, f))
			return -1;
		if (process_is_by_pid(&m->processes[i]) && i < MMP_PROCESSES_MAX)
			p->pids[i] = pids.pids[0];
		if (!m->processes[i].ops)
			continue;
		for (n = 0; n < pids.count; n++) {
			if (check_is_first(p, i, pids.pids[n], f))
				return -1;
			a = add_attachment(p, ATTACH_THP, i, instance(&m->processes[i], n));
			if (!a)
				return out_of_memory(f);
			a->pid = pids.pids[n];
			a->is_found = is_found(p, o, i);
			snprintf(a->pin, sizeof(a->pin), PIN_LINK "p%u_%d", i, a->pid);
		}
	}
	return 0;
}

static int set_param(struct policy *p, const char *name, const char *text, struct failure *f)
{
	const struct manifest *m = p->manifest;
	size_t i;

	for (i = 0; i < m->param_count; i++)
		if (!strcmp(m->params[i].name, name))
			return value_parse_param(&m->params[i], text, &p->params[i], f);
	return value_no_param(m, name, f);
}

static int settle_params(struct policy *p, const struct options *o, struct failure *f)
{
	const struct manifest *m = p->manifest;
	size_t i;

	p->mode = m->is_monitor ? MMP_MONITOR : MMP_ENFORCE;
	if (o->mode)
		p->mode = !strcmp(o->mode, "monitor") ? MMP_MONITOR : MMP_ENFORCE;
	p->params = calloc(m->param_count + 1, sizeof(*p->params));
	if (!p->params)
		return out_of_memory(f);
	for (i = 0; i < m->param_count; i++)
		p->params[i] = m->params[i].value;
	for (i = 0; i < o->params.count; i++)
		if (set_param(p, o->params.list[i].name, o->params.list[i].value, f))
			return -1;
	return 0;
}

int policy_configure(struct policy *p, const struct machine *m, const struct options *o,
		     struct failure *f)
{
	uint32_t i;

	p->groups = calloc(p->manifest->group_count + 1, sizeof(*p->groups));
	p->anchors = calloc(p->manifest->anchors.count + 1, sizeof(*p->anchors));
	if (!p->groups || !p->anchors)
		return out_of_memory(f);
	p->mount = &m->mount;
	for (i = 0; i < p->manifest->anchors.count; i++)
		p->anchors[i].fd = -1;
	for (i = 0; i < p->manifest->group_count; i++)
		p->groups[i].cgroup.fd = -1;
	if (check_binding_names(p, o, f) || settle_params(p, o, f) || find_groups(p, m, o, f) ||
	    find_anchors(p, m, f) || add_anchor_attachments(p, f) ||
	    add_process_attachments(p, o, f))
		return -1;
	p->state = POLICY_CONFIGURED;
	return 0;
}
