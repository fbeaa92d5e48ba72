// SPDX-License-Identifier: GPL-2.0
#include "base/policy_name.h"
#include "policy.h"

#include "anchor.h"
#include "attach.h"
#include "failure.h"
#include "machine/process.h"
#include "object/manifest.h"
#include "object/object.h"
#include "commands/options.h"
#include "policy_maps.h"
#include "object/program.h"
#include "replace.h"
#include "bpf-templates/mmp_abi.h"
#include "base/bug.h"

#include "plan/plan_needs.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void expect_state(const struct policy *p, enum policy_state state)
{
	if (p->state != state)
		BUG("policy '%s' is in state %d, not %d", p->name, p->state, state);
}

int policy_open(struct policy **ret, const char *path, const struct options *o, struct failure *f)
{
	struct policy *p = calloc(1, sizeof(*p));

	if (!p)
		return fail(f, STATUS_USAGE, "out of memory");
	if (object_open(&p->object, path, f)) {
		policy_close(p);
		return -1;
	}
	p->manifest = p->object->manifest;
	snprintf(p->name, sizeof(p->name), "%s", o->name ? o->name : p->manifest->name);
	if (!policy_name_is_valid(o->name ? o->name : p->manifest->name)) {
		fail(f, STATUS_USAGE, "'%s' is not a name for a policy", p->manifest->name);
		fail_hint(f, "load it under another with --name: " POLICY_NAME_RULE);
		policy_close(p);
		return -1;
	}
	snprintf(p->dir, sizeof(p->dir), PIN_TMP "%d/%s", getpid(), p->name);
	p->folder = o->folder;
	p->state = POLICY_OPENED;
	*ret = p;
	return 0;
}

static int prepare_attachments(struct policy *p, const struct machine *m, struct failure *f)
{
	struct attachment *a;

	for (a = p->attachments; a < p->attachments + p->attachment_count; a++)
		if (attach_infos[a->kind].prepare(a, p->bpf, &m->kernel, f)) {
			attachment_place(a, f);
			return -1;
		}
	return 0;
}

/* Twins for other kernels and spare instances are left out, and with them their programs. */
static void leave_out_rest(struct policy *p)
{
	struct bpf_map *map;
	size_t i;

	bpf_object__for_each_map(map, p->bpf)
	{
		if (bpf_map__type(map) != BPF_MAP_TYPE_STRUCT_OPS)
			continue;
		for (i = 0; i < p->attachment_count && p->attachments[i].map != map; i++)
			;
		bpf_map__set_autocreate(map, i < p->attachment_count);
	}
}

static void find_map_fds(struct policy *p)
{
	struct attachment *a;

	for (a = p->attachments; a < p->attachments + p->attachment_count; a++)
		a->map_fd = bpf_map__fd(a->map);
}

static bool is_hooked(const struct attachment *a, const struct kernel *k)
{
	return a->kind != ATTACH_MEMCG ||
	       kernel_has(k, plan_hooks_need(a->manifest->anchors.list[a->index].hooks));
}

/*
 * The kernel has what the rules need. A group for which it lacks a hook all the same has rules of
 * reclaim that can do without: it is not attached to.
 */
static void leave_out_unhooked(struct policy *p, const struct kernel *k)
{
	size_t i, kept = 0;

	for (i = 0; i < p->attachment_count; i++)
		if (is_hooked(&p->attachments[i], k))
			p->attachments[kept++] = p->attachments[i];
	p->unhooked += p->attachment_count - kept;
	p->attachment_count = kept;
}

/* Sets *exact to false where there is no exact starter, or this kernel lacks what it needs. */
static int load_with(struct policy *p, const struct machine *m, bool *exact, struct failure *f)
{
	struct program_log log = { 0 };
	int error = program_open(&p->bpf, p->object, &log, f);

	if (!error) {
		*exact = *exact && program_has_exact_starter(p->bpf, &m->kernel);
		program_choose_starter(p->bpf, *exact);
		error = prepare_attachments(p, m, f) || policy_maps_prepare(p, f);
		leave_out_rest(p);
		if (!error)
			error = program_load(p->bpf, p->manifest, &log, f) ||
				policy_maps_fill(p, f);
	}
	free(log.text);
	return error ? -1 : 0;
}

/*
 * A verifier may refuse the exact starter alone: it is of another program type, and calls a
 * function that few types may call. What fails without it too has failed for another reason, which
 * is then reported.
 */
