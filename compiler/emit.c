// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <string.h>

#include "bug.h"
#include "emit_parts.h"
#include "template.h"

void emit_not_yet(struct emit *e, struct span span, const char *what)
{
	diag_add(e->ds, DIAG_NOT_COMPILED_YET, span, "%s cannot be compiled yet", what);
}

const char *emit_file_name(struct arena *a, const struct plan *p)
{
	return arena_printf(a, "%s.bpf.c", p->name);
}

static char *emit_title(struct emit *e)
{
	struct text t;
	const char *name = e->plan->sources->files[e->plan->file].name;

	text_init(&t, e->arena);
	text_printf(&t, "/* ");
	text_add_c_comment(&t, name, strlen(name));
	text_printf(&t, ", compiled by mmpc. */\n");
	return t.data;
}

static uint32_t at_least_one(uint32_t n)
{
	return n ? n : 1;
}

static char *emit_sizes(struct emit *e)
{
	const struct plan *p = e->plan;
	struct text t;

	text_init(&t, e->arena);
	text_printf(&t, "#define MMP_GROUPS %" PRIu32 "\n", at_least_one(p->group_count));
	text_printf(&t, "#define MMP_SLOTS %" PRIu32 "\n", at_least_one(p->slot_rows));
	text_printf(&t, "#define MMP_SIGNALS %" PRIu32 "\n", at_least_one(p->signal_rows));
	text_printf(&t, "#define MMP_RULES %" PRIu32 "\n", at_least_one(p->rule_rows));
	text_printf(&t, "#define MMP_WORKS 1\n");
	text_printf(&t, "#define MMP_CONFIG .tick_ns = %" PRId64 "LL, .mode = %s", p->tick_ns,
		    p->is_monitor ? "MMP_MONITOR" : "MMP_ENFORCE");
	if (p->param_count) {
		text_printf(&t, ", .params = {");
		for (uint32_t i = 0; i < p->param_count; i++)
			text_printf(&t, "%s%" PRId64 "LL", i ? ", " : " ", p->params[i].value);
		text_printf(&t, " }");
	}
	text_printf(&t, "\n");
	return t.data;
}

/* The manifest as a string literal, a line of it at a time. */
static char *emit_manifest(struct emit *e)
{
	const char *json = manifest_json(e->arena, e->plan);
	struct text t;

	text_init(&t, e->arena);
	text_printf(&t, "const char mmp_manifest[] SEC(MMP_MANIFEST_SECTION) =");
	while (*json) {
		const char *end = strchr(json, '\n');
		size_t len = end ? (size_t)(end - json) + 1 : strlen(json);

		text_printf(&t, "\n\t");
		text_add_c_string(&t, json, len);
		json += len;
	}
	text_printf(&t, ";\n");
	return t.data;
}

static void add_template(struct text *t, const char *name)
{
	const struct embedded *file = embedded_get(name);

	text_add(t, file->text, (size_t)(file->end - file->text));
}

static char *emit_files(struct emit *e)
{
	struct slot slots[] = {
		{ "title", emit_title(e) },	  { "sizes", emit_sizes(e) },
		{ "manifest", emit_manifest(e) }, { "rules", e->rules.data },
		{ "groups", e->groups.data },	  { "sample", e->sample.data },
		{ "evaluate", e->evaluate.data }, { "works", e->works.data },
		{ "hooks", e->hooks.data }, /* last: only where the group hooks are used */
	};
	size_t count = ARRAY_SIZE(slots) - (e->hooks.len ? 0 : 1);
	const char *problem = NULL;
	struct text t;
	char *filled;

	text_init(&t, e->arena);
	add_template(&t, "policy.bpf.c");
	if (e->hooks.len)
		add_template(&t, "memcg.bpf.c");
	filled = template_fill(e->arena, emit_file_name(e->arena, e->plan), t.data, t.len, slots,
			       count, &problem);
	if (!filled)
		BUG("%s", problem);
	return filled;
}

static void check_rule(struct emit *e, const struct plan_rule *r)
{
	if (r->action != ACTION_PROTECT)
		emit_not_yet(e, r->span, action_infos[r->action].word);
	if (r->call || r->any_group != PLAN_NONE || r->rows != 1)
		emit_not_yet(e, r->span, "a rule for a glob or a descendant");
}

char *emit_c(struct arena *a, const struct plan *p, struct diags *ds)
{
	struct emit e = { .arena = a, .plan = p, .ds = ds };
	struct text *parts[] = { &e.rules, &e.groups, &e.sample, &e.evaluate, &e.works, &e.hooks };
	unsigned errors = ds->errors;

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		text_init(parts[i], a);
	for (uint32_t i = 0; i < p->rule_count; i++)
		check_rule(&e, &p->rules[i]);
	if (ds->errors != errors)
		return NULL;
	emit_rules(&e);
	emit_groups(&e);
	emit_memcg_hooks(&e);
	return emit_files(&e);
}
