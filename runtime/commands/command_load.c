// SPDX-License-Identifier: GPL-2.0
/*
 * load: one transaction over all files. Everything is opened, configured and verified before
 * anything is attached; everything is attached, disarmed, before anything is armed. If a step
 * fails, closing the policies undoes everything.
 */
#include "base/path.h"
#include "base/shown.h"
#include "commands.h"
#include "load.h"

#include "policy/attach.h"
#include "machine/capability.h"
#include "machine/file_way.h"
#include "machine/lru.h"
#include "failure.h"
#include "object/manifest.h"
#include "options.h"
#include "output.h"
#include "plan/plan_ways.h"
#include "policy/limit_place.h"
#include "policy/policy.h"
#include "policy/replace.h"
#include "machine/thp.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int open_all(struct load *l, struct failure *f)
{
	struct options one = *l->options;
	const struct options *o = l->options;
	size_t i, j;

	if (o->name && o->operand_count > 1)
		return fail(f, STATUS_USAGE, "--name takes one file, not %zu", o->operand_count);
	if (o->name && !manifest_name_is_valid(o->name)) {
		fail(f, STATUS_USAGE, "'%s' is not a name for a policy", o->name);
		fail_hint(f, "letters, digits, '-' and '_', at most 64, and not tmp_...");
		return -1;
	}
	for (i = 0; i < o->operand_count; i++) {
		if (l->names)
			one.name = l->names[i];
		if (policy_open(&l->policies[i], o->operands[i], &one, f))
			return -1;
		l->count++;
		for (j = 0; j < i; j++)
			if (!strcmp(l->policies[i]->name, l->policies[j]->name))
				return fail(f, STATUS_USAGE, "two files make a policy '%s'",
					    l->policies[i]->name);
	}
	return 0;
}

static int name_is_taken(const char *name, struct failure *f)
{
	fail(f, STATUS_CONFLICT, "a policy '%s' is loaded already", name);
	fail_hint(
		f,
		"replace it with --replace, load under another --name, or first: mmpctl unload %s",
		name);
	return -1;
}

static int configure_all(struct load *l, struct failure *f)
{
	size_t i;

	for (i = 0; i < l->count; i++)
		if (!l->options->replace && pin_exists(l->policies[i]->name))
			return name_is_taken(l->policies[i]->name, f);
	for (i = 0; i < l->count; i++) {
		struct policy *p = l->policies[i];

		if (policy_configure(p, &l->machine, l->options, f))
			return -1;
		if (pin_exists(p->name) && replacement_open(&p->replacement, p, f))
			return -1;
		l->replacements[i] = p->replacement;
	}
	for (i = 0; i < l->gone_count; i++) {
		if (replacement_open_gone(&l->removed[i], l->gone[i], f))
			return -1;
		l->removed_count++;
	}
	return 0;
}

/* Only constants differ: the policy in force takes them, and this one is never loaded. */
static bool is_constants(const struct policy *p)
{
	return p->replacement && p->replacement->way == REPLACE_CONSTANTS;
}

/* One step of every policy before the next step of any. */
static int prepare_all(struct load *l, struct failure *f)
{
	size_t i;

	for (i = 0; i < l->count; i++)
		if (!is_constants(l->policies[i]) && policy_load(l->policies[i], &l->machine, f))
			return -1;
	for (i = 0; i < l->count; i++)
		if (!is_constants(l->policies[i]) &&
		    (policy_pin(l->policies[i], f) || policy_start(l->policies[i], f)))
			return -1;
	return 0;
}

/* A thp rule cannot act while huge pages are off, and nothing would show why. */
static int check_huge_pages(const struct manifest *m, struct failure *f)
{
	size_t i;

	for (i = 0; i < m->rule_count; i++)
		if (m->rules[i].action == ACTION_THP)
			break;
	if (i == m->rule_count || !thp_is_off())
		return 0;
	fail(f, STATUS_UNSUPPORTED,
	     "huge pages are switched off on this machine: thp rules cannot act");
	fail_hint(f, "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled");
	fail_at(f, m->rules[i].file, m->rules[i].line);
	return -1;
}

