// SPDX-License-Identifier: GPL-2.0
#include "manifest.h"

#include "failure.h"
#include "bpf-templates/mmp_abi.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How a member of the manifest becomes a member of a struct. */
enum field_type {
	FIELD_STRING, /* const char * */
	FIELD_NAME, /* the same, a name of a thing: not empty, no control characters */
	FIELD_FLAG, /* bool */
	FIELD_ROW, /* uint32_t below MANIFEST_ROWS_MAX */
	FIELD_INDEX, /* uint32_t; absent is MANIFEST_NONE */
	FIELD_GROUP,
	FIELD_PROCESS, /* uint32_t; written as the name of one */
	FIELD_NUMBER, /* int64_t */
	FIELD_LIST, /* const json_t *, an array */
};

struct field {
	const char *name;
	enum field_type type;
	bool is_optional;
	size_t offset;
};

#define MUST(type, member, of)                                                                     \
	{                                                                                          \
#member, type, false, offsetof(struct of, member)                                  \
	}
#define MAY(type, member, of)                                                                      \
	{                                                                                          \
#member, type, true, offsetof(struct of, member)                                   \
	}
#define MUST_AS(type, name, member, of)                                                            \
	{                                                                                          \
		name, type, false, offsetof(struct of, member)                                     \
	}
#define MAY_AS(type, name, member, of)                                                             \
	{                                                                                          \
		name, type, true, offsetof(struct of, member)                                      \
	}

static const struct field file_fields[] = {
	MUST(FIELD_STRING, name, manifest_file),
	MUST(FIELD_STRING, text, manifest_file),
	{ 0 },
};

static const struct field group_fields[] = {
	MUST(FIELD_NAME, name, manifest_group),
	MUST(FIELD_NAME, path, manifest_group),
	MAY_AS(FIELD_FLAG, "glob", is_glob, manifest_group),
	MAY(FIELD_FLAG, allow_override, manifest_group),
	MAY_AS(FIELD_FLAG, "target", is_target, manifest_group),
	MUST(FIELD_ROW, row_base, manifest_group),
	MUST(FIELD_ROW, rows, manifest_group),
	MAY(FIELD_NAME, ops, manifest_group),
	MAY(FIELD_LIST, hooks, manifest_group),
	MUST(FIELD_STRING, file, manifest_group),
	MUST(FIELD_ROW, line, manifest_group),
	{ 0 },
};

static const struct field process_fields[] = {
	MUST(FIELD_NAME, name, manifest_process),     MUST(FIELD_NAME, kind, manifest_process),
	MAY(FIELD_STRING, text, manifest_process),    MAY(FIELD_NUMBER, pid, manifest_process),
	MAY(FIELD_GROUP, group, manifest_process),    MAY(FIELD_NAME, ops, manifest_process),
	MAY(FIELD_LIST, spare_ops, manifest_process), MUST(FIELD_STRING, file, manifest_process),
	MUST(FIELD_ROW, line, manifest_process),      { 0 },
};

static const struct field param_fields[] = {
	MUST(FIELD_NAME, name, manifest_param),
	MUST(FIELD_ROW, index, manifest_param),
	MUST(FIELD_NAME, quantity, manifest_param),
	MUST(FIELD_NUMBER, value, manifest_param),
	MUST(FIELD_NUMBER, low, manifest_param),
	MUST(FIELD_NUMBER, high, manifest_param),
	MUST(FIELD_STRING, file, manifest_param),
	MUST(FIELD_ROW, line, manifest_param),
	{ 0 },
};

static const struct field signal_fields[] = {
	MUST(FIELD_NAME, name, manifest_signal),
	MUST(FIELD_NAME, id, manifest_signal),
	MUST(FIELD_NAME, scope, manifest_signal),
	MAY(FIELD_GROUP, group, manifest_signal),
	MUST(FIELD_NAME, quantity, manifest_signal),
	MUST(FIELD_ROW, row_base, manifest_signal),
	MUST(FIELD_ROW, rows, manifest_signal),
	MAY(FIELD_NUMBER, window_ns, manifest_signal),
	{ 0 },
};

