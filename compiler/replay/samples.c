// SPDX-License-Identifier: GPL-2.0
#include "samples.h"

#include <stdlib.h>

#include "base/arena.h"
#include "replay.h"

/* Of more than that, every second, third ... row is taken. */
#define SAMPLES_MAX 4000000

struct taker {
	struct samples *samples;
	struct evaluation *e;
	const struct plan_rule *rule;
	const struct plan_expr *expr;
	bool wants_least;
};

static void take(struct taker *t, struct mmp_value v)
{
	if (v.is_known)
		t->samples->sorted[t->samples->count++] = v.n;
	else
		t->samples->unknown++;
}

static bool is_further(const struct taker *t, struct mmp_value v, struct mmp_value than)
{
	if (!v.is_known)
		return false;
	return !than.is_known || (t->wants_least ? v.n < than.n : v.n > than.n);
}

static void take_any(struct taker *t)
{
	const struct plan_group *g = &t->e->plan->groups[t->rule->any_group];
	struct mmp_value best = mmp_unknown();

	for (uint32_t row = 0; row < g->rows; row++) {
		struct mmp_value v;

		if (!t->e->used[g->row_base + row])
			continue;
		v = evaluate_number(t->e, t->expr, row, NULL);
		if (is_further(t, v, best))
			best = v;
	}
	take(t, best);
}

static void take_row(struct taker *t)
{
	if (plan_asks_any(t->e->plan, t->rule, t->expr)) {
		take_any(t);
		return;
	}
	for (uint32_t row = 0; row < t->rule->rows; row++)
		if (evaluation_shows(t->e, t->rule, row))
			take(t, evaluate_number(t->e, t->expr, row, NULL));
}

static int compare(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void sort(struct samples *s, struct arena *a)
{
	qsort(s->sorted, s->count, sizeof(*s->sorted), compare);
	s->distinct = arena_array(a, int64_t, s->count + 1);
	for (uint64_t i = 0; i < s->count; i++)
		if (!i || s->sorted[i] != s->sorted[i - 1])
			s->distinct[s->distinct_count++] = s->sorted[i];
}

void samples_take(struct samples *s, struct arena *a, struct evaluation *e,
		  const struct plan_rule *r, const struct plan_expr *x, bool wants_least,
		  const struct trace *traces, uint32_t trace_count)
{
	struct taker t = { s, e, r, x, wants_least };
	uint64_t rows = 0, stride;

	for (uint32_t i = 0; i < trace_count; i++)
		rows += (uint64_t)traces[i].rows * r->rows;
	stride = 1 + rows / SAMPLES_MAX;
	*s = (struct samples){ .sorted = arena_array(a, int64_t,
						     rows / stride + r->rows * trace_count) };
	for (uint32_t i = 0; i < trace_count; i++) {
		replay_claim_rows(e, &traces[i]);
		for (uint32_t row = 0; row < traces[i].rows; row += (uint32_t)stride) {
			replay_give_row(e, &traces[i], row);
			take_row(&t);
		}
	}
	sort(s, a);
}

int64_t samples_quantile(const struct samples *s, double share)
{
	uint64_t at = (uint64_t)(share * (double)(s->count - 1) + 0.5);

	return s->sorted[at];
}

double samples_share(const struct samples *s, int64_t most)
{
	uint64_t low = 0, high = s->count;

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;

		if (s->sorted[middle] <= most)
			low = middle + 1;
		else
			high = middle;
	}
	return s->count ? (double)low / (double)s->count : 0;
}
