// SPDX-License-Identifier: GPL-2.0
/* What mmpctl must know of a policy, as JSON; its fields are in bpf-templates/mmp_abi.h. */
#include <jansson.h>
#include <string.h>

#include "bpf-templates/mmp_abi.h"
#include "base/bug.h"
#include "emit_parts.h"

static const char *const scope_names[] = {
	[PLAN_OF_GROUP] = "group",
	[PLAN_OF_PARENT] = "parent",
	[PLAN_OF_SELF] = "self",
	[PLAN_OF_SYSTEM] = "system",
};

static const char *const process_kinds[] = {
	[PLAN_PROCESS_COMM] = "comm",	    [PLAN_PROCESS_PID] = "pid",
	[PLAN_PROCESS_PIDFILE] = "pidfile", [PLAN_PROCESS_CGROUP] = "cgroup",
	[PLAN_PROCESS_ALL] = "all",
};

/* JSON is UTF-8; bytes that are not are kept as a question mark. */
static json_t *text_of(const char *bytes, size_t len)
{
	json_t *s = json_stringn(bytes, len);
	char *copy;

	if (s)
		return s;
	copy = malloc(len + 1);
	if (!copy)
		BUG("out of memory");
	for (size_t i = 0; i < len; i++)
		copy[i] = (unsigned char)bytes[i] < 0x80 ? bytes[i] : '?';
	s = json_stringn(copy, len);
	free(copy);
	return s;
}

static json_t *string_or_null(const char *s)
{
	return s ? text_of(s, strlen(s)) : json_null();
}

static void set(json_t *o, const char *key, json_t *value)
{
	if (!value || json_object_set_new(o, key, value))
		BUG("cannot build the manifest");
}

static void append(json_t *a, json_t *value)
{
	if (!value || json_array_append_new(a, value))
		BUG("cannot build the manifest");
}

static void set_place(json_t *o, const struct plan *p, struct span span)
{
	struct place place = source_place(p->sources, span.file, span.start);

	set(o, "file", string_or_null(place.file));
	set(o, "line", json_integer(place.line));
}

static json_t *quantity_of(enum quantity q)
{
	return json_string(quantity_name(q));
}

static json_t *group_name(const struct plan *p, uint32_t group)
{
	return group == PLAN_NONE ? json_null() : string_or_null(p->groups[group].name);
}

/* Tells versions of a policy apart; not against forgery. FNV-1a. */
static char *hash_of(struct arena *a, const struct plan *p)
{
	uint64_t h = 0xcbf29ce484222325;

	for (uint32_t f = 0; f < p->sources->count; f++)
		for (uint32_t i = 0; i < p->sources->files[f].len; i++)
			h = (h ^ (unsigned char)p->sources->files[f].text[i]) * 0x100000001b3;
	return arena_printf(a, "%016llx", (unsigned long long)h);
}

static json_t *files_of(const struct plan *p)
{
	json_t *files = json_array();

	for (uint32_t i = 0; i < p->sources->count; i++) {
		const struct source *s = &p->sources->files[i];
		json_t *o = json_object();

		set(o, "name", string_or_null(s->name));
		set(o, "text", text_of(s->text, s->len));
		append(files, o);
	}
	return files;
}

static json_t *hook_names(struct arena *a, unsigned hooks, bool with_type)
{
	json_t *names = json_array();

	for (int h = 0; h < HOOK_COUNT; h++) {
		if (!(hooks & 1u << h))
			continue;
		append(names, with_type ? json_string(arena_printf(a, "%s.%s", hook_infos[h].type,
								   hook_infos[h].member))
					: json_string(hook_infos[h].member));
	}
	return names;
}

static json_t *groups_of(struct arena *a, const struct plan *p)
{
	json_t *groups = json_array();

	for (uint32_t i = 0; i < p->group_count; i++) {
		const struct plan_group *g = &p->groups[i];
		json_t *o = json_object();

		set(o, "name", string_or_null(g->name));
		set(o, "path", string_or_null(g->path));
		set(o, "glob", json_boolean(g->is_glob));
		set(o, "allow_override", json_boolean(g->allow_override));
		set(o, "target", json_boolean(g->is_target));
		set(o, "row_base", json_integer(g->row_base));
		set(o, "rows", json_integer(g->rows));
		set(o, "ops",
		    g->hooks ? json_string(arena_printf(a, "ops_%s", g->id)) : json_null());
		set(o, "hooks", hook_names(a, g->hooks, false));
		set_place(o, p, g->span);
		append(groups, o);
	}
	return groups;
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
		append(names, json_string(emit_process_ops(a, p, process, copy)));
	return names;
}

