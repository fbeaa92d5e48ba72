// SPDX-License-Identifier: GPL-2.0
#include "manifest.h"

#include "base/policy_name.h"

#include "base/arena.h"
#include "bpf-templates/mmp_abi.h"
#include "failure.h"
#include "plan/plan_json.h"
#include "plan/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int bad(const char *what, const char *problem, struct failure *f)
{
	return fail(f, STATUS_USAGE, "'%s' is damaged: in its manifest, %s", what, problem);
}

static int check_abi(const json_t *root, const char *what, struct failure *f)
{
	const json_t *abi = json_object_get(root, "abi");
	json_int_t version = json_integer_value(abi);

	if (!json_is_integer(abi))
		return fail(f, STATUS_USAGE,
			    "'%s' is not a policy: its manifest does not name an ABI", what);
	if (version == MMP_ABI_VERSION)
		return 0;
	fail(f, STATUS_USAGE, "'%s' has ABI version %lld, this mmpctl knows version %u", what,
	     (long long)version, MMP_ABI_VERSION);
	fail_hint(f,
		  version > MMP_ABI_VERSION
			  ? "update mmpctl, or compile the policy with the mmpc that belongs to it"
			  : "compile the policy again, with this version's mmpc");
	return -1;
}

/* What only loading needs. Strings stay in the JSON. */

