// SPDX-License-Identifier: GPL-2.0
/*
 * Which cgroups below an anchor have which slots: a table of patterns, and the hooks that look into
 * it when a cgroup comes online.
 */
#include <string.h>

#include "base/bug.h"
#include "base/pattern.h"
#include "emit_parts.h"

char *emit_anchor_id(struct arena *a, const struct plan *p, const struct plan_anchors *anchors,
		     uint32_t anchor)
{
	uint32_t group = anchors->list[anchor].claims[0].group;
	const char *id = p->groups[group].id;

	/* Anchors of one first group follow each other. */
	if (!anchor || anchors->list[anchor - 1].claims[0].group != group)
		return arena_strdup(a, id);
	return arena_printf(a, "a%" PRIu32 "_%s", anchor, id);
}

/* An exception has a pattern for itself and one for all below. */
static uint32_t pattern_count(const struct plan_anchor *a)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < a->claim_count && !a->is_plain; i++)
		count += a->claims[i].kind == PLAN_CLAIM_EXCEPT ? 2 : 1;
	return count;
}

uint32_t emit_pattern_count(const struct emit *e)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < e->anchors.count; i++)
		count += pattern_count(&e->anchors.list[i]);
	return count;
}

static bool has_bits(const __u64 *set)
{
	return set[0] || set[1] || set[2] || set[3];
}

static void emit_tokens(struct text *t, const struct mmp_pattern *p)
{
	text_printf(t, ".sets = {");
	for (int i = 0; i < MMP_SETS && has_bits(p->sets[i]); i++)
		text_printf(t, " { 0x%llxULL, 0x%llxULL, 0x%llxULL, 0x%llxULL },", p->sets[i][0],
			    p->sets[i][1], p->sets[i][2], p->sets[i][3]);
	text_printf(t, " },\n\t\t.tokens = {");
	for (const __u16 *token = p->tokens; *token; token++)
		text_printf(t, " %u,", *token);
	text_printf(t, " 0 }");
}

static void emit_pattern(struct emit *e, const struct plan_claim *claim, const char *text)
{
	static const char *const kinds[] = { [PLAN_CLAIM_EXCEPT] = "MMP_CLAIM_EXCEPT",
					     [PLAN_CLAIM_MATCH] = "MMP_CLAIM_MATCH",
					     [PLAN_CLAIM_NAMED] = "MMP_CLAIM_NAMED" };
	const struct plan_group *g = &e->plan->groups[claim->group];
	struct text *t = &e->hooks;
	struct mmp_pattern p;
	const char *problem;

	if (!pattern_compile(&p, text, &problem))
		BUG("the pattern '%s' was checked, but %s", text, problem);
	text_printf(t, "\t/* ");
	text_add_c_comment(t, g->name, strlen(g->name));
	text_printf(t, ": ");
	text_add_c_comment(t, text, strlen(text));
	text_printf(t,
		    " */\n\t{ .base = %" PRIu32 ", .rows = %" PRIu32
		    ", .kind = %s, .pattern = {\n\t\t",
		    g->row_base, g->rows, kinds[claim->kind]);
	emit_tokens(t, &p);
	text_printf(t, " } },\n");
}

static void emit_claim(struct emit *e, const struct plan_claim *claim)
{
	bool is_exception = claim->kind == PLAN_CLAIM_EXCEPT;

	emit_pattern(e, claim, claim->pattern);
	if (is_exception)
		emit_pattern(e, claim,
			     arena_printf(e->arena, "%s%s**", claim->pattern,
					  *claim->pattern ? "/" : ""));
}

/* A struct mmp_globs_at for each anchor that is looked up there. */
void emit_patterns(struct emit *e)
{
	struct text *t = &e->hooks;
	uint32_t first = 0;

	if (!emit_pattern_count(e))
		return;
	text_printf(t, "static const struct mmp_glob mmp_globs[MMP_GLOBS] = {\n");
	for (uint32_t i = 0; i < e->anchors.count; i++) {
		const struct plan_anchor *a = &e->anchors.list[i];

		for (uint32_t k = 0; k < a->claim_count && !a->is_plain; k++)
			emit_claim(e, &a->claims[k]);
	}
	text_printf(t, "};\n\n");
	for (uint32_t i = 0; i < e->anchors.count; i++) {
		const struct plan_anchor *a = &e->anchors.list[i];

		if (!a->is_plain)
			text_printf(t,
				    "static const struct mmp_globs_at mmp_globs_%" PRIu32
				    " = { .anchor = %" PRIu32 ", .first = %" PRIu32
				    ", .count = %" PRIu32 " };\n\n",
				    i, i, first, pattern_count(a));
		first += pattern_count(a);
	}
}

void emit_claims(struct emit *e, uint32_t anchor)
{
	const char *id = emit_anchor_id(e->arena, e->plan, &e->anchors, anchor);
	struct text *t = &e->hooks;

	text_printf(t,
		    "SEC(\"struct_ops/handle_cgroup_online\")\n"
		    "int %s_handle_cgroup_online(unsigned long long *ctx)\n{\n"
		    "\tmmp_online((struct mem_cgroup *)ctx[0], &mmp_globs_%" PRIu32
		    ");\n\treturn 0;\n}\n\n",
		    id, anchor);
	text_printf(t,
		    "SEC(\"struct_ops/handle_cgroup_offline\")\n"
		    "int %s_handle_cgroup_offline(unsigned long long *ctx)\n{\n"
		    "\tmmp_offline((struct mem_cgroup *)ctx[0]);\n\treturn 0;\n}\n\n",
		    id);
}

/* Cgroups that existed before the policy. */
void emit_adopt(struct emit *e)
{
	struct text *t = &e->hooks;

	text_printf(t, "SEC(\"syscall\")\nint mmp_adopt(struct mmp_adopt *ctx)\n{\n"
		       "\tctx->slot = ctx->is_match = 0;\n");
	for (uint32_t i = 0; i < e->anchors.count; i++)
		if (!e->anchors.list[i].is_plain)
			text_printf(t,
				    "\tif (ctx->anchor == %" PRIu32 ")\n"
				    "\t\tmmp_adopt_one(ctx, &mmp_globs_%" PRIu32 ");\n",
				    i, i);
	text_printf(t, "\treturn 0;\n}\n");
}
