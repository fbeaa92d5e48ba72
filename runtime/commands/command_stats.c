// SPDX-License-Identifier: GPL-2.0
/* stats: every counter of every rule and match. */
#include "commands.h"

#include "machine/cgroup.h"
#include "failure.h"
#include "installed/installed.h"
#include "object/manifest.h"
#include "openmetrics.h"
#include "options.h"
#include "output.h"
#include "installed/rows.h"

#include <string.h>
#include <unistd.h>

struct reading {
	json_t *policies;
	struct cgroup_mount mount;
	struct failure *f;
};

static json_t *describe_run(const struct installed *p)
{
	const struct mmp_run *run = &p->run;

	return json_pack("{s:s, s:s, s:I, s:f, s:f, s:b, s:b, s:I}", "name", p->name, "state",
			 installed_condition_words(p), "ticks", (json_int_t)run->ticks, "sampler_s",
			 (double)run->sampler_ns / 1e9, "reclaim_s", (double)run->reclaim_ns / 1e9,
			 "exact", run->is_exact != 0, "idle", run->is_idle != 0, "slots_lost",
			 (json_int_t)run->slots_lost);
}

static int read_policy(struct installed *p, void *arg)
{
	struct reading *r = arg;
	json_t *rules, *rule, *doc;
	struct rows rows;
	uint32_t n, i;

	if (!p->manifest || p->condition == INSTALLED_LEFTOVER || p->condition == INSTALLED_BROKEN)
		return 0;
	if (rows_read(&rows, p, r->f))
		return -1;
	doc = describe_run(p);
	rules = json_array();
	for (n = 0; n < p->manifest->rule_count; n++)
		for (i = 0; i < p->manifest->rules[n].rows; i++) {
			rule = rows_describe_rule(&rows, p, &r->mount, n, i);
			if (rule)
				json_array_append_new(rules, rule);
		}
	rows_finish(&rows);
	json_object_set_new(doc, "rules", rules);
	json_array_append_new(r->policies, doc);
	return 0;
}

static int read_named(const char *name, struct reading *r)
{
	struct installed *p;
	int error;

	if (installed_get(&p, name, r->f))
		return -1;
	error = read_policy(p, r);
	installed_close(p);
	return error;
}

static json_t *read_stats(const struct options *o, struct failure *f)
{
	struct reading r = { .policies = json_array(), .f = f };
	struct failure ignored;
	int error;

	cgroup_mount_open(&r.mount, &ignored); /* without it paths stay unknown */
	error = o->operand_count ? read_named(o->operands[0], &r)
				 : installed_each(read_policy, &r, f);
	cgroup_mount_close(&r.mount);
	if (!error)
		return json_pack("{s:o}", "policies", r.policies);
	json_decref(r.policies);
	return NULL;
}

static void print_policy(FILE *file, const json_t *p)
{
	static const struct output_column columns[] = {
		{ "RULE", "rule", 0 },		 { "CGROUP", "cgroup", 0 },
		{ "STATE", "state", 0 },	 { "EVALUATED", "evaluated", 1 },
		{ "ENTERED", "entered", 1 },	 { "ACTIVE s", "active_s", 1 },
		{ "CALLS", "hook_calls", 1 },	 { "ACTED", "acted", 1 },
		{ "MONITORED", "monitored", 1 }, { "UNKNOWN", "unknown", 1 },
		{ "HELD", "held", 1 },		 { "COOLED", "cooled", 1 },
		{ "DELAYED s", "delayed_s", 1 }, { "PAGES", "pages", 1 },
		{ "WORK s", "work_s", 1 },
	};
	char ticks[32], cost[32];

	fprintf(file, "%s: %s, %s ticks, %s s of sampling\n",
		json_string_value(json_object_get(p, "name")),
		json_string_value(json_object_get(p, "state")),
		output_member(p, "ticks", ticks, sizeof(ticks)),
		output_member(p, "sampler_s", cost, sizeof(cost)));
	if (json_integer_value(json_object_get(p, "slots_lost")))
		fprintf(file, "%lld cgroups found no free slot and are left alone\n",
			(long long)json_integer_value(json_object_get(p, "slots_lost")));
	output_table(file, json_object_get(p, "rules"), columns,
		     sizeof(columns) / sizeof(columns[0]));
}

static void print_stats(FILE *file, const json_t *doc)
{
	const json_t *policies = json_object_get(doc, "policies"), *p;
	size_t i;

	if (!json_array_size(policies))
		fprintf(file, "no policy is loaded\n");
	json_array_foreach (policies, i, p)
		print_policy(file, p);
}

int command_stats(const struct options *o, struct output *out, struct failure *f)
{
	void (*print)(FILE *, const json_t *) = out->format == OUTPUT_OPENMETRICS
							? openmetrics_print
							: print_stats;
	json_t *doc;

	for (;;) {
		doc = read_stats(o, f);
		if (!doc)
			return -1;
		if (!o->watch)
			break;
		output_record(out, doc, print);
		if (ferror(out->file))
			return 0;
		sleep(1);
	}
	output_document(out, doc, print);
	return 0;
}