/* The command that holds the policy: an object that mmpc load made is gone when a user reads this.
 */
static void run_command(const struct manifest *m, const char *path, char *buf, size_t size)
{
	const char *folder = getenv(LOAD_FOLDER_VARIABLE);

	if (folder && path_is_below(path, folder))
		snprintf(buf, size, "mmpc run %s", m->plan->files[m->plan->file].name);
	else
		snprintf(buf, size, "mmpctl run %s", path);
}

/* What a kernel without the hooks refuses, this machine may do by cgroup files. Returns -1. */
static int hint_run(const struct manifest *m, const char *path, struct failure *f)
{
	char command[512];
	uint32_t i, could = 0, works = 0;
	size_t len = strlen(f->hint);

	for (i = 0; i < m->plan->rule_count; i++) {
		if (!plan_works_by_files(m->plan, &m->plan->rules[i]))
			continue;
		could += m->plan->rules[i].action != ACTION_THP;
		works += file_way_is_open(m->plan->rules[i].action);
	}
	run_command(m, path, command, sizeof(command));
	if (works)
		snprintf(f->hint + len, sizeof(f->hint) - len,
			 "%swithout the hooks, by cgroup files, %u of its %u rules work: %s",
			 len ? "; " : "", works, m->plan->rule_count, command);
	else if (could)
		snprintf(f->hint + len, sizeof(f->hint) - len,
			 "%swithout the hooks, by cgroup files, the policy would need cgroup2 with "
			 "the memory controller, which is not available: %s",
			 len ? "; " : "", CGROUP_MEMORY_FIX);
	return -1;
}

static int check_kernel(struct load *l, struct failure *f)
{
	size_t i;

	kernel_probe(&l->machine.kernel);
	for (i = 0; i < l->count; i++)
		if ((kernel_check(&l->machine.kernel, l->policies[i]->manifest, f) &&
		     hint_run(l->policies[i]->manifest, l->options->operands[i], f)) ||
		    check_huge_pages(l->policies[i]->manifest, f))
			return -1;
	return 0;
}

/* Every attachment to be made, ancestors first. The list is the caller's to free. */
static struct attachment **sort_attachments(struct load *l, size_t *ret_count)
{
	struct attachment **list;
	size_t i, j, n = 0;

	for (i = 0; i < l->count; i++)
		n += l->policies[i]->attachment_count;
	list = calloc(n + 1, sizeof(*list));
	for (i = 0, n = 0; list && i < l->count; i++)
		for (j = 0; !is_constants(l->policies[i]) && j < l->policies[i]->attachment_count;
		     j++)
			list[n++] = &l->policies[i]->attachments[j];
	*ret_count = n;
	if (list)
		qsort(list, n, sizeof(*list), attachment_compare);
	return list;
}

/* What the kernel would refuse among our own, before it holds half of it. Ancestors come first. */
static int check_hierarchy(struct attachment **list, size_t count, struct failure *f)
{
	size_t i, j;

	for (i = 0; i < count; i++)
		for (j = i + 1; j < count; j++)
			if (attachment_conflict(list[i], list[j], f)) {
				attachment_place(list[j], f);
				return -1;
			}
	return 0;
}

static struct policy *policy_of(const struct load *l, const struct attachment *a)
{
	size_t i;

	for (i = 0; i < l->count; i++)
		if (l->policies[i]->manifest == a->manifest)
			return l->policies[i];
	return NULL;
}

/* From the first to be cleared on, a policy that is replaced by detaching is out of force. */
static int make_room(struct load *l, struct failure *f)
{
	size_t i;

	for (i = 0; i < l->removed_count; i++)
		if (replacement_clear(l->removed[i], f))
			return -1;
	for (i = 0; i < l->count; i++)
		if (l->replacements[i] &&
		    (replacement_share(l->replacements[i], l->policies[i], f) ||
		     replacement_clear(l->replacements[i], f)))
			return -1;
	return 0;
}

