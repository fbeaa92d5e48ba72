// SPDX-License-Identifier: GPL-2.0
#include "replay.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "base/bug.h"
#include "base/shown.h"
#include "report/report.h"
#include "plan/words.h"
#include "time_axis.h"

const char *duration_print(char *buf, size_t size, uint64_t ns)
{
	uint64_t seconds = ns / 1000000000;

	if (seconds >= 3600)
		snprintf(buf, size, "%" PRIu64 "h%" PRIu64 "m", seconds / 3600, seconds / 60 % 60);
	else if (seconds >= 60)
		snprintf(buf, size, "%" PRIu64 "m%" PRIu64 "s", seconds / 60, seconds % 60);
	else
		time_print(buf, size, ns / 1000000 * 1000000);
	return buf;
}

/* Tenths of a percent of the trace. */
static unsigned share_of(const struct replay *r, uint64_t ns)
{
	return r->duration_ns ? (unsigned)((unsigned __int128)ns * 1000 / r->duration_ns) : 0;
}

static const char *print_target(char *buf, size_t size, const struct replay *r,
				const struct plan_rule *rule)
{
	const char *word = action_infos[rule->action].word;

	if (rule->group == PLAN_NONE)
		snprintf(buf, size, "%s", word);
	else
		snprintf(buf, size, "%s %s", word, r->plan->groups[rule->group].name);
	return buf;
}

static void print_delay(FILE *out, const struct replayed *one)
{
	if (one->rule->action != ACTION_THROTTLE || !one->active_ticks)
		return;
	fprintf(out, "  delay %.1f ms on average, %.1f ms at most",
		one->delay_sum_ns / (double)one->active_ticks / MMP_NS_PER_MS,
		(double)one->delay_most_ns / MMP_NS_PER_MS);
}

static void print_rule(FILE *out, const struct replay *r, const struct replayed *one)
{
	char target[64], active[32], shortest[32];
	uint64_t changes = replay_changes_an_hour(r, one);
	unsigned share = share_of(r, one->machine.active_ns);

	print_target(target, sizeof(target), r, one->rule);
	duration_print(active, sizeof(active), one->machine.active_ns);
	if (one->shortest_ns)
		duration_print(shortest, sizeof(shortest), one->shortest_ns);
	else
		snprintf(shortest, sizeof(shortest), "-");
	shown_padded(out, one->name, 20, false);
	fputc(' ', out);
	shown_padded(out, target, 20, false);
	fprintf(out, " %9s %6u.%u %8" PRIu64 " %7" PRIu64 ".%02" PRIu64 " %9s", active, share / 10,
		share % 10, (uint64_t)one->machine.entered, changes / 100, changes % 100, shortest);
	print_delay(out, one);
	fputc('\n', out);
}

void recorded_print(FILE *out, uint64_t samples, uint64_t duration_ns, uint32_t traces)
{
	char text[32];

	fprintf(out, "%" PRIu64 " samples over %s", samples,
		duration_print(text, sizeof(text), duration_ns));
	if (traces > 1)
		fprintf(out, " in %u traces", traces);
	fputc('\n', out);
}

void replay_print(FILE *out, const struct replay *r)
{
	recorded_print(out, r->trace->rows, r->duration_ns, 1);
	fputc('\n', out);
	fprintf(out, "%-20s %-20s %9s %8s %8s %10s %9s\n", "rule", "action", "active", "% of it",
		"entered", "changes/h", "shortest");
	for (uint32_t i = 0; i < r->rule_count; i++)
		print_rule(out, r, &r->rules[i]);
	fputc('\n', out);
	timeline_print(out, &r->recording, UINT32_MAX);
}

static json_t *rule_json(const struct replay *r, const struct replayed *one)
{
	const struct mmp_machine *m = &one->machine;
	json_t *o = json_object();

	json_object_set_new(o, "name", report_text_json(one->name));
	json_object_set_new(o, "action", json_string(action_infos[one->rule->action].word));
	if (one->rule->group != PLAN_NONE)
		json_object_set_new(o, "group",
				    report_text_json(r->plan->groups[one->rule->group].name));
	json_object_set_new(o, "state", json_string(plan_state_words.list[m->state]));
	json_object_set_new(o, "active_ns", json_integer((json_int_t)m->active_ns));
	json_object_set_new(o, "evaluated", json_integer((json_int_t)m->evaluated));
	json_object_set_new(o, "entered", json_integer((json_int_t)m->entered));
	json_object_set_new(o, "left", json_integer((json_int_t)m->left));
	json_object_set_new(o, "unknown", json_integer((json_int_t)m->unknown));
	json_object_set_new(o, "held", json_integer((json_int_t)m->held));
	json_object_set_new(o, "cooled", json_integer((json_int_t)m->cooled));
	json_object_set_new(o, "changes_an_hour",
			    json_real((double)replay_changes_an_hour(r, one) / 100));
	if (one->shortest_ns)
		json_object_set_new(o, "shortest_ns", json_integer((json_int_t)one->shortest_ns));
	if (one->rule->action == ACTION_THROTTLE && one->active_ticks) {
		json_object_set_new(o, "delay_mean_ns",
				    json_integer((json_int_t)(one->delay_sum_ns /
							      (double)one->active_ticks)));
		json_object_set_new(o, "delay_most_ns", json_integer(one->delay_most_ns));
	}
	return o;
}

int replay_write_json(FILE *out, const struct replay *r)
{
	json_t *root = json_object(), *rules = json_array(), *missing = json_array();
	int err;

	for (uint32_t i = 0; i < r->rule_count; i++)
		json_array_append_new(rules, rule_json(r, &r->rules[i]));
	for (const char **name = r->missing; *name; name++)
		json_array_append_new(missing, report_text_json(*name));
	json_object_set_new(root, "version", json_integer(1));
	json_object_set_new(root, "samples", json_integer(r->trace->rows));
	json_object_set_new(root, "duration_ns", json_integer((json_int_t)r->duration_ns));
	json_object_set_new(root, "missing", missing);
	json_object_set_new(root, "rules", rules);
	err = json_dumpf(root, out, JSON_INDENT(2) | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(10)) ||
	      fputc('\n', out) == EOF;
	json_decref(root);
	return err ? -EIO : 0;
}
