// SPDX-License-Identifier: GPL-2.0
#include "view.h"

#include "base/bug.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

static double number_of(const json_t *object, const char *key)
{
	return json_number_value(json_object_get(object, key));
}

void view_init(struct view *v)
{
	*v = (struct view){ .folded = json_object() };
}

void view_finish(struct view *v)
{
	json_decref(v->snapshot);
	json_decref(v->folded);
	free(v->lines);
}

const struct view_line *view_selected(const struct view *v)
{
	return v->count ? &v->lines[v->cursor] : NULL;
}

const char *view_sort_words(enum view_sort sort)
{
	static const char *const words[] = {
#define SORT(id, words) words,
#include "sorts.def"
	};

	return words[sort];
}

static double rule_key(enum view_sort sort, const json_t *rule)
{
	switch (sort) {
	case VIEW_BY_ACTIVE:
		return json_is_true(json_object_get(rule, "is_active")) * 1e12 +
		       number_of(rule, "active_s");
	case VIEW_BY_ACTED:
		return number_of(rule, "acted_per_s") + number_of(rule, "monitored_per_s");
	case VIEW_BY_CHANGED:
		return -number_of(rule, "since_s");
	case VIEW_BY_COST:
		return number_of(rule, "work_s");
	default:
		return 0;
	}
}

/* How many policies have a name that comes after it. */
static double names_after(const json_t *snapshot, const json_t *policy)
{
	const json_t *other;
	double count = 0;
	size_t i;

	json_array_foreach (json_object_get(snapshot, "policies"), i, other)
		count += strcmp(text_of(other, "name"), text_of(policy, "name")) > 0;
	return count;
}

/* Policies are sorted by the greatest of their rules; the cost is the policy's own. */
static double policy_key(const json_t *snapshot, enum view_sort sort, const json_t *policy)
{
	const json_t *rule;
	double best = -1e300;
	size_t i;

	if (sort == VIEW_BY_NAME)
		return names_after(snapshot, policy);
	if (sort == VIEW_BY_COST)
		return number_of(policy, "sampler_share") + number_of(policy, "reclaim_share");
	json_array_foreach (json_object_get(policy, "rules"), i, rule)
		if (rule_key(sort, rule) > best)
			best = rule_key(sort, rule);
	return best;
}

static bool is_wanted(const struct view *v, const json_t *policy, const json_t *rule)
{
	if (v->only_active && !json_is_true(json_object_get(rule, "is_active")))
		return false;
	return !v->filter[0] || strstr(text_of(policy, "name"), v->filter) ||
	       strstr(text_of(rule, "rule"), v->filter) ||
	       strstr(text_of(rule, "action"), v->filter) ||
	       strstr(text_of(rule, "cgroup"), v->filter);
}

static bool is_filtering(const struct view *v)
{
	return v->filter[0] || v->only_active;
}

static void add_line(struct view *v, struct view_line line)
{
	line.index = v->count;
	if (v->is_reverse) {
		line.key = -line.key;
		line.policy_key = -line.policy_key;
	}
	v->lines[v->count++] = line;
}

/* A policy without a rule that is wanted is not shown, unless its own name is. */
static void add_policy(struct view *v, const json_t *policy)
{
	double key = policy_key(v->snapshot, v->sort, policy);
	size_t head = v->count, i;
	const json_t *rule;
	bool is_folded = json_object_get(v->folded, text_of(policy, "name"));

	add_line(v, (struct view_line){ .policy = policy, .policy_key = key });
	json_array_foreach (json_object_get(policy, "rules"), i, rule)
		if (is_wanted(v, policy, rule))
			add_line(v, (struct view_line){ .policy = policy,
							.rule = rule,
							.key = rule_key(v->sort, rule),
							.policy_key = key });
	if (v->count == head + 1 && is_filtering(v) && !is_wanted(v, policy, NULL))
		v->count = head;
	else if (is_folded)
		v->count = head + 1;
}

static int by_number(double a, double b)
{
	return (a < b) - (a > b);
}

