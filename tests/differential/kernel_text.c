// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "kernel_side.h"

#define PROGRAM "tests/differential/series.bpf.h"

/* In place: lines and columns stay. */
static void replace_all(char *text, const char *from, const char *to)
{
	size_t from_len = strlen(from), to_len = strlen(to);

	if (to_len > from_len)
		BUG("'%s' is longer than '%s'", to, from);
	while ((text = strstr(text, from))) {
		memcpy(text, to, to_len);
		memset(text + to_len, ' ', from_len - to_len);
	}
}

static void cut_tables(char *text)
{
	char *end;

	while ((text = strstr(text, "SEC(\".struct_ops.link\")"))) {
		end = strstr(text, "};");
		if (!end)
			BUG("a table of hooks has no end");
		for (; text < end + 2; text++)
			if (*text != '\n')
				*text = ' ';
	}
}

static void add_hook(struct kernel_side *k, struct pair *p, const char *group, const char *hook)
{
	if (k->hooks.count == ARRAY_SIZE(k->hooks.names))
		BUG("more than %zu hooks", ARRAY_SIZE(k->hooks.names));
	k->hooks.names[k->hooks.count++] = arena_printf(&p->arena, "%s_%s", group, hook);
}

/* Which match of a glob a call is of, only the kernel's cgroup storage can say. */
static void find_hooks(struct kernel_side *k, struct pair *p)
{
	const struct plan *plan = p->compilation.plan;

	k->hooks.count = 0;
	for (uint32_t i = 0; i < plan->group_count; i++) {
		const struct plan_group *g = &plan->groups[i];

		if (g->is_glob)
			continue;
		if (g->hooks & 1u << HOOK_BELOW_LOW)
			add_hook(k, p, g->id, "below_low");
		if (g->hooks & 1u << HOOK_BELOW_MIN)
			add_hook(k, p, g->id, "below_min");
		if (g->hooks & 1u << HOOK_CHARGED)
			add_hook(k, p, g->id, "memcg_charged");
	}
}

char *kernel_text(struct kernel_side *k, struct pair *p)
{
	char *text = arena_strdup(&p->arena, p->emitted), *path = realpath(PROGRAM, NULL);
	char *hooks = "";

	if (!path)
		BUG("there is no %s here", PROGRAM);
	find_hooks(k, p);
	replace_all(text, "SEC(\"struct_ops/below_low\")", "static");
	replace_all(text, "SEC(\"struct_ops/below_min\")", "static");
	replace_all(text, "SEC(\"struct_ops/memcg_charged\")", "static");
	cut_tables(text);
	for (uint32_t i = 0; i < k->hooks.count; i++)
		hooks = arena_printf(&p->arena, "%s hook(%u, %s)", hooks, i + 1, k->hooks.names[i]);
	text = arena_printf(&p->arena,
			    "%s\n#define SERIES_TICKS %u\n#define SERIES_VALUES %u\n"
			    "#define SERIES_MACHINES %u\n#define SERIES_CALLS %u\n"
			    "#define SERIES_HOOKS(hook)%s\n#include \"%s\"\n",
			    text, k->ticks, k->values, k->machines, k->calls, hooks, path);
	free(path);
	return text;
}
