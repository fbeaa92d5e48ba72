// SPDX-License-Identifier: GPL-2.0
#include "sweep.h"

#include <math.h>

#include "base/arena.h"
#include "knee.h"
#include "rounded.h"

#define GEOMETRIC_FROM 100

static double value_at(const struct sweep_axis *axis, int64_t low, int64_t high, double part)
{
	if (axis->is_geometric)
		return (double)low * pow((double)high / (double)low, part);
	return (double)low + ((double)high - (double)low) * part;
}

static int64_t rounded_at(const struct sweep_axis *axis, enum quantity q, int64_t low, int64_t high,
			  double part, double step)
{
	double middle = value_at(axis, low, high, part);
	double room = (value_at(axis, low, high, part + step) - middle) / 4;

	/* Large ones are not exact as doubles, and the ends are the caller's. */
	if (middle + room >= (double)high)
		return high;
	return rounded_between(q, (int64_t)(middle - room), (int64_t)(middle + room));
}

void sweep_axis_fill(struct sweep_axis *axis, struct arena *a, const struct plan *p, uint32_t param,
		     int64_t low, int64_t high, uint32_t steps)
{
	enum quantity q = p->params[param].quantity;

	*axis = (struct sweep_axis){ .param = param,
				     .is_geometric = low > 0 && high / low >= GEOMETRIC_FROM };
	axis->values = arena_array(a, int64_t, steps);
	for (uint32_t i = 0; i < steps; i++) {
		double step = 1.0 / (steps - 1);
		int64_t value = i == 0		? low
				: i + 1 < steps ? rounded_at(axis, q, low, high, i * step, step)
						: high;

		if (!axis->count || value > axis->values[axis->count - 1])
			axis->values[axis->count++] = value;
	}
}

uint32_t sweep_lines(const struct sweep *s)
{
	return s->axis_count > 1 ? s->axes[1].count : 1;
}

static void set_params(struct sweep *s)
{
	for (uint32_t i = 0; i < s->points; i++) {
		int64_t *params = s->variants.at[i].params;

		params[s->axes[0].param] = s->axes[0].values[i % s->axes[0].count];
		if (s->axis_count > 1)
			params[s->axes[1].param] = s->axes[1].values[i / s->axes[0].count];
	}
}

static bool reads_an_axis(const struct sweep *s, const struct plan_rule *r)
{
	for (uint32_t i = 0; i < s->axis_count; i++)
		if (rule_reads_param(r, s->axes[i].param))
			return true;
	return false;
}

bool sweep_begin(struct sweep *s, struct arena *a, const struct plan *p)
{
	s->plan = p;
	s->points = s->axes[0].count * sweep_lines(s);
	s->rules = arena_array(a, struct sweep_rule, p->rule_count + 1);
	for (uint32_t i = 0; i < p->rule_count; i++)
		if (rule_has_state(&p->rules[i]) && reads_an_axis(s, &p->rules[i]))
			s->rules[s->rule_count++].rule = &p->rules[i];
	if (!s->rule_count)
		return false;
	s->tallies = arena_array(a, struct tally, (size_t)s->points * s->rule_count);
	for (uint32_t i = 0; i < s->rule_count; i++)
		s->rules[i].points = &s->tallies[(size_t)i * s->points];
	variants_init(&s->variants, a, p, s->points);
	set_params(s);
	return true;
}

void sweep_trace(struct sweep *s, struct arena *a, const struct trace *t)
{
	const struct plan_rule **rules = arena_array(a, const struct plan_rule *, s->rule_count);

	for (uint32_t i = 0; i < s->rule_count; i++)
		rules[i] = s->rules[i].rule;
	variants_run(&s->variants, s->points, a, t, rules, s->rule_count, s->tallies);
	s->trace_count++;
	s->samples += t->rows;
	s->duration_ns += t->time[t->rows - 1];
}

/* A round value as far from both ends as can be. */
static int64_t middle_of(const struct sweep *s, uint32_t first, uint32_t last)
{
	const struct sweep_axis *axis = &s->axes[0];
	int64_t low = axis->values[first], high = axis->values[last], margin = (high - low) / 8 * 3;

	return rounded_between(s->plan->params[axis->param].quantity, low + margin, high - margin);
}

static void find_turn(const struct sweep *s, const struct tally *points, double *share,
		      double *changes, struct sweep_turn *turn)
{
	const double *const curves[] = { share, changes };
	uint32_t count = s->axes[0].count;

	for (uint32_t i = 0; i < count; i++) {
		share[i] = tally_share(&points[i]);
		changes[i] = tally_changes_an_hour(&points[i]);
	}
	turn->has_knee = knee_find(share, count, &turn->knee);
	turn->has_calm = calm_find(curves, 2, count, &turn->calm_first, &turn->calm_last);
	if (turn->has_calm)
		turn->calm_value = middle_of(s, turn->calm_first, turn->calm_last);
}

void sweep_end(struct sweep *s, struct arena *a)
{
	double *share = arena_array(a, double, s->axes[0].count);
	double *changes = arena_array(a, double, s->axes[0].count);

	for (uint32_t i = 0; i < s->rule_count; i++) {
		struct sweep_rule *r = &s->rules[i];

		r->turns = arena_array(a, struct sweep_turn, sweep_lines(s));
		for (uint32_t line = 0; line < sweep_lines(s); line++)
			find_turn(s, &r->points[line * s->axes[0].count], share, changes,
				  &r->turns[line]);
	}
}