/* In the policy's order of rules; cgroups of one rule by name. */
static int by_place(const struct view_line *a, const struct view_line *b)
{
	int order = 0;

	if (!strcmp(text_of(a->rule, "rule"), text_of(b->rule, "rule")))
		order = strcmp(text_of(a->rule, "cgroup"), text_of(b->rule, "cgroup"));
	return order ? order : (a->index > b->index) - (a->index < b->index);
}

static int compare(const void *x, const void *y)
{
	const struct view_line *a = x, *b = y;
	int order = by_number(a->policy_key, b->policy_key);

	/* Policies of the same key must not mix; they are in the order of their names. */
	if (!order && a->policy != b->policy)
		return a->index < b->index ? -1 : 1;
	if (!order && (!a->rule || !b->rule))
		return a->rule ? 1 : b->rule ? -1 : 0;
	if (!order)
		order = by_number(a->key, b->key);
	return order ? order : by_place(a, b);
}

static size_t count_lines(const json_t *snapshot)
{
	struct counts c = text_count(snapshot, NULL);

	return c.policies + c.rules;
}

/* The names of what a line shows; the reference keeps them. */
struct selection {
	json_t *snapshot;
	const char *policy, *rule, *cgroup;
};

static bool is_selected(const struct selection *s, const struct view_line *line)
{
	return !strcmp(s->policy, text_of(line->policy, "name")) &&
	       !strcmp(s->rule, text_of(line->rule, "rule")) &&
	       !strcmp(s->cgroup, text_of(line->rule, "cgroup"));
}

static void find_again(struct view *v, const struct selection *s)
{
	size_t i;

	for (i = 0; s->policy && i < v->count; i++)
		if (is_selected(s, &v->lines[i])) {
			v->cursor = i;
			return;
		}
	if (v->cursor >= v->count)
		v->cursor = v->count ? v->count - 1 : 0;
}

static void remember(const struct view *v, struct selection *s)
{
	const struct view_line *line = view_selected(v);

	*s = (struct selection){ .snapshot = json_incref(v->snapshot) };
	if (!line)
		return;
	s->policy = text_of(line->policy, "name");
	s->rule = text_of(line->rule, "rule");
	s->cgroup = text_of(line->rule, "cgroup");
}

static void fill(struct view *v)
{
	const json_t *policy;
	size_t i;

	free(v->lines);
	v->lines = calloc(count_lines(v->snapshot) + 1, sizeof(*v->lines));
	if (!v->lines)
		NO_MEMORY();
	v->count = 0;
	json_array_foreach (json_object_get(v->snapshot, "policies"), i, policy)
		add_policy(v, policy);
	qsort(v->lines, v->count, sizeof(*v->lines), compare);
}

void view_arrange(struct view *v)
{
	struct selection s;

	remember(v, &s);
	fill(v);
	find_again(v, &s);
	json_decref(s.snapshot);
}

void view_show(struct view *v, json_t *snapshot)
{
	struct selection s;

	remember(v, &s);
	json_decref(v->snapshot);
	v->snapshot = snapshot;
	fill(v);
	find_again(v, &s);
	json_decref(s.snapshot);
}

void view_move(struct view *v, long by)
{
	long last = v->count ? (long)v->count - 1 : 0, to = (long)v->cursor + by;

	v->cursor = (size_t)(to < 0 ? 0 : to > last ? last : to);
}

void view_scroll(struct view *v, size_t height)
{
	if (!height)
		return;
	if (v->cursor < v->top)
		v->top = v->cursor;
	if (v->cursor >= v->top + height)
		v->top = v->cursor - height + 1;
	/* No empty lines at the end while there are others before the first. */
	if (v->top + height > v->count)
		v->top = v->count > height ? v->count - height : 0;
}

void view_fold(struct view *v)
{
	const struct view_line *line = view_selected(v);
	const char *name;

	if (!line)
		return;
	name = text_of(line->policy, "name");
	while (v->cursor && v->lines[v->cursor].rule)
		v->cursor--;
	if (json_object_get(v->folded, name))
		json_object_del(v->folded, name);
	else
		json_object_set_new(v->folded, name, json_true());
	view_arrange(v);
}
