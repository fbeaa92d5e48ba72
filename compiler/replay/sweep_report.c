// SPDX-License-Identifier: GPL-2.0
/* A sweep as tables and JSON. */
#include "sweep.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "base/shown.h"
#include "replay.h"
#include "report/report.h"

#define BAR 30

static const char *value_text(char *buf, size_t size, const struct sweep *s, uint32_t axis,
			      uint32_t i)
{
	const struct sweep_axis *a = &s->axes[axis];

	return quantity_print(buf, size, s->plan->params[a->param].quantity, a->values[i]);
}

static const char *param_name(const struct sweep *s, uint32_t axis)
{
	return s->plan->params[s->axes[axis].param].name;
}

static void print_head(FILE *out, const struct sweep *s)
{
	char low[64], high[64];

	recorded_print(out, s->samples, s->duration_ns, s->trace_count);
	for (uint32_t i = 0; i < s->axis_count; i++)
		shown_print(out, "%s: %u values from %s to %s%s\n", param_name(s, i),
			    s->axes[i].count, value_text(low, sizeof(low), s, i, 0),
			    value_text(high, sizeof(high), s, i, s->axes[i].count - 1),
			    s->axes[i].is_geometric ? ", each by the same factor" : "");
	fputs("What the policy would have done to the signals is not simulated.\n", out);
}

