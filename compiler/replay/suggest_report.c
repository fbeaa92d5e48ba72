// SPDX-License-Identifier: GPL-2.0
/* Suggestions as text and JSON. */
#include "suggest.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "base/arena.h"
#include "base/shown.h"
#include "replay.h"
#include "report/report.h"

static const struct {
	const char *word;
	double share;
} quantiles[] = { { "least", 0 },   { "1 %", 0.01 },	 { "50 %", 0.5 }, { "90 %", 0.9 },
		  { "99 %", 0.99 }, { "99.9 %", 0.999 }, { "most", 1 } };

#define QUANTILES (sizeof(quantiles) / sizeof(*quantiles))

/* White space folded; a comment inside goes to its line's end. */
static const char *folded(struct arena *a, const char *text, size_t len)
{
	char *to = arena_alloc(a, len + 1);
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (text[i] == '#')
			while (i + 1 < len && text[i + 1] != '\n')
				i++;
		else if (!strchr(" \t\r\n", text[i]))
			to[n++] = text[i];
		else if (n && to[n - 1] != ' ')
			to[n++] = ' ';
	}
	to[n] = '\0';
	return to;
}

static const char *span_text(const struct suggest *s, struct arena *a, uint32_t file,
			     uint32_t start, uint32_t end)
{
	return folded(a, s->sources->files[file].text + start, end - start);
}

const char *suggest_written(const struct suggest *s, struct arena *a, const struct plan_expr *x)
{
	return span_text(s, a, x->span.file, x->span.start, x->span.end);
}

const char *suggest_text(const struct suggest *s, struct arena *a,
			 const struct suggest_threshold *t, int64_t value)
{
	struct span whole = t->comparison->span, bound = t->bound->span;
	char number[64];

	quantity_print(number, sizeof(number), suggest_quantity(s, t), value);
	if (t->param != PLAN_NONE)
		return arena_printf(a, "%s=%s", s->plan->params[t->param].name, number);
	return arena_printf(a, "%s%s%s", span_text(s, a, whole.file, whole.start, bound.start),
			    number, span_text(s, a, whole.file, bound.end, whole.end));
}

static const char *number_text(char *buf, size_t size, const struct suggest *s,
			       const struct suggest_threshold *t, int64_t value)
{
	return about_print(buf, size, suggest_quantity(s, t), value);
}

/* Text */

static void print_place(FILE *out, const struct suggest *s, struct arena *a,
			const struct plan_expr *x)
{
	struct place at = source_place(s->sources, x->span.file, x->span.start);

	shown_print(out, "%s:%u:%u: '%s'", at.file, at.line, at.column, suggest_written(s, a, x));
}

static void print_seen(FILE *out, const struct suggest *s, const struct suggest_threshold *t)
{
	const struct samples *samples = &t->samples;
	char text[64];

	fputs("  seen:", out);
	for (size_t i = 0; i < QUANTILES; i++)
		fprintf(out, "%s %s %s", i ? "," : "", quantiles[i].word,
			number_text(text, sizeof(text), s, t,
				    samples_quantile(samples, quantiles[i].share)));
	if (samples->unknown)
		fprintf(out, "; unknown %.2g %% of the time",
			100.0 * (double)samples->unknown /
				(double)(samples->unknown + samples->count));
	fputc('\n', out);
}

static void print_why(FILE *out, const struct suggest *s, const struct suggest_threshold *t,
		      const struct suggest_value *v)
{
	char low[64], high[64];

	if (v->why == SUGGEST_WRITTEN)
		fputs("as written", out);
	else if (v->why == SUGGEST_SHARE)
		fprintf(out, "about %g %%", suggest_shares[v->share] * 100);
	else
		fprintf(out, "nothing was seen between %s and %s",
			number_text(low, sizeof(low), s, t, t->gap_low),
			number_text(high, sizeof(high), s, t, t->gap_high));
}

static void print_value(FILE *out, const struct suggest *s, struct arena *a,
			const struct suggest_threshold *t, const struct suggest_value *v)
{
	char shortest[32] = "-";

	if (v->tally.shortest_ns)
		duration_print(shortest, sizeof(shortest), v->tally.shortest_ns);
	fprintf(out, "  %8.2f %10.2f %9s  ", tally_share(&v->tally) * 100,
		tally_changes_an_hour(&v->tally), shortest);
	shown_print(out, "%s", suggest_text(s, a, t, v->value));
	fputs("  (", out);
	print_why(out, s, t, v);
	fputs(")\n", out);
}

/* The shares for which there is no number, in one line. */
static void print_unreached(FILE *out, const struct suggest_threshold *t)
{
	const char *between = "  no number gives about ";

	for (uint32_t i = 0; i < t->value_count; i++) {
		if (t->values[i].is_reached)
			continue;
		fprintf(out, "%s%g", between, suggest_shares[t->values[i].share] * 100);
		between = ", ";
	}
	if (!strcmp(between, ", "))
		fprintf(out, " %%: with those tried it is %.2f to %.2f %%\n",
			tally_share(&t->least) * 100, tally_share(&t->most) * 100);
}

