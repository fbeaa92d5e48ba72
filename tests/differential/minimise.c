// SPDX-License-Identifier: GPL-2.0
#include "minimise.h"

#include <string.h>

#include "base/arena.h"

struct minimiser {
	struct arena *arena;
	struct generated *g;
	minimise_test *test;
	void *context;
	bool has_shrunk;
};

/* Keep a change if the test still holds, else take it back. */
static bool try_pointer(struct minimiser *m, const void **place, const void *value)
{
	const void *before = *place;

	*place = value;
	if (m->test(m->g, m->context)) {
		m->has_shrunk = true;
		return true;
	}
	*place = before;
	return false;
}

/* A node may give way to a part of it that measures the same. */
static void shrink_node(struct minimiser *m, struct node **place)
{
	struct node *n = *place;

	if (!n)
		return;
	if (n->a && n->a->quantity == n->quantity && try_pointer(m, (const void **)place, n->a)) {
		shrink_node(m, place);
		return;
	}
	if (n->b && n->b->quantity == n->quantity && try_pointer(m, (const void **)place, n->b)) {
		shrink_node(m, place);
		return;
	}
	shrink_node(m, &n->a);
	shrink_node(m, &n->b);
}

static void shrink_rule(struct minimiser *m, struct generated_rule *r)
{
	const char **texts[] = { &r->when_for, &r->until_for, &r->hold, &r->cooldown };

	if (r->until)
		try_pointer(m, (const void **)&r->until, NULL);
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (*texts[i])
			try_pointer(m, (const void **)texts[i], NULL);
	if (*r->tail)
		try_pointer(m, (const void **)&r->tail, "");
	if (r->when && !r->until)
		try_pointer(m, (const void **)&r->when, NULL);
	shrink_node(m, &r->when);
	shrink_node(m, &r->until);
}

static void leave_out_rules(struct minimiser *m)
{
	for (uint32_t i = 0; i < m->g->rule_count; i++) {
		if (m->g->rules[i].is_left_out)
			continue;
		m->g->rules[i].is_left_out = true;
		if (m->test(m->g, m->context))
			m->has_shrunk = true;
		else
			m->g->rules[i].is_left_out = false;
	}
}

/* One line after the other. */
static void leave_out_declarations(struct minimiser *m)
{
	const char *line = m->g->declarations;

	while (*line) {
		const char *all = m->g->declarations;
		size_t before = (size_t)(line - all), len = strcspn(line, "\n") + 1;

		m->g->declarations = arena_printf(m->arena, "%.*s%s", (int)before, all, line + len);
		if (m->test(m->g, m->context)) {
			m->has_shrunk = true;
			line = m->g->declarations + before;
		} else {
			m->g->declarations = all;
			line += len;
		}
	}
}

void minimise(struct arena *a, struct generated *g, minimise_test *test, void *context)
{
	struct minimiser m = { .arena = a, .g = g, .test = test, .context = context };

	do {
		m.has_shrunk = false;
		leave_out_rules(&m);
		for (uint32_t i = 0; i < g->rule_count; i++)
			if (!g->rules[i].is_left_out)
				shrink_rule(&m, &g->rules[i]);
	} while (m.has_shrunk);
	do {
		m.has_shrunk = false;
		leave_out_declarations(&m);
	} while (m.has_shrunk);
}