static bool is_clean_name(const json_t *value)
{
	const char *text = json_string_value(value);

	if (!text || !*text || json_string_length(value) > PLAN_MADE_NAME_MAX)
		return false;
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

static bool read_name(const json_t *object, const char *name, const char **ret)
{
	const json_t *value = json_object_get(object, name);

	*ret = json_string_value(value);
	return !value || json_is_null(value) || is_clean_name(value);
}

static bool read_names(const json_t *object, const char *name, const json_t **ret)
{
	const json_t *value = json_object_get(object, name), *entry;
	size_t i;

	*ret = NULL;
	if (!value || json_is_null(value))
		return true;
	json_array_foreach (value, i, entry)
		if (!is_clean_name(entry))
			return false;
	*ret = value;
	return json_is_array(value);
}

static bool read_work(const json_t *object, uint32_t *ret)
{
	const json_t *value = json_object_get(object, "work");
	json_int_t work = json_integer_value(value);

	*ret = MANIFEST_NONE;
	if (!value || json_is_null(value))
		return true;
	*ret = (uint32_t)work;
	return json_is_integer(value) && work >= 0 && work <= PLAN_ROWS_MAX;
}

static const char *file_name(const struct plan *p, struct plan_place at)
{
	return p->files[at.file].name;
}

static void copy_files(struct manifest *m, struct arena *a, const struct plan *p)
{
	m->file_count = p->file_count;
	m->files = arena_array(a, struct manifest_file, m->file_count);
	for (size_t i = 0; i < m->file_count; i++)
		m->files[i] = (struct manifest_file){ p->files[i].name, p->files[i].text };
}

static void copy_groups(struct manifest *m, struct arena *a, const struct plan *p)
{
	const json_t *list = json_object_get(m->root, "groups");

	m->group_count = p->group_count;
	m->groups = arena_array(a, struct manifest_group, m->group_count);
	for (size_t i = 0; i < m->group_count; i++) {
		const struct plan_group *g = &p->groups[i];
		const json_t *o = json_array_get(list, i);

		m->groups[i] = (struct manifest_group){
			.name = g->name,
			.path = g->path,
			.is_glob = g->is_glob,
			.allow_override = g->allow_override,
			.is_target = g->is_target,
			.row_base = g->row_base,
			.rows = g->rows,
			.hooks = json_object_get(o, "hooks"),
			.file = file_name(p, g->at),
			.line = g->at.line,
		};
	}
}

/* A plan alone, which has no hooks, has no list. */
static bool read_anchors(struct manifest *m, struct arena *a, const struct plan *p)
{
	const json_t *list = json_object_get(m->root, "anchor_ops"), *name;
	size_t i;

	plan_find_anchors(a, p, &m->anchors);
	m->anchor_ops = arena_array(a, const char *, m->anchors.count);
	if (list && json_array_size(list) != m->anchors.count)
		return false;
	json_array_foreach (list, i, name) {
		if (!json_is_null(name) && !is_clean_name(name))
			return false;
		m->anchor_ops[i] = json_string_value(name);
	}
	return true;
}

/* The instance of every process stands last, as a process of its own. */
static bool add_every_process(struct manifest *m, const struct plan *p)
{
	struct manifest_process *all = &m->processes[m->process_count];
	uint32_t i = 0;

	if (!read_name(m->root, "every_ops", &all->ops))
		return false;
	if (!p->has_global_thp)
		return true;
	while (p->rules[i].action != ACTION_THP)
		i++;
	all->name = "all";
	all->kind = PLAN_PROCESS_ALL;
	all->group = MANIFEST_NONE;
	all->file = file_name(p, p->rules[i].at);
	all->line = p->rules[i].at.line;
	m->process_count++;
	return true;
}

static bool copy_processes(struct manifest *m, struct arena *a, const struct plan *p)
{
	const json_t *list = json_object_get(m->root, "processes");

	m->process_count = p->process_count;
	m->processes = arena_array(a, struct manifest_process, m->process_count + 1);
	for (size_t i = 0; i < m->process_count; i++) {
		const struct plan_process *process = &p->processes[i];
		const json_t *o = json_array_get(list, i);

		m->processes[i] = (struct manifest_process){
			.name = process->name,
			.kind = process->kind,
			.text = process->text,
			.pid = process->pid,
			.group = process->group,
			.file = file_name(p, process->at),
			.line = process->at.line,
		};
		if (!read_name(o, "ops", &m->processes[i].ops) ||
		    !read_names(o, "spare_ops", &m->processes[i].spare_ops))
			return false;
	}
	return add_every_process(m, p);
}

static void copy_params(struct manifest *m, struct arena *a, const struct plan *p)
{
	m->param_count = p->param_count;
	m->params = arena_array(a, struct manifest_param, m->param_count);
	for (uint32_t i = 0; i < p->param_count; i++) {
		const struct plan_param *param = &p->params[i];

		m->params[i] = (struct manifest_param){
			.name = param->name,
			.index = i,
			.quantity = param->quantity,
			.value = param->value,
			.low = param->low,
			.high = param->high,
			.file = file_name(p, param->at),
			.line = param->at.line,
		};
	}
}

static void copy_signals(struct manifest *m, struct arena *a, const struct plan *p)
{
	m->signal_count = p->signal_count;
	m->signals = arena_array(a, struct manifest_signal, m->signal_count);
	for (size_t i = 0; i < m->signal_count; i++) {
		const struct plan_signal *s = &p->signals[i];

		m->signals[i] = (struct manifest_signal){
			.name = s->name,
			.id = s->id,
			.scope = s->scope,
			.group = s->group,
			.quantity = plan_signal_quantity(s),
			.row_base = s->row_base,
			.rows = s->rows,
			.window_ns = s->window_ns,
		};
	}
}

static uint32_t param_of(const struct plan_value *v)
{
	return v->is_param ? v->param : MANIFEST_NONE;
}

static void copy_timing(struct manifest_rule *to, const struct plan_rule *r)
{
	to->for_ns = r->when_for.value;
	to->until_for_ns = r->until_for.value;
	to->hold_ns = r->hold.value;
	to->cooldown_ns = r->cooldown.value;
	to->for_param = param_of(&r->when_for);
	to->until_for_param = param_of(&r->until_for);
	to->hold_param = param_of(&r->hold);
	to->cooldown_param = param_of(&r->cooldown);
}

static void copy_rule(struct manifest_rule *to, const struct plan *p, const struct plan_rule *r)
{
	*to = (struct manifest_rule){
		.name = r->name,
		.action = r->action,
		.group = r->group,
		.process = r->process,
		.row_base = r->row_base,
		.rows = r->rows,
		.file = file_name(p, r->at),
		.line = r->at.line,
		.text = r->text,
		.when = r->when_text,
		.until = r->until_text,
		.signals = r->signals,
		.signal_count = r->signal_count,
		.is_at_min = r->action == ACTION_PROTECT && r->protect.at_min,
	};
	copy_timing(to, r);
	if (r->action != ACTION_NOTIFY)
		return;
	to->message = r->notify.message;
	to->level = plan_notify_words.list[r->notify.level];
}

static bool copy_rules(struct manifest *m, struct arena *a, const struct plan *p)
{
	const json_t *list = json_object_get(m->root, "rules");

	m->rule_count = p->rule_count;
	m->rules = arena_array(a, struct manifest_rule, m->rule_count);
	for (size_t i = 0; i < m->rule_count; i++) {
		copy_rule(&m->rules[i], p, &p->rules[i]);
		if (!read_work(json_array_get(list, i), &m->rules[i].work))
			return false;
	}
	return true;
}

static bool copy_head(struct manifest *m, const struct plan *p)
{
	m->abi = MMP_ABI_VERSION;
	m->name = p->name;
	m->is_monitor = p->is_monitor;
	m->tick_ns = p->tick_ns;
	m->slot_rows = p->slot_rows;
	m->signal_rows = p->signal_rows;
	m->rule_rows = p->rule_rows;
	return read_name(m->root, "mmpc", &m->mmpc) && m->mmpc &&
	       read_name(m->root, "hash", &m->hash) && m->hash &&
	       read_names(m->root, "needs", &m->needs) && read_names(m->root, "hooks", &m->hooks);
}

static int read_all(struct manifest *m, const char *what, struct failure *f)
{
	const char *problem;
	struct plan *p;

	if (check_abi(m->root, what, f))
		return -1;
	p = plan_from_json(&m->arena, m->root, &problem);
	m->plan = p;
	if (!p)
		return bad(what, problem, f);
	copy_files(m, &m->arena, p);
	copy_params(m, &m->arena, p);
	copy_signals(m, &m->arena, p);
	copy_groups(m, &m->arena, p);
	if (!copy_head(m, p) || !read_anchors(m, &m->arena, p) ||
	    !copy_processes(m, &m->arena, p) || !copy_rules(m, &m->arena, p))
		return bad(what, "a part that loading needs is not proper", f);
	return 0;
}

int manifest_parse(struct manifest **ret, const char *text, size_t size, const char *what,
		   struct failure *f)
{
	struct manifest *m = calloc(1, sizeof(*m));
	json_error_t error;

	if (!m)
		return fail(f, STATUS_USAGE, "out of memory");
	arena_init(&m->arena);
	size = strnlen(text, size);
	if (size <= PLAN_FILE_BYTES_MAX)
		m->root = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
	if (!json_is_object(m->root)) {
		manifest_destroy(m);
		return fail(f, STATUS_USAGE, "'%s' is not a policy: its manifest cannot be read",
			    what);
	}
	if (read_all(m, what, f)) {
		manifest_destroy(m);
		return -1;
	}
	*ret = m;
	return 0;
}

void manifest_destroy(struct manifest *m)
{
	if (!m)
		return;
	arena_finish(&m->arena);
	json_decref(m->root);
	free(m);
}

bool manifest_name_is_valid(const char *name)
{
	return policy_name_is_valid(name);
}

const struct manifest_rule *manifest_rule_of_group(const struct manifest *m, uint32_t group)
{
	size_t i;

	for (i = 0; i < m->rule_count; i++)
		if (m->rules[i].group == group)
			return &m->rules[i];
	return NULL;
}

/* The instance of every process serves all thp rules, and first those that name none. */
const struct manifest_rule *manifest_rule_of_process(const struct manifest *m, uint32_t process)
{
	bool is_every = process < m->process_count &&
			m->processes[process].kind == PLAN_PROCESS_ALL;
	const struct manifest_rule *rule, *first = NULL;

	for (rule = m->rules; rule < m->rules + m->rule_count; rule++) {
		if (rule->action != ACTION_THP)
			continue;
		if (rule->process == process || (is_every && rule->process == MANIFEST_NONE))
			return rule;
		first = first ? first : rule;
	}
	return is_every ? first : NULL;
}

uint32_t manifest_find_group(const struct manifest *m, const char *name)
{
	uint32_t i;

	for (i = 0; i < m->group_count; i++)
		if (!strcmp(m->groups[i].name, name))
			return i;
	return MANIFEST_NONE;
}

void manifest_line(const struct manifest *m, const char *name, uint32_t line, char *buf,
		   size_t size)
{
	const char *text = NULL;
	size_t i;

	for (i = 0; i < m->file_count; i++)
		if (!strcmp(m->files[i].name, name))
			text = m->files[i].text;
	for (i = 1; text && i < line; i++) {
		text = strchr(text, '\n');
		text = text ? text + 1 : NULL;
	}
	snprintf(buf, size, "%.*s", text ? (int)strcspn(text, "\r\n") : 0, text ? text : "");
}
