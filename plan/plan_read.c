// SPDX-License-Identifier: GPL-2.0
/* From a plan's file to a plan that can be trusted. */
#include "plan_json.h"

#include <string.h>

#include "base/arena.h"
#include "base/pattern.h"
#include "bpf-templates/mmp_abi.h"
#include "plan_read_impl.h"
#include "words.h"

static const struct plan_field head_fields[] = {
	NEEDED(FIELD_NAME, "name", plan, name),
	NEEDED(FIELD_NUMBER, "tick_ns", plan, tick_ns),
	NEEDED_OF(FIELD_CHOICE, "mode", plan, is_monitor, plan_mode_words),
	NEEDED(FIELD_FILE, "file", plan, file),
	{ 0 },
};

static const struct plan_field file_fields[] = {
	NEEDED(FIELD_TEXT, "name", plan_file, name),
	NEEDED(FIELD_TEXT, "text", plan_file, text),
	{ 0 },
};

static const struct plan_field group_fields[] = {
	NEEDED(FIELD_NAME, "name", plan_group, name),
	NEEDED(FIELD_NAME, "path", plan_group, path),
	NEEDED(FIELD_NAME, "absolute", plan_group, absolute),
	OPTIONAL(FIELD_FLAG, "glob", plan_group, is_glob),
	OPTIONAL(FIELD_FLAG, "allow_override", plan_group, allow_override),
	OPTIONAL(FIELD_FLAG, "target", plan_group, is_target),
	OPTIONAL(FIELD_FLAG, "watched", plan_group, is_watched),
	OPTIONAL(FIELD_ROW, "rows", plan_group, rows),
	OPTIONAL_OF(FIELD_WORDS, "hooks", plan_group, hooks, plan_hook_words),
	OPTIONAL(FIELD_FILE, "file", plan_group, at.file),
	NEEDED(FIELD_LINE, "line", plan_group, at.line),
	{ 0 },
};

static const struct plan_field process_fields[] = {
	NEEDED(FIELD_NAME, "name", plan_process, name),
	NEEDED_OF(FIELD_WORD, "kind", plan_process, kind, plan_process_words),
	OPTIONAL(FIELD_TEXT, "text", plan_process, text),
	OPTIONAL(FIELD_NUMBER, "pid", plan_process, pid),
	OPTIONAL(FIELD_GROUP, "group", plan_process, group),
	OPTIONAL(FIELD_FILE, "file", plan_process, at.file),
	NEEDED(FIELD_LINE, "line", plan_process, at.line),
	{ 0 },
};

static const struct plan_field param_fields[] = {
	NEEDED(FIELD_NAME, "name", plan_param, name),
	NEEDED(FIELD_QUANTITY, "quantity", plan_param, quantity),
	NEEDED(FIELD_NUMBER, "value", plan_param, value),
	NEEDED(FIELD_NUMBER, "low", plan_param, low),
	NEEDED(FIELD_NUMBER, "high", plan_param, high),
	OPTIONAL(FIELD_FILE, "file", plan_param, at.file),
	NEEDED(FIELD_LINE, "line", plan_param, at.line),
	{ 0 },
};

static const struct plan_field signal_fields[] = {
	NEEDED(FIELD_NAME, "name", plan_signal, name),
	NEEDED_OF(FIELD_WORD, "id", plan_signal, id, plan_signal_words),
	NEEDED_OF(FIELD_WORD, "scope", plan_signal, scope, plan_scope_words),
	OPTIONAL(FIELD_GROUP, "group", plan_signal, group),
	OPTIONAL(FIELD_FLAG, "percent", plan_signal, is_percent),
	OPTIONAL(FIELD_NUMBER, "window_ns", plan_signal, window_ns),
	{ 0 },
};

/* Rows are numbered through, as the planner does it. */
static bool take_rows(struct plan_reader *r, uint32_t rows, uint32_t *ret_base, uint32_t *next)
{
	if (rows > PLAN_ROWS_MAX - *next)
		return plan_read_bad(r, "more than %u rows", PLAN_ROWS_MAX);
	*ret_base = *next;
	*next += rows;
	return true;
}

