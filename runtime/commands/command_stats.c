// SPDX-License-Identifier: GPL-2.0
/* stats: every counter of every rule and match. */
#include "base/shown.h"
#include "commands.h"

#include "machine/cgroup.h"
#include "failure.h"
#include "installed/installed.h"
#include "object/manifest.h"
#include "metrics.h"
#include "options.h"
#include "output.h"
#include "installed/rows.h"
#include "installed/thresholds.h"
#include "way_words.h"

#include <string.h>
#include <unistd.h>

struct reading {
	json_t *policies;
	int in_force, leftovers;
	struct cgroup_mount mount;
	struct failure *f;
};

static json_t *describe_run(const struct installed *p)
{
	const struct mmp_run *run = &p->run;
	json_t *doc;

	doc = json_pack("{s:s, s:s, s:s, s:I, s:f, s:f, s:b, s:b, s:I, s:b, s:i}", "name", p->name,
			"state", installed_condition_words(p), "by", installed_way_words(p),
			"ticks", (json_int_t)run->ticks, "sampler_s", (double)run->sampler_ns / 1e9,
			"reclaim_s", (double)run->reclaim_ns / 1e9, "exact", run->is_exact != 0,
			"idle", run->is_idle != 0, "slots_lost", (json_int_t)run->slots_lost,
			"is_enforcing", p->config.is_armed && p->config.mode == MMP_ENFORCE,
			"dead_links", (int)installed_dead_links(p));
	way_describe(doc, p);
	return doc;
}

static json_t *describe_rules(const struct rows *rows, const struct installed *p,
			      const struct cgroup_mount *mount)
{
	json_t *list = json_array(), *rule;
	uint32_t n, i;

	for (n = 0; n < p->manifest->rule_count; n++)
		for (i = 0; i < p->manifest->rules[n].rows; i++) {
			rule = rows_describe_rule(rows, p, mount, n, i);
			if (rule)
				json_array_append_new(list, rule);
		}
	return list;
}

static json_t *describe_signals(const struct rows *rows, const struct installed *p,
				const struct cgroup_mount *mount)
{
	json_t *list = json_array(), *signal;
	uint32_t n, i;

	for (n = 0; n < p->manifest->signal_count; n++)
		for (i = 0; i < p->manifest->signals[n].rows; i++) {
			signal = rows_describe_signal_of(rows, p, mount, n, i);
			if (signal)
				json_array_append_new(list, signal);
		}
	return list;
}

static int read_policy(struct installed *p, void *arg)
{
	struct reading *r = arg;
	struct rows rows;
	json_t *doc;

	*(p->condition == INSTALLED_WHOLE ? &r->in_force : &r->leftovers) += 1;
	if (!p->manifest || p->condition == INSTALLED_LEFTOVER || p->condition == INSTALLED_BROKEN)
		return 0;
	if (rows_read(&rows, p, r->f))
		return -1;
	doc = describe_run(p);
	json_object_set_new(doc, "rules", describe_rules(&rows, p, &r->mount));
	json_object_set_new(doc, "signals", describe_signals(&rows, p, &r->mount));
	json_object_set_new(doc, "thresholds", thresholds_describe(p));
	rows_finish(&rows);
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
	struct pin_lock lock = { .fd = -1 };
	struct failure ignored;
	int error;

	cgroup_mount_open(&r.mount, &ignored); /* without it paths stay unknown */
	error = installed_lock(&lock, f); /* no policy is seen half replaced */
	if (!error)
		error = o->operand_count ? read_named(o->operands[0], &r)
					 : installed_each(read_policy, &r, f);
	pin_unlock(&lock);
	cgroup_mount_close(&r.mount);
	if (error) {
		json_decref(r.policies);
		return NULL;
	}
	return o->operand_count ? json_pack("{s:o}", "policies", r.policies)
				: json_pack("{s:i, s:i, s:o}", "in_force", r.in_force, "leftovers",
					    r.leftovers, "policies", r.policies);
}

/* A document that --format=json wrote earlier, or on another machine. */
static json_t *read_file(const char *path, struct failure *f)
{
	json_error_t error;
	json_t *doc = json_load_file(path, 0, &error);

	if (json_is_array(json_object_get(doc, "policies")))
		return doc;
	if (doc)
		fail(f, STATUS_USAGE, "'%s' is not what 'mmpctl stats --format=json' writes", path);
	else
		fail(f, STATUS_USAGE, "cannot read '%s' as JSON: %s", path, error.text);
	if (!doc && error.line > 0)
		fail_at(f, path, (uint32_t)error.line);
	json_decref(doc);
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

	shown_print(file, "%s: %s, %s ticks, %s s of sampling\n",
		    json_string_value(json_object_get(p, "name")),
		    json_string_value(json_object_get(p, "state")),
		    output_member(p, "ticks", ticks, sizeof(ticks)),
		    output_member(p, "sampler_s", cost, sizeof(cost)));
	output_lost(file, p);
	way_print(file, p);
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
	static void (*const printers[])(FILE *, const json_t *) = {
		[OUTPUT_TEXT] = print_stats,
		[OUTPUT_JSON] = print_stats,
		[OUTPUT_OPENMETRICS] = metrics_print_openmetrics,
		[OUTPUT_PROMETHEUS] = metrics_print_prometheus,
	};
	void (*print)(FILE *, const json_t *) = printers[out->format];
	json_t *doc;

	if (o->from && (o->watch || o->operand_count))
		return fail(f, STATUS_USAGE, "--from shows one file, whole");
	for (;;) {
		doc = o->from ? read_file(o->from, f) : read_stats(o, f);
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
