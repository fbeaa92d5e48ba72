// SPDX-License-Identifier: GPL-2.0
#include "compared.h"

#include "base/bug.h"
#include "installed/installed.h"
#include "installed/rows.h"
#include "installed/thresholds.h"
#include "object/manifest.h"
#include "policy/value.h"

#include <stdlib.h>

struct compared {
	const struct installed *p;
	struct threshold *list; /* by rule, as thresholds_each() gives them */
	size_t count, room;
	size_t *first; /* of each rule, and one past the last */
};

static void add(const struct threshold *t, void *arg)
{
	struct compared *c = arg;

	if (c->count == c->room) {
		c->room = 2 * c->room + 16;
		c->list = reallocarray(c->list, c->room, sizeof(*c->list));
		if (!c->list)
			NO_MEMORY();
	}
	c->list[c->count++] = *t;
}

struct compared *compared_new(const struct installed *p)
{
	struct compared *c = calloc(1, sizeof(*c));
	size_t rules = p->manifest->rule_count, i, at = 0;

	if (c)
		c->first = calloc(rules + 1, sizeof(*c->first));
	if (!c || !c->first)
		NO_MEMORY();
	c->p = p;
	thresholds_each(p, add, c);
	for (i = 0; i <= rules; i++) {
		c->first[i] = at;
		while (at < c->count && c->list[at].rule == i)
			at++;
	}
	return c;
}

void compared_free(struct compared *c)
{
	free(c->list);
	free(c->first);
	free(c);
}

/* Is a value nearer to making the comparison true than another? */
static bool is_nearer(enum plan_op op, int64_t value, int64_t other)
{
	return op == PLAN_LT || op == PLAN_LE ? value < other : value > other;
}

static uint32_t row_of_any(const struct rows *rows, const struct manifest_signal *s,
			   enum plan_op op)
{
	const struct mmp_signal *list = &rows->signals[s->row_base];
	uint32_t best = 0, i;

	for (i = 1; i < s->rows; i++)
		if (list[i].is_known &&
		    (!list[best].is_known || is_nearer(op, list[i].value, list[best].value)))
			best = i;
	return best;
}

static json_t *describe(const struct compared *c, const struct rows *rows, uint32_t rule,
			uint32_t row, uint32_t signal, enum plan_op op)
{
	const struct manifest *m = c->p->manifest;
	const struct manifest_signal *s = &m->signals[signal];
	json_t *doc;

	if (s->rows > m->rules[rule].rows)
		row = row_of_any(rows, s, op);
	doc = rows_describe_signal(rows, c->p, signal, row);
	json_object_set(doc, "signal", json_object_get(doc, "name"));
	json_object_del(doc, "name");
	return doc;
}

static json_t *describe_compared(const struct compared *c, const struct rows *rows,
				 const struct threshold *t, uint32_t row)
{
	json_t *doc = describe(c, rows, t->rule, row, t->signal, t->comparison);
	char text[64];

	value_print(text, sizeof(text), c->p->manifest->signals[t->signal].quantity, t->value);
	json_object_set_new(doc, "clause", json_string(t->clause));
	json_object_set_new(doc, "comparison", json_string(plan_op_infos[t->comparison].word));
	json_object_set_new(doc, "threshold", json_integer((json_int_t)t->value));
	json_object_set_new(doc, "threshold_text", json_string(text));
	return doc;
}

static bool has_threshold(const struct compared *c, uint32_t rule, uint32_t signal)
{
	size_t i;

	for (i = c->first[rule]; i < c->first[rule + 1]; i++)
		if (c->list[i].signal == signal)
			return true;
	return false;
}

json_t *compared_describe(const struct compared *c, const struct rows *rows, uint32_t rule,
			  uint32_t row)
{
	const struct manifest *m = c->p->manifest;
	const struct manifest_rule *r = &m->rules[rule];
	json_t *list = json_array();
	size_t i;

	/* What only a hook reads, in its call, has no rows. */
	for (i = c->first[rule]; i < c->first[rule + 1]; i++)
		if (m->signals[c->list[i].signal].rows)
			json_array_append_new(list, describe_compared(c, rows, &c->list[i], row));
	for (i = 0; i < r->signal_count; i++)
		if (m->signals[r->signals[i]].rows && !has_threshold(c, rule, r->signals[i]))
			json_array_append_new(list,
					      describe(c, rows, rule, row, r->signals[i], PLAN_GT));
	return list;
}