static const struct field rule_fields[] = {
	MUST(FIELD_NAME, name, manifest_rule),
	MUST(FIELD_NAME, action, manifest_rule),
	MAY(FIELD_GROUP, group, manifest_rule),
	MAY(FIELD_PROCESS, process, manifest_rule),
	MUST(FIELD_ROW, row_base, manifest_rule),
	MUST(FIELD_ROW, rows, manifest_rule),
	MUST(FIELD_STRING, file, manifest_rule),
	MUST(FIELD_ROW, line, manifest_rule),
	MUST(FIELD_STRING, text, manifest_rule),
	MAY(FIELD_STRING, when, manifest_rule),
	MAY(FIELD_STRING, until, manifest_rule),
	MAY(FIELD_INDEX, work, manifest_rule),
	MAY(FIELD_NUMBER, for_ns, manifest_rule),
	MAY(FIELD_NUMBER, until_for_ns, manifest_rule),
	MAY(FIELD_NUMBER, hold_ns, manifest_rule),
	MAY(FIELD_NUMBER, cooldown_ns, manifest_rule),
	MAY(FIELD_INDEX, for_param, manifest_rule),
	MAY(FIELD_INDEX, until_for_param, manifest_rule),
	MAY(FIELD_INDEX, hold_param, manifest_rule),
	MAY(FIELD_INDEX, cooldown_param, manifest_rule),
	MAY(FIELD_STRING, message, manifest_rule),
	MAY(FIELD_STRING, level, manifest_rule),
	MAY(FIELD_LIST, signals, manifest_rule),
	{ 0 },
};

static const struct field head_fields[] = {
	MUST(FIELD_STRING, mmpc, manifest),    MUST(FIELD_NAME, name, manifest),
	MUST(FIELD_NAME, hash, manifest),      MUST(FIELD_NAME, mode, manifest),
	MUST(FIELD_NUMBER, tick_ns, manifest), MAY(FIELD_LIST, needs, manifest),
	MAY(FIELD_LIST, hooks, manifest),      { 0 },
};

