// SPDX-License-Identifier: GPL-2.0
/* The names and texts of a plan: what people see of it. */
#include "plan_impl.h"

#include <ctype.h>
#include <string.h>

#include "arena.h"

#define ID_MAX 48

static bool is_name_character(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

const char *plan_id(struct planner *p, const char *prefix, const char *name)
{
	char *base = arena_join(p->arena, prefix, name, "");
	const char *id = base;

	if (strlen(base) > strlen(prefix) + ID_MAX)
		base[strlen(prefix) + ID_MAX] = '\0';
	for (char *c = base; *c; c++)
		if (!is_name_character(*c) || (unsigned char)*c >= 0x80)
			*c = '_';
	if (isdigit((unsigned char)*base))
		id = base = arena_printf(p->arena, "_%s", base);
	for (unsigned i = 2; table_add(&p->ids, id, strlen(id), (void *)id) != id; i++)
		id = arena_printf(p->arena, "%s_%u", base, i);
	return id;
}

/* The how many-th unnamed rule of that action and target it is. */
static unsigned count_up(struct planner *p, const char *stem)
{
	unsigned *fresh = arena_new(p->arena, unsigned);

	return ++*(unsigned *)table_add(&p->counters, stem, strlen(stem), fresh);
}

const char *plan_rule_name(struct planner *p, const struct rule *rule)
{
	const char *stem = action_infos[rule->action].word;

	if (rule->name.text)
		return rule->name.text;
	if (rule->target.text)
		stem = arena_join(p->arena, stem, "-", rule->target.text);
	return arena_printf(p->arena, "%s-%u", stem, count_up(p, stem));
}

const char *plan_text(struct planner *p, struct span span)
{
	const char *text = p->sources->files[span.file].text;
	char *out = arena_alloc(p->arena, span.end - span.start + 1);
	size_t len = 0;
	bool is_string = false;

	for (uint32_t i = span.start; i < span.end; i++) {
		char c = text[i];

		if (is_string && c == '\\' && i + 1 < span.end) {
			out[len++] = c;
			out[len++] = text[++i];
			continue;
		}
		if (c == '"')
			is_string = !is_string;
		if (c == '#' && !is_string) {
			while (i + 1 < span.end && text[i + 1] != '\n')
				i++;
			c = ' ';
		}
		if (!is_string && (c == ' ' || c == '\t' || c == '\r' || c == '\n')) {
			if (len && out[len - 1] != ' ')
				out[len++] = ' ';
			continue;
		}
		out[len++] = c;
	}
	while (len && out[len - 1] == ' ')
		len--;
	out[len] = '\0';
	return out;
}

static bool is_plain_name(const char *name)
{
	if (!isalpha((unsigned char)*name) && *name != '_')
		return false;
	while (is_name_character(*name))
		name++;
	return !*name;
}

/* As a policy would say it: "web-1.service".usage */
static const char *scope_text(struct planner *p, const struct plan_signal *s)
{
	const char *name;

	if (s->scope == PLAN_OF_SYSTEM)
		return "system";
	name = p->plan->groups[s->group].name;
	if (!is_plain_name(name))
		name = arena_printf(p->arena, "\"%s\"", name);
	if (s->scope == PLAN_OF_PARENT)
		return arena_printf(p->arena, "%s.parent", name);
	if (s->scope == PLAN_OF_SELF)
		return arena_printf(p->arena, "%s.self", name);
	return name;
}

const char *plan_signal_name(struct planner *p, const struct plan_signal *s)
{
	const char *name = arena_join(p->arena, scope_text(p, s), ".", signal_infos[s->id].name);
	char window[32];

	if (!s->window_ns)
		return name;
	quantity_print(window, sizeof(window), QUANTITY_DURATION, s->window_ns);
	return arena_printf(p->arena, "%s[%s]", name, window);
}

const char *plan_policy_name(struct planner *p, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;
	size_t len = strlen(base);

	if (!strcmp(path, "<stdin>"))
		return "policy";
	if (len > 4 && !strcmp(base + len - 4, ".mmp"))
		len -= 4;
	return arena_strndup(p->arena, base, len);
}