static int attach_all(struct load *l, struct failure *f)
{
	size_t count, i;
	struct attachment **list = sort_attachments(l, &count);
	int error = list ? check_hierarchy(list, count, f) : fail(f, STATUS_USAGE, "out of memory");

	if (!error)
		error = make_room(l, f);

	for (i = 0; i < count && !error; i++)
		error = policy_attach(policy_of(l, list[i]), list[i], &l->machine, f);
	free(list);
	for (i = 0; i < l->count && !error; i++)
		if (!is_constants(l->policies[i]))
			error = policy_forget_ended(l->policies[i], f) ||
				policy_adopt(l->policies[i], f);
	return error;
}

/* Constants are written last: that cannot be undone, and it hardly fails. */
static int arm_all(struct load *l, struct failure *f)
{
	struct policy *p;
	size_t i;

	for (i = 0; i < l->count; i++)
		if (!is_constants(l->policies[i]) && policy_place(l->policies[i], f))
			return -1;
	for (i = 0; i < l->count; i++) {
		p = l->policies[i];
		if (is_constants(p))
			continue;
		if (policy_arm(p, f) ||
		    (p->replacement && replacement_finish(p->replacement, p, f)))
			return -1;
	}
	for (i = 0; i < l->count; i++) {
		p = l->policies[i];
		if (is_constants(p) && replacement_write(p->replacement, p, f))
			return -1;
	}
	return 0;
}

void load_init(struct load *l, const struct options *o)
{
	memset(l, 0, sizeof(*l));
	l->options = o;
	l->lock.fd = l->machine.mount.fd = -1;
}

int load_open(struct load *l, struct failure *f)
{
	return open_all(l, f) || check_kernel(l, f) || capability_check_load(f) ||
			       cgroup_mount_open(&l->machine.mount, f) ||
			       (l->lock.fd < 0 && pin_lock(&l->lock, true, f))
		       ? -1
		       : 0;
}

int load_run(struct load *l, struct failure *f)
{
	return policy_finish_tmp(f) /* of a killed process that had our pid */ ||
			       configure_all(l, f) || prepare_all(l, f) || attach_all(l, f) ||
			       arm_all(l, f)
		       ? -1
		       : 0;
}

/* What is in force otherwise than one might think, or NULL. */
static const char *note_of(const struct policy *p)
{
	if (p->is_exact_refused)
		return "this kernel refuses the program that flushes statistics exactly, so rates "
		       "are "
		       "taken when the kernel updates its counters, about every 2 s";
	if (p->unhooked)
		return "this kernel has no hook for charges: reclaim does without pace, and is "
		       "triggered at ticks, so that a quick writer may reach its limit";
	return lru_is_multi_gen() && plan_has_low(p->manifest->plan) ? LRU_BY_HOOKS : NULL;
}

/* Places of a name that has others. */
static void describe_missing(json_t *doc, const struct policy *p)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < p->manifest->anchors.count; i++)
		if (p->manifest->anchor_ops[i] && p->anchors && p->anchors[i].fd < 0)
			json_array_append_new(list, json_sprintf("/%s", p->anchors[i].path));
	if (json_array_size(list))
		json_object_set(doc, "missing", list);
	json_decref(list);
}

static bool has_share(const struct plan *plan, uint32_t group)
{
	for (uint32_t i = 0; i < plan->rule_count; i++)
		if (plan->rules[i].group == group && limit_matters(plan, &plan->rules[i]))
			return true;
	return false;
}

/* Of the named cgroups whose rules are about a share: which limit that is one of. */
static void describe_limits(json_t *doc, const struct policy *p)
{
	json_t *list = json_array(), *limit;

	for (uint32_t i = 0; p->groups && i < p->manifest->group_count; i++) {
		if (p->groups[i].cgroup.fd < 0 || !has_share(p->manifest->plan, i))
			continue;
		limit = limit_place(p->mount, p->groups[i].cgroup.path);
		if (!limit)
			continue;
		json_object_set_new(limit, "name", json_string(p->manifest->groups[i].name));
		json_array_append_new(list, limit);
	}
	if (json_array_size(list))
		json_object_set(doc, "limits", list);
	json_decref(list);
}

static void print_limits(FILE *file, const json_t *policy)
{
	const json_t *limit;
	size_t i;

	json_array_foreach (json_object_get(policy, "limits"), i, limit)
		shown_print(file, "what '%s' can get: %s (%s)\n",
			    json_string_value(json_object_get(limit, "name")),
			    json_string_value(json_object_get(limit, "text")),
			    json_string_value(json_object_get(limit, "file")));
}

