// SPDX-License-Identifier: GPL-2.0
/* What the words of a trial mean in its policy. */
#include "trial_binder.h"

#include <string.h>

#include "base/arena.h"
#include "base/bug.h"
#include "plan/words.h"
#include "trial_call.h"

#define MAX_TICKS SERIES_MAX_VALUES

enum object { OF_GROUP = 1, OF_RULE = 2, OF_PROCESS = 4, OF_MESSAGE = 8, OF_NOTHING = 16 };

static const struct {
	const char *word;
	enum subject subject;
	enum quantity quantity;
	unsigned objects;
} subjects[] = {
	{ "protect", SUBJECT_PROTECT, QUANTITY_CONDITION, OF_GROUP | OF_RULE },
	{ "throttle", SUBJECT_DELAY, QUANTITY_DURATION, OF_GROUP | OF_RULE },
	{ "delay", SUBJECT_DELAY, QUANTITY_DURATION, OF_GROUP | OF_RULE },
	{ "reclaim", SUBJECT_RECLAIM, QUANTITY_CONDITION, OF_GROUP | OF_RULE },
	{ "thp", SUBJECT_ORDER, QUANTITY_ORDER, OF_PROCESS | OF_NOTHING },
	{ "order", SUBJECT_ORDER, QUANTITY_ORDER, OF_PROCESS | OF_NOTHING },
	{ "notify", SUBJECT_NOTIFY, QUANTITY_CONDITION, OF_RULE | OF_MESSAGE },
	{ "active", SUBJECT_ACTIVE, QUANTITY_CONDITION, OF_RULE },
	{ "state", SUBJECT_STATE, QUANTITY_ENUM, OF_RULE },
	{ "transitions", SUBJECT_TRANSITIONS, QUANTITY_COUNT, OF_GROUP | OF_RULE },
	{ "entered", SUBJECT_ENTERED, QUANTITY_COUNT, OF_GROUP | OF_RULE },
};

bool binder_row(struct binder *b, const struct trial_item *match, uint32_t *ret_row)
{
	int64_t row = 0;

	if (match && !amount_read(b->ds, match, QUANTITY_COUNT, &row))
		return false;
	if (row < 0 || row >= PLAN_GLOB_SLOTS) {
		diag_add(b->ds, DIAG_OUT_OF_RANGE, match->word.span,
			 "the matches of a glob are numbered from 0 to %d", PLAN_GLOB_SLOTS - 1);
		return false;
	}
	*ret_row = (uint32_t)row;
	return true;
}

const char *binder_text(struct binder *b, struct span span)
{
	return arena_strndup(b->arena, b->sources->files[span.file].text + span.start,
			     span.end - span.start);
}

/* Checks */

static bool find_subject(struct binder *b, const struct word *w, struct check *c,
			 unsigned *ret_objects)
{
	const char *words[ARRAY_SIZE(subjects)];
	struct diag *d;

	for (size_t i = 0; i < ARRAY_SIZE(subjects); i++) {
		words[i] = subjects[i].word;
		if (!word_is(w, subjects[i].word))
			continue;
		c->subject = subjects[i].subject;
		c->quantity = subjects[i].quantity;
		*ret_objects = subjects[i].objects;
		return true;
	}
	d = diag_add(b->ds, DIAG_UNKNOWN_NAME, w->span, "nothing can be expected of '%s'", w->text);
	if (nearest_word(w->text, w->len, words, ARRAY_SIZE(words)))
		diag_did_you_mean(b->ds, d,
				  nearest_word(w->text, w->len, words, ARRAY_SIZE(words)));
	else
		diag_hint(b->ds, d,
			  "write protect, throttle, reclaim, thp, notify, active, state, "
			  "transitions or entered");
	return false;
}

/* The names that could stand there, for the nearest one. */
static const char *nearest_object(struct binder *b, const struct word *w, unsigned objects)
{
	const struct plan *p = b->plan;
	const char **words = arena_array(b->arena, const char *,
					 p->group_count + 2 * p->rule_count + p->process_count + 1);
	uint32_t n = 0;

	for (uint32_t i = 0; objects & OF_GROUP && i < p->group_count; i++)
		words[n++] = p->groups[i].name;
	for (uint32_t i = 0; objects & OF_RULE && i < p->rule_count; i++)
		words[n++] = p->rules[i].name;
	for (uint32_t i = 0; objects & OF_PROCESS && i < p->process_count; i++)
		words[n++] = p->processes[i].name;
	for (uint32_t i = 0; objects & OF_MESSAGE && i < p->rule_count; i++)
		if (p->rules[i].action == ACTION_NOTIFY)
			words[n++] = p->rules[i].notify.message;
	return nearest_word(w->text, w->len, words, n);
}

