// SPDX-License-Identifier: GPL-2.0
#include "rows.h"

#include "machine/cgroup.h"
#include "failure.h"
#include "installed.h"
#include "object/manifest.h"
#include "policy/value.h"
#include "base/clock.h"
#include "base/needs.h"
#include "plan/words.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* All of a map's values, by one call where the kernel has it for this kind of map. */
static int read_values(int fd, char *values, uint32_t count, size_t size)
{
	uint32_t *keys = calloc(count, sizeof(*keys)), batch, read = count, i;
	int error;

	if (!keys)
		return -ENOMEM;
	error = bpf_map_lookup_batch(fd, NULL, &batch, keys, values, &read, NULL);
	free(keys);
	if (!error || (error == -ENOENT && read == count))
		return 0;
	for (i = 0, error = 0; i < count && !error; i++)
		error = bpf_map_lookup_elem(fd, &i, values + i * size);
	return error;
}

/* A per-CPU map gives one value for each processor; values consist of 64-bit counters. */
static void sum(uint64_t *to, const char *values, size_t size, int cpus)
{
	size_t i;
	int cpu;

	for (cpu = 0; cpu < cpus; cpu++)
		for (i = 0; i < size / sizeof(uint64_t); i++) {
			uint64_t n;

			memcpy(&n, values + (size_t)cpu * size + i * sizeof(n), sizeof(n));
			to[i] += n;
		}
}

static int read_summed(int fd, char *to, uint32_t count, size_t size)
{
	int cpus = libbpf_num_possible_cpus(), error;
	char *values;
	uint32_t i;

	if (cpus <= 0)
		return -EINVAL;
	values = calloc(count, size * (size_t)cpus);
	if (!values)
		return -ENOMEM;
	error = read_values(fd, values, count, size * (size_t)cpus);
	for (i = 0; i < count && !error; i++)
		sum((uint64_t *)(void *)(to + i * size), values + i * size * (size_t)cpus, size,
		    cpus);
	free(values);
	return error;
}

/* The first `count` values of the policy's map; zeros where it has no such map. */
static void *read_map(const struct installed *p, const char *part, uint32_t count, size_t size,
		      struct failure *f)
{
	struct bpf_map_info info = { 0 };
	uint32_t len = sizeof(info);
	char *values = calloc((size_t)count + 1, size);
	int fd, error = 0;

	if (values && p->way == INSTALLED_FILES) {
		installed_read_file(p, part, values, (size_t)count * size);
		return values;
	}
	fd = installed_map(p, part);

	if (values && fd >= 0 && count) {
		error = bpf_map_get_info_by_fd(fd, &info, &len);
		if (!error && (info.value_size != size || info.max_entries < count))
			error = -EINVAL;
		if (!error)
			error = info.type == BPF_MAP_TYPE_PERCPU_ARRAY
					? read_summed(fd, values, count, size)
					: read_values(fd, values, count, size);
	}
	if (fd >= 0)
		close(fd);
	if (values && !error)
		return values;
	free(values);
	fail(f, STATUS_USAGE, "cannot read the policy '%s': %s", p->name, errno_words(error));
	return NULL;
}

int rows_read(struct rows *r, const struct installed *p, struct failure *f)
{
	const struct manifest *m = p->manifest;

	memset(r, 0, sizeof(*r));
	r->now = (__u64)clock_now_ns();
	r->slots = read_map(p, "mmp_slots", m->slot_rows, sizeof(*r->slots), f);
	r->calls = r->slots ? read_map(p, "mmp_calls", m->slot_rows, sizeof(*r->calls), f) : NULL;
	r->signals = r->calls ? read_map(p, "mmp_signals", m->signal_rows, sizeof(*r->signals), f)
			      : NULL;
	r->rules = r->signals ? read_map(p, "mmp_rules", m->rule_rows, sizeof(*r->rules), f) : NULL;
	r->acts = r->rules ? read_map(p, "mmp_acts", m->rule_rows, sizeof(*r->acts), f) : NULL;
	if (r->acts && p->way == INSTALLED_FILES)
		r->places = read_map(p, RUN_PLACES, m->slot_rows, sizeof(*r->places), f);
	if (r->acts && (r->places || p->way != INSTALLED_FILES))
		return 0;
	rows_finish(r);
	return -1;
}

