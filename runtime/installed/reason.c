// SPDX-License-Identifier: GPL-2.0
#include "reason.h"

#include "condition.h"
#include "machine/cgroup.h"
#include "machine/lru.h"
#include "installed.h"
#include "object/manifest.h"
#include "rows.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct reasoning {
	const struct rows *r;
	const struct installed *p;
	const struct cgroup_mount *mount;
	const struct manifest_rule *rule;
	const struct mmp_rule *row;
	const struct mmp_acts *acts;
	const struct mmp_slot *slot; /* NULL: none */
	uint32_t rule_index;
	uint32_t index; /* the row within the rule's */
	json_t *list;
};

static void say(struct reasoning *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void say(struct reasoning *w, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	json_array_append_new(w->list, json_vsprintf(fmt, args));
	va_end(args);
}

static double seconds(__u64 ns)
{
	return (double)ns / 1e9;
}

static bool says_never(const char *path)
{
	FILE *file = fopen(path, "re");
	char line[128] = "";

	if (file && !fgets(line, sizeof(line), file))
		line[0] = '\0';
	if (file)
		fclose(file);
	return strstr(line, "[never]") != NULL;
}

/* Of the whole policy: whether anything can happen at all. */
static void about_policy(struct reasoning *w)
{
	const struct installed *p = w->p;
	__u64 tick = p->run.is_idle ? 1000000000 : p->config.tick_ns;

	if (p->condition == INSTALLED_DISARMED)
		say(w, "the policy is not in force: its loading or unloading was interrupted");
	if (p->condition == INSTALLED_KILLED)
		say(w,
		    "the policy is not in force: its process was killed; 'mmpctl unload %s' gives "
		    "back what it wrote",
		    p->name);
	else if (!p->run.ticks)
		say(w, "the sampler has not run yet");
	else if (w->r->now > p->run.last_ns && w->r->now - p->run.last_ns > 5 * tick + 1000000000)
		say(w, "the sampler has not run for %.1f s", seconds(w->r->now - p->run.last_ns));
	if (p->config.mode == MMP_MONITOR)
		say(w, "mode monitor: it decides and counts (%llu times so far), and does not act",
		    w->acts->monitored);
}

static void about_target(struct reasoning *w)
{
	size_t i;

	if (!w->slot)
		return;
	if (w->slot->state == MMP_SLOT_GONE ||
	    ((w->mount->fd >= 0 || w->r->places) && !rows_place_of(w->r, w->mount, w->slot)))
		say(w,
		    w->r->places
			    ? "its cgroup is not there; when it is made again, the rule follows it"
			    : "the cgroup it was loaded for was removed; load again for one of "
			      "the same name");
	for (i = 0; i < w->p->link_count; i++)
		if (w->slot->cgroup_id && w->p->links[i].link.cgroup_id == w->slot->cgroup_id &&
		    !w->p->links[i].link.map_id)
			say(w, "its link is dead");
}

static void about_signals(struct reasoning *w)
{
	uint32_t i;

	for (i = 0; i < w->rule->signal_count; i++) {
		const struct manifest_signal *s = &w->p->manifest->signals[w->rule->signals[i]];
		uint32_t at = w->index < s->rows ? w->index : 0;

		if (!s->rows || s->scope == PLAN_OF_SELF ||
		    w->r->signals[s->row_base + at].is_known)
			continue;
		if (w->p->run.ticks * w->p->config.tick_ns <= (__u64)s->window_ns)
			say(w, "'%s' is not known before its window of %.1f s has passed", s->name,
			    seconds((__u64)s->window_ns));
		else
			say(w, "'%s' cannot be read now%s", s->name,
			    strstr(s->name, "psi") ? " (is pressure measured? see 'mmpctl doctor')"
						   : "");
	}
}

/* A duration as it is now: a param's present value, not its default. */
static __u64 duration_now(const struct reasoning *w, int64_t given, uint32_t param)
{
	int64_t now = param == MANIFEST_NONE ? given : w->p->config.params[param];

	return now > 0 ? (__u64)now : 0;
}

static void about_active(struct reasoning *w, __u64 age)
{
	const struct manifest_rule *rule = w->rule;
	__u64 hold = duration_now(w, rule->hold_ns, rule->hold_param);

	if (age < hold) {
		say(w, "it is held active for %.1f s more", seconds(hold - age));
	} else if (rule->until) {
		say(w, "it stays active until: %s", rule->until);
		condition_explain(w->r, w->p, w->rule_index, w->index, true, w->list);
	}
}

static void about_state(struct reasoning *w)
{
	const struct manifest_rule *rule = w->rule;
	const struct mmp_machine *m = &w->row->machine;
	__u64 age = w->r->now > m->since ? w->r->now - m->since : 0;

	switch (m->state) {
	case MMP_IDLE:
		if (m->evaluated && m->when.was == MMP_FALSE)
			say(w, "its condition is false: %s", rule->when ? rule->when : "");
		else if (m->evaluated && m->when.was == MMP_UNKNOWN)
			say(w, "its condition is unknown: %s", rule->when ? rule->when : "");
		condition_explain(w->r, w->p, w->rule_index, w->index, false, w->list);
		break;
	case MMP_PENDING:
		say(w, "its condition has been true for %.1f s of the %.1f s that it asks for",
		    seconds(m->when.elapsed),
		    seconds(duration_now(w, rule->for_ns, rule->for_param)));
		break;
	case MMP_COOLING:
		say(w, "it cools down: %.1f s of %.1f s", seconds(age),
		    seconds(duration_now(w, rule->cooldown_ns, rule->cooldown_param)));
		break;
	case MMP_ACTIVE:
		about_active(w, age);
		break;
	}
}

/* The hook's side: an active rule that never had anything to answer. */
static void about_hook(struct reasoning *w)
{
	__u64 calls = rows_hook_calls(w->r, w->p, w->rule, w->index);
	enum action action = w->rule->action;

	if (action == ACTION_THP) {
		if (says_never("/sys/kernel/mm/transparent_hugepage/enabled"))
			say(w, "huge pages are off: /sys/kernel/mm/transparent_hugepage/enabled is "
			       "never");
		return;
	}
	if (calls || !w->slot || w->p->way == INSTALLED_FILES)
		return;
	if (action == ACTION_PROTECT)
		say(w, "the kernel has not asked yet: no ancestor of the cgroup has reclaimed; a "
		       "limit of the cgroup itself does not ask");
	else if (action == ACTION_THROTTLE)
		say(w, "the kernel has not asked yet: the cgroup has charged no new memory");
}

/* Protection at low on the multi-generational LRU, see mmp_guard.h. */
static void about_lru(struct reasoning *w)
{
	const struct mmp_run *run = &w->p->run;

	if (w->rule->action != ACTION_PROTECT || w->rule->is_at_min || !run->is_multi_gen)
		return;
	if (w->p->way == INSTALLED_FILES)
		say(w, "%s; %s; it gave way %llu times", LRU_HINT, LRU_INSTEAD, run->gave_way);
	else if (run->gave_way)
		say(w,
		    "the multi-generational LRU is on: the policy refuses reclaim of the machine, "
		    "and gave way %llu times where reclaim found nothing else",
		    run->gave_way);
	else
		say(w, "the multi-generational LRU is on: the policy refuses reclaim of the "
		       "machine, and had no need of giving way yet");
}

static void about_acting(struct reasoning *w)
{
	if (w->row->empty_rounds)
		say(w, "%llu of %llu rounds of reclaim found nothing to free%s",
		    w->row->empty_rounds, w->row->rounds,
		    strstr(w->rule->text, "no swap") ? " ('no swap' frees file pages only)" : "");
	if (w->row->errors)
		say(w, "%llu rounds of reclaim failed", w->row->errors);
}

json_t *reason_list(const struct rows *r, const struct installed *p,
		    const struct cgroup_mount *mount, uint32_t rule, uint32_t row)
{
	const struct manifest_rule *m = &p->manifest->rules[rule];
	struct reasoning w = { .r = r,
			       .p = p,
			       .mount = mount,
			       .rule = m,
			       .rule_index = rule,
			       .index = row,
			       .row = &r->rules[m->row_base + row],
			       .acts = &r->acts[m->row_base + row],
			       .slot = rows_slot_of(r, p, m, row),
			       .list = json_array() };

	about_policy(&w);
	about_target(&w);
	about_signals(&w);
	about_state(&w);
	about_hook(&w);
	about_lru(&w);
	about_acting(&w);
	return w.list;
}
