// SPDX-License-Identifier: GPL-2.0
/* status: what is in force, and with --explain why a rule does what it does. */
#include "base/shown.h"
#include "commands.h"

#include "machine/cgroup.h"
#include "failure.h"
#include "installed/installed.h"
#include "object/manifest.h"
#include "options.h"
#include "output.h"
#include "installed/reason.h"
#include "installed/rows.h"
#include "policy/limit_place.h"
#include "policy/value.h"
#include "way_words.h"
#include "base/lang.h"

#include <stdbool.h>
#include <string.h>

struct view {
	json_t *list;
	struct cgroup_mount mount;
	const char *rule; /* --explain; NULL: all, in short */
	bool found;
	struct failure *f;
};

static json_t *describe_params(const struct installed *p)
{
	const struct manifest_param *param = p->manifest->params;
	char now[64], low[64], high[64];
	json_t *list = json_array();

	for (; param < p->manifest->params + p->manifest->param_count; param++)
		json_array_append_new(
			list,
			json_pack("{s:s, s:s, s:s, s:s, s:I}", "name", param->name, "value",
				  value_print(now, sizeof(now), param->quantity,
					      p->config.params[param->index]),
				  "low", value_print(low, sizeof(low), param->quantity, param->low),
				  "high",
				  value_print(high, sizeof(high), param->quantity, param->high),
				  "base", (json_int_t)p->config.params[param->index]));
	return list;
}

static json_t *describe_signals(const struct rows *rows, const struct installed *p,
				const struct manifest_rule *rule, uint32_t row)
{
	json_t *list = json_array();
	uint32_t i;

	for (i = 0; i < rule->signal_count; i++) {
		uint32_t n = rule->signals[i];

		if (p->manifest->signals[n].rows)
			json_array_append_new(list, rows_describe_signal(rows, p, n, row));
	}
	return list;
}

static json_t *describe_changes(const struct rows *rows, const struct mmp_rule *row)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < 4 && row->last_change[i]; i++)
		json_array_append_new(
			list, json_pack("{s:s, s:f}", "state", rows_state_words(row->last_state[i]),
					"ago_s",
					rows->now > row->last_change[i]
						? (double)(rows->now - row->last_change[i]) / 1e9
						: 0.0));
	return list;
}

/* Of a rule on a share: which limit it is a share of. */
static void explain_limit(json_t *doc, const struct installed *p, const struct view *v, uint32_t n)
{
	const struct plan *plan = p->manifest->plan;
	const char *path = json_string_value(json_object_get(doc, "cgroup"));
	json_t *limit;

	if (!path || json_object_get(doc, "gone") || !limit_matters(plan, &plan->rules[n]))
		return;
	limit = limit_place(&v->mount, path);
	if (limit)
		json_object_set_new(doc, "limit", limit);
}

static void explain_row(json_t *doc, const struct rows *rows, const struct installed *p,
			struct view *v, uint32_t n, uint32_t row)
{
	const struct manifest_rule *rule = &p->manifest->rules[n];

	json_object_set_new(doc, "when", rule->when ? json_string(rule->when) : json_null());
	json_object_set_new(doc, "until", rule->until ? json_string(rule->until) : json_null());
	json_object_set_new(doc, "signals", describe_signals(rows, p, rule, row));
	json_object_set_new(doc, "changes",
			    describe_changes(rows, &rows->rules[rule->row_base + row]));
	json_object_set_new(doc, "reasons", reason_list(rows, p, &v->mount, n, row));
	explain_limit(doc, p, v, n);
}

static json_t *describe_rules(const struct rows *rows, const struct installed *p, struct view *v)
{
	json_t *list = json_array(), *doc;
	uint32_t n, i;

	for (n = 0; n < p->manifest->rule_count; n++) {
		if (v->rule && strcmp(v->rule, p->manifest->rules[n].name) != 0)
			continue;
		v->found = true;
		for (i = 0; i < p->manifest->rules[n].rows; i++) {
			doc = rows_describe_rule(rows, p, &v->mount, n, i);
			if (doc && v->rule)
				explain_row(doc, rows, p, v, n, i);
			if (doc)
				json_array_append_new(list, doc);
		}
	}
	return list;
}

