// SPDX-License-Identifier: GPL-2.0
#include "check_impl.h"

#include <string.h>

#include "base/arena.h"
#include "base/bug.h"
#include "report/excerpt.h"

/* A check: its code, which turns it off, and what it examines. Checks of rules go first. */
static const struct {
	enum diag_code code;
	void (*rule)(struct checker *c, struct facts *f);
	void (*policy)(struct checker *c);
} checks[] = {
	{ DIAG_PERCENT_WITHOUT_LIMIT, check_percent_without_limit, NULL },
	{ DIAG_ATTACH_PLAN_BUSY, NULL, check_attach_plan },
	{ DIAG_PATTERNS_MEET, NULL, check_patterns_meet },
	{ DIAG_NOTHING_LEFT, NULL, check_nothing_left },

	{ DIAG_NOT_ANALYSED, check_not_analysed, NULL },
	{ DIAG_IMPOSSIBLE_CONDITION, check_impossible, NULL },
	{ DIAG_ALWAYS_TRUE, check_always_true, NULL },
	{ DIAG_REDUNDANT_OPERAND, check_redundant, NULL },
	{ DIAG_RECLAIM_NEVER_STOPS, check_reclaim_never_stops, NULL },
	{ DIAG_UNTIL_NEVER, check_until_never, NULL },
	{ DIAG_UNTIL_AT_ONCE, check_until_at_once, NULL },
	{ DIAG_UNTIL_AT_BOUND, check_until_at_bound, NULL },

	{ DIAG_FLAPPING, check_flapping, NULL },
	{ DIAG_WINDOW_BELOW_TICK, check_window_below_tick, NULL },
	{ DIAG_AVERAGE_LAGS, check_average_lags, NULL },

	{ DIAG_DUPLICATE_RULE, NULL, check_duplicates },
	{ DIAG_SHADOWED_RULE, NULL, check_shadowed },
	{ DIAG_UNREACHABLE_RULE, NULL, check_unreachable },
	{ DIAG_THROTTLE_OWN_PROTECTOR, NULL, check_own_protector },
	{ DIAG_CONFLICTING_RULES, NULL, check_conflicts },
	{ DIAG_CONFLICTING_RULES, NULL, check_thp_conflicts },
	{ DIAG_THP_PRESSURE_DIRECTION, NULL, check_pressure_direction },

	{ DIAG_THROTTLE_NO_EFFECT, check_throttle_no_effect, NULL },
	{ DIAG_THROTTLE_MAY_NOT_ACT, check_throttle_may_not_act, NULL },
	{ DIAG_THROTTLE_CLAMPED, check_throttle_clamped, NULL },
	{ DIAG_THROTTLE_STARVES, check_throttle_starves, NULL },
	{ DIAG_PROTECT_CANNOT_ACT, check_protect_cannot_act, NULL },
	{ DIAG_RECLAIM_UNPACED, check_reclaim_unpaced, NULL },
	{ DIAG_RECLAIM_FILE_ONLY, check_reclaim_file_only, NULL },
	{ DIAG_THP_EXACT_ORDER, check_thp_exact_order, NULL },
	{ DIAG_MIN_HAZARD, NULL, check_min_hazard },
	{ DIAG_SELF_OR_GROUP, NULL, check_self_or_group },

	{ DIAG_UNLOADABLE_NAME, NULL, check_name },
	{ DIAG_EMPTY_POLICY, NULL, check_empty },
	{ DIAG_UNUSED, NULL, check_unused },
	{ DIAG_SIMILAR_NAME, NULL, check_similar_names },
};

/* What the checks share. */

int64_t value_of(const struct plan_value *v)
{
	return v->is_given ? v->value : 0;
}

const struct modifier *modifier_of(const struct facts *f, enum modifier_id id)
{
	return rule_modifier(f->rule, id);
}

struct span condition_span(const struct facts *f, enum modifier_id id)
{
	return rule_modifier(f->rule, id)->timed.condition->span;
}

struct span rule_span(const struct facts *f)
{
	if (f->rule->target.text)
		return span_join(f->rule->action_span,
				 f->rule->more_count
					 ? f->rule->more_targets[f->rule->more_count - 1].span
					 : f->rule->target.span);
	if (f->rule->action == ACTION_THP)
		return span_join(f->rule->action_span, f->rule->thp.answer_span);
	return f->rule->action_span;
}

const char *checker_excerpt(const struct checker *c, struct span span)
{
	return source_excerpt(c->arena, c->sources, span);
}

const char *duration_text(const struct checker *c, int64_t ns)
{
	char text[32];

	return arena_strdup(c->arena, quantity_print(text, sizeof(text), QUANTITY_DURATION, ns));
}

const char *dim_text(const struct checker *c, uint32_t dim)
{
	return checker_excerpt(c, c->space.dims[dim].span);
}

static bool is_number(const struct dim *d)
{
	return d->kind == DIM_SIGNAL || d->kind == DIM_OPAQUE ||
	       (d->kind == DIM_CALL_SIGNAL && d->quantity != QUANTITY_CONDITION);
}