static json_t *describe(const struct policy *p)
{
	json_t *doc = json_pack("{s:s, s:i, s:i, s:s}", "name", p->name, "rules",
				(int)p->manifest->rule_count, "links", (int)p->attachment_count,
				"mode", p->mode ? "monitor" : "enforce");

	if (p->adopted)
		json_object_set_new(doc, "matches", json_integer((json_int_t)p->adopted));
	describe_limits(doc, p);
	describe_missing(doc, p);
	if (note_of(p))
		json_object_set_new(doc, "note", json_string(note_of(p)));
	return doc;
}

static void describe_replacement(json_t *doc, const struct replacement *r)
{
	if (!r)
		return;
	json_object_set_new(doc, "replaced", json_string(replace_way_words(r->way)));
	json_object_set_new(doc, "gap_ms", json_real((double)r->gap_ns / 1e6));
}

void load_print(FILE *file, const json_t *doc)
{
	const json_t *policies = json_object_get(doc, "loaded"), *p, *place;
	char buf[64];
	size_t i, k;

	json_array_foreach (policies, i, p) {
		const char *way = json_string_value(json_object_get(p, "replaced"));
		double gap = json_real_value(json_object_get(p, "gap_ms"));

		shown_print(file, "%s %s: ", way ? "replaced" : "loaded",
			    json_string_value(json_object_get(p, "name")));
		fprintf(file, "%s rules, ", output_member(p, "rules", buf, sizeof(buf)));
		fprintf(file, "%s attachments, ", output_member(p, "links", buf, sizeof(buf)));
		if (json_object_get(p, "matches"))
			fprintf(file, "%s cgroups matched, ",
				output_member(p, "matches", buf, sizeof(buf)));
		fprintf(file, "mode %s", output_member(p, "mode", buf, sizeof(buf)));
		if (way && gap > 0)
			fprintf(file, ", gap %.1f ms", gap);
		else if (way)
			fprintf(file, ", %s", way);
		fputc('\n', file);
		print_limits(file, p);
		json_array_foreach (json_object_get(p, "missing"), k, place)
			shown_print(file,
				    "note: '%s' is not there: its rules act there once it is and "
				    "the policy is loaded anew\n",
				    json_string_value(place));
		if (json_object_get(p, "note"))
			shown_print(file, "note: %s\n",
				    json_string_value(json_object_get(p, "note")));
	}
}

/* Undo the swap in reverse order. */
void load_close(struct load *l, bool is_done)
{
	struct failure ignored;
	size_t i;

	for (i = 0; i < l->count; i++) {
		l->policies[i]->is_committed = is_done;
		if (!is_done && l->replacements[i])
			replacement_take_back(l->replacements[i]);
		policy_close(l->policies[i]);
	}
	for (i = 0; i < l->count; i++)
		replacement_close(l->replacements[i], &l->machine);
	for (i = 0; i < l->removed_count; i++) {
		l->removed[i]->is_done = is_done;
		replacement_close(l->removed[i], &l->machine);
	}
	if (l->lock.fd >= 0)
		policy_finish_tmp(&ignored);
	pin_unlock(&l->lock);
	cgroup_mount_close(&l->machine.mount);
	kernel_finish(&l->machine.kernel);
}

json_t *load_describe(const struct load *l)
{
	json_t *list = json_array(), *doc;
	size_t i;

	for (i = 0; i < l->count; i++) {
		doc = describe(l->policies[i]);
		describe_replacement(doc, l->replacements[i]);
		json_array_append_new(list, doc);
	}
	return list;
}

int command_load(const struct options *o, struct output *out, struct failure *f)
{
	struct load l;
	json_t *list;
	int error;

	load_init(&l, o);
	error = load_open(&l, f) || load_run(&l, f);
	list = load_describe(&l);
	load_close(&l, !error);
	if (error) {
		json_decref(list);
		return -1;
	}
	output_document(out, json_pack("{s:o}", "loaded", list), load_print);
	return 0;
}