/* The instance for every process stands last, as a process of its own. */
static json_t *every_process(struct arena *a, const struct plan *p)
{
	json_t *o = json_object();
	uint32_t i = 0;

	while (p->rules[i].action != ACTION_THP)
		i++;
	set(o, "name", json_string("all"));
	set(o, "kind", json_string("all"));
	set(o, "ops", json_string(emit_process_ops(a, p, PLAN_NONE, 0)));
	set_place(o, p, p->rules[i].span);
	return o;
}

static json_t *processes_of(struct arena *a, const struct plan *p)
{
	json_t *processes = json_array();

	for (uint32_t i = 0; i < p->process_count; i++) {
		const struct plan_process *process = &p->processes[i];
		json_t *o = json_object();

		set(o, "name", string_or_null(process->name));
		set(o, "kind", json_string(process_kinds[process->kind]));
		set(o, "text", string_or_null(process->text));
		set(o, "pid", json_integer(process->pid));
		set(o, "group",
		    process->kind == PLAN_PROCESS_CGROUP ? group_name(p, process->group)
							 : json_null());
		if (has_instance(p, i)) {
			set(o, "ops", json_string(emit_process_ops(a, p, i, 0)));
			set(o, "spare_ops", spare_ops_of(a, p, i));
		}
		set_place(o, p, process->span);
		append(processes, o);
	}
	if (p->has_global_thp)
		append(processes, every_process(a, p));
	return processes;
}

static json_t *params_of(const struct plan *p)
{
	json_t *params = json_array();

	for (uint32_t i = 0; i < p->param_count; i++) {
		const struct plan_param *param = &p->params[i];
		json_t *o = json_object();

		set(o, "name", string_or_null(param->name));
		set(o, "index", json_integer(i));
		set(o, "quantity", quantity_of(param->quantity));
		set(o, "value", json_integer(param->value));
		set(o, "low", json_integer(param->low));
		set(o, "high", json_integer(param->high));
		set_place(o, p, param->span);
		append(params, o);
	}
	return params;
}

static json_t *signals_of(const struct plan *p)
{
	json_t *signals = json_array();

	for (uint32_t i = 0; i < p->signal_count; i++) {
		const struct plan_signal *s = &p->signals[i];
		json_t *o = json_object();
		enum quantity q = s->is_percent ? QUANTITY_PERCENT : signal_infos[s->id].quantity;

		set(o, "name", string_or_null(s->name));
		set(o, "id", json_string(emit_signal_id(s->id)));
		set(o, "scope", json_string(scope_names[s->scope]));
		set(o, "group", s->scope == PLAN_OF_SYSTEM ? json_null() : group_name(p, s->group));
		set(o, "quantity", quantity_of(q));
		set(o, "row_base", json_integer(s->row_base));
		set(o, "rows", json_integer(s->rows));
		set(o, "window_ns", json_integer(s->window_ns));
		append(signals, o);
	}
	return signals;
}

static void add_signals_in(json_t *list, bool *is_seen, const struct plan_expr *x)
{
	if (!x)
		return;
	if (x->op == PLAN_SIGNAL && !is_seen[x->index]) {
		is_seen[x->index] = true;
		append(list, json_integer(x->index));
	}
	add_signals_in(list, is_seen, x->a);
	add_signals_in(list, is_seen, x->b);
}

static json_t *signals_in_rule(struct arena *a, const struct plan *p, const struct plan_rule *r)
{
	bool *is_seen = arena_array(a, bool, p->signal_count + 1);
	json_t *list = json_array();

	add_signals_in(list, is_seen, r->when);
	add_signals_in(list, is_seen, r->until);
	add_signals_in(list, is_seen, r->call);
	if (r->action == ACTION_THROTTLE && r->throttle.is_ramp)
		add_signals_in(list, is_seen, r->throttle.signal);
	return list;
}

/* A condition as it was written. */
static json_t *written(const struct plan *p, const struct plan_expr *x)
{
	if (!x)
		return json_null();
	return text_of(p->sources->files[x->span.file].text + x->span.start,
		       x->span.end - x->span.start);
}

