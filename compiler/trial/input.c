// SPDX-License-Identifier: GPL-2.0
#include "input.h"

#include <string.h>

#include "base/arena.h"
#include "base/path.h"
#include "parse/ast.h"

enum quantity input_quantity(const struct input *in)
{
	return in->is_percent ? QUANTITY_PERCENT : signal_infos[in->signal].quantity;
}

/* The parts from `first` on, with their dots. The result lives in buf. */
static enum signal_id find_signal(const struct input_name *name, uint32_t first, char *buf,
				  size_t size)
{
	size_t len = 0;

	for (uint32_t i = first; i < name->count; i++) {
		const struct word *w = &name->parts[i];

		if (len + w->len + 2 > size)
			return SIGNAL_COUNT;
		if (i > first)
			buf[len++] = '.';
		memcpy(buf + len, w->text, w->len);
		len += w->len;
	}
	buf[len] = '\0';
	return signal_find(buf, len);
}

static bool find_group(const struct plan *p, const struct word *w, uint32_t *ret_group)
{
	for (uint32_t i = 0; i < p->group_count; i++)
		if (word_is_path(w, p->groups[i].name)) {
			*ret_group = i;
			return true;
		}
	return false;
}

static bool find_scope(const struct plan *p, const struct word *w, struct input *in)
{
	in->scope = PLAN_OF_GROUP;
	if (find_group(p, w, &in->group))
		return true;
	if (w->is_quoted)
		return false;
	if (word_is(w, "system"))
		in->scope = PLAN_OF_SYSTEM;
	else if (word_is(w, "self"))
		in->scope = PLAN_OF_SELF;
	else if (word_is(w, "parent"))
		in->scope = PLAN_OF_PARENT;
	else
		return false;
	return true;
}

static unsigned scope_mask(enum plan_scope scope)
{
	switch (scope) {
	case PLAN_OF_GROUP:
	case PLAN_OF_PARENT:
		return OF_CGROUP;
	case PLAN_OF_SELF:
		return OF_SELF;
	case PLAN_OF_SYSTEM:
		return OF_SYSTEM;
	}
	return 0;
}

bool input_is(const struct input *in, const struct plan_signal *s)
{
	enum signal_id id = in->signal == SIGNAL_PSI ? SIGNAL_PSI_SOME_AVG10 : in->signal;

	if (s->id != id || s->scope != in->scope)
		return false;
	if (s->scope == PLAN_OF_GROUP && s->group != in->group)
		return false;
	return !in->window_ns || in->window_ns == s->window_ns;
}

/* What a limit can be computed from. */
static bool is_limit(const struct input *in)
{
	return in->signal == SIGNAL_MAX || in->signal == SIGNAL_LIMIT ||
	       in->signal == SIGNAL_MEM_TOTAL;
}

/* Whether a limit of the input's cgroup is one of that group too. */
static bool is_above(const struct plan *p, const struct input *in, uint32_t group)
{
	const struct plan_group *g = &p->groups[group], *above;

	if (in->scope != PLAN_OF_GROUP || in->group == group || in->signal == SIGNAL_LIMIT)
		return in->scope != PLAN_OF_GROUP || in->group == group;
	above = &p->groups[in->group];
	return !above->is_glob && path_is_at_or_below(g->absolute, above->absolute);
}

/*
 * `up to` and pace need usage and the limit without a signal in the plan, and each form of usage is
 * computed from the other by the limit.
 */
static bool is_asked_by_hooks(const struct plan *p, const struct input *in)
{
	bool is_usage = in->signal == SIGNAL_USAGE && in->scope == PLAN_OF_GROUP;

	if (!is_usage &&
	    (!is_limit(in) || in->scope == PLAN_OF_SELF || in->scope == PLAN_OF_PARENT))
		return false;
	for (uint32_t i = 0; i < p->rule_count; i++) {
		const struct plan_rule *r = &p->rules[i];

		if (r->group != PLAN_NONE && is_above(p, in, r->group) &&
		    ((r->action == ACTION_PROTECT && r->protect.up_to.is_given) ||
		     (r->action == ACTION_RECLAIM && !r->reclaim.no_pace)))
			return true;
	}
	for (uint32_t i = 0; i < p->signal_count; i++)
		if ((p->signals[i].id == SIGNAL_USAGE || p->signals[i].id == SIGNAL_LIMIT) &&
		    p->signals[i].scope == PLAN_OF_GROUP && is_above(p, in, p->signals[i].group))
			return true;
	return false;
}

static bool is_read(const struct plan *p, const struct input *in)
{
	for (uint32_t i = 0; i < p->signal_count; i++)
		if (input_is(in, &p->signals[i]))
			return true;
	return is_asked_by_hooks(p, in);
}

enum input_problem input_find(const struct plan *p, const struct input_name *name,
			      struct input *ret_input)
{
	struct input in = { .row = name->row, .window_ns = name->window_ns };
	char text[64];

	if (find_scope(p, &name->parts[0], &in)) {
		in.signal = find_signal(name, 1, text, sizeof(text));
	} else {
		/* Signals that only the machine has need no scope. */
		in.signal = find_signal(name, 0, text, sizeof(text));
		if (in.signal == SIGNAL_COUNT || signal_infos[in.signal].scopes != OF_SYSTEM)
			return INPUT_NO_SCOPE;
		in.scope = PLAN_OF_SYSTEM;
	}
	if (in.signal == SIGNAL_COUNT || !(signal_infos[in.signal].scopes & scope_mask(in.scope)))
		return INPUT_NO_SIGNAL;
	if (in.row && (in.scope != PLAN_OF_GROUP || in.row >= p->groups[in.group].rows))
		return INPUT_NO_ROW;
	in.is_read = is_read(p, &in);
	*ret_input = in;
	return INPUT_OK;
}

