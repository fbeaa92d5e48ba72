// SPDX-License-Identifier: GPL-2.0
/* How fast a rule can follow its signals, and how fast it should. */
#include "check_impl.h"

#include "base/arena.h"

#define SHORT_WINDOW 2000000000LL
#define AVG10_NS 10000000000LL

static bool is_short_window(const struct plan *p, const struct plan_signal *s, void *data)
{
	return s->window_ns && s->window_ns <= SHORT_WINDOW;
}

/* Enter at 100, leave at half of it: the line to add, where the condition is that simple. */
static const char *until_line(struct checker *c, const struct facts *f)
{
	const struct plan_expr *x = f->plan->when;
	char half[32];
	int64_t bound;

	if ((x->op != PLAN_GT && x->op != PLAN_GE) || x->a->op != PLAN_SIGNAL ||
	    !plan_constant(c->plan, x->b, &bound) || bound < 2)
		return NULL;
	return arena_printf(c->arena, "until %s < %s", checker_excerpt(c, x->a->span),
			    quantity_print(half, sizeof(half), x->a->quantity, bound / 2));
}

CHECK_RULE(flapping)
{
	const struct modifier *when = modifier_of(f, MODIFIER_WHEN);
	const char *line;
	struct diag *d;

	if (!when || !f->plan->when || f->is_dead || f->plan->until || f->plan->hold.is_given ||
	    f->plan->cooldown.is_given ||
	    !any_signal(c->plan, f->plan->when, is_short_window, NULL))
		return;
	d = diag_add(c->ds, DIAG_FLAPPING, when->span,
		     "the rule switches on and off as fast as its signal crosses the bound");
	line = until_line(c, f);
	if (line)
		diag_hint(c->ds, d, "add for example '%s', or 'hold 2s'", line);
	else
		diag_hint(c->ds, d, "add an 'until' with some distance, or for example 'hold 2s'");
}

static bool is_below_tick(const struct plan *p, const struct plan_signal *s, void *data)
{
	return s->window_ns && s->window_ns < p->tick_ns;
}

/* At the window itself, wherever it is written in the condition. */
static const struct expr *find_short_window(const struct expr *e, int64_t tick);

static const struct expr *find_in_operands(const struct expr *e, int64_t tick)
{
	const struct expr *found;

	if (e->kind == EXPR_IN) {
		found = find_short_window(e->in.value, tick);
		return found;
	}
	if (e->kind >= EXPR_NUMBER)
		return NULL;
	found = find_short_window(e->left, tick);
	return found || !e->right ? found : find_short_window(e->right, tick);
}

static bool window_is_short(const struct expr *window, int64_t tick)
{
	if (window->kind == EXPR_NUMBER)
		return window->number.value < tick;
	return window->kind == EXPR_DOLLAR && window->dollar.value < tick;
}

static const struct expr *find_short_window(const struct expr *e, int64_t tick)
{
	if (e->kind != EXPR_NAME)
		return find_in_operands(e, tick);
	if (e->name.ref == REF_CONDITION)
		return find_short_window(e->name.condition->condition, tick);
	return e->name.window && window_is_short(e->name.window, tick) ? e->name.window : NULL;
}

CHECK_RULE(window_below_tick)
{
	static const enum modifier_id conditions[] = { MODIFIER_WHEN, MODIFIER_UNTIL };

	for (int i = 0; c->has_short_window && i < 2; i++) {
		const struct modifier *m = modifier_of(f, conditions[i]);
		const struct expr *window = m ? find_short_window(m->timed.condition,
								  c->plan->tick_ns)
					      : NULL;
		struct diag *d;

		if (window) {
			d = diag_add(c->ds, DIAG_WINDOW_BELOW_TICK, window->span,
				     "the window is shorter than the tick of %s, so it sees one "
				     "sample at most",
				     duration_text(c, c->plan->tick_ns));
			diag_hint(c->ds, d, "widen the window, or shorten the tick: 'tick %s'",
				  checker_excerpt(c, window->span));
			continue;
		}
		/*
		 * The default window under a long tick is not written anywhere, so it has no place.
		 */
		if (!m ||
		    !any_signal(c->plan, i ? f->plan->until : f->plan->when, is_below_tick, NULL))
			continue;
		d = diag_add(c->ds, DIAG_WINDOW_BELOW_TICK, condition_span(f, conditions[i]),
			     "the default window of 1s is shorter than the tick of %s",
			     duration_text(c, c->plan->tick_ns));
		diag_hint(c->ds, d, "name a window, such as 'pgfault_rate[%s]'",
			  duration_text(c, 2 * c->plan->tick_ns));
	}
}

static bool is_avg10(const struct plan *p, const struct plan_signal *s, void *data)
{
	return s->id == SIGNAL_PSI_SOME_AVG10 || s->id == SIGNAL_PSI_FULL_AVG10;
}

static void check_lag(struct checker *c, const struct modifier *m, const struct plan_expr *x)
{
	int64_t duration;
	struct diag *d;

	if (!m || !m->timed.duration || !any_signal(c->plan, x, is_avg10, NULL))
		return;
	duration = m->timed.duration->kind == EXPR_NUMBER ? m->timed.duration->number.value
							  : m->timed.duration->dollar.value;
	if (duration <= 0 || duration >= AVG10_NS)
		return;
	d = diag_add(c->ds, DIAG_AVERAGE_LAGS, m->timed.duration->span,
		     "a 10 s average takes about 10 s to fall, so '%s' of it says little",
		     checker_excerpt(c, m->timed.duration->span));
	diag_hint(c->ds, d, "write 'for 10s' or more, or leave 'for' out");
}

CHECK_RULE(average_lags)
{
	check_lag(c, modifier_of(f, MODIFIER_WHEN), f->plan->when);
	check_lag(c, modifier_of(f, MODIFIER_UNTIL), f->plan->until);
}