void rows_finish(struct rows *r)
{
	free(r->slots);
	free(r->calls);
	free(r->signals);
	free(r->rules);
	free(r->acts);
	free(r->places);
	memset(r, 0, sizeof(*r));
}

/* The slot's row, or MANIFEST_NONE. */
static uint32_t slot_row(const struct installed *p, const struct manifest_rule *rule, uint32_t i)
{
	const struct manifest_group *group;

	if (rule->group == MANIFEST_NONE)
		return MANIFEST_NONE;
	group = &p->manifest->groups[rule->group];
	return i < group->rows ? group->row_base + i : MANIFEST_NONE;
}

const struct mmp_slot *rows_slot_of(const struct rows *r, const struct installed *p,
				    const struct manifest_rule *rule, uint32_t i)
{
	uint32_t row = slot_row(p, rule, i);

	return row == MANIFEST_NONE ? NULL : &r->slots[row];
}

__u64 rows_hook_calls(const struct rows *r, const struct installed *p,
		      const struct manifest_rule *rule, uint32_t i)
{
	unsigned hooks = action_hooks(rule->action), h;
	uint32_t row = slot_row(p, rule, i);
	__u64 calls = 0;

	for (h = 0; row != MANIFEST_NONE && h < HOOK_COUNT; h++)
		if (hooks & 1u << h)
			calls += r->calls[row].count[h];
	return calls;
}

const char *rows_state_words(unsigned state)
{
	return state < MMP_STATE_COUNT ? plan_state_words.list[state] : "unknown";
}

static void set_number(json_t *doc, const char *key, __u64 n)
{
	json_object_set_new(doc, key, json_integer((json_int_t)n));
}

static void set_seconds(json_t *doc, const char *key, __u64 ns)
{
	json_object_set_new(doc, key, json_real((double)ns / 1e9));
}

static void describe_counters(json_t *doc, const struct mmp_rule *row, const struct mmp_acts *acts)
{
	const struct mmp_machine *m = &row->machine;

	set_number(doc, "evaluated", m->evaluated);
	set_number(doc, "entered", m->entered);
	set_number(doc, "left", m->left);
	set_number(doc, "unknown", m->unknown);
	set_number(doc, "held", m->held);
	set_number(doc, "cooled", m->cooled);
	set_seconds(doc, "active_s", m->active_ns);
	set_number(doc, "acted", acts->acted);
	set_number(doc, "monitored", acts->monitored);
	set_number(doc, "delays", acts->delays);
	set_seconds(doc, "delayed_s", acts->delay_ms * 1000000);
	set_number(doc, "rounds", row->rounds);
	set_number(doc, "pages", row->pages);
	set_number(doc, "empty_rounds", row->empty_rounds);
	set_number(doc, "errors", row->errors);
	set_seconds(doc, "work_s", row->work_ns);
}

const char *rows_place_of(const struct rows *r, const struct cgroup_mount *mount,
			  const struct mmp_slot *slot)
{
	static char path[RUN_PLACE_PATH + 2];

	if (!r->places)
		return cgroup_path_of_id(mount, slot->cgroup_id);
	if (slot->state != MMP_SLOT_USED)
		return NULL;
	snprintf(path, sizeof(path), "/%.*s", RUN_PLACE_PATH - 1, r->places[slot - r->slots]);
	return path;
}