static void print_threshold(FILE *out, const struct suggest *s, struct arena *a,
			    const struct suggest_threshold *t)
{
	fputc('\n', out);
	print_place(out, s, a, t->comparison);
	shown_print(out, " of %s\n", t->rule->name);
	if (!t->samples.count) {
		fputs("  no sample: unknown throughout\n", out);
		return;
	}
	print_seen(out, s, t);
	fprintf(out, "  %8s %10s %9s  %s\n", "active %", "changes/h", "shortest", "with");
	for (uint32_t i = 0; i < t->value_count; i++)
		if (t->values[i].is_reached)
			print_value(out, s, a, t, &t->values[i]);
	print_unreached(out, t);
}

void suggest_print(FILE *out, const struct suggest *s, struct arena *a)
{
	recorded_print(out, s->samples, s->duration_ns, s->trace_count);
	fputs("What the policy would have done to the signals is not simulated.\n", out);
	for (uint32_t i = 0; i < s->count; i++)
		print_threshold(out, s, a, &s->thresholds[i]);
	for (uint32_t i = 0; i < s->left_out_count; i++) {
		fputc('\n', out);
		print_place(out, s, a, s->left_out[i]);
		fputs("\n  left out: neither side is a number or a param that could be moved\n",
		      out);
	}
}

/* JSON */

static json_t *value_json(const struct suggest *s, struct arena *a,
			  const struct suggest_threshold *t, const struct suggest_value *v)
{
	static const char *const words[] = { "written", "share", "gap" };
	json_t *o = json_object();

	json_object_set_new(o, "why", json_string(words[v->why]));
	if (v->why == SUGGEST_SHARE)
		json_object_set_new(o, "share", json_real(suggest_shares[v->share]));
	json_object_set_new(o, "reached", json_boolean(v->is_reached));
	if (!v->is_reached)
		return o;
	json_object_set_new(o, "value", json_integer(v->value));
	json_object_set_new(o, "text", report_text_json(suggest_text(s, a, t, v->value)));
	json_object_set_new(o, "active_share", json_real(tally_share(&v->tally)));
	json_object_set_new(o, "changes_an_hour", json_real(tally_changes_an_hour(&v->tally)));
	if (v->tally.shortest_ns)
		json_object_set_new(o, "shortest_ns",
				    json_integer((json_int_t)v->tally.shortest_ns));
	return o;
}

static json_t *seen_json(const struct suggest_threshold *t)
{
	json_t *o = json_object();

	json_object_set_new(o, "known", json_integer((json_int_t)t->samples.count));
	json_object_set_new(o, "unknown", json_integer((json_int_t)t->samples.unknown));
	for (size_t i = 0; i < QUANTILES && t->samples.count; i++)
		json_object_set_new(o, quantiles[i].word,
				    json_integer(
					    samples_quantile(&t->samples, quantiles[i].share)));
	return o;
}

static json_t *place_json(const struct suggest *s, struct arena *a, const struct plan_expr *x)
{
	struct place at = source_place(s->sources, x->span.file, x->span.start);
	json_t *o = json_object();

	json_object_set_new(o, "file", report_text_json(at.file));
	json_object_set_new(o, "line", json_integer(at.line));
	json_object_set_new(o, "column", json_integer(at.column));
	json_object_set_new(o, "condition", report_text_json(suggest_written(s, a, x)));
	return o;
}

static json_t *threshold_json(const struct suggest *s, struct arena *a,
			      const struct suggest_threshold *t)
{
	json_t *o = place_json(s, a, t->comparison), *values = json_array();

	for (uint32_t i = 0; i < t->value_count; i++)
		json_array_append_new(values, value_json(s, a, t, &t->values[i]));
	json_object_set_new(o, "rule", report_text_json(t->rule->name));
	if (t->param != PLAN_NONE)
		json_object_set_new(o, "param", report_text_json(s->plan->params[t->param].name));
	json_object_set_new(o, "quantity", json_string(quantity_name(suggest_quantity(s, t))));
	json_object_set_new(o, "seen", seen_json(t));
	if (t->gap_low != t->gap_high)
		json_object_set_new(o, "gap",
				    json_pack("[I, I]", (json_int_t)t->gap_low,
					      (json_int_t)t->gap_high));
	json_object_set_new(o, "values", values);
	return o;
}

int suggest_write_json(FILE *out, const struct suggest *s, struct arena *a)
{
	json_t *root = json_object(), *thresholds = json_array(), *left_out = json_array();
	int err;

	for (uint32_t i = 0; i < s->count; i++)
		json_array_append_new(thresholds, threshold_json(s, a, &s->thresholds[i]));
	for (uint32_t i = 0; i < s->left_out_count; i++)
		json_array_append_new(left_out, place_json(s, a, s->left_out[i]));
	json_object_set_new(root, "version", json_integer(1));
	json_object_set_new(root, "traces", json_integer(s->trace_count));
	json_object_set_new(root, "samples", json_integer((json_int_t)s->samples));
	json_object_set_new(root, "duration_ns", json_integer((json_int_t)s->duration_ns));
	json_object_set_new(root, "effect_simulated", json_false());
	json_object_set_new(root, "thresholds", thresholds);
	json_object_set_new(root, "left_out", left_out);
	err = json_dumpf(root, out, JSON_INDENT(2) | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(10)) ||
	      fputc('\n', out) == EOF;
	json_decref(root);
	return err ? -EIO : 0;
}
