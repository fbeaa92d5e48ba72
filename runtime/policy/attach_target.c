// SPDX-License-Identifier: GPL-2.0
/* What an attachment goes to: a cgroup, or a process. */
#include "attach.h"

#include "base/path.h"
#include "failure.h"
#include "object/manifest.h"
#include "policy.h"

#include <stdio.h>
#include <string.h>

static void remember_text(char *buf, size_t size, const json_t *record, const char *key)
{
	const char *text = json_string_value(json_object_get(record, key));

	snprintf(buf, size, "%s", text ? text : "");
}

/* Cgroups. */

static bool cgroup_is_same(const struct attachment *a, const struct attachment *b)
{
	return a->cgroup.id == b->cgroup.id;
}

/* A link that can be moved is moved to the new policy's map for the same cgroup. */
static bool cgroup_can_move(const struct attachment *from, const struct attachment *to)
{
	return true;
}

static void cgroup_words(const struct attachment *a, char *buf, size_t size)
{
	snprintf(buf, size, "cgroup '/%s'", a->cgroup.path);
}

static void cgroup_place(const struct attachment *a, struct failure *f)
{
	uint32_t index = a->manifest->anchors.list[a->index].claims[0].group;
	const struct manifest_rule *rule = manifest_rule_of_group(a->manifest, index);
	const struct manifest_group *group = &a->manifest->groups[index];

	fail_at(f, rule ? rule->file : group->file, rule ? rule->line : group->line);
}

static json_t *cgroup_record(const struct attachment *a)
{
	return json_pack("{s:i, s:s, s:I, s:b}", "group", (int)a->index, "path", a->cgroup.path,
			 "id", (json_int_t)a->cgroup.id, "override", a->allow_override);
}

static bool cgroup_recall(struct attachment *a, const json_t *record)
{
	a->allow_override = json_is_true(json_object_get(record, "override"));
	remember_text(a->cgroup.path, sizeof(a->cgroup.path), record, "path");
	return json_is_string(json_object_get(record, "path"));
}

static int cgroup_find_again(struct attachment *a, const struct machine *m, struct failure *f)
{
	return cgroup_open(&m->mount, a->cgroup.path[0] ? a->cgroup.path : "/", &a->cgroup, f);
}

static unsigned cgroup_depth(const struct attachment *a)
{
	const char *at = a->cgroup.path;
	unsigned n = *at != '\0';

	for (; *at; at++)
		n += *at == '/';
	return n;
}

static int cgroup_conflict(const struct attachment *a, const struct attachment *b,
			   struct failure *f)
{
	if (!path_is_at_or_below(b->cgroup.path, a->cgroup.path))
		return 0;
	if (a->cgroup.id == b->cgroup.id) {
		fail(f, STATUS_CONFLICT, "the cgroup '/%s' would get two policies", b->cgroup.path);
		fail_hint(f, "write all rules for it in one policy, under one name");
		return -1;
	}
	if (a->allow_override)
		return 0;
	fail(f, STATUS_CONFLICT, "the cgroup '/%s' is below '/%s', which has a policy already",
	     b->cgroup.path, a->cgroup.path);
	fail_hint(f, "declare the upper one with 'allow override'");
	return -1;
}

/* Processes. */

static bool process_is_same(const struct attachment *a, const struct attachment *b)
{
	return a->pid == b->pid;
}

/* The kernel refuses to mix one process and all. */
static bool process_can_move(const struct attachment *from, const struct attachment *to)
{
	return !from->pid == !to->pid;
}

static void process_words(const struct attachment *a, char *buf, size_t size)
{
	if (a->pid)
		snprintf(buf, size, "process %d", a->pid);
	else
		snprintf(buf, size, "all processes");
}

static void process_place(const struct attachment *a, struct failure *f)
{
	const struct manifest_rule *rule = manifest_rule_of_process(a->manifest, a->index);

	if (rule)
		fail_at(f, rule->file, rule->line);
}

static json_t *process_record(const struct attachment *a)
{
	return json_pack("{s:i, s:s, s:i}", "process", (int)a->index, "name",
			 a->manifest->processes[a->index].name, "pid", (int)a->pid);
}

static bool process_recall(struct attachment *a, const json_t *record)
{
	a->pid = (pid_t)json_integer_value(json_object_get(record, "pid"));
	return json_is_integer(json_object_get(record, "pid"));
}

static int process_find_again(struct attachment *a, const struct machine *m, struct failure *f)
{
	return 0;
}

static unsigned process_depth(const struct attachment *a)
{
	return 0;
}

/* No conflict is left here: configure.c refuses a process that two names stand for. */
static int process_conflict(const struct attachment *a, const struct attachment *b,
			    struct failure *f)
{
	return 0;
}

const struct target_info target_infos[TARGET_KIND_COUNT] = {
	[TARGET_CGROUP] = { cgroup_is_same, cgroup_can_move, cgroup_words, cgroup_place,
			    cgroup_record, cgroup_recall, cgroup_find_again, cgroup_depth,
			    cgroup_conflict },
	[TARGET_PROCESS] = { process_is_same, process_can_move, process_words, process_place,
			     process_record, process_recall, process_find_again, process_depth,
			     process_conflict },
};