static bool read_file(struct plan_reader *r, const json_t *object, struct plan_file *f)
{
	if (!plan_read_fields(r, object, file_fields, f))
		return false;
	f->len = (uint32_t)strlen(f->text);
	return true;
}

static bool read_string(struct plan_reader *r, const json_t *value, const char **ret)
{
	if (!json_is_string(value))
		return plan_read_bad(r, "not a text");
	*ret = arena_strdup(r->arena, json_string_value(value));
	return true;
}

static bool read_pattern(struct plan_reader *r, const json_t *value, const char **ret)
{
	struct mmp_pattern compiled;
	const char *problem;

	if (!json_is_string(value) || strlen(json_string_value(value)) > PLAN_MADE_NAME_MAX)
		return plan_read_bad(r, "not a pattern");
	*ret = arena_strdup(r->arena, json_string_value(value));
	return (**ret == '/' && pattern_compile(&compiled, *ret + 1, &problem)) ||
	       plan_read_bad(r, "not a pattern");
}

static bool read_patterns(struct plan_reader *r, const json_t *object, const char *name,
			  const char ***ret, uint32_t *ret_count)
{
	const json_t *list = json_object_get(object, name);
	size_t count = json_array_size(list);

	if ((list && !json_is_array(list)) || count > PLAN_PATTERNS_MAX)
		return plan_read_bad(r, "no proper '%s'", name);
	*ret = arena_array(r->arena, const char *, count);
	*ret_count = (uint32_t)count;
	for (size_t i = 0; i < count; i++)
		if (!read_pattern(r, json_array_get(list, i), &(*ret)[i]))
			return false;
	return true;
}

static bool read_group(struct plan_reader *r, const json_t *object, struct plan_group *g)
{
	if (!plan_read_fields(r, object, group_fields, g))
		return false;
	if (!read_patterns(r, object, "patterns", &g->patterns, &g->pattern_count) ||
	    !read_patterns(r, object, "exceptions", &g->exceptions, &g->exception_count))
		return false;
	if (!g->is_glob != !g->pattern_count || (!g->is_glob && g->exception_count))
		return plan_read_bad(r, "no proper 'patterns'");
	if (!g->is_glob)
		g->rows = 1;
	if (!g->rows || g->rows > PLAN_GLOB_SLOTS_MAX)
		return plan_read_bad(r, "no proper 'rows'");
	r->plan->hooks |= g->hooks;
	return take_rows(r, g->rows, &g->row_base, &r->plan->slot_rows);
}

static bool read_process(struct plan_reader *r, const json_t *object, struct plan_process *p)
{
	if (!plan_read_fields(r, object, process_fields, p))
		return false;
	if ((p->kind == PLAN_PROCESS_COMM || p->kind == PLAN_PROCESS_PIDFILE) && !p->text)
		return plan_read_bad(r, "no 'text'");
	if ((p->kind == PLAN_PROCESS_CGROUP) != (p->group != PLAN_NONE))
		return plan_read_bad(r, "no proper 'group'");
	return true;
}

static bool read_param(struct plan_reader *r, const json_t *object, struct plan_param *p)
{
	if (!plan_read_fields(r, object, param_fields, p))
		return false;
	return (p->low <= p->value && p->value <= p->high) ||
	       plan_read_bad(r, "'value' is outside 'low' to 'high'");
}

static bool check_signal(struct plan_reader *r, const struct plan_signal *s)
{
	static const unsigned scopes[] = {
		[PLAN_OF_GROUP] = OF_CGROUP,
		[PLAN_OF_PARENT] = OF_CGROUP,
		[PLAN_OF_SELF] = OF_SELF,
		[PLAN_OF_SYSTEM] = OF_SYSTEM,
	};
	const struct signal_info *info = &signal_infos[s->id];

	if (!(info->scopes & scopes[s->scope]))
		return plan_read_bad(r, "no such signal of that scope");
	if ((s->scope == PLAN_OF_SYSTEM) != (s->group == PLAN_NONE))
		return plan_read_bad(r, "no proper 'group'");
	if (s->is_percent && !(info->traits & OR_PERCENT))
		return plan_read_bad(r, "a signal without a percentage");
	if (s->window_ns < 0 || (s->window_ns && !(info->traits & WINDOWED)))
		return plan_read_bad(r, "no proper 'window_ns'");
	return true;
}