static bool find_rule(const struct plan *p, const struct word *w, unsigned objects, struct check *c)
{
	for (uint32_t i = 0; objects & (OF_RULE | OF_MESSAGE) && i < p->rule_count; i++) {
		const struct plan_rule *r = &p->rules[i];

		if (word_is_path(w, r->name) ||
		    (objects & OF_MESSAGE && r->action == ACTION_NOTIFY &&
		     word_is(w, r->notify.message))) {
			c->rule = r;
			return true;
		}
	}
	return false;
}

static bool find_object(struct binder *b, const struct word *w, unsigned objects, struct check *c)
{
	const struct plan *p = b->plan;

	if (find_rule(p, w, objects, c))
		return true;
	for (uint32_t i = 0; objects & OF_GROUP && i < p->group_count; i++)
		if (word_is_path(w, p->groups[i].name)) {
			c->group = i;
			return true;
		}
	for (uint32_t i = 0; objects & OF_PROCESS && i < p->process_count; i++)
		if (word_is(w, p->processes[i].name)) {
			c->process = i;
			return true;
		}
	return false;
}

/* The first rule on a cgroup that was written where a rule's name is wanted, or NULL. */
static const char *rule_on(const struct plan *p, const struct word *w)
{
	for (uint32_t i = 0; i < p->rule_count; i++)
		if (p->rules[i].group != PLAN_NONE &&
		    word_is_path(w, p->groups[p->rules[i].group].name))
			return p->rules[i].name;
	return NULL;
}

static void hint_object(struct binder *b, struct diag *d, const struct trial_name *n,
			unsigned objects, const struct check *c)
{
	const char *nearest = nearest_object(b, &n->parts[0], objects);

	if (!nearest && objects == OF_RULE)
		nearest = rule_on(b->plan, &n->parts[0]);
	if (nearest)
		diag_did_you_mean(b->ds, d, nearest);
	else if (objects & OF_NOTHING)
		diag_hint(b->ds, d, "%s() asks for a process that the policy does not name",
			  c->expect->subject.text);
	else if (objects & OF_RULE)
		diag_hint(b->ds, d, "'mmpc describe' shows the names of the rules");
}

static bool bind_object(struct binder *b, const struct trial_name *n, unsigned objects,
			struct check *c)
{
	struct diag *d;

	c->group = c->process = PLAN_NONE;
	if (!n->count) {
		if (objects & OF_NOTHING)
			return true;
		diag_add(b->ds, DIAG_SYNTAX, n->span, "this needs a name in the parentheses");
		return false;
	}
	if (!binder_row(b, n->match, &c->row))
		return false;
	if (n->count == 1 && find_object(b, &n->parts[0], objects, c))
		return true;
	d = diag_add(b->ds, DIAG_UNKNOWN_NAME, n->span, "the policy has no %s '%s'",
		     objects & OF_PROCESS   ? "process"
		     : objects & OF_GROUP   ? "cgroup or rule"
		     : objects & OF_MESSAGE ? "notify rule"
					    : "rule",
		     n->count == 1 && !n->match ? n->parts[0].text : binder_text(b, n->span));
	hint_object(b, d, n, objects, c);
	return false;
}

static bool has_row(struct binder *b, const struct check *c, const struct trial_name *n)
{
	uint32_t rows = c->rule			? c->rule->rows
			: c->group != PLAN_NONE ? b->plan->groups[c->group].rows
						: 1;

	if (c->row < rows)
		return true;
	diag_add(b->ds, DIAG_OUT_OF_RANGE, n->span, "'%s' has one match", n->parts[0].text);
	return false;
}

/*
 * protect(rule) is about rules that protect, and so on: for any other rule it would never be true.
 */
static bool is_of_action(struct binder *b, const struct check *c)
{
	static const enum action actions[SUBJECT_COUNT] = {
		[SUBJECT_PROTECT] = ACTION_PROTECT,
		[SUBJECT_DELAY] = ACTION_THROTTLE,
		[SUBJECT_RECLAIM] = ACTION_RECLAIM,
		[SUBJECT_NOTIFY] = ACTION_NOTIFY,
	};
	struct diag *d;

	if (!c->rule || c->subject >= SUBJECT_ACTIVE || c->subject == SUBJECT_ORDER ||
	    c->rule->action == actions[c->subject])
		return true;
	d = diag_add(b->ds, DIAG_UNKNOWN_NAME, c->expect->object.span, "rule '%s' is not a %s rule",
		     c->rule->name, action_infos[actions[c->subject]].word);
	diag_hint(b->ds, d, "'active(%s)' asks whether it is active", c->rule->name);
	return false;
}