static void describe_place(json_t *doc, const struct rows *r, const struct installed *p,
			   const struct cgroup_mount *mount, uint32_t group,
			   const struct mmp_slot *slot)
{
	char loaded[1200];
	const char *path;

	if (!slot)
		return;
	set_number(doc, "cgroup_id", slot->cgroup_id);
	path = rows_place_of(r, mount, slot);
	if (path)
		json_object_set_new(doc, "cgroup", json_string(path));
	else
		json_object_set_new(doc, "cgroup",
				    json_sprintf("%s (gone)",
						 installed_group_path(p, group, loaded,
								      sizeof(loaded))));
	if (!path)
		json_object_set_new(doc, "gone", json_true());
}

__u64 rows_start_of(const struct installed *p, const struct mmp_slot *slot)
{
	if (slot && slot->claimed_ns)
		return slot->claimed_ns;
	return (__u64)json_integer_value(json_object_get(p->record, "since_ns"));
}

/* How long the rule has been in its state. One that never changed was idle from the start. */
static __u64 state_age(const struct rows *r, const struct installed *p, const struct mmp_slot *slot,
		       const struct mmp_machine *m)
{
	__u64 since = m->since ? m->since : rows_start_of(p, slot);

	return since && r->now > since ? r->now - since : 0;
}

json_t *rows_describe_rule(const struct rows *r, const struct installed *p,
			   const struct cgroup_mount *mount, uint32_t rule_index, uint32_t i)
{
	const struct manifest_rule *rule = &p->manifest->rules[rule_index];
	const struct mmp_slot *slot = rows_slot_of(r, p, rule, i);
	const struct mmp_rule *row = &r->rules[rule->row_base + i];
	json_t *doc;

	if (slot && slot->state == MMP_SLOT_FREE)
		return NULL;
	doc = json_pack("{s:s, s:s, s:s, s:i, s:s, s:s}", "rule", rule->name, "action",
			action_infos[rule->action].word, "file", rule->file, "line",
			(int)rule->line, "text", rule->text, "state",
			rows_state_words(row->machine.state));
	describe_place(doc, r, p, mount, rule->group, slot);
	json_object_set_new(doc, "is_active", json_boolean(row->machine.state == MMP_ACTIVE));
	set_seconds(doc, "since_s", state_age(r, p, slot, &row->machine));
	set_number(doc, "hook_calls", rows_hook_calls(r, p, rule, i));
	describe_counters(doc, row, &r->acts[rule->row_base + i]);
	return doc;
}

json_t *rows_describe_signal(const struct rows *r, const struct installed *p, uint32_t index,
			     uint32_t i)
{
	const struct manifest_signal *signal = &p->manifest->signals[index];
	const struct mmp_signal *row = &r->signals[signal->row_base + (i < signal->rows ? i : 0)];
	json_t *doc = json_pack("{s:s, s:s, s:b}", "name", signal->name, "quantity",
				quantity_name(signal->quantity), "known", row->is_known != 0);
	char text[64];

	if (!row->is_known)
		return doc;
	json_object_set_new(doc, "value", json_integer(row->value));
	json_object_set_new(doc, "text",
			    json_string(
				    value_print(text, sizeof(text), signal->quantity, row->value)));
	set_seconds(doc, "age_s", r->now > row->time ? r->now - row->time : 0);
	return doc;
}

json_t *rows_describe_signal_of(const struct rows *r, const struct installed *p,
				const struct cgroup_mount *mount, uint32_t index, uint32_t i)
{
	const struct manifest_signal *signal = &p->manifest->signals[index];
	const struct manifest_group *group = signal->group == MANIFEST_NONE
						     ? NULL
						     : &p->manifest->groups[signal->group];
	const struct mmp_slot *slot = group && i < group->rows ? &r->slots[group->row_base + i]
							       : NULL;
	json_t *doc;

	if (slot && slot->state == MMP_SLOT_FREE)
		return NULL;
	doc = rows_describe_signal(r, p, index, i);
	json_object_set_new(doc, "signal", json_string(signal->name));
	describe_place(doc, r, p, mount, signal->group, slot);
	return doc;
}
