// SPDX-License-Identifier: GPL-2.0
#include "replace.h"

#include "attach.h"
#include "failure.h"
#include "installed/installed.h"
#include "object/manifest.h"
#include "object/object.h"
#include "policy.h"
#include "policy_maps.h"
#include "base/clock.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A link of the old policy, and what it takes to make it again. */
struct held_link {
	struct attachment attachment; /* its map, cgroup, flags; link_fd: the old link */
	bool is_known; /* the record says what it was: it can be made again */
	int new_map_fd; /* UPDATE: where the link went; -1: not moved */
};

static int hold_link(struct replacement *r, const struct installed_link *l, struct failure *f)
{
	const json_t *record = installed_attachment(r->old, l->pin);
	struct held_link *h = &r->links[r->link_count];
	struct attachment *a = &h->attachment;

	*h = (struct held_link){ .new_map_fd = -1,
				 .attachment = { .manifest = r->old->manifest,
						 .cgroup = { .fd = -1 },
						 .map_fd = -1,
						 .link_fd = -1 } };
	r->link_count++;
	h->is_known = attachment_recall(a, record);
	a->cgroup.id = l->link.cgroup_id;
	snprintf(a->pin, sizeof(a->pin), "%s", l->pin);
	a->link_fd = installed_map(r->old, l->pin);
	a->map_fd = bpf_map_get_fd_by_id(l->link.map_id);
	a->owns_map = true;
	if (a->link_fd >= 0 && a->map_fd >= 0)
		return 0;
	return fail(f, STATUS_UNSUPPORTED,
		    "cannot hold the links of the policy '%s' to replace it: %s", r->old->name,
		    errno_words(errno));
}

static int hold_links(struct replacement *r, struct failure *f)
{
	const struct installed *p = r->old;
	size_t i;

	r->links = calloc(p->link_count + 1, sizeof(*r->links));
	if (!r->links)
		return fail(f, STATUS_USAGE, "out of memory");
	for (i = 0; i < p->link_count; i++) {
		const struct installed_link *l = &p->links[i];

		if (l->link.map_id && hold_link(r, l, f)) /* dead ones just go */
			return -1;
	}
	return 0;
}

/* The old policy's links are exactly the new one's attachments. */
static bool has_same_targets(const struct replacement *r, const struct policy *p)
{
	size_t i, j;

	if (r->link_count != p->attachment_count || r->link_count != r->old->link_count)
		return false;
	for (i = 0; i < p->attachment_count; i++) {
		const struct attachment *a = &p->attachments[i], *b = NULL;

		for (j = 0; j < r->link_count && !b; j++)
			if (r->links[j].is_known && !strcmp(r->links[j].attachment.pin, a->pin))
				b = &r->links[j].attachment;
		if (!b || !attachment_is_same(a, b))
			return false;
	}
	return true;
}

/* Groups that are only read count too: their slots name cgroups. */
static bool has_same_groups(const struct replacement *r, const struct policy *p)
{
	const json_t *groups = json_object_get(r->old->record, "groups");
	size_t i;

	if (json_array_size(groups) != p->manifest->group_count)
		return false;
	for (i = 0; i < p->manifest->group_count; i++) {
		const json_t *id = json_object_get(json_array_get(groups, i), "id");

		if ((uint64_t)json_integer_value(id) != p->groups[i].cgroup.id)
			return false;
	}
	return true;
}

static bool has_same_code(const struct replacement *r, const struct policy *p)
{
	const char *code = json_string_value(json_object_get(r->old->record, "code"));
	char hash[32];

	snprintf(hash, sizeof(hash), "%016llx", (unsigned long long)p->object->code_hash);
	return code && !strcmp(code, hash);
}

/* Whether every link on both sides can be moved, and every old one to every new map. */
static bool can_move_all(const struct replacement *r, const struct policy *p)
{
	size_t i, j;

	for (j = 0; j < p->attachment_count; j++)
		if (!attach_infos[p->attachments[j].kind].has_update)
			return false;
	for (i = 0; i < r->link_count; i++) {
		const struct attachment *from = &r->links[i].attachment;

		if (!r->links[i].is_known || !attach_infos[from->kind].has_update)
			return false;
		for (j = 0; j < p->attachment_count; j++)
			if (!attachment_can_move(from, &p->attachments[j]))
				return false;
	}
	return true;
}

static enum replace_way decide(const struct replacement *r, const struct policy *p)
{
	if (r->old->condition != INSTALLED_WHOLE)
		return REPLACE_GAP;
	if (has_same_code(r, p) && has_same_targets(r, p) && has_same_groups(r, p))
		return REPLACE_CONSTANTS;
	return can_move_all(r, p) ? REPLACE_UPDATE : REPLACE_GAP;
}

int replacement_open(struct replacement **ret, struct policy *p, struct failure *f)
{
	struct replacement *r = calloc(1, sizeof(*r));

	if (!r)
		return fail(f, STATUS_USAGE, "out of memory");
	snprintf(r->old_dir, sizeof(r->old_dir), "%s", p->name);
	if (installed_open(&r->old, p->name, f) || hold_links(r, f)) {
		replacement_close(r, NULL);
		return -1;
	}
	r->way = decide(r, p);
	*ret = r;
	return 0;
}

int replacement_open_gone(struct replacement **ret, const char *name, struct failure *f)
{
	struct replacement *r = calloc(1, sizeof(*r));

	if (!r)
		return fail(f, STATUS_USAGE, "out of memory");
	snprintf(r->old_dir, sizeof(r->old_dir), "%s", name);
	if (installed_open(&r->old, name, f) || hold_links(r, f)) {
		replacement_close(r, NULL);
		return -1;
	}
	r->way = REPLACE_GAP;
	*ret = r;
	return 0;
}