static int view_policy(struct installed *p, void *arg)
{
	struct view *v = arg;
	struct rows rows;
	json_t *doc = json_pack("{s:s, s:s, s:s}", "name", p->name, "state",
				installed_condition_words(p), "by", installed_way_words(p));

	json_array_append_new(v->list, doc);
	if (json_object_get(p->record, "eyes"))
		json_object_set(doc, "eyes", json_object_get(p->record, "eyes"));
	if (!p->manifest || p->condition == INSTALLED_LEFTOVER || p->condition == INSTALLED_BROKEN)
		return 0;
	if (rows_read(&rows, p, v->f))
		return -1;
	json_object_set_new(doc, "mode",
			    json_string(p->config.mode == MMP_MONITOR ? "monitor" : "enforce"));
	json_object_set_new(doc, "tick_s", json_real((double)p->config.tick_ns / 1e9));
	json_object_set_new(doc, "ticks", json_integer((json_int_t)p->run.ticks));
	json_object_set_new(doc, "exact", json_boolean(p->run.is_exact));
	json_object_set_new(doc, "slots_lost", json_integer((json_int_t)p->run.slots_lost));
	json_object_set_new(doc, "dead_links", json_integer((json_int_t)installed_dead_links(p)));
	way_describe(doc, p);
	json_object_set(doc, "object", json_object_get(p->record, "object"));
	json_object_set(doc, "loaded", json_object_get(p->record, "time"));
	json_object_set_new(doc, "params", describe_params(p));
	json_object_set_new(doc, "rules", describe_rules(&rows, p, v));
	rows_finish(&rows);
	return 0;
}

static int no_such_rule(const struct view *v, const struct installed *p, struct failure *f)
{
	const char *names[256], *near;
	size_t i;

	fail(f, STATUS_USAGE, "no policy that is loaded has a rule '%s'", v->rule);
	for (i = 0; p && i < p->manifest->rule_count && i < 256; i++)
		names[i] = p->manifest->rules[i].name;
	near = p ? nearest_word(v->rule, strlen(v->rule), names, i) : NULL;
	if (near)
		fail_hint(f, "did you mean '%s'?", near);
	else
		fail_hint(f, "'mmpctl status' lists the rules");
	return -1;
}

static int view_named(const char *name, struct view *v)
{
	struct installed *p;
	int error;

	if (installed_get(&p, name, v->f))
		return -1;
	error = view_policy(p, v);
	if (!error && v->rule && !v->found)
		error = no_such_rule(v, p, v->f);
	installed_close(p);
	return error;
}

static void print_signals(FILE *file, const json_t *rule)
{
	const json_t *list = json_object_get(rule, "signals"), *s;
	size_t i;

	json_array_foreach (list, i, s) {
		const char *text = json_string_value(json_object_get(s, "text"));

		shown_print(file, "    %-32s %s", json_string_value(json_object_get(s, "name")),
			    text ? text : "unknown");
		if (text)
			fprintf(file, "  (%.1f s ago)",
				json_real_value(json_object_get(s, "age_s")));
		fputc('\n', file);
	}
}

static void print_changes(FILE *file, const json_t *rule)
{
	const json_t *list = json_object_get(rule, "changes"), *c;
	size_t i;

	json_array_foreach (list, i, c)
		fprintf(file, "    became %s %.1f s ago\n",
			json_string_value(json_object_get(c, "state")),
			json_real_value(json_object_get(c, "ago_s")));
}

