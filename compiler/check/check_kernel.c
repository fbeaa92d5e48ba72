// SPDX-License-Identifier: GPL-2.0
/* Where a rule says something that the kernel does not do. */
#include "check_impl.h"

#include <string.h>

#include "base/arena.h"

#define MS 1000000LL
#define NEVER_SLEEPS (8 * MS) /* at any HZ: HZ/100 jiffies and less are no sleep */
#define MAY_SLEEP (10 * MS) /* with some HZ */
#define KERNEL_MAX (2000 * MS)
#define STARVES (200 * MS)
#define BATCH_BYTES (64 * 4096)

/* Throttle. */

static bool is_throttle(const struct facts *f)
{
	return f->plan->action == ACTION_THROTTLE;
}

/* The longest delay of the rule, and where it is written. */
static int64_t longest_delay(const struct facts *f, struct span *ret_span)
{
	int64_t delay = value_of(&f->plan->throttle.delay), to = value_of(&f->plan->throttle.to);

	*ret_span = f->rule->throttle.delay->span;
	if (f->plan->throttle.is_ramp && to > delay) {
		*ret_span = f->rule->throttle.to->span;
		return to;
	}
	return delay;
}

static bool is_delay_within(const struct facts *f, int64_t least, int64_t most, int64_t *ret_delay,
			    struct span *ret_span)
{
	if (!is_throttle(f))
		return false;
	*ret_delay = longest_delay(f, ret_span);
	return *ret_delay >= least && *ret_delay <= most;
}

CHECK_RULE(throttle_no_effect)
{
	struct span span;
	struct diag *d;

	if (!is_throttle(f) || longest_delay(f, &span) > NEVER_SLEEPS)
		return;
	d = diag_add(c->ds, DIAG_THROTTLE_NO_EFFECT, span,
		     "a delay of 8 ms or less never makes anybody sleep");
	diag_hint(c->ds, d, "the kernel ignores delays up to 8 to 10 ms: write 12ms or more");
}

CHECK_RULE(throttle_may_not_act)
{
	struct span span;
	int64_t delay;
	struct diag *d;

	if (!is_delay_within(f, NEVER_SLEEPS + 1, MAY_SLEEP, &delay, &span))
		return;
	d = diag_add(c->ds, DIAG_THROTTLE_MAY_NOT_ACT, span,
		     "a delay of '%s' acts on kernels with HZ=250 only", checker_excerpt(c, span));
	diag_hint(
		c->ds, d,
		"with HZ of 100, 300 or 1000, delays up to 10 ms are ignored: write 12ms or more");
}

CHECK_RULE(throttle_clamped)
{
	struct span span;
	struct diag *d;

	if (!is_throttle(f) || longest_delay(f, &span) <= KERNEL_MAX)
		return;
	d = diag_add(c->ds, DIAG_THROTTLE_CLAMPED, span, "the kernel cuts a delay of '%s' to 2 s",
		     checker_excerpt(c, span));
	diag_hint(c->ds, d, "even 2s for 64 pages lets a task charge 0.13 MB/s at most");
}

CHECK_RULE(throttle_starves)
{
	struct span span;
	int64_t delay;
	struct diag *d;

	if (!is_delay_within(f, STARVES, KERNEL_MAX, &delay, &span))
		return;
	d = diag_add(c->ds, DIAG_THROTTLE_STARVES, span,
		     "'%s' for 64 pages lets a task charge %.2f MB/s at most",
		     checker_excerpt(c, span), (double)BATCH_BYTES * 1e9 / (double)delay / 1e6);
	diag_hint(c->ds, d, "delays of 20ms to 150ms slow a task down without all but stopping it");
}

/* Protect. */

CHECK_RULE(protect_cannot_act)
{
	struct diag *d;

	if (f->plan->action != ACTION_PROTECT ||
	    strcmp(c->plan->groups[f->plan->group].absolute, "/sys/fs/cgroup"))
		return;
	d = diag_add(c->ds, DIAG_PROTECT_CANNOT_ACT, f->rule->target.span,
		     "the root cgroup cannot be protected: only an ancestor's reclaim asks for "
		     "protection");
	diag_hint(c->ds, d, "name the cgroup below it that is to keep its memory");
}

/* Several groups, each of which may keep memory that the others then lack. */
static bool has_other_min(const struct checker *c, const struct facts *f)
{
	if (c->plan->groups[f->plan->group].is_glob)
		return true;
	for (uint32_t i = 0; i < c->plan->rule_count; i++) {
		const struct plan_rule *r = c->facts[i].plan;

		if (r->action == ACTION_PROTECT && r->protect.at_min &&
		    r->group != f->plan->group && !r->protect.up_to.is_given)
			return true;
	}
	return false;
}

static void judge_min(struct checker *c, const struct facts *f, bool is_alone)
{
	const struct modifier *at = modifier_of(f, MODIFIER_AT);
	struct diag *d;

	if (f->plan->protect.up_to.is_given || (f->plan->when && is_alone))
		return;
	d = diag_add(c->ds, DIAG_MIN_HAZARD, at->span, "%s",
		     f->plan->when ? "several cgroups are protected 'at min' without a limit"
				   : "'at min' without 'when' holds all memory back for good");
	diag_hint(
		c->ds, d,
		"memory that cannot be reclaimed makes the kernel kill others: add 'up to SIZE'%s",
		f->plan->when ? ", or leave 'at min' out" : " or 'when', or leave 'at min' out");
}