/* A duration in nanoseconds; where it is a param, its default, and which param it is. */
static void set_duration(json_t *o, struct arena *a, const char *name, const struct plan_value *v)
{
	set(o, arena_printf(a, "%s_ns", name), json_integer(v->value));
	if (v->is_param)
		set(o, arena_printf(a, "%s_param", name), json_integer(v->param));
}

static json_t *rules_of(struct arena *a, const struct plan *p)
{
	json_t *rules = json_array();

	for (uint32_t i = 0; i < p->rule_count; i++) {
		const struct plan_rule *r = &p->rules[i];
		json_t *o = json_object();

		set(o, "name", string_or_null(r->name));
		set(o, "action", json_string(action_infos[r->action].word));
		set(o, "group", group_name(p, r->group));
		set(o, "process",
		    r->process == PLAN_NONE || r->action != ACTION_THP
			    ? json_null()
			    : string_or_null(p->processes[r->process].name));
		set(o, "row_base", json_integer(r->row_base));
		set(o, "rows", json_integer(r->rows));
		set_place(o, p, r->span);
		set(o, "text", string_or_null(r->text));
		set(o, "work",
		    r->action == ACTION_RECLAIM ? json_integer(emit_work_base(p, r)) : json_null());
		set(o, "signals", signals_in_rule(a, p, r));
		set(o, "when", written(p, r->when));
		set(o, "until", written(p, r->until));
		set_duration(o, a, "for", &r->when_for);
		set_duration(o, a, "until_for", &r->until_for);
		set_duration(o, a, "hold", &r->hold);
		set_duration(o, a, "cooldown", &r->cooldown);
		if (r->action == ACTION_NOTIFY) {
			set(o, "message", string_or_null(r->notify.message));
			set(o, "level", json_string(notify_level_infos[r->notify.level].word));
		}
		append(rules, o);
	}
	return rules;
}

/* What the signal's reader calls; see runtime/kernel.c for the features that are no kfuncs. */
static const char *need_of(const struct plan_signal *s)
{
	switch (signal_infos[s->id].reads) {
	case READS_VM_EVENTS:
		return "bpf_mem_cgroup_vm_events";
	case READS_PAGE_STATE:
		return "bpf_mem_cgroup_page_state";
	case READS_MEMORY_EVENTS:
		return "bpf_mem_cgroup_memory_events";
	case READS_PSI:
		return s->scope == PLAN_OF_SYSTEM ? "psi_system" : "psi";
	case READS_MEMINFO:
		return signal_infos[s->id].name;
	default: /* a counter of the memcg itself */
		return "bpf_get_mem_cgroup";
	}
}

static void need(json_t *needs, const char *name)
{
	json_t *known;
	size_t i;

	json_array_foreach (needs, i, known)
		if (!strcmp(json_string_value(known), name))
			return;
	append(needs, json_string(name));
}

static json_t *needs_of(const struct plan *p)
{
	json_t *needs = json_array();

	need(needs, "bpf_wq");
	if (p->slot_rows) {
		need(needs, "bpf_cgroup_from_id");
		need(needs, "bpf_get_mem_cgroup");
	}
	for (uint32_t i = 0; i < p->signal_count; i++)
		if (p->signals[i].scope != PLAN_OF_SELF)
			need(needs, need_of(&p->signals[i]));
	for (uint32_t i = 0; i < p->rule_count; i++)
		if (p->rules[i].action == ACTION_RECLAIM)
			need(needs, "bpf_try_to_free_mem_cgroup_pages");
	return needs;
}

char *manifest_json(struct arena *a, const struct plan *p)
{
	json_t *o = json_object();
	char *dump, *copy;

	set(o, "abi", json_integer(MMP_ABI_VERSION));
	set(o, "mmpc", json_string(MMP_VERSION));
	set(o, "name", string_or_null(p->name));
	set(o, "hash", json_string(hash_of(a, p)));
	set(o, "tick_ns", json_integer(p->tick_ns));
	set(o, "mode", json_string(p->is_monitor ? "monitor" : "enforce"));
	set(o, "files", files_of(p));
	set(o, "hooks", hook_names(a, p->hooks, true));
	set(o, "needs", needs_of(p));
	set(o, "groups", groups_of(a, p));
	set(o, "processes", processes_of(a, p));
	set(o, "params", params_of(p));
	set(o, "signals", signals_of(p));
	set(o, "rules", rules_of(a, p));
	dump = json_dumps(o, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
	if (!dump)
		BUG("cannot print the manifest");
	copy = arena_strdup(a, dump);
	free(dump);
	json_decref(o);
	return copy;
}