const char *box_text(struct checker *c, struct box b, const uint32_t *dims, uint32_t count)
{
	const char *text = NULL;

	for (uint32_t i = 0; i < b.count; i++) {
		const struct range *r = &b.ranges[i];
		bool is_wanted = !dims;

		for (uint32_t j = 0; j < count && dims; j++)
			is_wanted |= dims[j] == r->dim;
		if (!is_wanted || !is_number(&c->space.dims[r->dim]))
			continue;
		text = arena_printf(c->arena, "%s%s%s %s", text ? text : "", text ? " and " : "",
				    dim_text(c, r->dim), range_text(&c->space, r));
	}
	return text;
}

bool any_signal(const struct plan *p, const struct plan_expr *x,
		bool (*matches)(const struct plan *p, const struct plan_signal *s, void *data),
		void *data)
{
	if (!x)
		return false;
	if (x->op == PLAN_SIGNAL)
		return matches(p, &p->signals[x->index], data);
	return any_signal(p, x->a, matches, data) || any_signal(p, x->b, matches, data);
}

/* The index by target and action. */

/* Its place in the index: notify and thp rules have no group. */
static struct bucket **bucket_at(struct checker *c, enum action action, uint32_t group)
{
	return &c->by_target[(group == PLAN_NONE ? 0 : group + 1) * (size_t)ACTION_COUNT + action];
}

struct bucket *bucket_find(struct checker *c, enum action action, uint32_t group)
{
	return *bucket_at(c, action, group);
}

static struct bucket *bucket_get(struct checker *c, enum action action, uint32_t group)
{
	struct bucket **at = bucket_at(c, action, group);

	if (*at)
		return *at;
	*at = arena_new(c->arena, struct bucket);
	(*at)->action = action;
	(*at)->group = group;
	*c->last_bucket = *at;
	c->last_bucket = &(*at)->next;
	return *at;
}

static void bucket_add(struct checker *c, struct bucket *b, uint32_t rule)
{
	if (b->count == b->room) {
		uint32_t *old = b->rules;

		b->room = b->room ? b->room * 2 : 4;
		b->rules = arena_array(c->arena, uint32_t, b->room);
		if (old)
			memcpy(b->rules, old, b->count * sizeof(*old));
	}
	b->rules[b->count++] = rule;
}

static void analyse(struct checker *c, struct facts *f)
{
	struct space *s = &c->space;
	struct region sampled, call;

	f->is_analysed = region_of(s, f->plan->when, false, &sampled) &&
			 region_of(s, f->plan->call, false, &call) &&
			 region_and(s, sampled, call, &f->when) &&
			 region_of(s, f->plan->until, !f->plan->until, &f->until);
}

struct region not_when(struct checker *c, const struct facts *f)
{
	struct facts *known = &c->facts[f - c->facts];
	struct space *s = &c->space;
	struct region not_sampled, not_call;

	if (known->has_not_when)
		return known->not_when;
	known->has_not_when = true;
	if (!region_of(s, f->plan->when, true, &not_sampled) ||
	    !region_of(s, f->plan->call, true, &not_call) ||
	    !region_or(s, not_sampled, not_call, &known->not_when))
		region_of(s, NULL, false, &known->not_when);
	return known->not_when;
}

/* All of one rule's checks in turn: a large policy goes through the caches once. */
static void check_rule(struct checker *c, struct facts *f)
{
	for (size_t i = 0; i < ARRAY_SIZE(checks); i++)
		if (checks[i].rule && c->ds->levels[checks[i].code] != DIAG_OFF)
			checks[i].rule(c, f);
}

/* A rule need not be searched for what no signal has. */
static void look_at_signals(struct checker *c)
{
	for (uint32_t i = 0; i < c->plan->signal_count; i++) {
		const struct plan_signal *s = &c->plan->signals[i];

		c->has_short_window |= s->window_ns && s->window_ns < c->plan->tick_ns;
		c->has_rootless |= is_rootless(c->plan, s);
	}
}

static void check_rules(struct checker *c)
{
	c->facts = arena_array(c->arena, struct facts, c->plan->rule_count);
	for (uint32_t i = 0; i < c->plan->rule_count; i++) {
		struct facts *f = &c->facts[i];

		f->plan = &c->plan->rules[i];
		f->rule = &f->plan->source->rule;
		analyse(c, f);
		bucket_add(c, bucket_get(c, f->plan->action, f->plan->group), i);
		check_rule(c, f);
	}
}

void check(struct arena *a, const struct ast *ast, const struct plan *plan,
	   const struct sources *sources, struct diags *ds)
{
	struct checker c = { .arena = a, .ast = ast, .plan = plan, .sources = sources, .ds = ds };

	c.last_bucket = &c.buckets;
	c.by_target = arena_array(a, struct bucket *,
				  ((size_t)plan->group_count + 1) * ACTION_COUNT);
	space_init(&c.space, a, plan);
	look_at_signals(&c);
	check_rules(&c);
	for (size_t i = 0; i < ARRAY_SIZE(checks); i++)
		if (checks[i].policy && ds->levels[checks[i].code] != DIAG_OFF)
			checks[i].policy(&c);
}
