// SPDX-License-Identifier: GPL-2.0
#include "metrics.h"

#include "base/lang.h"

#include <stdbool.h>
#include <string.h>

enum level { MACHINE, POLICY, RULE, SIGNAL, THRESHOLD, LEVEL_COUNT };

/* The array of a policy's document that holds a level's objects. */
static const char *const level_lists[LEVEL_COUNT] = {
	[RULE] = "rules", [SIGNAL] = "signals", [THRESHOLD] = "thresholds"
};

/* A label is a member of the object and has its name. */
static const char *const level_labels[LEVEL_COUNT][6] = {
	[MACHINE] = { NULL },
	[POLICY] = { NULL },
	[RULE] = { "rule", "action", "cgroup" },
	[SIGNAL] = { "signal", "cgroup" },
	[THRESHOLD] = { "rule", "clause", "number", "comparison", "signal" },
};

enum type { gauge, counter };

struct metric {
	enum level level;
	enum type type;
	const char *name, *key; /* key NULL: the value of one quantity */
	unsigned actions;
	const char *help;
	const char *quantity;
	double divisor;
};

#define MEASURED(level, what, quantity, suffix, divisor, help)                                     \
	{                                                                                          \
		level, gauge, "mmp_" what "_" suffix, NULL, 0, help, quantity, divisor             \
	}

static const struct metric metrics[] = {
#define METRIC(level, type, name, key, actions, help)                                              \
	{ level, type, name, key, actions, help, NULL, 1 },
#include "metrics.def"
#define MEASURE(quantity, suffix, divisor, unit)                                                   \
	MEASURED(SIGNAL, "signal", quantity, suffix, divisor, "The value of a signal, in " unit),
#include "metrics.def"
#define MEASURE(quantity, suffix, divisor, unit)                                                   \
	MEASURED(THRESHOLD, "threshold", quantity, suffix, divisor,                                \
		 "What a rule compares a signal with, in " unit),
#include "metrics.def"
};

struct printer {
	FILE *file;
	bool is_open; /* OpenMetrics */
	const struct metric *metric;
	bool has_head;
};

static void print_escaped(FILE *file, const char *text)
{
	for (; *text; text++) {
		if (*text == '\\' || *text == '"')
			fputc('\\', file);
		if (*text == '\n')
			fputs("\\n", file);
		else
			fputc(*text, file);
	}
}

static void print_label(FILE *file, const char *name, const json_t *value, bool *is_first)
{
	if (!json_is_string(value) && !json_is_integer(value))
		return;
	fprintf(file, "%s%s=\"", *is_first ? "{" : ",", name);
	if (json_is_string(value))
		print_escaped(file, json_string_value(value));
	else
		fprintf(file, "%lld", (long long)json_integer_value(value));
	fputc('"', file);
	*is_first = false;
}

static void print_labels(FILE *file, enum level level, const json_t *policy, const json_t *object)
{
	bool is_first = true;
	size_t i;

	if (level != MACHINE)
		print_label(file, "policy", json_object_get(policy, "name"), &is_first);
	for (i = 0; level_labels[level][i]; i++)
		print_label(file, level_labels[level][i],
			    json_object_get(object, level_labels[level][i]), &is_first);
	if (!is_first)
		fputc('}', file);
}

static void print_number(FILE *file, const json_t *value, double divisor)
{
	if (json_is_boolean(value))
		fprintf(file, " %d\n", json_is_true(value));
	else if (json_is_integer(value) && divisor == 1)
		fprintf(file, " %lld\n", (long long)json_integer_value(value));
	else
		fprintf(file, " %.9g\n", json_number_value(value) / divisor);
}

/* A family is named in OpenMetrics without what its samples' names end in, in 0.0.4 with it. */
static void print_head(struct printer *p)
{
	const struct metric *m = p->metric;
	const char *end = m->type == counter && !p->is_open ? "_total" : "";
	size_t len = strlen(m->name);

	if (p->has_head)
		return;
	p->has_head = true;
	fprintf(p->file, "# HELP %s%s %s.\n", m->name, end, m->help);
	fprintf(p->file, "# TYPE %s%s %s\n", m->name, end,
		m->type == counter ? "counter" : "gauge");
	if (p->is_open && len > 8 && !strcmp(m->name + len - 8, "_seconds"))
		fprintf(p->file, "# UNIT %s seconds\n", m->name);
}

static unsigned action_bit(const json_t *rule)
{
	const char *word = json_string_value(json_object_get(rule, "action"));
	int i;

	for (i = 0; word && i < ACTION_COUNT; i++)
		if (!strcmp(action_infos[i].word, word))
			return 1u << i;
	return 0;
}

static const json_t *value_of(const struct metric *m, const json_t *object)
{
	const char *quantity = json_string_value(json_object_get(object, "quantity"));

	if (m->key)
		return json_object_get(object, m->key);
	return quantity && !strcmp(quantity, m->quantity) ? json_object_get(object, "value") : NULL;
}

/* An object without the member gives no series, nor does a cgroup that was removed. */
static void print_sample(struct printer *p, const json_t *policy, const json_t *object)
{
	const struct metric *m = p->metric;
	const json_t *value = value_of(m, object);

	if (!value || json_is_true(json_object_get(object, "gone")) ||
	    (m->level == RULE && !(action_bit(object) & m->actions)))
		return;
	print_head(p);
	fprintf(p->file, "%s%s", m->name, m->type == counter ? "_total" : "");
	print_labels(p->file, m->level, policy, object);
	print_number(p->file, value, m->divisor);
}

static void print_policy(struct printer *p, const json_t *policy)
{
	const char *list = level_lists[p->metric->level];
	const json_t *object;
	size_t i;

	if (!list) {
		print_sample(p, policy, policy);
		return;
	}
	json_array_foreach (json_object_get(policy, list), i, object)
		print_sample(p, policy, object);
}

static void print_all(FILE *file, const json_t *stats, bool is_open)
{
	const json_t *policy;
	size_t i, j;

	for (i = 0; i < sizeof(metrics) / sizeof(metrics[0]); i++) {
		struct printer p = { .file = file, .is_open = is_open, .metric = &metrics[i] };

		if (metrics[i].level == MACHINE)
			print_sample(&p, NULL, stats);
		else
			json_array_foreach (json_object_get(stats, "policies"), j, policy)
				print_policy(&p, policy);
	}
}

void metrics_print_openmetrics(FILE *file, const json_t *stats)
{
	print_all(file, stats, true);
	fprintf(file, "# EOF\n");
}

void metrics_print_prometheus(FILE *file, const json_t *stats)
{
	print_all(file, stats, false);
}
