// SPDX-License-Identifier: GPL-2.0
#include "policy_maps.h"
#include "base/clock.h"

#include "attach.h"
#include "failure.h"
#include "object/manifest.h"
#include "object/object.h"
#include "installed/installed.h"
#include "policy.h"
#include "replace.h"
#include "bpf-templates/mmp_abi.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MAP_CONFIG ".data.mmp_cfg"
#define MAP_RUN ".data.mmp_run"

/* The maps that user space reads, and what each must hold at least. */
static const struct map_shape {
	const char *name;
	size_t value_size;
	size_t rows_offset; /* in struct manifest: how many rows; 0: any */
	bool is_optional;
} map_shapes[] = {
	{ MAP_CONFIG, sizeof(struct mmp_config), 0, false },
	{ MAP_RUN, sizeof(struct mmp_run), 0, false },
	{ "mmp_slots", sizeof(struct mmp_slot), offsetof(struct manifest, slot_rows), true },
	{ "mmp_signals", sizeof(struct mmp_signal), offsetof(struct manifest, signal_rows), true },
	{ "mmp_rules", sizeof(struct mmp_rule), offsetof(struct manifest, rule_rows), true },
	{ "mmp_acts", sizeof(struct mmp_acts), offsetof(struct manifest, rule_rows), true },
	{ "mmp_calls", sizeof(struct mmp_calls), offsetof(struct manifest, slot_rows), true },
};

static int check_map(const struct policy *p, const struct map_shape *shape, struct failure *f)
{
	const struct bpf_map *map = bpf_object__find_map_by_name(p->bpf, shape->name);
	uint32_t rows = 1;

	if (shape->rows_offset)
		memcpy(&rows, (const char *)p->manifest + shape->rows_offset, sizeof(rows));
	if (!map)
		return shape->is_optional
			       ? 0
			       : fail(f, STATUS_USAGE, "'%s' is damaged: its part '%s' is missing",
				      p->object->path, shape->name);
	if (bpf_map__value_size(map) != shape->value_size || bpf_map__max_entries(map) < rows)
		return fail(f, STATUS_USAGE,
			    "'%s' is damaged: its part '%s' does not fit its manifest",
			    p->object->path, shape->name);
	return 0;
}

void policy_maps_configure(const struct policy *p, struct mmp_config *config)
{
	size_t i;

	config->is_armed = 0;
	config->mode = p->mode;
	for (i = 0; i < p->manifest->param_count; i++)
		config->params[p->manifest->params[i].index] = p->params[i];
	for (i = 0; i < MMP_PROCESSES_MAX; i++)
		config->pids[i] = p->pids[i];
}

static bool is_manifest(const struct bpf_map *map)
{
	return !strcmp(bpf_map__name(map), MMP_MANIFEST_SECTION);
}

int policy_maps_prepare(struct policy *p, struct failure *f)
{
	struct bpf_map *map;
	size_t i, size;
	void *config;

	for (i = 0; i < sizeof(map_shapes) / sizeof(map_shapes[0]); i++)
		if (check_map(p, &map_shapes[i], f))
			return -1;
	map = bpf_object__find_map_by_name(p->bpf, MAP_CONFIG);
	config = bpf_map__initial_value(map, &size);
	if (!config || size < sizeof(struct mmp_config))
		return fail(f, STATUS_USAGE, "'%s' is damaged: its part '%s' is missing",
			    p->object->path, MAP_CONFIG);
	policy_maps_configure(p, config);
	bpf_object__for_each_map(map, p->bpf) if (is_manifest(map))
		bpf_map__set_autocreate(map, false);
	return 0;
}

static int map_fd(const struct policy *p, const char *name)
{
	return bpf_object__find_map_fd_by_name(p->bpf, name);
}

static int cannot_fill(const char *name, int error, struct failure *f)
{
	return fail(f, STATUS_UNSUPPORTED, "cannot write '%s': %s", name, errno_words(error));
}

static int mark_used(int fd, uint32_t slot, struct failure *f)
{
	uint32_t word = slot / 64;
	uint64_t bits = 0;
	int error = bpf_map_lookup_elem(fd, &word, &bits);

	bits |= 1ULL << slot % 64;
	if (!error)
		error = bpf_map_update_elem(fd, &word, &bits, BPF_ANY);
	return error ? cannot_fill("mmp_used", error, f) : 0;
}