int policy_load(struct policy *p, const struct machine *m, struct failure *f)
{
	bool exact = true;
	int error;

	expect_state(p, POLICY_CONFIGURED);
	leave_out_unhooked(p, &m->kernel);
	error = load_with(p, m, &exact, f);
	if (error && exact) {
		bpf_object__close(p->bpf);
		p->bpf = NULL;
		exact = false;
		*f = (struct failure){ 0 };
		error = load_with(p, m, &exact, f);
		p->is_exact_refused = !error;
	}
	if (error)
		return -1;
	find_map_fds(p);
	p->state = POLICY_LOADED;
	return 0;
}

static int make_directory(const char *name, struct failure *f)
{
	char path[PIN_PATH_MAX];

	if (!mkdir(pin_path(path, name, NULL), 0700) || errno == EEXIST)
		return 0;
	return fail(f, STATUS_UNSUPPORTED, "cannot create '%s': %s", path, errno_words(errno));
}

int policy_pin(struct policy *p, struct failure *f)
{
	char parent[32];

	expect_state(p, POLICY_LOADED);
	snprintf(parent, sizeof(parent), PIN_TMP "%d", getpid());
	if (make_directory(parent, f))
		return -1;
	p->state = POLICY_PINNED; /* from here on there is something to remove */
	return make_directory(p->dir, f) || policy_maps_pin(p, f) ? -1 : 0;
}

int policy_start(struct policy *p, struct failure *f)
{
	expect_state(p, POLICY_PINNED);
	if (program_start(p->bpf, f) || program_set_up_works(p->bpf, f))
		return -1;
	if (!policy_maps_is_started(p))
		return fail(f, STATUS_UNSUPPORTED, "the sampler of the policy '%s' did not start",
			    p->name);
	p->state = POLICY_STARTED;
	return 0;
}

static int pin_link(const struct policy *p, const struct attachment *a, struct failure *f)
{
	char path[PIN_PATH_MAX];
	int error = bpf_obj_pin(a->link_fd, pin_path(path, p->dir, a->pin));

	if (error)
		fail(f, STATUS_UNSUPPORTED, "cannot pin '%s': %s", path, errno_words(error));
	return error ? -1 : 0;
}

int policy_attach(struct policy *p, struct attachment *a, const struct machine *m,
		  struct failure *f)
{
	const struct attach_info *info = &attach_infos[a->kind];
	int fd;

	expect_state(p, POLICY_STARTED);
	if (a->is_shared)
		return pin_link(p, a, f);
	fd = info->attach(a, &m->kernel);
	if (fd == -ESRCH && a->is_found && a->pid) {
		a->has_ended = true;
		return 0;
	}
	if (fd < 0) {
		info->explain(a, &m->mount, fd, f);
		attachment_place(a, f);
		return -1;
	}
	a->link_fd = fd;
	return pin_link(p, a, f);
}

/* Another process that the same name stands for is attached to. */
static bool has_sibling(const struct policy *p, const struct attachment *ended)
{
	const struct attachment *a;

	for (a = p->attachments; a < p->attachments + p->attachment_count; a++)
		if (a->kind == ended->kind && a->index == ended->index && !a->has_ended)
			return true;
	return false;
}

/* The attachments that are left, in their old order; returns how many. */
static size_t drop_ended(struct policy *p)
{
	size_t i, kept = 0;

	for (i = 0; i < p->attachment_count; i++) {
		if (p->attachments[i].has_ended)
			attachment_finish(&p->attachments[i]);
		else
			p->attachments[kept++] = p->attachments[i];
	}
	return kept;
}

/*
 * Processes come and go. One that was found by its name or its cgroup and ended before it could be
 * attached to does not count. The policy is refused only where no other one is left.
 */
int policy_forget_ended(struct policy *p, struct failure *f)
{
	size_t had = p->attachment_count;
	const struct attachment *a;

	expect_state(p, POLICY_STARTED);
	for (a = p->attachments; a < p->attachments + had; a++)
		if (a->has_ended && !has_sibling(p, a)) {
			process_none_found(&p->manifest->processes[a->index], p, f);
			attachment_place(a, f);
			return -1;
		}
	p->attachment_count = drop_ended(p);
	return p->attachment_count == had ? 0 : policy_maps_repin_texts(p, f);
}

