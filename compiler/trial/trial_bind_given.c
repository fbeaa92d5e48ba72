// SPDX-License-Identifier: GPL-2.0
/* A trial's inputs: series for signals, values for params, the mode. */
#include "trial_binder.h"

#include "base/arena.h"
#include "base/bug.h"

static bool input_finding(struct binder *b, const struct trial_name *n,
			  const struct input_name *name, enum input_problem problem)
{
	const struct word *first = &n->parts[0];
	struct diag *d;

	switch (problem) {
	case INPUT_OK:
		return true;
	case INPUT_NO_SCOPE:
		d = diag_add(b->ds, DIAG_UNKNOWN_NAME, first->span, "the policy has no cgroup '%s'",
			     first->text);
		if (signal_find(first->text, first->len) != SIGNAL_COUNT)
			diag_hint(b->ds, d, "a series is of a signal of a cgroup: write CGROUP.%s",
				  binder_text(b, n->span));
		diag_did_you_mean(b->ds, d, input_nearest_scope(b->plan, b->arena, first));
		return false;
	case INPUT_NO_SIGNAL:
		d = diag_add(b->ds, DIAG_UNKNOWN_SIGNAL, n->span, "'%s' has no such signal",
			     first->text);
		diag_did_you_mean(b->ds, d, input_nearest_signal(name, b->arena));
		return false;
	case INPUT_NO_ROW:
		diag_add(b->ds, DIAG_OUT_OF_RANGE, n->span, "'%s' is not a glob: it has one match",
			 first->text);
		return false;
	}
	BUG("input problem %d", problem);
}

/* The last one would count, and the other would test nothing. */
static bool is_given_once(struct binder *b, const struct trial_series *s, const struct input *in)
{
	for (uint32_t i = 0; i < b->out->input_count; i++) {
		const struct input *other = &b->out->inputs[i];

		if (other->scope != in->scope || other->group != in->group ||
		    other->signal != in->signal || other->row != in->row ||
		    other->window_ns != in->window_ns || other->is_percent != in->is_percent)
			continue;
		diag_add(b->ds, DIAG_REDEFINED, s->name.span, "'%s' has a series already",
			 in->name);
		return false;
	}
	return true;
}

bool trial_bind_series(struct binder *b, const struct trial_series *s)
{
	struct input *in = &b->out->inputs[b->out->input_count];
	struct input_name name = { .parts = s->name.parts, .count = s->name.count };

	if (!binder_row(b, s->name.match, &name.row))
		return false;
	if (s->name.window &&
	    !amount_read(b->ds, s->name.window, QUANTITY_DURATION, &name.window_ns))
		return false;
	if (!input_finding(b, &s->name, &name, input_find(b->plan, &name, in)))
		return false;
	in->name = binder_text(b, s->name.span);
	if (!in->is_read) {
		struct diag *d = diag_add(b->ds, DIAG_UNKNOWN_SIGNAL, s->name.span,
					  "the policy does not read '%s'", in->name);

		diag_hint(b->ds, d, "a series that nothing reads tests nothing: remove it");
		return false;
	}
	in->is_percent = signal_infos[in->signal].traits & OR_PERCENT &&
			 series_has_percent(s->items);
	if (!is_given_once(b, s, in))
		return false;
	if (!series_read(b->arena, b->ds, s->items, input_quantity(in),
			 &b->out->series[b->out->input_count]))
		return false;
	b->out->input_count++;
	return true;
}

static bool bind_mode(struct binder *b, const struct word *w)
{
	static const char *const modes[] = { "enforce", "monitor" };
	struct diag *d;

	b->out->is_monitor = word_is(w, modes[1]);
	if (b->out->is_monitor || word_is(w, modes[0]))
		return true;
	d = diag_add(b->ds, DIAG_UNKNOWN_NAME, w->span, "there is no mode '%s'", w->text);
	diag_did_you_mean(b->ds, d, nearest_word(w->text, w->len, modes, ARRAY_SIZE(modes)));
	diag_hint(b->ds, d, "write 'set mode = enforce' or 'set mode = monitor'");
	return false;
}

static bool is_in_range(struct binder *b, const struct plan_param *p, const struct word *w,
			int64_t value)
{
	char low[64], high[64];
	struct diag *d;

	if (value >= p->low && value <= p->high)
		return true;
	quantity_print(low, sizeof(low), p->quantity, p->low);
	quantity_print(high, sizeof(high), p->quantity, p->high);
	d = diag_add(b->ds, DIAG_PARAM_OUT_OF_RANGE, w->span, "'%s' is outside the range of '%s'",
		     w->text, p->name);
	diag_hint(b->ds, d, "it goes from %s to %s", low, high);
	return false;
}

bool trial_bind_set(struct binder *b, const struct trial_set *s)
{
	const char **names = arena_array(b->arena, const char *, b->plan->param_count + 1);
	struct diag *d;
	int64_t value;

	for (uint32_t i = 0; i < b->plan->param_count; i++) {
		const struct plan_param *p = &b->plan->params[i];

		names[i] = p->name;
		if (!word_is(&s->param, p->name))
			continue;
		if (!amount_read(b->ds, s->value, p->quantity, &value))
			return false;
		if (!is_in_range(b, p, &s->value->word, value))
			return false;
		b->out->params[i] = value;
		return true;
	}
	if (word_is(&s->param, "mode"))
		return bind_mode(b, &s->value->word);
	d = diag_add(b->ds, DIAG_UNKNOWN_NAME, s->param.span, "the policy has no param '%s'",
		     s->param.text);
	diag_did_you_mean(b->ds, d,
			  nearest_word(s->param.text, s->param.len, names, b->plan->param_count));
	return false;
}