static int fill_slot(const struct policy *p, uint32_t group, int fd, struct failure *f)
{
	uint32_t row = p->manifest->groups[group].row_base;
	struct mmp_slot slot = { .cgroup_id = p->groups[group].cgroup.id,
				 .state = MMP_SLOT_USED,
				 .generation = 1,
				 .claimed_ns = (__u64)clock_now_ns() };
	int error = bpf_map_update_elem(fd, &row, &slot, BPF_ANY);

	return error ? cannot_fill("mmp_slots", error, f)
		     : mark_used(map_fd(p, "mmp_used"), row, f);
}

int policy_maps_fill(struct policy *p, struct failure *f)
{
	int slots = map_fd(p, "mmp_slots"), anchors = map_fd(p, "mmp_anchors"), error = 0;
	uint32_t i;

	for (i = 0; anchors >= 0 && i < p->manifest->anchors.count; i++) {
		struct mmp_anchor entry = { .cgroup_id = p->anchors[i].id };

		if (bpf_map_update_elem(anchors, &i, &entry, BPF_ANY))
			return cannot_fill("mmp_anchors", errno, f);
	}

	for (i = 0; i < p->manifest->group_count && !error; i++) {
		const struct manifest_group *group = &p->manifest->groups[i];

		if (slots >= 0 && group->rows && !group->is_glob)
			error = fill_slot(p, i, slots, f);
	}
	return error;
}

/* A map of one text, NUL-terminated: what `list` and the others read after the object is gone.
 */
static int pin_text(const struct policy *p, const char *part, const char *text, struct failure *f)
{
	char path[PIN_PATH_MAX];
	uint32_t zero = 0;
	int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, part, sizeof(zero), (uint32_t)strlen(text) + 1,
				1, NULL);
	int error = fd < 0 ? fd : bpf_map_update_elem(fd, &zero, text, BPF_ANY);

	if (!error)
		error = bpf_obj_pin(fd, pin_path(path, p->dir, part));
	if (fd >= 0)
		close(fd);
	return error ? fail(f, STATUS_UNSUPPORTED, "cannot keep the policy's %s: %s", part,
			    errno_words(error))
		     : 0;
}

/* Replace a pinned text, in one step. */
static int repin_text(const struct policy *p, const char *part, const char *text, struct failure *f)
{
	char temporary[32], from[PIN_PATH_MAX], to[PIN_PATH_MAX];

	snprintf(temporary, sizeof(temporary), "new_%s", part);
	unlink(pin_path(from, p->dir, temporary));
	if (pin_text(p, temporary, text, f))
		return -1;
	if (!rename(from, pin_path(to, p->dir, part)))
		return 0;
	unlink(from);
	return fail(f, STATUS_UNSUPPORTED, "cannot keep the policy's %s: %s", part,
		    errno_words(errno));
}

static json_t *group_record(const struct policy *p, uint32_t i)
{
	const struct policy_group *g = &p->groups[i];

	const struct manifest_group *group = &p->manifest->groups[i];
	const char *path = g->bound ? g->bound : group->path;

	return json_pack("{s:s, s:s, s:I}", "name", group->name, "path",
			 group->is_glob ? path + strspn(path, "/") : g->cgroup.path, "id",
			 (json_int_t)g->cgroup.id);
}

/* By the clock that the maps use. A policy that only gets other constants goes on. */
static json_int_t in_force_since(const struct policy *p)
{
	const struct replacement *r = p->replacement;

	if (r && r->way == REPLACE_CONSTANTS)
		return json_integer_value(json_object_get(r->old->record, "since_ns"));
	return clock_now_ns();
}

