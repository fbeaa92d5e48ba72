// SPDX-License-Identifier: GPL-2.0
#include "suggest.h"

#include "base/arena.h"
#include "rounded.h"

const double suggest_shares[SUGGEST_SHARES] = { 0.001, 0.01, 0.05 };

#define TRIED 7 /* numbers of each share's bracket, in one pass over the traces */
#define ROUND_MOST 0.1 /* of a share: by as much a round number may be further from it */
#define GAP_LEAST 0.1 /* of what lies between the 0.1 % and the 99.9 % quantile */
#define NEAR_PARTS 200 /* of the same: within one such part a number may be rounded */

/* Thresholds */

static bool is_bound(const struct plan_expr *x)
{
	return x->op == PLAN_CONST || x->op == PLAN_PARAM;
}

static bool reads_signal(const struct plan_expr *x)
{
	return x && (x->op == PLAN_SIGNAL || reads_signal(x->a) || reads_signal(x->b));
}

/* A param that is compared twice in a rule moves in both places: it is one threshold. */
static bool has_param(const struct suggest *s, const struct plan_rule *r, uint32_t param)
{
	for (uint32_t i = 0; i < s->count; i++)
		if (s->thresholds[i].rule == r && s->thresholds[i].param == param)
			return true;
	return false;
}

static void add_comparison(struct suggest *s, const struct plan_rule *r, struct plan_expr *x)
{
	bool is_turned = is_bound(x->a);
	struct plan_expr *bound = is_turned ? x->a : x->b;
	const struct plan_expr *signal = is_turned ? x->b : x->a;
	uint32_t param;

	if (!is_bound(bound) || !reads_signal(signal) || x->op == PLAN_EQ || x->op == PLAN_NE) {
		s->left_out[s->left_out_count++] = x;
		return;
	}
	param = bound->op == PLAN_PARAM ? bound->index : PLAN_NONE;
	if (param != PLAN_NONE && has_param(s, r, param))
		return;
	s->thresholds[s->count++] = (struct suggest_threshold){
		.rule = r,
		.comparison = x,
		.bound = bound,
		.signal = signal,
		.op = is_turned ? plan_op_mirrored(x->op) : x->op,
		.param = param,
	};
}

static uint32_t count_comparisons(const struct plan_expr *x)
{
	if (!x)
		return 0;
	return (plan_op_infos[x->op].kind == PLAN_IS_COMPARISON) + count_comparisons(x->a) +
	       count_comparisons(x->b);
}

static void add_comparisons(struct suggest *s, const struct plan_rule *r, struct plan_expr *x)
{
	if (!x)
		return;
	if (plan_op_infos[x->op].kind == PLAN_IS_COMPARISON) {
		add_comparison(s, r, x);
		return;
	}
	add_comparisons(s, r, x->a);
	add_comparisons(s, r, x->b);
}

void suggest_begin(struct suggest *s, struct arena *a)
{
	const struct plan *p = s->plan;
	uint32_t most = 0;

	for (uint32_t i = 0; i < p->rule_count; i++)
		most += count_comparisons(p->rules[i].when) + count_comparisons(p->rules[i].until);
	s->thresholds = arena_array(a, struct suggest_threshold, most + 1);
	s->left_out = arena_array(a, const struct plan_expr *, most + 1);
	for (uint32_t i = 0; i < p->rule_count; i++) {
		if (!rule_has_state(&p->rules[i]))
			continue;
		add_comparisons(s, &p->rules[i], p->rules[i].when);
		add_comparisons(s, &p->rules[i], p->rules[i].until);
	}
	for (uint32_t i = 0; i < s->trace_count; i++) {
		s->samples += s->traces[i].rows;
		s->duration_ns += s->traces[i].time[s->traces[i].rows - 1];
	}
	variants_init(&s->variants, a, p, SUGGEST_SHARES * TRIED);
}

enum quantity suggest_quantity(const struct suggest *s, const struct suggest_threshold *t)
{
	if (t->param != PLAN_NONE)
		return s->plan->params[t->param].quantity;
	if (t->signal->op == PLAN_SIGNAL)
		return plan_signal_quantity(&s->plan->signals[t->signal->index]);
	return t->bound->quantity;
}

/* Trying numbers */

/* While numbers are tried, a constant is a param, which each variant has for its own. */
static uint32_t make_movable(const struct suggest *s, struct suggest_threshold *t,
			     struct plan_expr *ret_before)
{
	*ret_before = *t->bound;
	if (t->param != PLAN_NONE)
		return t->param;
	t->bound->op = PLAN_PARAM;
	t->bound->index = s->plan->param_count;
	return s->plan->param_count;
}

