// SPDX-License-Identifier: GPL-2.0
#include "openmetrics.h"

#include <stdbool.h>
#include <string.h>

struct metric {
	const char *name, *key, *help;
	bool is_counter;
};

static const struct metric policy_metrics[] = {
	{ "mmp_ticks", "ticks", "Evaluations of the policy", true },
	{ "mmp_sampler_seconds", "sampler_s", "Processor time of the policy's sampler", true },
	{ "mmp_reclaim_seconds", "reclaim_s", "Processor time of the policy's reclaim work", true },
	{ "mmp_slots_lost", "slots_lost", "Cgroups of a glob that found no free slot", true },
};

static const struct metric rule_metrics[] = {
	{ "mmp_rule_evaluated", "evaluated", "Evaluations of the rule", true },
	{ "mmp_rule_entered", "entered", "Times the rule became active", true },
	{ "mmp_rule_left", "left", "Times the rule ceased to be active", true },
	{ "mmp_rule_active_seconds", "active_s", "Time the rule was active", true },
	{ "mmp_rule_hook_calls", "hook_calls", "Calls of the hooks the rule acts in", true },
	{ "mmp_rule_acted", "acted", "Hook calls answered otherwise because of the rule", true },
	{ "mmp_rule_monitored", "monitored",
	  "Hook calls it would have answered otherwise, but for mode monitor", true },
	{ "mmp_rule_unknown", "unknown", "Evaluations with a signal that could not be read", true },
	{ "mmp_rule_held", "held", "Evaluations at which only hold kept the rule active", true },
	{ "mmp_rule_cooled", "cooled",
	  "Evaluations at which only cooldown kept the rule from becoming active", true },
	{ "mmp_rule_delays", "delays", "Charges that were delayed", true },
	{ "mmp_rule_delayed_seconds", "delayed_s", "Delay asked for", true },
	{ "mmp_rule_reclaim_rounds", "rounds", "Rounds of reclaim", true },
	{ "mmp_rule_reclaimed_pages", "pages", "Pages reclaimed", true },
	{ "mmp_rule_reclaim_seconds", "work_s", "Processor time of the rule's reclaim", true },
};

static void print_label(FILE *file, const char *name, const char *value)
{
	fprintf(file, "%s=\"", name);
	for (; *value; value++) {
		if (*value == '\\' || *value == '"')
			fputc('\\', file);
		if (*value == '\n')
			fputs("\\n", file);
		else
			fputc(*value, file);
	}
	fputc('"', file);
}

static void print_value(FILE *file, const json_t *value)
{
	if (json_is_real(value))
		fprintf(file, " %.9g\n", json_real_value(value));
	else
		fprintf(file, " %lld\n", (long long)json_integer_value(value));
}

static void print_head(FILE *file, const struct metric *m)
{
	size_t len = strlen(m->name);

	fprintf(file, "# TYPE %s %s\n", m->name, m->is_counter ? "counter" : "gauge");
	if (len > 8 && !strcmp(m->name + len - 8, "_seconds"))
		fprintf(file, "# UNIT %s seconds\n", m->name);
	fprintf(file, "# HELP %s %s.\n", m->name, m->help);
}

static void print_sample(FILE *file, const struct metric *m, const json_t *policy,
			 const json_t *rule)
{
	const char *cgroup = json_string_value(json_object_get(rule, "cgroup"));

	fprintf(file, "%s%s{", m->name, m->is_counter ? "_total" : "");
	print_label(file, "policy", json_string_value(json_object_get(policy, "name")));
	if (rule) {
		fputc(',', file);
		print_label(file, "rule", json_string_value(json_object_get(rule, "rule")));
		fputc(',', file);
		print_label(file, "action", json_string_value(json_object_get(rule, "action")));
	}
	if (cgroup) {
		fputc(',', file);
		print_label(file, "cgroup", cgroup);
	}
	fputc('}', file);
	print_value(file, json_object_get(rule ? rule : policy, m->key));
}

static void print_policy_metric(FILE *file, const struct metric *m, const json_t *policies)
{
	const json_t *policy;
	size_t i;

	print_head(file, m);
	json_array_foreach (policies, i, policy)
		print_sample(file, m, policy, NULL);
}

static void print_rule_metric(FILE *file, const struct metric *m, const json_t *policies)
{
	const json_t *policy, *rule;
	size_t i, j;

	print_head(file, m);
	json_array_foreach (policies, i, policy)
		json_array_foreach (json_object_get(policy, "rules"), j, rule)
			print_sample(file, m, policy, rule);
}

static void print_states(FILE *file, const json_t *policies)
{
	static const struct metric active = { "mmp_rule_active", NULL, "Whether the rule is active",
					      false };
	const json_t *policy, *rule;
	size_t i, j;

	print_head(file, &active);
	json_array_foreach (policies, i, policy)
		json_array_foreach (json_object_get(policy, "rules"), j, rule) {
			const char *state = json_string_value(json_object_get(rule, "state"));
			json_t *copy = json_copy((json_t *)rule);
			struct metric m = active;

			m.key = "active";
			json_object_set_new(copy, m.key, json_integer(!strcmp(state, "active")));
			print_sample(file, &m, policy, copy);
			json_decref(copy);
		}
}

void openmetrics_print(FILE *file, const json_t *stats)
{
	const json_t *policies = json_object_get(stats, "policies");
	size_t i;

	for (i = 0; i < sizeof(policy_metrics) / sizeof(policy_metrics[0]); i++)
		print_policy_metric(file, &policy_metrics[i], policies);
	print_states(file, policies);
	for (i = 0; i < sizeof(rule_metrics) / sizeof(rule_metrics[0]); i++)
		print_rule_metric(file, &rule_metrics[i], policies);
	fprintf(file, "# EOF\n");
}
