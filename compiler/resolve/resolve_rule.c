// SPDX-License-Identifier: GPL-2.0
/* Rules: their targets, their modifiers, and how these depend on each other. */
#include "resolve_impl.h"

#include <string.h>

#include "base/arena.h"
#include "base/bug.h"

#define SWAPPINESS_MAX 200
#define PRIORITY_LIMIT 1000000

/* Modifiers in their place. */

static const char *actions_text(struct resolver *r, unsigned actions)
{
	const char *text = "";

	for (int i = 0; i < ACTION_COUNT; i++)
		if (actions & 1u << i)
			text = arena_printf(r->arena, "%s%s%s", text, *text ? ", " : "",
					    action_infos[i].word);
	return text;
}

/* `at` has a form for each of its actions, in their order. */
static const char *modifier_form(struct resolver *r, enum modifier_id id, enum action action)
{
	const char *form = modifier_infos[id].form, *comma = strstr(form, ", at ");

	if (!comma)
		return form;
	return action == ACTION_PROTECT ? arena_strndup(r->arena, form, comma - form) : comma + 2;
}

/* The modifiers that the action takes, so that the reader need not look them up. */
static const char *modifiers_text(struct resolver *r, enum action action)
{
	const char *text = "";

	for (int i = 0; i < MODIFIER_COUNT; i++)
		if (modifier_infos[i].actions & 1u << action && modifier_infos[i].actions != ON_ALL)
			text = arena_printf(r->arena, "%s%s'%s'", text, *text ? ", " : "",
					    modifier_form(r, i, action));
	return text;
}

static void report_not_here(struct resolver *r, const struct rule *rule, const struct modifier *m)
{
	const struct modifier_info *info = &modifier_infos[m->id];
	const char *own = modifiers_text(r, rule->action);
	const char *word = resolver_excerpt(r, m->span);
	struct diag *d;

	d = diag_add(r->ds, DIAG_MODIFIER_NOT_HERE, m->span, "'%s' does not belong to %s", word,
		     action_infos[rule->action].word);
	diag_hint(r->ds, d, "it goes with %s", actions_text(r, info->actions));
	if (*own)
		diag_hint(r->ds, d, "besides when, until, hold and cooldown, %s takes %s",
			  action_infos[rule->action].word, own);
	else
		diag_hint(r->ds, d, "%s takes when, until, hold and cooldown only",
			  action_infos[rule->action].word);
}

/* *first is the rule's first one of that kind so far. False: it does not belong to the rule. */
static bool place_modifier(struct resolver *r, struct rule *rule, struct modifier *m,
			   const struct modifier **first)
{
	struct diag *d;

	if (!(modifier_infos[m->id].actions & 1u << rule->action)) {
		report_not_here(r, rule, m);
		return false;
	}
	if (!*first) {
		*first = m;
		m->is_taken = true;
		return true;
	}
	d = diag_add(r->ds, DIAG_MODIFIER_TWICE, m->span, "'%s' is given twice",
		     resolver_excerpt(r, m->span));
	diag_note(r->ds, d, (*first)->span, "first given here");
	if (m->id == MODIFIER_WHEN || m->id == MODIFIER_UNTIL)
		diag_hint(r->ds, d, "join the conditions with 'and' or 'or'");
	return false;
}

/* Values. */

static bool resolve_within(struct resolver *r, struct expr *e, enum quantity q, const char *what,
			   int64_t low, int64_t high)
{
	char a[32], b[32];
	int64_t value;

	if (!resolve_value(r, e, q, what))
		return false;
	expr_constant(e, &value, NULL);
	if (value >= low && value <= high)
		return true;
	if (high == INT64_MAX && low == 0)
		diag_add(r->ds, DIAG_OUT_OF_RANGE, e->span, "%s cannot be negative", what);
	else if (high == INT64_MAX)
		diag_add(r->ds, DIAG_OUT_OF_RANGE, e->span, "%s must be more than 0", what);
	else
		diag_add(r->ds, DIAG_OUT_OF_RANGE, e->span, "%s is between %s and %s", what,
			 quantity_print(a, sizeof(a), q, low),
			 quantity_print(b, sizeof(b), q, high));
	return false;
}

static bool resolve_duration(struct resolver *r, struct expr *e, const char *what)
{
	return resolve_within(r, e, QUANTITY_DURATION, what, 0, INT64_MAX);
}