static void note_extremes(struct suggest_threshold *t, const struct tally *tried)
{
	if (!t->least.watched_ns || tally_share(tried) < tally_share(&t->least))
		t->least = *tried;
	if (!t->most.watched_ns || tally_share(tried) > tally_share(&t->most))
		t->most = *tried;
}

/* What the rule does with each of the numbers. */
static void try_values(struct suggest *s, struct arena *a, struct suggest_threshold *t,
		       const int64_t *values, uint32_t count, struct tally *ret)
{
	const struct plan_rule *const rules[] = { t->rule };
	struct tally tallies[SUGGEST_SHARES * TRIED] = { 0 };
	struct plan_expr before;
	uint32_t param = make_movable(s, t, &before);

	for (uint32_t i = 0; i < count; i++)
		s->variants.at[i].params[param] = values[i];
	for (uint32_t i = 0; i < s->trace_count; i++)
		variants_run(&s->variants, count, a, &s->traces[i], rules, 1, tallies);
	for (uint32_t i = 0; i < s->variants.count && t->param != PLAN_NONE; i++)
		s->variants.at[i].params[param] = s->plan->params[param].value;
	*t->bound = before;
	for (uint32_t i = 0; i < count; i++) {
		ret[i] = tallies[i];
		note_extremes(t, &ret[i]);
	}
}

/*
 * Numbers between which no sample lies decide alike. The j-th such interval, from 1 on, begins at
 * distinct[j - 1], or after it where equal is as good as less.
 */
static void interval(const struct suggest_threshold *t, uint32_t j, int64_t *ret_low,
		     int64_t *ret_high)
{
	bool is_after = t->op == PLAN_GE || t->op == PLAN_LT;

	*ret_low = t->samples.distinct[j - 1] + is_after;
	*ret_high = t->samples.distinct[j] - !is_after;
}

static int64_t middle_of(const struct suggest_threshold *t, uint32_t j)
{
	int64_t low, high;

	interval(t, j, &low, &high);
	return low + (high - low) / 2;
}

static int64_t distance(int64_t low, int64_t high, int64_t part)
{
	return high / part - low / part;
}

/* A round number that decides as those of the interval, or is as good as within it. */
static int64_t round_of(const struct suggest *s, const struct suggest_threshold *t, uint32_t j)
{
	int64_t low, high, middle = middle_of(t, j);
	int64_t near = distance(samples_quantile(&t->samples, 0.001),
				samples_quantile(&t->samples, 0.999), NEAR_PARTS);

	interval(t, j, &low, &high);
	low += (high - low) / 4;
	high -= (high - low) / 4;
	low = low < middle - near ? low : middle - near;
	high = high > middle + near ? high : middle + near;
	return rounded_between(suggest_quantity(s, t), low, high);
}

/* The intervals between which a share is looked for, and whether it lies between theirs. */
struct bracket {
	double share;
	uint32_t low, high;
	double at_low, at_high;
};

static bool holds(const struct bracket *b)
{
	return (b->at_low <= b->share && b->share <= b->at_high) ||
	       (b->at_high <= b->share && b->share <= b->at_low);
}

static uint32_t tried_at(const struct bracket *b, uint32_t i)
{
	return b->low + (uint32_t)((uint64_t)(b->high - b->low) * (i + 1) / (TRIED + 1));
}

static bool narrow_one(struct bracket *b, const struct tally *tried)
{
	uint32_t low = b->low, high = b->high;

	for (uint32_t i = 0; i < TRIED; i++) {
		uint32_t j = tried_at(b, i);
		double share = tally_share(&tried[i]);
		bool is_beyond = (share < b->share) != (b->at_low < b->share);

		if (is_beyond && j < high) {
			b->at_high = share;
			high = j;
		} else if (!is_beyond && j <= high && j > low) {
			b->at_low = share;
			low = j;
		}
	}
	if (low == b->low && high == b->high)
		return false;
	b->low = low;
	b->high = high;
	return high - low > 1;
}

/* One pass over the traces for all brackets. False where none can become narrower. */
static bool narrow(struct suggest *s, struct arena *a, struct suggest_threshold *t,
		   struct bracket *brackets)
{
	int64_t values[SUGGEST_SHARES * TRIED];
	struct tally tried[SUGGEST_SHARES * TRIED];
	bool goes_on = false;

	for (uint32_t k = 0; k < SUGGEST_SHARES; k++)
		for (uint32_t i = 0; i < TRIED; i++)
			values[k * TRIED + i] = middle_of(t, tried_at(&brackets[k], i));
	try_values(s, a, t, values, SUGGEST_SHARES * TRIED, tried);
	for (uint32_t k = 0; k < SUGGEST_SHARES; k++)
		if (holds(&brackets[k]) && brackets[k].high - brackets[k].low > 1)
			goes_on |= narrow_one(&brackets[k], &tried[k * TRIED]);
	return goes_on;
}