CHECK_POLICY(min_hazard)
{
	bool is_known = false, is_alone = false;

	for (uint32_t i = 0; i < c->plan->rule_count; i++) {
		const struct facts *f = &c->facts[i];

		if (f->plan->action != ACTION_PROTECT || !f->plan->protect.at_min || f->is_dead)
			continue;
		/* Where another group exists, the first is not alone, and neither are the rest. */
		if (!is_known || is_alone)
			is_alone = !has_other_min(c, f);
		is_known = true;
		judge_min(c, f, is_alone);
	}
}

/* Reclaim. */

static bool is_reclaim(const struct facts *f)
{
	return f->plan->action == ACTION_RECLAIM;
}

CHECK_RULE(reclaim_unpaced)
{
	struct diag *d;

	if (!is_reclaim(f) || !f->plan->reclaim.no_pace)
		return;
	d = diag_add(c->ds, DIAG_RECLAIM_UNPACED, modifier_of(f, MODIFIER_NO_PACE)->span,
		     "without pace, a fast writer outruns reclaim and reaches memory.max");
	diag_hint(c->ds, d, "leave 'no pace' out unless the cgroup must never be delayed");
}

static bool is_about_anon(const struct plan *p, const struct plan_signal *s, void *data)
{
	return s->id == SIGNAL_ANON || s->id == SIGNAL_REFAULT_ANON_RATE;
}

CHECK_RULE(reclaim_file_only)
{
	struct diag *d;

	if (!is_reclaim(f) || !f->plan->reclaim.no_swap ||
	    !any_signal(c->plan, f->plan->when, is_about_anon, NULL))
		return;
	d = diag_add(
		c->ds, DIAG_RECLAIM_FILE_ONLY, modifier_of(f, MODIFIER_NO_SWAP)->span,
		"'no swap' frees file pages only, but the condition is about anonymous memory");
	diag_note(c->ds, d, condition_span(f, MODIFIER_WHEN), "the condition is here");
	diag_hint(c->ds, d, "leave 'no swap' out, or ask about 'file' or 'usage'");
}

CHECK_RULE(reclaim_never_stops)
{
	struct diag *d;

	if (!is_reclaim(f) || f->is_dead || !f->is_analysed)
		return;
	if (f->plan->until && region_is_empty(f->until)) {
		f->is_dead = true;
		d = diag_add(c->ds, DIAG_RECLAIM_NEVER_STOPS, condition_span(f, MODIFIER_UNTIL),
			     "'until' is never true, so reclaim once begun goes on for good");
		diag_hint(c->ds, d, "give 'until' a condition that can be true");
	} else if (!modifier_of(f, MODIFIER_WHEN) && !f->plan->until) {
		d = diag_add(c->ds, DIAG_RECLAIM_NEVER_STOPS, rule_span(f),
			     "reclaim without 'when' and 'until' goes on for good");
		diag_hint(c->ds, d, "write for example 'when usage > 85%% until usage < 70%%'");
	}
}

/* THP. */

CHECK_RULE(thp_exact_order)
{
	struct diag *d;

	if (f->plan->action != ACTION_THP || f->plan->thp.answer != PLAN_THP_EXACT)
		return;
	d = diag_add(c->ds, DIAG_THP_EXACT_ORDER, f->rule->thp.answer_span,
		     "where this order is not offered, the answer is base pages");
	diag_fix(c->ds, d, span_after(f->rule->thp.answer_span), " or smaller", true,
		 "'%s or smaller' takes the next one down",
		 checker_excerpt(c, f->rule->thp.answer_span));
}

/* Percentages of the root cgroup's limit, which does not exist. */

static bool is_root_or_below(const struct plan_group *g, bool is_parent)
{
	static const char mount[] = "/sys/fs/cgroup";
	const char *rest;

	if (strncmp(g->absolute, mount, sizeof(mount) - 1))
		return false;
	rest = g->absolute + sizeof(mount) - 1;
	/* The parent of a match of a glob is where the glob is attached; of a child of the root,
	 * the root. */
	return is_parent ? rest[0] == '/' && !strchr(rest + 1, '/') : !*rest;
}

bool is_rootless(const struct plan *p, const struct plan_signal *s)
{
	return s->id == SIGNAL_USAGE && s->is_percent &&
	       (s->scope == PLAN_OF_GROUP || s->scope == PLAN_OF_PARENT) &&
	       is_root_or_below(&p->groups[s->group], s->scope == PLAN_OF_PARENT);
}

static const struct plan_expr *find_rootless(const struct plan *p, const struct plan_expr *x)
{
	const struct plan_expr *found;

	if (!x)
		return NULL;
	if (x->op == PLAN_SIGNAL)
		return is_rootless(p, &p->signals[x->index]) ? x : NULL;
	found = find_rootless(p, x->a);
	return found ? found : find_rootless(p, x->b);
}

CHECK_RULE(percent_without_limit)
{
	const struct plan_expr *parts[] = {
		f->plan->when,
		f->plan->call,
		f->plan->until,
		is_throttle(f) ? f->plan->throttle.signal : NULL,
	};

	for (size_t i = 0; c->has_rootless && i < sizeof(parts) / sizeof(parts[0]); i++) {
		const struct plan_expr *x = find_rootless(c->plan, parts[i]);
		struct diag *d;

		if (!x)
			continue;
		d = diag_add(c->ds, DIAG_PERCENT_WITHOUT_LIMIT, x->span,
			     "'%s' of the root cgroup has no limit to be a percentage of",
			     checker_excerpt(c, x->span));
		diag_hint(c->ds, d, "compare it with a size, or ask 'system.mem_available < 10%%'");
	}
}
