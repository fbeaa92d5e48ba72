// SPDX-License-Identifier: GPL-2.0
/* The plan as JSON, and what only loading needs; see bpf-templates/mmp_abi.h. */
#include <jansson.h>
#include <string.h>

#include "base/bug.h"
#include "base/hash.h"
#include "emit_parts.h"
#include "plan/plan_json.h"
#include "plan/plan_needs.h"

static char *hash_of(struct arena *a, const struct plan *p)
{
	uint64_t h = HASH_START;

	for (uint32_t f = 0; f < p->file_count; f++)
		h = hash_bytes(h, p->files[f].text, p->files[f].len);
	return arena_printf(a, "%016llx", (unsigned long long)h);
}

/* With their types: "memcg_bpf_ops.below_low". */
static json_t *hooks_of(struct arena *a, const struct plan *p)
{
	json_t *names = json_array();

	for (int h = 0; h < HOOK_COUNT; h++)
		if (p->hooks & 1u << h)
			plan_json_append(names,
					 json_string(arena_printf(a, "%s.%s", hook_infos[h].type,
								  hook_infos[h].member)));
	return names;
}

/* In the order of plan_find_anchors(); null where nothing is attached. */
static json_t *anchor_maps_of(struct arena *a, const struct plan *p)
{
	struct plan_anchors anchors;
	json_t *names = json_array();

	plan_find_anchors(a, p, &anchors);
	for (uint32_t i = 0; i < anchors.count; i++)
		plan_json_append(names,
				 anchors.list[i].hooks
					 ? json_string(arena_printf(
						   a, "ops_%s", emit_anchor_id(a, p, &anchors, i)))
					 : json_null());
	return names;
}

static bool has_instance(const struct plan *p, uint32_t process)
{
	for (uint32_t i = 0; i < p->rule_count && !p->has_global_thp; i++)
		if (p->rules[i].action == ACTION_THP && p->rules[i].process == process)
			return true;
	return false;
}

/* Further instances, for processes of which there may be several. */
static json_t *spare_ops_of(struct arena *a, const struct plan *p, uint32_t process)
{
	json_t *names = json_array();

	for (uint32_t copy = 1; copy < emit_process_copies(&p->processes[process]); copy++)
		plan_json_append(names, json_string(emit_process_ops(a, p, process, copy)));
	return names;
}

static void add_process_maps(struct arena *a, json_t *processes, const struct plan *p)
{
	for (uint32_t i = 0; i < p->process_count; i++) {
		json_t *o = json_array_get(processes, i);

		if (!has_instance(p, i))
			continue;
		plan_json_set(o, "ops", json_string(emit_process_ops(a, p, i, 0)));
		plan_json_set(o, "spare_ops", spare_ops_of(a, p, i));
	}
}

static void add_work(struct arena *a, json_t *rules, const struct plan *p)
{
	struct plan_index index;

	plan_index_init(&index, a, p);
	for (uint32_t i = 0; i < p->rule_count; i++)
		if (p->rules[i].action == ACTION_RECLAIM)
			plan_json_set(json_array_get(rules, i), "work",
				      json_integer(index.work[i]));
}

/* The hooks are in a list of their own. */
static json_t *needs_of(const struct plan *p)
{
	json_t *needs = json_array();
	uint64_t all = plan_needs(p);

	for (int i = 0; i < NEED_COUNT; i++)
		if (all & 1ULL << i && need_infos[i].kind != STRUCT_MEMBER)
			plan_json_append(needs, json_string(need_infos[i].word));
	return needs;
}

char *manifest_json(struct arena *a, const struct plan *p)
{
	json_t *o = plan_to_json(p);
	char *text;

	plan_json_set(o, "hash", json_string(hash_of(a, p)));
	plan_json_set(o, "hooks", hooks_of(a, p));
	plan_json_set(o, "needs", needs_of(p));
	plan_json_set(o, "anchor_ops", anchor_maps_of(a, p));
	add_process_maps(a, json_object_get(o, "processes"), p);
	if (p->has_global_thp)
		plan_json_set(o, "every_ops", json_string(emit_process_ops(a, p, PLAN_NONE, 0)));
	add_work(a, json_object_get(o, "rules"), p);
	text = plan_json_dump(a, o);
	json_decref(o);
	return text;
}