/* To the eighth of a character, so that little differences show. */
static void print_bar(FILE *out, double part)
{
	static const char *const ends[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
	int eighths = (int)(part * BAR * 8 + 0.5), width = 0;

	for (; eighths >= 8; eighths -= 8, width++)
		fputs("█", out);
	if (eighths) {
		fputs(ends[eighths], out);
		width++;
	}
	fprintf(out, "%*s", BAR - width, "");
}

static void print_asked(FILE *out, const struct plan_rule *r, const struct tally *t)
{
	char text[64];

	if (r->action == ACTION_THROTTLE)
		fprintf(out, " %9.1f %9.1f", tally_delay_mean(t) / MMP_NS_PER_MS,
			(double)t->delay_most_ns / MMP_NS_PER_MS);
	else if (r->action == ACTION_RECLAIM)
		fprintf(out, " %11s",
			about_print(text, sizeof(text), QUANTITY_SIZE, (int64_t)t->reclaim_bytes));
}

static void print_point(FILE *out, const struct sweep *s, const struct sweep_rule *r, uint32_t i)
{
	const struct tally *t = &r->points[i];
	const struct sweep_turn *turn = &r->turns[0];
	char value[64], shortest[32] = "-";

	if (t->shortest_ns)
		duration_print(shortest, sizeof(shortest), t->shortest_ns);
	fprintf(out, "%12s %8.2f  ", value_text(value, sizeof(value), s, 0, i),
		tally_share(t) * 100);
	print_bar(out, tally_share(t));
	fprintf(out, " %9.2f %9s", tally_changes_an_hour(t), shortest);
	print_asked(out, r->rule, t);
	fputs(turn->has_knee && turn->knee == i ? "  <- knee\n" : "\n", out);
}

static void print_table(FILE *out, const struct sweep *s, const struct sweep_rule *r)
{
	fprintf(out, "%12.12s %8s  %-*s %9s %9s", param_name(s, 0), "active %", BAR, "",
		"changes/h", "shortest");
	if (r->rule->action == ACTION_THROTTLE)
		fprintf(out, " %9s %9s", "delay ms", "at most");
	else if (r->rule->action == ACTION_RECLAIM)
		fprintf(out, " %11s", "reclaim >=");
	fputc('\n', out);
	for (uint32_t i = 0; i < s->points; i++)
		print_point(out, s, r, i);
}

/* With two params: a line a value of the second, a column a value of the first. */
static void print_grid(FILE *out, const struct sweep *s, const struct sweep_rule *r,
		       const char *title, double (*figure)(const struct tally *), double factor)
{
	uint32_t columns = s->axes[0].count;
	char text[64];

	fprintf(out, "%s\n%12.12s", title, param_name(s, 0));
	for (uint32_t i = 0; i < columns; i++)
		fprintf(out, " %9s", value_text(text, sizeof(text), s, 0, i));
	fprintf(out, "\n%12.12s\n", param_name(s, 1));
	for (uint32_t line = 0; line < sweep_lines(s); line++) {
		fprintf(out, "%12s", value_text(text, sizeof(text), s, 1, line));
		for (uint32_t i = 0; i < columns; i++)
			fprintf(out, " %9.2f", figure(&r->points[line * columns + i]) * factor);
		fputc('\n', out);
	}
}

static double delay_ms(const struct tally *t)
{
	return tally_delay_mean(t) / MMP_NS_PER_MS;
}

static double shortest_s(const struct tally *t)
{
	return (double)t->shortest_ns / 1e9;
}

static double reclaim_mib(const struct tally *t)
{
	return (double)t->reclaim_bytes / (1 << 20);
}

static void print_grids(FILE *out, const struct sweep *s, const struct sweep_rule *r)
{
	print_grid(out, s, r, "active, % of the time", tally_share, 100);
	print_grid(out, s, r, "changes an hour", tally_changes_an_hour, 1);
	print_grid(out, s, r, "shortest activity that ended, s (0: none ended)", shortest_s, 1);
	if (r->rule->action == ACTION_THROTTLE)
		print_grid(out, s, r, "delay while active, ms", delay_ms, 1);
	if (r->rule->action == ACTION_RECLAIM)
		print_grid(out, s, r, "reclaim asked for at least, MiB", reclaim_mib, 1);
}

static bool is_flat(const struct tally *points, uint32_t count)
{
	for (uint32_t i = 1; i < count; i++)
		if (points[i].active_ns != points[0].active_ns)
			return false;
	return true;
}

static void print_knee(FILE *out, const struct sweep *s, const struct sweep_rule *r, uint32_t line)
{
	const struct tally *points = &r->points[line * s->axes[0].count];
	const struct sweep_turn *turn = &r->turns[line];
	char text[64];

	if (turn->has_knee)
		fprintf(out, "knee at %s: %.2f %% active, %.2f changes/h\n",
			value_text(text, sizeof(text), s, 0, turn->knee),
			tally_share(&points[turn->knee]) * 100,
			tally_changes_an_hour(&points[turn->knee]));
	else if (is_flat(points, s->axes[0].count))
		fputs("no knee: active for the same time at every value\n", out);
	else
		fputs("no knee: the active share changes evenly\n", out);
}

static void print_calm(FILE *out, const struct sweep *s, const struct sweep_rule *r, uint32_t line)
{
	const struct tally *points = &r->points[line * s->axes[0].count];
	const struct sweep_turn *turn = &r->turns[line];
	enum quantity q = s->plan->params[s->axes[0].param].quantity;
	char first[64], last[64], middle[64];

	if (!turn->has_calm)
		return;
	fprintf(out,
		"calm from %s to %s: %.2f to %.2f %% active, %.2f to %.2f changes/h; "
		"in its middle: %s\n",
		value_text(first, sizeof(first), s, 0, turn->calm_first),
		value_text(last, sizeof(last), s, 0, turn->calm_last),
		tally_share(&points[turn->calm_first]) * 100,
		tally_share(&points[turn->calm_last]) * 100,
		tally_changes_an_hour(&points[turn->calm_first]),
		tally_changes_an_hour(&points[turn->calm_last]),
		quantity_print(middle, sizeof(middle), q, turn->calm_value));
}

static void print_rule(FILE *out, const struct sweep *s, const struct sweep_rule *r)
{
	char text[64];

	fputc('\n', out);
	if (strncmp(r->rule->text, "rule ", 5)) /* else the text has the name */
		shown_print(out, "%s: ", r->rule->name);
	shown_print(out, "%s\n", r->rule->text);
	if (s->axis_count == 1)
		print_table(out, s, r);
	else
		print_grids(out, s, r);
	for (uint32_t line = 0; line < sweep_lines(s); line++) {
		if (s->axis_count > 1)
			fprintf(out, "%s = %s: ", param_name(s, 1),
				value_text(text, sizeof(text), s, 1, line));
		print_knee(out, s, r, line);
		print_calm(out, s, r, line);
	}
}

void sweep_print(FILE *out, const struct sweep *s)
{
	print_head(out, s);
	for (uint32_t i = 0; i < s->rule_count; i++)
		print_rule(out, s, &s->rules[i]);
}

static json_t *axis_json(const struct sweep *s, uint32_t axis)
{
	json_t *o = json_object(), *values = json_array(), *texts = json_array();
	char text[64];

	for (uint32_t i = 0; i < s->axes[axis].count; i++) {
		json_array_append_new(values, json_integer(s->axes[axis].values[i]));
		json_array_append_new(texts,
				      json_string(value_text(text, sizeof(text), s, axis, i)));
	}
	json_object_set_new(o, "param", report_text_json(param_name(s, axis)));
	json_object_set_new(o, "values", values);
	json_object_set_new(o, "texts", texts);
	return o;
}

static json_t *point_json(const struct sweep *s, const struct sweep_rule *r, uint32_t i)
{
	const struct tally *t = &r->points[i];
	json_t *o = json_object(), *values = json_array();

	json_array_append_new(values, json_integer(s->axes[0].values[i % s->axes[0].count]));
	if (s->axis_count > 1)
		json_array_append_new(values,
				      json_integer(s->axes[1].values[i / s->axes[0].count]));
	json_object_set_new(o, "values", values);
	json_object_set_new(o, "active_share", json_real(tally_share(t)));
	json_object_set_new(o, "changes_an_hour", json_real(tally_changes_an_hour(t)));
	if (t->shortest_ns)
		json_object_set_new(o, "shortest_ns", json_integer((json_int_t)t->shortest_ns));
	if (r->rule->action == ACTION_THROTTLE) {
		json_object_set_new(o, "delay_mean_ns",
				    json_integer((json_int_t)tally_delay_mean(t)));
		json_object_set_new(o, "delay_most_ns", json_integer(t->delay_most_ns));
	}
	if (r->rule->action == ACTION_RECLAIM)
		json_object_set_new(o, "reclaim_bytes", json_integer((json_int_t)t->reclaim_bytes));
	return o;
}

static json_t *turn_json(const struct sweep *s, const struct sweep_turn *turn, uint32_t line)
{
	const int64_t *values = s->axes[0].values;
	json_t *o = json_object();

	if (s->axis_count > 1)
		json_object_set_new(o, "at", json_integer(s->axes[1].values[line]));
	json_object_set_new(o, "knee",
			    turn->has_knee ? json_integer(values[turn->knee]) : json_null());
	if (turn->has_calm)
		json_object_set_new(o, "calm",
				    json_pack("[I, I]", (json_int_t)values[turn->calm_first],
					      (json_int_t)values[turn->calm_last]));
	if (turn->has_calm)
		json_object_set_new(o, "middle", json_integer(turn->calm_value));
	return o;
}

static json_t *rule_json(const struct sweep *s, const struct sweep_rule *r)
{
	json_t *o = json_object(), *points = json_array(), *turns = json_array();

	for (uint32_t i = 0; i < s->points; i++)
		json_array_append_new(points, point_json(s, r, i));
	for (uint32_t line = 0; line < sweep_lines(s); line++)
		json_array_append_new(turns, turn_json(s, &r->turns[line], line));
	json_object_set_new(o, "name", report_text_json(r->rule->name));
	json_object_set_new(o, "action", json_string(action_infos[r->rule->action].word));
	json_object_set_new(o, "points", points);
	json_object_set_new(o, "curves", turns);
	return o;
}

int sweep_write_json(FILE *out, const struct sweep *s)
{
	json_t *root = json_object(), *axes = json_array(), *rules = json_array();
	int err;

	for (uint32_t i = 0; i < s->axis_count; i++)
		json_array_append_new(axes, axis_json(s, i));
	for (uint32_t i = 0; i < s->rule_count; i++)
		json_array_append_new(rules, rule_json(s, &s->rules[i]));
	json_object_set_new(root, "version", json_integer(1));
	json_object_set_new(root, "traces", json_integer(s->trace_count));
	json_object_set_new(root, "samples", json_integer((json_int_t)s->samples));
	json_object_set_new(root, "duration_ns", json_integer((json_int_t)s->duration_ns));
	json_object_set_new(root, "effect_simulated", json_false());
	json_object_set_new(root, "sweep", axes);
	json_object_set_new(root, "rules", rules);
	err = json_dumpf(root, out, JSON_INDENT(2) | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(10)) ||
	      fputc('\n', out) == EOF;
	json_decref(root);
	return err ? -EIO : 0;
}