/* A cgroup that matches and has no rule would be left alone in silence. */
static int no_room(const struct policy *p, struct failure *f)
{
	const struct manifest_group *g = p->manifest->groups;
	size_t i = 0;

	while (i + 1 < p->manifest->group_count && g[i].row_base != p->full_base)
		i++;
	fail(f, STATUS_TARGET,
	     "'%s' has room for %u cgroups at a time, and %zu more match what the policy names",
	     g[i].name, g[i].rows, p->unadopted);
	fail_hint(f, "name fewer by its path or 'except', or give parts of them names of "
		     "their own");
	return -1;
}

/* Give the cgroups that exist already their slots: the online hook sees only new ones. */
int policy_adopt(struct policy *p, struct failure *f)
{
	struct bpf_program *program = bpf_object__find_program_by_name(p->bpf, "mmp_adopt");
	const struct plan_anchors *anchors = &p->manifest->anchors;

	expect_state(p, POLICY_STARTED);
	for (uint32_t i = 0; i < anchors->count; i++) {
		if (anchors->list[i].is_plain || !p->manifest->anchor_ops[i] ||
		    p->anchors[i].fd < 0)
			continue;
		if (!program)
			return fail(f, STATUS_USAGE,
				    "the object is damaged: its part '%s' is missing", "mmp_adopt");
		if (anchor_adopt(p, i, bpf_program__fd(program), f))
			return -1;
	}
	if (p->unadopted)
		return no_room(p, f);
	p->state = POLICY_ATTACHED;
	return 0;
}

int policy_place(struct policy *p, struct failure *f)
{
	char from[PIN_PATH_MAX], to[PIN_PATH_MAX];

	expect_state(p, POLICY_ATTACHED);
	if (renameat2(AT_FDCWD, pin_path(from, p->dir, NULL), AT_FDCWD, pin_path(to, p->name, NULL),
		      p->replacement ? RENAME_EXCHANGE : RENAME_NOREPLACE))
		return fail(f, STATUS_UNSUPPORTED, "cannot rename '%s' to '%s': %s", from, to,
			    errno_words(errno));
	if (p->replacement)
		snprintf(p->replacement->old_dir, sizeof(p->replacement->old_dir), "%s", p->dir);
	snprintf(p->dir, sizeof(p->dir), "%s", p->name);
	p->state = POLICY_PLACED;
	return 0;
}

int policy_arm(struct policy *p, struct failure *f)
{
	expect_state(p, POLICY_PLACED);
	if (policy_maps_arm(p, true, f))
		return -1;
	p->state = POLICY_ARMED;
	return 0;
}

int policy_finish_tmp(struct failure *f)
{
	char name[32];

	snprintf(name, sizeof(name), PIN_TMP "%d", getpid());
	return pin_exists(name) ? pin_remove(name, f) : 0;
}

/* Swap the directories back: the old policy's pins are then where they were. */
static void swap_back(struct policy *p)
{
	struct replacement *r = p->replacement;
	char from[PIN_PATH_MAX], to[PIN_PATH_MAX];

	if (renameat2(AT_FDCWD, pin_path(from, p->dir, NULL), AT_FDCWD,
		      pin_path(to, r->old_dir, NULL), RENAME_EXCHANGE))
		return;
	snprintf(p->dir, sizeof(p->dir), "%s", r->old_dir);
	snprintf(r->old_dir, sizeof(r->old_dir), "%s", p->name);
}

/* Undo what was done, in reverse order. Failures are ignored: the load has failed already. */
static void undo(struct policy *p)
{
	struct failure ignored;

	if (p->state >= POLICY_ARMED)
		policy_maps_arm(p, false, &ignored);
	if (p->state >= POLICY_PLACED && p->replacement)
		swap_back(p);
	if (p->state >= POLICY_PINNED)
		pin_remove(p->dir, &ignored);
}

void policy_close(struct policy *p)
{
	size_t i;

	if (!p)
		return;
	if (!p->is_committed)
		undo(p);
	for (i = 0; i < p->attachment_count; i++)
		attachment_finish(&p->attachments[i]);
	for (i = 0; p->groups && i < p->manifest->group_count; i++)
		cgroup_close(&p->groups[i].cgroup);
	for (i = 0; p->anchors && i < p->manifest->anchors.count; i++)
		cgroup_close(&p->anchors[i]);
	bpf_object__close(p->bpf);
	object_destroy(p->object);
	free(p->anchors);
	free(p->attachments);
	free(p->groups);
	free(p->params);
	free(p);
}