static bool is_clean_name(const char *text)
{
	if (!*text || strlen(text) > 4095)
		return false;
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

static bool is_number_within(const json_t *value, json_int_t below)
{
	return json_is_integer(value) && json_integer_value(value) >= 0 &&
	       json_integer_value(value) < below;
}

/* The index of the thing so named in one of the manifest's lists. */
static bool find_named(const json_t *list, const json_t *name, uint32_t *ret)
{
	const char *wanted = json_string_value(name);
	const json_t *entry;
	size_t i;

	json_array_foreach (list, i, entry) {
		const char *text = json_string_value(json_object_get(entry, "name"));

		if (!wanted || !text || strcmp(text, wanted) != 0)
			continue;
		*ret = (uint32_t)i;
		return true;
	}
	return false;
}

static bool store(const json_t *root, void *member, enum field_type type, const json_t *value)
{
	switch (type) {
	case FIELD_NAME:
		if (!json_is_string(value) || !is_clean_name(json_string_value(value)))
			return false;
		*(const char **)member = json_string_value(value);
		return true;
	case FIELD_STRING:
		*(const char **)member = json_string_value(value);
		return json_is_string(value);
	case FIELD_FLAG:
		*(bool *)member = json_is_true(value);
		return json_is_boolean(value);
	case FIELD_ROW:
	case FIELD_INDEX:
		*(uint32_t *)member = (uint32_t)json_integer_value(value);
		return is_number_within(value, MANIFEST_ROWS_MAX);
	case FIELD_GROUP:
		return find_named(json_object_get(root, "groups"), value, member);
	case FIELD_PROCESS:
		return find_named(json_object_get(root, "processes"), value, member);
	case FIELD_NUMBER:
		*(int64_t *)member = json_integer_value(value);
		return json_is_integer(value);
	case FIELD_LIST:
		*(const json_t **)member = value;
		return json_is_array(value);
	}
	return false;
}

static int read_fields(const json_t *root, const json_t *object, const struct field *fields,
		       void *to, const char *kind, struct failure *f)
{
	for (; fields->name; fields++) {
		char *member = (char *)to + fields->offset;
		const json_t *value = json_object_get(object, fields->name);

		if (fields->type == FIELD_INDEX || fields->type == FIELD_GROUP ||
		    fields->type == FIELD_PROCESS)
			*(uint32_t *)(void *)member = MANIFEST_NONE;
		if (fields->is_optional && (!value || json_is_null(value)))
			continue;
		if (!store(root, member, fields->type, value))
			return fail(f, STATUS_USAGE, "the manifest's %s have no proper '%s'", kind,
				    fields->name);
	}
	return 0;
}

/* Fill an array of structs from the manifest's array `kind`. */
static int read_list(const json_t *root, const char *kind, const struct field *fields, size_t size,
		     void *ret_list, size_t *ret_count, struct failure *f)
{
	const json_t *list = json_object_get(root, kind), *entry;
	char *entries;
	size_t i;

	/* An absent list is an empty one. */
	if (list && (!json_is_array(list) || json_array_size(list) > MANIFEST_LIST_MAX))
		return fail(f, STATUS_USAGE, "the manifest's '%s' are no list", kind);
	entries = calloc(json_array_size(list) + 1, size);
	if (!entries)
		return fail(f, STATUS_USAGE, "out of memory");
	*(void **)ret_list = entries;
	*ret_count = json_array_size(list);
	json_array_foreach (list, i, entry)
		if (read_fields(root, entry, fields, entries + i * size, kind, f))
			return -1;
	return 0;
}

static int read_lists(struct manifest *m, struct failure *f)
{
#define LIST(list, kind)                                                                           \
	read_list(m->root, list, kind##_fields, sizeof(*m->kind##s), &m->kind##s,                  \
		  &m->kind##_count, f)
	if (read_list(m->root, "processes", process_fields, sizeof(*m->processes), &m->processes,
		      &m->process_count, f))
		return -1;
	return LIST("files", file) || LIST("groups", group) || LIST("params", param) ||
			       LIST("signals", signal) || LIST("rules", rule)
		       ? -1
		       : 0;
#undef LIST
}

static int wrong_number(const char *kind, const char *name, struct failure *f)
{
	return fail(f, STATUS_USAGE,
		    "the manifest's %s '%s' names a row or a part that is not there", kind, name);
}

static bool rows_fit(uint32_t base, uint32_t rows, uint32_t *end)
{
	if (base + rows > MANIFEST_ROWS_MAX)
		return false;
	if (base + rows > *end)
		*end = base + rows;
	return true;
}

static bool signals_fit(const struct manifest *m, const json_t *signals)
{
	const json_t *index;
	size_t i;

	json_array_foreach (signals, i, index)
		if (!is_number_within(index, (json_int_t)m->signal_count))
			return false;
	return true;
}

static bool are_strings(const json_t *list)
{
	const json_t *entry;
	size_t i;

	json_array_foreach (list, i, entry)
		if (!json_is_string(entry) || !is_clean_name(json_string_value(entry)))
			return false;
	return true;
}

static bool is_param(uint32_t index)
{
	return index == MANIFEST_NONE || index < MMP_PARAMS_MAX;
}

static bool params_fit(const struct manifest_rule *r)
{
	return is_param(r->for_param) && is_param(r->until_for_param) && is_param(r->hold_param) &&
	       is_param(r->cooldown_param);
}

static int check_rules(struct manifest *m, struct failure *f)
{
	const struct manifest_rule *r;

	for (r = m->rules; r < m->rules + m->rule_count; r++)
		if (!rows_fit(r->row_base, r->rows, &m->rule_rows) || !signals_fit(m, r->signals) ||
		    !params_fit(r))
			return wrong_number("rule", r->name, f);
	return 0;
}

/* Indexes and rows point to what is there. */
static int check(struct manifest *m, struct failure *f)
{
	size_t i;

	for (i = 0; i < m->group_count; i++)
		if (!rows_fit(m->groups[i].row_base, m->groups[i].rows, &m->slot_rows) ||
		    !are_strings(m->groups[i].hooks))
			return wrong_number("group", m->groups[i].name, f);
	for (i = 0; i < m->process_count; i++)
		if (!are_strings(m->processes[i].spare_ops))
			return wrong_number("process", m->processes[i].name, f);
	for (i = 0; i < m->param_count; i++)
		if (m->params[i].index >= MMP_PARAMS_MAX)
			return wrong_number("param", m->params[i].name, f);
	for (i = 0; i < m->signal_count; i++)
		if (!rows_fit(m->signals[i].row_base, m->signals[i].rows, &m->signal_rows))
			return wrong_number("signal", m->signals[i].name, f);
	if (!are_strings(m->needs) || !are_strings(m->hooks))
		return wrong_number("part", "needs", f);
	return check_rules(m, f);
}

static int read_abi(struct manifest *m, const char *what, struct failure *f)
{
	const json_t *abi = json_object_get(m->root, "abi");

	if (!is_number_within(abi, UINT32_MAX))
		return fail(f, STATUS_USAGE, "'%s' is no policy: its manifest names no ABI", what);
	m->abi = (uint32_t)json_integer_value(abi);
	if (m->abi == MMP_ABI_VERSION)
		return 0;
	fail(f, STATUS_USAGE, "'%s' has ABI version %u, this mmpctl knows version %u", what, m->abi,
	     MMP_ABI_VERSION);
	fail_hint(f,
		  m->abi > MMP_ABI_VERSION
			  ? "update mmpctl, or compile the policy with the mmpc that belongs to it"
			  : "compile the policy again, with this version's mmpc");
	return -1;
}

static int read_all(struct manifest *m, const char *what, struct failure *f)
{
	if (read_abi(m, what, f))
		return -1;
	if (!read_fields(m->root, m->root, head_fields, m, "parts", f) && !read_lists(m, f) &&
	    !check(m, f)) {
		if (manifest_name_is_valid(m->name))
			return 0;
		fail(f, STATUS_USAGE, "'%s' is no name for a policy", m->name);
	}
	return -1;
}

int manifest_parse(struct manifest **ret, const char *text, size_t size, const char *what,
		   struct failure *f)
{
	struct manifest *m = calloc(1, sizeof(*m));
	json_error_t error;

	if (!m)
		return fail(f, STATUS_USAGE, "out of memory");
	size = strnlen(text, size);
	if (size <= MANIFEST_SIZE_MAX)
		m->root = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
	if (!json_is_object(m->root)) {
		manifest_destroy(m);
		return fail(f, STATUS_USAGE, "'%s' is no policy: its manifest cannot be read",
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
	free(m->files);
	free(m->groups);
	free(m->processes);
	free(m->params);
	free(m->signals);
	free(m->rules);
	json_decref(m->root);
	free(m);
}

bool manifest_name_is_valid(const char *name)
{
	size_t len = strspn(name,
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

	return len && len <= 64 && !name[len] && strncmp(name, "tmp_", 4) != 0;
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
	bool is_every = process < m->process_count && !strcmp(m->processes[process].kind, "all");
	const struct manifest_rule *rule, *first = NULL;

	for (rule = m->rules; rule < m->rules + m->rule_count; rule++) {
		if (strcmp(rule->action, "thp") != 0)
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

uint32_t manifest_find_rule(const struct manifest *m, const char *name)
{
	uint32_t i;

	for (i = 0; i < m->rule_count; i++)
		if (!strcmp(m->rules[i].name, name))
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