static bool bind_level(struct binder *b, struct check *c)
{
	const struct word *level = &c->expect->level;

	c->at_low = c->at_min = !level->text;
	if (!level->text)
		return true;
	c->at_low = word_is(level, "low");
	c->at_min = word_is(level, "min");
	if (c->subject == SUBJECT_PROTECT && (c->at_low || c->at_min))
		return true;
	diag_add(b->ds, DIAG_SYNTAX, level->span, "only 'low' or 'min' of protect can stand here");
	return false;
}

/* A word of an enumeration; count where there is none. */
static int64_t word_index(const struct word *w, const char *const *words, size_t count)
{
	size_t i = 0;

	while (i < count && !word_is(w, words[i]))
		i++;
	return (int64_t)i;
}

static const char *one_of(struct binder *b, const char *const *words, size_t count)
{
	const char *text = words[0];

	for (size_t i = 1; i < count; i++)
		text = arena_printf(b->arena, "%s%s%s", text, i + 1 < count ? ", " : " or ",
				    words[i]);
	return text;
}

static bool bind_word_value(struct binder *b, struct check *c, const char *const *words,
			    size_t count)
{
	const struct word *w = &c->expect->value->word;
	struct diag *d;

	c->value = word_index(w, words, count);
	if (c->value < (int64_t)count)
		return true;
	d = diag_add(b->ds, DIAG_QUANTITY_MISMATCH, w->span, "'%s' is not an answer of '%s'",
		     w->text, c->expect->subject.text);
	if (nearest_word(w->text, w->len, words, count))
		diag_did_you_mean(b->ds, d, nearest_word(w->text, w->len, words, count));
	else
		diag_hint(b->ds, d, "write %s", one_of(b, words, count));
	return false;
}

static bool bind_value(struct binder *b, struct check *c)
{
	static const char *const truths[] = { "false", "true" };

	if (c->quantity == QUANTITY_CONDITION)
		return bind_word_value(b, c, truths, ARRAY_SIZE(truths));
	if (c->quantity == QUANTITY_ENUM)
		return bind_word_value(b, c, plan_state_words.list, MMP_STATE_COUNT);
	return amount_read(b->ds, c->expect->value, c->quantity, &c->value);
}

static bool tick_of(struct binder *b, const struct trial_item *item, uint32_t *ret_tick)
{
	int64_t ns, tick = b->out->tick_ns;
	struct diag *d;
	char text[64];

	if (!amount_read(b->ds, item, QUANTITY_DURATION, &ns))
		return false;
	if (ns >= 0 && ns / tick >= MAX_TICKS) {
		diag_add(b->ds, DIAG_OUT_OF_RANGE, item->word.span,
			 "'%s' is past the end that a test may have, %d ticks", item->word.text,
			 MAX_TICKS);
		return false;
	}
	if (ns >= 0 && !(ns % tick)) {
		*ret_tick = (uint32_t)(ns / tick);
		return true;
	}
	quantity_print(text, sizeof(text), QUANTITY_DURATION, tick);
	d = diag_add(b->ds, DIAG_OUT_OF_RANGE, item->word.span, "'%s' is not a tick of this test",
		     item->word.text);
	diag_hint(b->ds, d, "ticks are %s apart, from 0s", text);
	return false;
}

static bool bind_time(struct binder *b, struct check *c)
{
	if (c->expect->when == TRIAL_ALWAYS)
		return true; /* until the end, which is not known yet */
	if (!tick_of(b, c->expect->from, &c->from) || !tick_of(b, c->expect->to, &c->to))
		return false;
	if (c->expect->when == TRIAL_AT && c->quantity == QUANTITY_COUNT)
		c->from = 0;
	if (c->from <= c->to)
		return true;
	diag_add(b->ds, DIAG_OUT_OF_RANGE, c->expect->to->word.span, "this ends before it begins");
	return false;
}

/* White space folded, so that it fits on a line. */
static const char *folded(struct binder *b, struct span span)
{
	char *text = arena_strndup(b->arena, binder_text(b, span), span.end - span.start);
	char *to = text;

	for (const char *from = text; *from; from++) {
		bool is_space = strchr(" \t\r\n", *from);

		if (is_space && to > text && to[-1] == ' ')
			continue;
		*to++ = is_space ? ' ' : *from;
	}
	*to = '\0';
	return text;
}