static void print_explained(FILE *file, const json_t *rule)
{
	static const char *const counters[] = { "hook_calls", "evaluated", "entered", "acted",
						"monitored",  "unknown",   "held",    "cooled" };
	const json_t *reasons = json_object_get(rule, "reasons"), *reason;
	const json_t *limit = json_object_get(rule, "limit");
	size_t i;

	if (!reasons)
		return;
	print_signals(file, rule);
	if (limit)
		shown_print(file, "    %-32s %s  (%s)\n", "limit",
			    json_string_value(json_object_get(limit, "text")),
			    json_string_value(json_object_get(limit, "file")));
	print_changes(file, rule);
	fprintf(file, "   ");
	for (i = 0; i < sizeof(counters) / sizeof(counters[0]); i++)
		fprintf(file, " %s %lld%s", counters[i],
			(long long)json_integer_value(json_object_get(rule, counters[i])),
			i + 1 < sizeof(counters) / sizeof(counters[0]) ? "," : "\n");
	json_array_foreach (reasons, i, reason) {
		fprintf(file, "    = ");
		output_clean(file, json_string_value(reason));
		fputc('\n', file);
	}
}

static void print_rule(FILE *file, const json_t *rule)
{
	const char *cgroup = json_string_value(json_object_get(rule, "cgroup"));

	fprintf(file, "  ");
	output_clean(file, json_string_value(json_object_get(rule, "rule")));
	if (cgroup) {
		fprintf(file, " on ");
		output_clean(file, cgroup);
	}
	fprintf(file, ": %s for %.1f s  (", json_string_value(json_object_get(rule, "state")),
		json_real_value(json_object_get(rule, "since_s")));
	output_clean(file, json_string_value(json_object_get(rule, "file")));
	fprintf(file, ":%lld: ", (long long)json_integer_value(json_object_get(rule, "line")));
	output_clean(file, json_string_value(json_object_get(rule, "text")));
	fprintf(file, ")\n");
	print_explained(file, rule);
}

static void print_policy(FILE *file, const json_t *p)
{
	const json_t *params = json_object_get(p, "params"), *rules = json_object_get(p, "rules"),
		     *x;
	const char *eyes = json_string_value(json_object_get(p, "eyes"));
	char ticks[32];
	size_t i;

	shown_print(file, "%s: %s, by %s%s%s, %s ticks\n",
		    json_string_value(json_object_get(p, "name")),
		    json_string_value(json_object_get(p, "state")),
		    json_string_value(json_object_get(p, "by")), eyes ? ", eyes " : "",
		    eyes ? eyes : "", output_member(p, "ticks", ticks, sizeof(ticks)));
	output_lost(file, p);
	way_print(file, p);
	json_array_foreach (params, i, x)
		shown_print(file, "  param %s = %s in %s .. %s\n",
			    json_string_value(json_object_get(x, "name")),
			    json_string_value(json_object_get(x, "value")),
			    json_string_value(json_object_get(x, "low")),
			    json_string_value(json_object_get(x, "high")));
	json_array_foreach (rules, i, x)
		print_rule(file, x);
}

static void print_status(FILE *file, const json_t *doc)
{
	const json_t *policies = json_object_get(doc, "policies"), *p;
	size_t i;

	if (!json_array_size(policies))
		fprintf(file, "no policy is loaded\n");
	json_array_foreach (policies, i, p)
		if (json_array_size(json_object_get(p, "rules")) || !json_object_get(p, "rules"))
			print_policy(file, p);
}

int command_status(const struct options *o, struct output *out, struct failure *f)
{
	struct view v = { .list = json_array(), .rule = o->explain, .f = f };
	struct pin_lock lock = { .fd = -1 };
	struct failure ignored;
	int error;

	cgroup_mount_open(&v.mount, &ignored); /* without it paths stay unknown */
	error = installed_lock(&lock, f); /* no policy is seen half replaced */
	if (!error)
		error = o->operand_count ? view_named(o->operands[0], &v)
					 : installed_each(view_policy, &v, f);
	pin_unlock(&lock);
	if (!error && v.rule && !v.found)
		error = no_such_rule(&v, NULL, f);
	cgroup_mount_close(&v.mount);
	if (error) {
		json_decref(v.list);
		return -1;
	}
	output_document(out, json_pack("{s:o}", "policies", v.list), print_status);
	return 0;
}