const char *input_nearest_scope(const struct plan *p, struct arena *a, const struct word *part)
{
	const char **words = arena_array(a, const char *, p->group_count + 3);
	uint32_t n = 0;

	for (uint32_t i = 0; i < p->group_count; i++)
		words[n++] = p->groups[i].name;
	words[n++] = "system";
	words[n++] = "self";
	words[n++] = "parent";
	return nearest_word(part->text, part->len, words, n);
}

const char *input_nearest_signal(const struct input_name *name, struct arena *a)
{
	const char *words[SIGNAL_COUNT];
	char text[64];

	if (find_signal(name, 1, text, sizeof(text)) != SIGNAL_COUNT)
		return NULL;
	for (int i = 0; i < SIGNAL_COUNT; i++)
		words[i] = signal_infos[i].name;
	return nearest_word(text, strlen(text), words, SIGNAL_COUNT);
}

void input_claim(struct evaluation *e, const struct input *in)
{
	if (in->scope == PLAN_OF_GROUP)
		e->used[e->plan->groups[in->group].row_base + in->row] = true;
}

void inputs_begin(struct evaluation *e)
{
	for (uint32_t i = 0; i < e->plan->signal_rows; i++)
		e->signals[i] = mmp_unknown();
	for (uint32_t i = 0; i < e->plan->signal_count; i++)
		e->self[i] = mmp_unknown();
	for (uint32_t i = 0; i < e->plan->slot_rows; i++)
		e->usage[i] = e->share[i] = e->limit[i] = e->most[i] = mmp_unknown();
}

static void give_slot(struct evaluation *e, const struct input *in, struct mmp_value value)
{
	const struct plan_group *g = &e->plan->groups[in->group];
	uint32_t slot = g->row_base + in->row;

	if (in->signal == SIGNAL_USAGE)
		(in->is_percent ? e->share : e->usage)[slot] = value;
	else if (in->signal == SIGNAL_LIMIT)
		e->limit[slot] = value;
}

/* A limit of the cgroup, of one above it, or of the machine: the smallest counts. */
static void give_limit(struct evaluation *e, const struct input *in, struct mmp_value value)
{
	const struct plan *p = e->plan;

	for (uint32_t group = 0; group < p->group_count && value.is_known; group++) {
		const struct plan_group *g = &p->groups[group];

		if (!is_above(p, in, group))
			continue;
		for (uint32_t row = 0; row < g->rows; row++) {
			struct mmp_value *most = &e->most[g->row_base + row];

			if (in->scope == PLAN_OF_GROUP && in->group == group && in->row != row)
				continue;
			if (!most->is_known || value.n < most->n)
				*most = value;
		}
	}
}

/* Nothing is a share of 0 of any whole. */
static bool has_form(const struct input *in, const struct plan_signal *s, struct mmp_value value)
{
	return s->is_percent == in->is_percent || (value.is_known && !value.n);
}

void input_give(struct evaluation *e, const struct input *in, struct mmp_value value)
{
	if (in->scope == PLAN_OF_GROUP)
		give_slot(e, in, value);
	if ((in->signal == SIGNAL_MAX && in->scope == PLAN_OF_GROUP) ||
	    in->signal == SIGNAL_MEM_TOTAL)
		give_limit(e, in, value);
	for (uint32_t i = 0; i < e->plan->signal_count; i++) {
		const struct plan_signal *s = &e->plan->signals[i];
		uint32_t row = s->rows > 1 ? in->row : 0;

		if (!input_is(in, s) || !has_form(in, s, value))
			continue;
		if (s->scope == PLAN_OF_SELF)
			e->self[i] = value;
		else if (in->scope == PLAN_OF_GROUP)
			e->signals[s->row_base + row] = value;
		else /* a value of `parent` holds for each match */
			for (row = 0; row < s->rows; row++)
				e->signals[s->row_base + row] = value;
	}
}

/* In pages, as the kernel counts, so that the product fits. A share of 0 is 0. */
static struct mmp_value share_of(struct mmp_value part, struct mmp_value whole)
{
	struct mmp_value page = mmp_known(4096);

	if (part.is_known && (!part.n || (whole.is_known && whole.n < page.n)))
		return mmp_known(0);
	return mmp_div(mmp_mul(mmp_div(part, page), mmp_known(10000)), mmp_div(whole, page));
}

/* Usage in one form gives the other where the limit is known. */
static void derive_slot(struct evaluation *e, uint32_t slot)
{
	if (!e->limit[slot].is_known)
		e->limit[slot] = e->most[slot];
	if (!e->usage[slot].is_known)
		e->usage[slot] = mmp_div(mmp_mul(e->share[slot], e->limit[slot]), mmp_known(10000));
	if (!e->share[slot].is_known)
		e->share[slot] = share_of(e->usage[slot], e->limit[slot]);
}

void inputs_end(struct evaluation *e)
{
	for (uint32_t slot = 0; slot < e->plan->slot_rows; slot++)
		derive_slot(e, slot);
	for (uint32_t i = 0; i < e->plan->signal_count; i++) {
		const struct plan_signal *s = &e->plan->signals[i];
		const struct mmp_value *form = s->id == SIGNAL_LIMIT ? e->limit
					       : s->is_percent	     ? e->share
								     : e->usage;

		if ((s->id != SIGNAL_USAGE && s->id != SIGNAL_LIMIT) || s->scope != PLAN_OF_GROUP)
			continue;
		for (uint32_t row = 0; row < s->rows; row++)
			e->signals[s->row_base + row] =
				form[e->plan->groups[s->group].row_base + row];
	}
}