/* Words. */

static bool find_word(struct resolver *r, const struct word *word, const char *const *words,
		      size_t count, const char *what)
{
	struct diag *d;
	const char *nearest, *list = words[0];

	for (size_t i = 0; i < count; i++)
		if (!strcmp(word->text, words[i]))
			return true;
	d = diag_add(r->ds, DIAG_UNKNOWN_NAME, word->span, "there is no %s '%s'", what, word->text);
	nearest = nearest_word(word->text, word->len, words, count);
	for (size_t i = 1; i < count; i++)
		list = arena_printf(r->arena, "%s, %s", list, words[i]);
	if (nearest)
		diag_did_you_mean(r->ds, d, nearest);
	else
		diag_hint(r->ds, d, "it is one of %s", list);
	return false;
}

static bool resolve_at(struct resolver *r, const struct rule *rule, const struct modifier *m)
{
	static const char *const levels[] = { "low", "min" };
	const char *notify_levels[NOTIFY_LEVEL_COUNT];

	if (rule->action == ACTION_PROTECT)
		return find_word(r, &m->words[0], levels, ARRAY_SIZE(levels),
				 "level of protection");
	for (int i = 0; i < NOTIFY_LEVEL_COUNT; i++)
		notify_levels[i] = notify_level_infos[i].word;
	return find_word(r, &m->words[0], notify_levels, NOTIFY_LEVEL_COUNT,
			 "level of notification");
}

static bool resolve_on(struct resolver *r, const struct modifier *m)
{
	const char *kinds[THP_KIND_COUNT];
	bool is_good = true;

	for (int i = 0; i < THP_KIND_COUNT; i++)
		kinds[i] = thp_kind_infos[i].word;
	for (uint32_t i = 0; i < m->word_count; i++) {
		struct diag *d;
		uint32_t j = 0;

		if (!find_word(r, &m->words[i], kinds, THP_KIND_COUNT, "kind of allocation")) {
			is_good = false;
			continue;
		}
		while (strcmp(m->words[j].text, m->words[i].text))
			j++;
		if (j == i)
			continue;
		d = diag_add(r->ds, DIAG_MODIFIER_TWICE, m->words[i].span, "'%s' is named twice",
			     m->words[i].text);
		diag_note(r->ds, d, m->words[j].span, "first named here");
		is_good = false;
	}
	return is_good;
}

/* Conditions. */

static bool resolve_timed(struct resolver *r, const struct rule *rule, struct timed_condition *t)
{
	uint32_t size, height;
	bool is_good = resolve_condition(r, t->condition);

	is_good &= check_places(r, t->condition, rule_place(rule->action));
	is_good = is_good && check_measure(r, t->condition, &size, &height);

	return (!t->duration || resolve_duration(r, t->duration, "'for'")) && is_good;
}

static bool resolve_swappiness(struct resolver *r, const struct modifier *m)
{
	static const char *const only_anon[] = { "max" };

	if (m->word_count)
		return find_word(r, &m->words[0], only_anon, 1, "swappiness");
	return resolve_within(r, m->value, QUANTITY_COUNT, "swappiness", 0, SWAPPINESS_MAX);
}

/* Usage is never above what the cgroup can get. */
static bool is_most(const struct expr *whole)
{
	return (is_signal_name(whole, SIGNAL_LIMIT) || is_signal_name(whole, SIGNAL_MAX)) &&
	       whole->name.scope == SCOPE_TARGET;
}

static bool resolve_up_to(struct resolver *r, struct expr *e)
{
	bool is_share = false;
	struct diag *d;
	int64_t part;

	if (!resolve_size(r, e, "'up to'", &is_share))
		return false;
	if (!is_share)
		return resolve_within(r, e, QUANTITY_SIZE, "'up to'", 1, INT64_MAX);
	if (!is_most(e->right) || !expr_constant(e->left, &part, NULL) || part <= 10000)
		return true;
	d = diag_add(r->ds, DIAG_OUT_OF_RANGE, e->left->span,
		     "usage is never more than 100%% of '%s'", resolver_excerpt(r, e->right->span));
	diag_hint(r->ds, d, "leave 'up to' out to protect at any usage");
	return false;
}