static bool read_signal(struct plan_reader *r, const json_t *object, struct plan_signal *s)
{
	if (!plan_read_fields(r, object, signal_fields, s) || !check_signal(r, s))
		return false;
	s->rows = plan_signal_rows(r->plan, s);
	return take_rows(r, s->rows, &s->row_base, &r->plan->signal_rows);
}

static bool read_rule(struct plan_reader *r, const json_t *object, struct plan_rule *rule)
{
	struct plan *p = r->plan;

	if (!plan_read_rule(r, object, rule) ||
	    !take_rows(r, rule->rows, &rule->row_base, &p->rule_rows))
		return false;
	if (rule->action == ACTION_THP) {
		p->hooks |= 1u << HOOK_GET_ORDER;
		p->has_global_thp |= rule->process == PLAN_NONE;
	}
	return true;
}

/* Lists. */

static bool count(struct plan_reader *r, const json_t *root, const char *kind, uint32_t most,
		  uint32_t *ret)
{
	const json_t *list = json_object_get(root, kind);

	r->kind = NULL;
	if (list && !json_is_array(list))
		return plan_read_bad(r, "'%s' is not a list", kind);
	if (json_array_size(list) > most)
		return plan_read_bad(r, "more than %u %s", most, kind);
	*ret = (uint32_t)json_array_size(list);
	return true;
}

static bool count_all(struct plan_reader *r, const json_t *root)
{
	struct plan *p = r->plan;

	return count(r, root, "files", PLAN_FILES_MAX, &p->file_count) &&
	       count(r, root, "strings", PLAN_STRINGS_MAX, &p->string_count) &&
	       count(r, root, "groups", PLAN_GROUPS_MAX, &p->group_count) &&
	       count(r, root, "processes", PLAN_PROCESSES_MAX, &p->process_count) &&
	       count(r, root, "params", PLAN_PARAMS_MAX, &p->param_count) &&
	       count(r, root, "signals", PLAN_SIGNALS_MAX, &p->signal_count) &&
	       count(r, root, "rules", PLAN_RULES_MAX, &p->rule_count);
}

/* Each list after those that it names by index. */
static bool read_all(struct plan_reader *r, const json_t *root)
{
	struct plan *p = r->plan;
	const json_t *entry;
	size_t i;

#define READ(what, type, list)                                                                     \
	r->kind = #list;                                                                           \
	p->list = arena_array(r->arena, type, p->what##_count);                                    \
	json_array_foreach (json_object_get(root, #list), i, entry) {                              \
		r->index = (uint32_t)i;                                                            \
		if (!read_##what(r, entry, &p->list[i]))                                           \
			return false;                                                              \
	}
	READ(file, struct plan_file, files)
	READ(string, const char *, strings)
	READ(group, struct plan_group, groups)
	READ(process, struct plan_process, processes)
	READ(param, struct plan_param, params)
	READ(signal, struct plan_signal, signals)
	READ(rule, struct plan_rule, rules)
#undef READ
	r->kind = NULL;
	return true;
}

static bool check_abi(struct plan_reader *r, const json_t *root)
{
	const json_t *abi = json_object_get(root, "abi");

	if (!json_is_integer(abi))
		return plan_read_bad(r, "it names no ABI version");
	if (json_integer_value(abi) == MMP_ABI_VERSION)
		return true;
	return plan_read_bad(r, "it has ABI version %lld, and only version %d is known",
			     (long long)json_integer_value(abi), MMP_ABI_VERSION);
}

struct plan *plan_from_json(struct arena *a, const json_t *root, const char **ret_problem)
{
	struct plan_reader r = { .arena = a, .plan = arena_new(a, struct plan) };

	if (!json_is_object(root))
		plan_read_bad(&r, "it is not a JSON object");
	else if (check_abi(&r, root) && count_all(&r, root) &&
		 plan_read_fields(&r, root, head_fields, r.plan))
		read_all(&r, root);
	*ret_problem = r.problem;
	if (r.problem)
		return NULL;
	plan_list_signals(a, r.plan);
	return r.plan;
}