/* What the load found out beyond the manifest: what each name stood for, and when. */
static char *load_record(const struct policy *p)
{
	json_t *root = json_pack("{s:s, s:I, s:I, s:s, s:o, s:o}", "object", p->object->path,
				 "time", (json_int_t)time(NULL), "since_ns", in_force_since(p),
				 "policy", p->name, "groups", json_array(), "attachments",
				 json_array());
	char *text, hash[32];
	size_t i;

	snprintf(hash, sizeof(hash), "%016llx", (unsigned long long)p->object->code_hash);
	json_object_set_new(root, "code", json_string(hash));
	if (p->folder)
		json_object_set_new(root, "folder", json_string(p->folder));
	for (i = 0; i < p->manifest->group_count; i++)
		json_array_append_new(json_object_get(root, "groups"),
				      group_record(p, (uint32_t)i));
	for (i = 0; i < p->attachment_count; i++)
		json_array_append_new(json_object_get(root, "attachments"),
				      attachment_record(&p->attachments[i]));
	text = json_dumps(root, JSON_COMPACT);
	json_decref(root);
	return text;
}

static int keep_texts(struct policy *p,
		      int (*keep)(const struct policy *, const char *, const char *,
				  struct failure *),
		      struct failure *f)
{
	char *manifest = json_dumps(p->manifest->root, JSON_COMPACT), *record = load_record(p);
	int error = -1;

	if (!manifest || !record)
		fail(f, STATUS_USAGE, "the manifest of '%s' is not text", p->object->path);
	else
		error = keep(p, PIN_MANIFEST, manifest, f) || keep(p, PIN_RECORD, record, f);
	free(manifest);
	free(record);
	return error ? -1 : 0;
}

int policy_maps_repin_texts(struct policy *p, struct failure *f)
{
	return keep_texts(p, repin_text, f);
}

/* The name under which a map is pinned; NULL: what refers to it keeps it alive. */
static const char *pin_name(const struct bpf_map *map)
{
	const char *name = bpf_map__name(map);

	if (!strcmp(name, MAP_CONFIG))
		return PIN_CONFIG;
	if (!strcmp(name, MAP_RUN))
		return PIN_RUN;
	return strncmp(name, "mmp_", 4) || bpf_map__type(map) == BPF_MAP_TYPE_STRUCT_OPS ? NULL
											 : name;
}

int policy_maps_pin(struct policy *p, struct failure *f)
{
	char path[PIN_PATH_MAX];
	struct bpf_map *map;
	int error;

	if (keep_texts(p, pin_text, f))
		return -1;
	bpf_object__for_each_map(map, p->bpf)
	{
		const char *name = pin_name(map);

		if (!name || !bpf_map__autocreate(map))
			continue;
		error = bpf_obj_pin(bpf_map__fd(map), pin_path(path, p->dir, name));
		if (error)
			return fail(f, STATUS_UNSUPPORTED, "cannot pin '%s': %s", path,
				    errno_words(error));
	}
	return 0;
}

bool policy_maps_is_started(const struct policy *p)
{
	struct mmp_run run = { 0 };
	uint32_t zero = 0;

	return !bpf_map_lookup_elem(map_fd(p, MAP_RUN), &zero, &run) && run.is_started;
}

static uint64_t ticks_of(const struct policy *p)
{
	struct mmp_run run = { 0 };
	uint32_t zero = 0;

	return bpf_map_lookup_elem(map_fd(p, MAP_RUN), &zero, &run) ? UINT64_MAX : run.ticks;
}

/* Wait for two ticks, since one may have begun before; at most 5 s, so not for every slow one. */
void policy_maps_wait_evaluated(const struct policy *p)
{
	uint64_t wanted = ticks_of(p) + 2;
	int64_t end = clock_now_ns() + 5000000000;
	struct timespec pause = { .tv_nsec = 5000000 };

	while (ticks_of(p) < wanted && clock_now_ns() < end)
		nanosleep(&pause, NULL);
}

int policy_maps_arm(struct policy *p, bool is_armed, struct failure *f)
{
	struct mmp_config config;
	uint32_t zero = 0;
	int fd = map_fd(p, MAP_CONFIG);
	int error = bpf_map_lookup_elem(fd, &zero, &config);

	config.is_armed = is_armed;
	if (!error)
		error = bpf_map_update_elem(fd, &zero, &config, BPF_ANY);
	return error ? fail(f, STATUS_UNSUPPORTED, "cannot arm the policy '%s': %s", p->name,
			    errno_words(error))
		     : 0;
}