/* The old policy's directory gets the new texts; its maps the new constants, by one write. */
int replacement_write(struct replacement *r, struct policy *p, struct failure *f)
{
	struct mmp_config config = r->old->config;

	snprintf(p->dir, sizeof(p->dir), "%s", p->name);
	policy_maps_configure(p, &config);
	config.tick_ns = (__u64)p->manifest->tick_ns;
	config.is_armed = 1;
	if (policy_maps_repin_texts(p, f) || installed_write_config(r->old, &config, f))
		return -1;
	r->is_done = true;
	return 0;
}

static int set_armed(const struct replacement *r, bool is_armed, struct failure *f)
{
	struct mmp_config config = r->old->config;

	if (r->old->config_fd < 0)
		return 0;
	config.is_armed = is_armed;
	return installed_write_config(r->old, &config, f);
}

int replacement_clear(struct replacement *r, struct failure *f)
{
	size_t i;

	if (r->way != REPLACE_GAP)
		return 0;
	r->started = (uint64_t)clock_now_ns();
	r->is_disarmed = true;
	if (set_armed(r, false, f))
		return -1;
	for (i = 0; i < r->link_count; i++)
		bpf_link_detach(r->links[i].attachment.link_fd);
	return 0;
}

static struct held_link *find_held(struct replacement *r, const struct attachment *a)
{
	size_t i;

	for (i = 0; i < r->link_count; i++)
		if (r->links[i].is_known && attachment_is_same(&r->links[i].attachment, a))
			return &r->links[i];
	return NULL;
}

int replacement_share(struct replacement *r, struct policy *p, struct failure *f)
{
	struct attachment *a;
	struct held_link *h;

	if (r->way != REPLACE_UPDATE)
		return 0;
	for (a = p->attachments; a < p->attachments + p->attachment_count; a++) {
		h = find_held(r, a);
		if (!h)
			continue;
		a->link_fd = dup(h->attachment.link_fd);
		h->new_map_fd = a->map_fd;
		a->is_shared = true;
		if (a->link_fd < 0)
			return fail(f, STATUS_UNSUPPORTED, "too many open files");
		attachment_fill(a);
	}
	return 0;
}

static int move_link(int link_fd, int map_fd)
{
	return bpf_link_update(link_fd, map_fd, NULL);
}

int replacement_finish(struct replacement *r, struct policy *p, struct failure *f)
{
	size_t i;
	int error;

	if (r->way == REPLACE_UPDATE)
		policy_maps_wait_evaluated(p);
	for (i = 0; r->way == REPLACE_UPDATE && i < r->link_count; i++) {
		struct held_link *h = &r->links[i];

		if (h->new_map_fd < 0)
			continue;
		error = move_link(h->attachment.link_fd, h->new_map_fd);
		if (error)
			return fail(f, STATUS_UNSUPPORTED, "cannot move '%s' to the new policy: %s",
				    h->attachment.pin, errno_words(error));
	}
	if (r->way == REPLACE_GAP)
		r->gap_ns = (uint64_t)clock_now_ns() - r->started;
	r->is_done = true;
	return 0;
}

/* Attach an old link's map again: a detached link cannot be used again. */
static void attach_again(struct replacement *r, struct held_link *h, const struct machine *m)
{
	struct attachment *a = &h->attachment;
	char path[PIN_PATH_MAX];
	int fd = h->is_known ? attachment_attach_again(a, m) : -1;

	if (fd < 0)
		return;
	unlink(pin_path(path, r->old_dir, a->pin));
	bpf_obj_pin(fd, path);
	close(fd);
}

void replacement_take_back(struct replacement *r)
{
	size_t i;

	for (i = 0; r->way == REPLACE_UPDATE && i < r->link_count; i++)
		if (r->links[i].new_map_fd >= 0)
			move_link(r->links[i].attachment.link_fd, r->links[i].attachment.map_fd);
	r->is_done = false;
}

static void restore(struct replacement *r, const struct machine *m)
{
	struct failure ignored;
	size_t i;

	if (!r->is_disarmed)
		return;
	for (i = 0; i < r->link_count; i++)
		attach_again(r, &r->links[i], m);
	if (r->old->config.is_armed)
		set_armed(r, true, &ignored);
}

static void remove_old(struct replacement *r)
{
	struct failure ignored;
	size_t i;

	if (r->way == REPLACE_CONSTANTS)
		return;
	set_armed(r, false, &ignored);
	for (i = 0; i < r->link_count; i++)
		if (r->links[i].new_map_fd < 0)
			bpf_link_detach(r->links[i].attachment.link_fd);
	pin_remove(r->old_dir, &ignored);
}

void replacement_close(struct replacement *r, const struct machine *m)
{
	size_t i;

	if (!r)
		return;
	if (r->is_done)
		remove_old(r);
	else if (m)
		restore(r, m);
	for (i = 0; i < r->link_count; i++)
		attachment_finish(&r->links[i].attachment);
	free(r->links);
	installed_close(r->old);
	free(r);
}

const char *replace_way_words(enum replace_way way)
{
	switch (way) {
	case REPLACE_CONSTANTS:
		return "no gap: only constants differ";
	case REPLACE_UPDATE:
		return "no gap: its links were moved";
	case REPLACE_GAP:
		return "gap";
	}
	return "";
}