static bool resolve_modifier(struct resolver *r, struct rule *rule, struct modifier *m)
{
	switch (m->id) {
	case MODIFIER_WHEN:
	case MODIFIER_UNTIL:
		return resolve_timed(r, rule, &m->timed);
	case MODIFIER_HOLD:
		return resolve_duration(r, m->value, "'hold'");
	case MODIFIER_COOLDOWN:
		return resolve_duration(r, m->value, "'cooldown'");
	case MODIFIER_AT:
		return resolve_at(r, rule, m);
	case MODIFIER_UP_TO:
		return resolve_up_to(r, m->value);
	case MODIFIER_STEP:
		return resolve_within(r, m->value, QUANTITY_SIZE, "'step'", 1, INT64_MAX);
	case MODIFIER_SWAPPINESS:
		return resolve_swappiness(r, m);
	case MODIFIER_BUDGET:
		return resolve_within(r, m->value, QUANTITY_SIZE_RATE, "'budget'", 1, INT64_MAX);
	case MODIFIER_PRIORITY:
		return resolve_within(r, m->value, QUANTITY_COUNT, "a priority", -PRIORITY_LIMIT,
				      PRIORITY_LIMIT);
	case MODIFIER_ON:
		return resolve_on(r, m);
	case MODIFIER_NO_SWAP:
	case MODIFIER_NO_PACE:
		return true;
	case MODIFIER_COUNT:
		break;
	}
	BUG("modifier %d", m->id);
}

/*
 * A condition about a single call has no state, so nothing can be timed over it; and only the
 * sampler evaluates `until`.
 */
static bool check_timing(struct resolver *r, const struct rule *rule)
{
	static const enum modifier_id timings[] = { MODIFIER_UNTIL, MODIFIER_HOLD,
						    MODIFIER_COOLDOWN };
	const struct modifier *when = rule_modifier(rule, MODIFIER_WHEN);
	const struct modifier *until = rule_modifier(rule, MODIFIER_UNTIL);
	const char *text = "is tested at each call, so it cannot be timed";
	struct diag *d;
	bool is_good = true;

	if (until && expr_reads_call(until->timed.condition)) {
		d = diag_add(r->ds, DIAG_SIGNAL_NOT_HERE, until->timed.condition->span,
			     "'until' cannot ask about a single call");
		diag_hint(r->ds, d, "only 'when' can; leave the call's part out of 'until'");
		return false;
	}
	if (!when || !expr_reads_call(when->timed.condition))
		return true;
	if (when->timed.duration) {
		d = diag_add(r->ds, DIAG_SIGNAL_NOT_HERE, when->timed.for_span,
			     "the condition of 'for' %s", text);
		diag_note(r->ds, d, when->timed.condition->span,
			  "part of it belongs to the single call");
		is_good = false;
	}
	for (size_t i = 0; i < ARRAY_SIZE(timings); i++) {
		const struct modifier *m = rule_modifier(rule, timings[i]);

		if (!m)
			continue;
		d = diag_add(r->ds, DIAG_SIGNAL_NOT_HERE, m->span, "the condition of '%s' %s",
			     modifier_infos[m->id].word, text);
		diag_note(r->ds, d, when->timed.condition->span,
			  "part of it belongs to the single call");
		is_good = false;
	}
	return is_good;
}

/* Actions. */

static bool resolve_throttle(struct resolver *r, struct rule *rule)
{
	bool is_good;

	r->ends[0] = rule->throttle.delay;
	r->ends[1] = rule->throttle.to;
	is_good = resolve_duration(r, rule->throttle.delay, "a delay");
	if (rule->throttle.to)
		is_good &= resolve_duration(r, rule->throttle.to, "a delay");
	r->ends[0] = r->ends[1] = NULL;
	if (!rule->throttle.to)
		return is_good;
	return resolve_ramp(r, rule->throttle.signal, rule->throttle.from, rule->throttle.until) &&
	       check_places(r, rule->throttle.signal, PLACE_HOOK) && is_good;
}

