// SPDX-License-Identifier: GPL-2.0
/* The names and texts of a plan, for people. */
#include "lower_impl.h"

#include <ctype.h>
#include <string.h>

#include "base/arena.h"
#include "base/table.h"

#define ID_MAX 48

struct namer {
	struct arena *arena;
	struct plan *plan;
	const struct sources *sources;
	struct table ids, counters;
};

static bool is_name_character(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* The text made an identifier that no earlier entry of the plan has. */
static const char *make_id(struct namer *n, const char *prefix, const char *name)
{
	char *base = arena_join(n->arena, prefix, name, "");
	const char *id = base;

	if (strlen(base) > strlen(prefix) + ID_MAX)
		base[strlen(prefix) + ID_MAX] = '\0';
	for (char *c = base; *c; c++)
		if (!is_name_character(*c) || (unsigned char)*c >= 0x80)
			*c = '_';
	if (isdigit((unsigned char)*base))
		id = base = arena_printf(n->arena, "_%s", base);
	for (unsigned i = 2; table_add(&n->ids, id, strlen(id), (void *)id) != id; i++)
		id = arena_printf(n->arena, "%s_%u", base, i);
	return id;
}

/* Ordinal among the unnamed rules of this action and target. */
static unsigned count_up(struct namer *n, const char *stem)
{
	unsigned *fresh = arena_new(n->arena, unsigned);

	return ++*(unsigned *)table_add(&n->counters, stem, strlen(stem), fresh);
}

/* Of several targets each has a rule of its own, and a name. */
static const char *rule_name(struct namer *n, const struct plan_rule *r)
{
	const struct rule *rule = &r->source->rule;
	const char *stem = action_infos[rule->action].word;

	if (rule->name.text && rule->more_count)
		return arena_join(n->arena, rule->name.text, "-", n->plan->groups[r->group].name);
	if (rule->name.text)
		return rule->name.text;
	if (r->group != PLAN_NONE)
		stem = arena_join(n->arena, stem, "-", n->plan->groups[r->group].name);
	else if (rule->target.text)
		stem = arena_join(n->arena, stem, "-", word_as_path(&rule->target).text);
	return arena_printf(n->arena, "%s-%u", stem, count_up(n, stem));
}

/* The source of a span with its white space folded and its comments removed. */
static const char *folded_text(struct namer *n, struct span span)
{
	const char *text = n->sources->files[span.file].text;
	char *out = arena_alloc(n->arena, span.end - span.start + 1);
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
static const char *scope_text(struct namer *n, const struct plan_signal *s)
{
	const char *name;

	if (s->scope == PLAN_OF_SYSTEM)
		return "system";
	name = n->plan->groups[s->group].name;
	if (!is_plain_name(name))
		name = arena_printf(n->arena, "\"%s\"", name);
	if (s->scope == PLAN_OF_PARENT)
		return arena_printf(n->arena, "%s.parent", name);
	if (s->scope == PLAN_OF_SELF)
		return arena_printf(n->arena, "%s.self", name);
	return name;
}

static const char *signal_name(struct namer *n, const struct plan_signal *s)
{
	const char *name = arena_join(n->arena, scope_text(n, s), ".", signal_infos[s->id].name);
	char window[32];

	if (!s->window_ns)
		return name;
	quantity_print(window, sizeof(window), QUANTITY_DURATION, s->window_ns);
	return arena_printf(n->arena, "%s[%s]", name, window);
}

static struct plan_place place_of(const struct namer *n, struct span span)
{
	return (struct plan_place){ span.file, source_line_of(n->sources, span.file, span.start) };
}

/* A condition as it was written. */
static const char *written(struct namer *n, const struct plan_expr *x)
{
	if (!x)
		return NULL;
	return arena_strndup(n->arena, n->sources->files[x->span.file].text + x->span.start,
			     x->span.end - x->span.start);
}

static void name_rules(struct namer *n)
{
	for (uint32_t i = 0; i < n->plan->rule_count; i++) {
		struct plan_rule *r = &n->plan->rules[i];

		r->name = rule_name(n, r);
		r->id = make_id(n, "r_", r->name);
		r->text = folded_text(n, r->span);
		r->at = place_of(n, r->span);
		r->when_text = written(n, r->when);
		r->until_text = written(n, r->until);
	}
}

static void place_all(struct namer *n)
{
	struct plan *p = n->plan;

	for (uint32_t i = 0; i < p->group_count; i++)
		p->groups[i].at = place_of(n, p->groups[i].span);
	for (uint32_t i = 0; i < p->process_count; i++)
		p->processes[i].at = place_of(n, p->processes[i].span);
	for (uint32_t i = 0; i < p->param_count; i++)
		p->params[i].at = place_of(n, p->params[i].span);
}

void plan_name(struct arena *a, struct plan *p, const struct sources *sources)
{
	struct namer n = { .arena = a, .plan = p, .sources = sources };

	table_init(&n.ids, a);
	table_init(&n.counters, a);
	for (uint32_t i = 0; i < p->group_count; i++)
		p->groups[i].id = make_id(&n, "g_", p->groups[i].name);
	for (uint32_t i = 0; i < p->process_count; i++)
		p->processes[i].id = make_id(&n, "p_", p->processes[i].name);
	for (uint32_t i = 0; i < p->signal_count; i++)
		p->signals[i].name = signal_name(&n, &p->signals[i]);
	name_rules(&n);
	place_all(&n);
	plan_list_signals(a, p);
}