static bool bind_check(struct binder *b, const struct trial_expect *x)
{
	struct check *c = &b->out->checks[b->out->check_count];
	unsigned objects;

	*c = (struct check){ .expect = x, .text = folded(b, x->span) };
	if (!find_subject(b, &x->subject, c, &objects) || !bind_object(b, &x->object, objects, c) ||
	    !has_row(b, c, &x->object) || !is_of_action(b, c))
		return false;
	if (!bind_level(b, c) || !bind_value(b, c) || !bind_time(b, c))
		return false;
	if (x->has_call && c->subject != SUBJECT_ORDER) {
		diag_add(b->ds, DIAG_SYNTAX, x->arguments->name.span,
			 "only thp(...) takes the arguments of a call");
		return false;
	}
	if (c->subject == SUBJECT_ORDER &&
	    !trial_call_bind(b->arena, b->ds, b->plan, c->process, x->arguments, &c->call))
		return false;
	b->out->check_count++;
	return true;
}

static bool bind_tick(struct binder *b)
{
	const struct trial_item *tick = b->out->trial->tick;

	b->out->tick_ns = b->plan->tick_ns;
	if (!tick)
		return true;
	if (!amount_read(b->ds, tick, QUANTITY_DURATION, &b->out->tick_ns))
		return false;
	if (b->out->tick_ns > 0)
		return true;
	diag_add(b->ds, DIAG_OUT_OF_RANGE, tick->word.span, "a tick is longer than nothing");
	return false;
}

static uint32_t longest_series(const struct bound_trial *t)
{
	uint32_t ticks = 0;

	for (uint32_t i = 0; i < t->input_count; i++)
		if (t->series[i].count > ticks)
			ticks = t->series[i].count;
	return ticks;
}

/* What is expected where nothing is known any more holds for no reason. */
static bool is_sampled(struct binder *b, const struct check *c, uint32_t sampled)
{
	struct diag *d;
	char last[64];

	if (!sampled || c->to < sampled || c->expect->when == TRIAL_ALWAYS)
		return true;
	quantity_print(last, sizeof(last), QUANTITY_DURATION, (sampled - 1) * b->out->tick_ns);
	d = diag_add(b->ds, DIAG_OUT_OF_RANGE, c->expect->to->word.span,
		     "'%s' is after the last sample: the longest series ends at %s",
		     c->expect->to->word.text, last);
	diag_hint(b->ds, d,
		  "give a series %u more values; _x%u for ticks in which nothing is known",
		  c->to + 1 - sampled, c->to + 1 - sampled);
	return false;
}

/* The run lasts as long as its longest series; without any, until its last check. */
static bool find_end(struct binder *b)
{
	struct bound_trial *t = b->out;
	uint32_t sampled = longest_series(t);
	bool is_right = true;

	t->ticks = sampled ? sampled : 1;
	for (uint32_t i = 0; i < t->check_count; i++) {
		is_right &= is_sampled(b, &t->checks[i], sampled);
		if (t->checks[i].to + 1 > t->ticks)
			t->ticks = t->checks[i].to + 1;
	}
	for (uint32_t i = 0; i < t->check_count; i++)
		if (t->checks[i].expect->when == TRIAL_ALWAYS)
			t->checks[i].to = t->ticks - 1;
	return is_right;
}

struct bound_trial *trial_bind(struct arena *a, struct diags *ds, const struct sources *sources,
			       const struct plan *p, const struct trial *t)
{
	struct bound_trial *out = arena_new(a, struct bound_trial);
	struct binder b = { .arena = a, .ds = ds, .sources = sources, .plan = p, .out = out };
	bool is_right;

	out->trial = t;
	out->plan = p;
	out->is_monitor = p->is_monitor;
	out->inputs = arena_array(a, struct input, t->series_count + 1);
	out->series = arena_array(a, struct series, t->series_count + 1);
	out->checks = arena_array(a, struct check, t->expect_count + 1);
	out->params = arena_array(a, int64_t, p->param_count + 1);
	for (uint32_t i = 0; i < p->param_count; i++)
		out->params[i] = p->params[i].value;
	is_right = bind_tick(&b);
	if (!is_right)
		return NULL;
	for (const struct trial_set *s = t->sets; s; s = s->next)
		is_right &= trial_bind_set(&b, s);
	for (const struct trial_series *s = t->series; s; s = s->next)
		is_right &= trial_bind_series(&b, s);
	for (const struct trial_expect *x = t->expects; x; x = x->next)
		is_right &= bind_check(&b, x);
	if (!t->expects && !ds->errors) {
		struct diag *d = diag_add(ds, DIAG_SYNTAX, t->span, "this test expects nothing");

		diag_hint(ds, d, "end it with: expect active(RULE) == true at 2s");
		is_right = false;
	}
	return is_right && find_end(&b) ? out : NULL;
}
