// SPDX-License-Identifier: GPL-2.0
/* The results of tests for people: the failure first, then a chart of it. */
#include "trial_suite.h"

#include <string.h>

#include "base/lang.h"
#include "base/shown.h"
#include "replay/time_axis.h"

static void print_place(FILE *out, const struct sources *sources, struct span span)
{
	struct place p = source_place(sources, span.file, span.start);

	shown_print(out, "%s:%u:%u: ", p.file, p.line, p.column);
}

/* "protect(pods[1])", as written. */
static const char *question(struct arena *a, const struct sources *sources, const struct check *c)
{
	const struct trial_name *n = &c->expect->object;
	const char *object = sources->files[n->span.file].text + n->span.start;
	int len = n->count ? (int)(n->span.end - n->span.start) : 0;

	if (n->match)
		return arena_printf(a, "%s(%.*s[%s])", c->expect->subject.text, len, object,
				    n->match->word.text);
	return arena_printf(a, "%s(%.*s)", c->expect->subject.text, len, object);
}

/* The lanes of the run and, below, those of the failed check: its answers and the expected ones. */
static struct recording with_check(struct arena *a, const struct sources *sources,
				   const struct bound_trial *b, const struct check *c)
{
	struct recording rec = b->recording;
	struct mmp_value *wanted = arena_array(a, struct mmp_value, b->ticks);
	struct lane *lanes = arena_array(a, struct lane, rec.lane_count + 2);
	enum lane_kind kind = c->quantity == QUANTITY_ENUM ? LANE_STATE : LANE_ANSWER;

	for (uint32_t tick = c->from; tick <= c->to; tick++)
		wanted[tick] = mmp_known(c->value);
	memcpy(lanes, rec.lanes, rec.lane_count * sizeof(*lanes));
	lanes[rec.lane_count++] = (struct lane){
		.name = question(a, sources, c),
		.kind = kind,
		.quantity = c->quantity,
		.at = c->answers,
	};
	if (c->expect->compare == COMPARE_EQ && c->quantity != QUANTITY_COUNT)
		lanes[rec.lane_count++] = (struct lane){
			.name = "expected",
			.kind = kind,
			.quantity = c->quantity,
			.at = wanted,
		};
	rec.lanes = lanes;
	return rec;
}

static void print_failure(FILE *out, const struct suite *s, const struct bound_trial *b,
			  const struct check *c)
{
	struct recording rec = with_check((struct arena *)&s->arena, &s->sources, b, c);
	char got[64], when[64];

	check_print(got, sizeof(got), c, c->answers[c->wrong_tick]);
	time_print(when, sizeof(when), b->recording.time[c->wrong_tick]);
	print_place(out, &s->sources, c->expect->span);
	if (trial_is_about_nothing(b, c))
		shown_print(
			out,
			"failed: %s, but at %s no series that its rule reads has a value any more "
			"(it is %s)\n",
			c->text, when, got);
	else
		shown_print(out, "failed: %s, but it is %s at %s\n", c->text, got, when);
	fputc('\n', out);
	timeline_print(out, &rec, c->wrong_tick);
	fputc('\n', out);
	timeline_table(out, &rec, c->wrong_tick);
	fputc('\n', out);
}

static void print_trial(FILE *out, const struct suite *s, const struct bound_trial *b,
			bool is_verbose)
{
	uint32_t wrong = trial_failures(b);

	if (wrong || is_verbose) {
		print_place(out, &s->sources, b->trial->span);
		shown_print(out, "test \"%s\" %s\n", b->trial->name.text,
			    wrong ? "failed" : "passed");
	}
	if (!wrong && is_verbose) {
		fputc('\n', out);
		timeline_print(out, &b->recording, UINT32_MAX);
		fputc('\n', out);
	}
	for (uint32_t i = 0; i < b->check_count; i++)
		if (b->checks[i].is_wrong)
			print_failure(out, s, b, &b->checks[i]);
}

void suite_print(FILE *out, const struct suite *s, bool is_verbose)
{
	uint32_t checks = 0, wrong = 0;

	for (uint32_t i = 0; i < s->trial_count; i++) {
		print_trial(out, s, s->trials[i], is_verbose);
		checks += s->trials[i]->check_count;
		wrong += trial_failures(s->trials[i]);
	}
	shown_print(out, "%s: %u of %u tests passed, %u of %u expectations held\n", s->path,
		    s->trial_count - s->failed, s->trial_count, checks - wrong, checks);
}

static void print_operand(FILE *out, const struct suite *s, const struct operand *o)
{
	const struct source *f = &s->policy.sources.files[o->expr->span.file];
	const char *never = !o->seen[0] && !o->seen[1] ? "true nor false"
			    : o->seen[0]	       ? "true"
						       : "false";

	print_place(out, &s->policy.sources, o->expr->span);
	shown_print(out, "not covered: '%.*s' was %s %s\n",
		    (int)(o->expr->span.end - o->expr->span.start), f->text + o->expr->span.start,
		    !o->seen[0] && !o->seen[1] ? "neither" : "never", never);
}

void suite_print_coverage(FILE *out, const struct suite *s)
{
	const struct coverage *c = &s->coverage;
	struct coverage_sum sum = coverage_add_up(c);

	for (uint32_t i = 0; i < sum.rules; i++) {
		if (c->active[i])
			continue;
		print_place(out, &s->policy.sources, c->plan->rules[i].span);
		shown_print(out, "not covered: rule '%s' never acted\n", c->plan->rules[i].name);
	}
	for (uint32_t i = 0; i < c->operand_count; i++)
		if (!c->operands[i].seen[0] || !c->operands[i].seen[1])
			print_operand(out, s, &c->operands[i]);
	shown_print(out, "%s: %u of %u rules, %u of %u operands covered, %u %%\n", s->policy_path,
		    sum.rules_seen, sum.rules, sum.operands_seen, sum.operands, sum.percent);
}