static bool resolve_thp_order(struct resolver *r, struct rule *rule)
{
	struct expr *order = rule->thp.order;
	struct diag *d;
	int64_t n;

	if (rule->thp.answer != THP_ORDER)
		return true;
	if (!resolve_value(r, order, QUANTITY_ORDER, "an order"))
		return false;
	expr_constant(order, &n, NULL);
	if (n >= THP_ORDER_MIN && n <= THP_ORDER_MAX)
		return true;
	d = diag_add(r->ds, DIAG_THP_ORDER_RANGE, order->span, "order %lld is never offered",
		     (long long)n);
	if (n == 0)
		diag_hint(r->ds, d, "for base pages write 'never'");
	else
		diag_hint(r->ds, d, "with 4 KiB pages, orders go from 2 (16 KiB) to 9 (2 MiB)");
	return false;
}

static bool resolve_thp_process(struct resolver *r, struct rule *rule)
{
	const struct word *name = &rule->target;
	struct symbol *s = name->text ? symbol_find(r, name) : NULL;
	struct candidates c = { 0 };
	struct diag *d;

	if (!name->text)
		return true;
	if (s && s->kind == SYMBOL_PROCESS) {
		s->process->is_used = true;
		rule->process = s->process;
		return !s->process->is_broken;
	}
	if (s && s->kind == SYMBOL_LOST)
		return false;
	if (s) {
		d = diag_add(r->ds, DIAG_UNKNOWN_NAME, name->span,
			     "'%s' is %s, and thp takes a process", name->text,
			     symbol_kind_name(s->kind));
		diag_note(r->ds, d, s->name->span, "declared here");
		if (s->kind == SYMBOL_CGROUP)
			diag_hint(r->ds, d,
				  "declare 'process NAME = cgroup %s' and write 'thp NAME ...'",
				  name->text);
		return false;
	}
	d = diag_add(r->ds, DIAG_UNKNOWN_NAME, name->span, "no process '%s' is declared",
		     name->text);
	candidates_add_names(r, &c, 1u << SYMBOL_PROCESS);
	if (c.count && candidates_nearest(&c, name->text, name->len))
		diag_did_you_mean(r->ds, d, candidates_nearest(&c, name->text, name->len));
	else
		diag_hint(r->ds, d, "declare it: 'process %s = comm \"%s\"'", name->text,
			  name->text);
	return false;
}

/* A further target is none of those before it. */
static bool check_named_once(struct resolver *r, const struct rule *rule, uint32_t at)
{
	bool is_again = rule->more_cgroups[at] == rule->cgroup;

	for (uint32_t i = 0; i < at; i++)
		is_again |= rule->more_cgroups[i] == rule->more_cgroups[at];
	if (is_again)
		diag_add(r->ds, DIAG_REDEFINED, rule->more_targets[at].span,
			 "'%s' is named twice in this rule", rule->more_targets[at].text);
	return !is_again;
}

static bool resolve_target(struct resolver *r, struct rule *rule)
{
	static const char *const roles[ACTION_COUNT] = {
		[ACTION_PROTECT] = "what protect acts on",
		[ACTION_THROTTLE] = "what throttle acts on",
		[ACTION_RECLAIM] = "what reclaim acts on",
	};
	bool is_good;

	if (rule->action == ACTION_NOTIFY)
		return true;
	if (rule->action == ACTION_THP)
		return resolve_thp_process(r, rule);
	rule->cgroup = resolve_cgroup(r, &rule->target, roles[rule->action]);
	rule->more_cgroups = arena_array(r->arena, struct cgroup_decl *, rule->more_count);
	is_good = rule->cgroup != NULL;
	for (uint32_t i = 0; i < rule->more_count; i++) {
		rule->more_cgroups[i] = resolve_cgroup(r, &rule->more_targets[i],
						       roles[rule->action]);
		is_good &= rule->more_cgroups[i] && check_named_once(r, rule, i);
	}
	return is_good;
}

void resolve_rule(struct resolver *r, struct rule *rule)
{
	const struct modifier *first[MODIFIER_COUNT] = { NULL };
	bool is_good;

	r->rule = rule;
	is_good = resolve_target(r, rule);
	if (rule->action == ACTION_THROTTLE)
		is_good &= resolve_throttle(r, rule);
	else if (rule->action == ACTION_THP)
		is_good &= resolve_thp_order(r, rule);
	for (struct modifier *m = rule->modifiers; m; m = m->next)
		is_good &= place_modifier(r, rule, m, &first[m->id]) &&
			   resolve_modifier(r, rule, m);
	is_good = is_good && check_timing(r, rule);
	rule->is_broken = !is_good;
	r->rule = NULL;
}