static void find_shares(struct suggest *s, struct arena *a, struct suggest_threshold *t)
{
	uint32_t last = t->samples.distinct_count - 1;
	struct bracket brackets[SUGGEST_SHARES];
	struct tally ends[2];

	try_values(s, a, t, (const int64_t[]){ middle_of(t, 1), middle_of(t, last) }, 2, ends);
	for (uint32_t k = 0; k < SUGGEST_SHARES; k++)
		brackets[k] = (struct bracket){ suggest_shares[k], 1, last, tally_share(&ends[0]),
						tally_share(&ends[1]) };
	while (narrow(s, a, t, brackets))
		;
	for (uint32_t k = 0; k < SUGGEST_SHARES; k++) {
		const struct bracket *b = &brackets[k];
		double low = b->at_low - b->share, high = b->at_high - b->share;
		bool is_low = (low < 0 ? -low : low) <= (high < 0 ? -high : high);

		t->values[t->value_count++] = (struct suggest_value){
			.why = SUGGEST_SHARE,
			.share = k,
			.is_reached = holds(b),
			.value = round_of(s, t, is_low ? b->low : b->high),
			.exact = middle_of(t, is_low ? b->low : b->high),
		};
	}
}

/* The widest gap that leaves 0.1 % to 50 % of the samples on the side that makes it true. */
static uint32_t widest_gap(const struct suggest_threshold *t)
{
	const struct samples *samples = &t->samples;
	bool is_above = t->op == PLAN_GT || t->op == PLAN_GE;
	double least = GAP_LEAST * ((double)samples_quantile(samples, 0.999) -
				    (double)samples_quantile(samples, 0.001));
	uint32_t best = 0;

	for (uint32_t j = 1; j < samples->distinct_count; j++) {
		double width = (double)samples->distinct[j] - (double)samples->distinct[j - 1];
		double share;

		if (width < least || width < 2)
			continue;
		share = samples_share(samples, samples->distinct[j - 1]);
		share = is_above ? 1 - share : share;
		if (share < 0.001 || share > 0.5)
			continue;
		best = j;
		least = width;
	}
	return best;
}

static void find_gap(const struct suggest *s, struct suggest_threshold *t)
{
	uint32_t j = widest_gap(t);

	if (!j)
		return;
	t->gap_low = t->samples.distinct[j - 1];
	t->gap_high = t->samples.distinct[j];
	t->values[t->value_count++] = (struct suggest_value){
		.why = SUGGEST_GAP,
		.is_reached = true,
		.value = round_of(s, t, j),
	};
}

static double off(const struct suggest_value *v, const struct tally *t)
{
	double by = tally_share(t) - suggest_shares[v->share];

	return by < 0 ? -by : by;
}

/* The exact number where the round one is no longer about that share. */
static bool is_too_round(const struct suggest_value *v, const struct tally *round,
			 const struct tally *exact)
{
	return v->why == SUGGEST_SHARE &&
	       off(v, round) > off(v, exact) + ROUND_MOST * suggest_shares[v->share];
}

static void measure(struct suggest *s, struct arena *a, struct suggest_threshold *t)
{
	int64_t numbers[2 * SUGGEST_VALUES_MAX];
	struct tally tallies[2 * SUGGEST_VALUES_MAX];

	for (uint32_t i = 0; i < t->value_count; i++) {
		numbers[2 * i] = t->values[i].value;
		numbers[2 * i + 1] = t->values[i].why == SUGGEST_SHARE ? t->values[i].exact
								       : t->values[i].value;
	}
	try_values(s, a, t, numbers, 2 * t->value_count, tallies);
	for (uint32_t i = 0; i < t->value_count; i++) {
		struct suggest_value *v = &t->values[i];
		bool is_exact = is_too_round(v, &tallies[2 * i], &tallies[2 * i + 1]);

		v->value = is_exact ? v->exact : v->value;
		v->tally = tallies[2 * i + is_exact];
	}
}

void suggest_one(struct suggest *s, struct arena *a, uint32_t which)
{
	struct suggest_threshold *t = &s->thresholds[which];
	bool wants_least = t->op == PLAN_LT || t->op == PLAN_LE;

	samples_take(&t->samples, a, &s->variants.at[0], t->rule, t->signal, wants_least, s->traces,
		     s->trace_count);
	t->values[t->value_count++] = (struct suggest_value){
		.why = SUGGEST_WRITTEN,
		.is_reached = true,
		.value = t->param == PLAN_NONE ? t->bound->value : s->plan->params[t->param].value,
	};
	if (t->samples.distinct_count > 1) {
		find_shares(s, a, t);
		find_gap(s, t);
	}
	measure(s, a, t);
}
