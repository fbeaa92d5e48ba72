// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "bpf-templates/mmp_abi.h"
#include "base/bug.h"
#include "emit_parts.h"
#include "template.h"

void emit_not_yet(struct emit *e, struct span span, const char *what)
{
	diag_add(e->ds, DIAG_NOT_COMPILED_YET, span, "%s cannot be compiled yet", what);
}

static uint32_t at_least_one(uint32_t n)
{
	return n ? n : 1;
}

/* Only a policy that acts through hooks alone may slow its tick while no hook is called. */
static bool may_idle(const struct plan *p)
{
	for (uint32_t i = 0; i < p->rule_count; i++) {
		const struct plan_rule *r = &p->rules[i];

		if (r->action == ACTION_THP || r->action == ACTION_NOTIFY ||
		    r->action == ACTION_RECLAIM)
			return false;
	}
	return true;
}

/* Does anything read a cgroup's effective limit? Otherwise the sampler need not work it out. */
static bool reads_limit(const struct plan *p)
{
	for (uint32_t i = 0; i < p->signal_count; i++)
		if (p->signals[i].is_percent || p->signals[i].id == SIGNAL_LIMIT)
			return true;
	for (uint32_t i = 0; i < p->rule_count; i++)
		if (p->rules[i].action == ACTION_RECLAIM && !p->rules[i].reclaim.no_pace)
			return true;
	return false;
}

static void emit_features(struct emit *e, struct text *t)
{
	const struct plan *p = e->plan;
	bool has_notify = false;

	for (uint32_t i = 0; i < p->rule_count; i++)
		has_notify |= p->rules[i].action == ACTION_NOTIFY;
	if (emit_pattern_count(e))
		text_printf(t, "#define MMP_HAS_GLOB\n");
	if (has_notify)
		text_printf(t, "#define MMP_HAS_NOTIFY\n");
	if (p->hooks & 1u << HOOK_GET_ORDER)
		text_printf(t, "#define MMP_HAS_THP\n");
	if (reads_limit(p))
		text_printf(t, "#define MMP_READS_LIMIT\n");
	if (may_idle(p))
		text_printf(t, "#define MMP_MAY_IDLE\n");
}

/* The pids in the policy; mmpctl finds the others. */
static void emit_pids(struct text *t, const struct plan *p)
{
	text_printf(t, ", .pids = {");
	for (uint32_t i = 0; i < p->process_count && i < MMP_PROCESSES_MAX; i++)
		text_printf(t, "%s%" PRId64, i ? ", " : " ", p->processes[i].pid);
	text_printf(t, " }");
}

static char *emit_sizes(struct emit *e)
{
	const struct plan *p = e->plan;
	struct text t;

	text_init(&t, e->arena);
	text_printf(&t, "#define MMP_ANCHORS %" PRIu32 "\n", at_least_one(e->anchors.count));
	text_printf(&t, "#define MMP_GLOBS %" PRIu32 "\n", at_least_one(emit_pattern_count(e)));
	text_printf(&t, "#define MMP_SLOTS %" PRIu32 "\n", at_least_one(p->slot_rows));
	text_printf(&t, "#define MMP_SIGNALS %" PRIu32 "\n", at_least_one(p->signal_rows));
	text_printf(&t, "#define MMP_RULES %" PRIu32 "\n", at_least_one(p->rule_rows));
	text_printf(&t, "#define MMP_WORKS %" PRIu32 "\n", e->index.work_count);
	emit_features(e, &t);
	text_printf(&t, "#define MMP_CONFIG .tick_ns = %" PRId64 "LL, .mode = %s", p->tick_ns,
		    p->is_monitor ? "MMP_MONITOR" : "MMP_ENFORCE");
	if (p->param_count) {
		text_printf(&t, ", .params = {");
		for (uint32_t i = 0; i < p->param_count; i++)
			text_printf(&t, "%s%" PRId64 "LL", i ? ", " : " ", p->params[i].value);
		text_printf(&t, " }");
	}
	if (p->process_count)
		emit_pids(&t, p);
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
	struct slot slots[10] = {
		{ "title", "/* Compiled by mmpc. */\n" },
		{ "sizes", emit_sizes(e) },
		{ "manifest", emit_manifest(e) },
		{ "rules", e->rules.data },
		{ "groups", e->groups.data },
		{ "sample", e->sample.data },
		{ "evaluate", e->evaluate.data },
		{ "works", e->works.data },
	};
	size_t count = 8;
	const char *problem = NULL;
	struct text t;
	char *filled;

	text_init(&t, e->arena);
	add_template(&t, "policy.bpf.c");
	if (e->hooks.len) {
		add_template(&t, "memcg.bpf.c");
		slots[count++] = (struct slot){ "hooks", e->hooks.data };
	}
	if (e->thp.len) {
		add_template(&t, "thp.bpf.c");
		slots[count++] = (struct slot){ "thp", e->thp.data };
	}
	filled = template_fill(e->arena, EMIT_FILE_NAME, t.data, t.len, slots, count, &problem);
	if (!filled)
		BUG("%s", problem);
	return filled;
}

static void check_rule(struct emit *e, const struct plan_rule *r)
{
	if (plan_asks_any(e->plan, r, r->call))
		emit_not_yet(e, r->span,
			     "a condition on a glob's matches together with the hook's arguments");
}

bool emit_check(struct arena *a, const struct plan *p, struct diags *ds)
{
	struct emit e = { .arena = a, .plan = p, .ds = ds };
	unsigned errors = ds->errors;

	for (uint32_t i = 0; i < p->rule_count; i++)
		check_rule(&e, &p->rules[i]);
	return ds->errors == errors;
}

char *emit_c(struct arena *a, const struct plan *p, const struct sources *sources, struct diags *ds)
{
	struct emit e = { .arena = a, .plan = p, .sources = sources, .ds = ds };
	struct text *parts[] = { &e.rules, &e.groups, &e.sample, &e.evaluate,
				 &e.works, &e.hooks,  &e.thp };

	if (!emit_check(a, p, ds))
		return NULL;
	plan_index_init(&e.index, a, p);
	plan_find_anchors(a, p, &e.anchors);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		text_init(parts[i], a);
	emit_rules(&e);
	emit_groups(&e);
	emit_memcg_hooks(&e);
	emit_thp_hooks(&e);
	return emit_files(&e);
}
