// SPDX-License-Identifier: GPL-2.0
#include "lower_impl.h"

#include <string.h>

#include "base/arena.h"
#include "base/bug.h"
#include "base/path.h"
#include "base/pattern.h"
#include "parse/constant.h"
#include "plan/plan_anchors.h"
#include "plan/plan_needs.h"
#include "bpf-templates/mmp_abi.h"

#define TICK_DEFAULT 100000000LL
#define STEP_DEFAULT (4 << 20)

/* "examples/web.mmp" -> "web" */
static const char *policy_name(struct arena *a, const char *path)
{
	const char *base = path_last(path);
	size_t len = strlen(base);

	if (!strcmp(path, "<stdin>"))
		return "policy";
	if (len > 4 && !strcmp(base + len - 4, ".mmp"))
		len -= 4;
	return arena_strndup(a, base, len);
}

/* Groups and processes: those that a rule needs, in the order in which rules need them. */

static void set_patterns(struct planner *p, const struct cgroup_decl *g, struct plan_group *group)
{
	group->patterns = (const char **)g->patterns;
	while (g->patterns && g->patterns[group->pattern_count])
		group->pattern_count++;
	group->exceptions = (const char **)g->left_out;
	while (g->left_out && g->left_out[group->exception_count])
		group->exception_count++;
	group->rows = plan_rows_of(group, PLAN_GLOB_SLOTS_LEAST);
}

static uint32_t add_group(struct planner *p, const struct cgroup_decl *g)
{
	uint32_t *index = &p->groups[g->index];
	struct plan_group *group;

	if (*index != PLAN_NONE)
		return *index;
	*index = p->plan->group_count++;
	group = &p->plan->groups[*index];
	*group = (struct plan_group){
		.name = g->name.text,
		.path = g->path,
		.absolute = g->absolute,
		.is_glob = g->is_glob,
		.allow_override = g->allow_override,
		.row_base = p->plan->slot_rows,
		.rows = 1,
		.span = g->name.span,
	};
	if (g->is_glob)
		set_patterns(p, g, group);
	p->plan->slot_rows += group->rows;
	plan_check_name(p, g->name.span, g->name.text);
	plan_check_name(p, g->paths[0].span, g->path);
	if (p->plan->group_count > PLAN_GROUPS_MAX)
		plan_too_large(p, g->name.span, "cgroups", PLAN_GROUPS_MAX);
	return *index;
}

uint32_t plan_group_of(struct planner *p, const struct cgroup_decl *g)
{
	uint32_t index = add_group(p, g);

	p->plan->groups[index].is_watched = true;
	return index;
}

static uint32_t process_of(struct planner *p, const struct process_decl *d)
{
	uint32_t *index = &p->processes[d->index];
	struct plan_process *process;

	if (*index != PLAN_NONE)
		return *index;
	*index = p->plan->process_count++;
	process = &p->plan->processes[*index];
	*process = (struct plan_process){
		.name = d->name.text,
		.kind = (enum plan_process_kind)d->kind,
		.text = d->kind == PROCESS_COMM || d->kind == PROCESS_PIDFILE ? d->text.text : NULL,
		.group = d->kind == PROCESS_CGROUP ? add_group(p, d->cgroup) : PLAN_NONE,
		.span = d->name.span,
	};
	if (d->kind == PROCESS_PID)
		expr_constant(d->pid, &process->pid, NULL);
	plan_check_name(p, d->name.span, d->name.text);
	return *index;
}

static void quantity_range(enum quantity q, int64_t *ret_low, int64_t *ret_high)
{
	*ret_low = q == QUANTITY_COUNT ? INT64_MIN : 0;
	*ret_high = q == QUANTITY_PERCENT ? 10000 : INT64_MAX;
}

static void plan_params(struct planner *p)
{
	struct plan *plan = p->plan;

	for (const struct param_decl *d = p->ast->params; d; d = d->next)
		plan->param_count++;
	plan->params = arena_array(p->arena, struct plan_param, plan->param_count);
	for (const struct param_decl *d = p->ast->params; d; d = d->next) {
		struct plan_param *param = &plan->params[d->index];

		*param = (struct plan_param){ .name = d->name.text,
					      .quantity = d->value->quantity,
					      .span = d->name.span };
		plan_check_name(p, d->name.span, d->name.text);
		if (d->index >= PLAN_PARAMS_MAX)
			plan_too_large(p, d->name.span, "params", PLAN_PARAMS_MAX);
		if (d->is_broken)
			continue;
		expr_constant(d->value, &param->value, NULL);
		quantity_range(param->quantity, &param->low, &param->high);
		if (d->low) {
			expr_constant(d->low, &param->low, NULL);
			expr_constant(d->high, &param->high, NULL);
		}
	}
}

/* Rules. */

static void plan_conditions(struct planner *p, const struct rule *rule, struct plan_rule *out)
{
	const struct modifier *when = rule_modifier(rule, MODIFIER_WHEN);
	const struct modifier *until = rule_modifier(rule, MODIFIER_UNTIL);
	const struct modifier *hold = rule_modifier(rule, MODIFIER_HOLD);
	const struct modifier *cooldown = rule_modifier(rule, MODIFIER_COOLDOWN);

	if (when) {
		plan_split(p, when->timed.condition, &out->when, &out->call);
		out->when_for = plan_value_of(when->timed.duration);
	}
	if (until) {
		out->until = plan_lower(p, until->timed.condition);
		out->until_for = plan_value_of(until->timed.duration);
	}
	out->hold = plan_value_of(hold ? hold->value : NULL);
	if (!hold && !until && rule->action == ACTION_PROTECT && out->when && !out->call)
		out->hold = (struct plan_value){ .is_given = true, .value = PLAN_PROTECT_HOLD_NS };
	out->cooldown = plan_value_of(cooldown ? cooldown->value : NULL);
	out->is_live = (rule->action == ACTION_THROTTLE || rule->action == ACTION_RECLAIM) &&
		       !out->when_for.is_param && !out->when_for.value &&
		       plan_reads_own_usage(p, out->when);
}

static struct plan_value modifier_value(const struct rule *rule, enum modifier_id id)
{
	const struct modifier *m = rule_modifier(rule, id);

	return plan_value_of(m ? m->value : NULL);
}

static void plan_protect(struct planner *p, const struct rule *rule, struct plan_rule *out)
{
	const struct modifier *at = rule_modifier(rule, MODIFIER_AT);
	const struct modifier *up_to = rule_modifier(rule, MODIFIER_UP_TO);

	out->protect.at_min = at && !strcmp(at->words[0].text, "min");
	out->protect.up_to = plan_size_of(p, up_to ? up_to->value : NULL);
}

static void plan_throttle(struct planner *p, const struct rule *rule, struct plan_rule *out)
{
	out->throttle.delay = plan_value_of(rule->throttle.delay);
	out->throttle.is_ramp = rule->throttle.to != NULL;
	if (!out->throttle.is_ramp)
		return;
	out->throttle.to = plan_value_of(rule->throttle.to);
	out->throttle.signal = plan_lower(p, rule->throttle.signal);
	out->throttle.from = plan_size_of(p, rule->throttle.from);
	out->throttle.until = plan_size_of(p, rule->throttle.until);
}

/* `swappiness max` has a word in place of its value. */
static struct plan_value swappiness_of(const struct rule *rule)
{
	const struct modifier *m = rule_modifier(rule, MODIFIER_SWAPPINESS);

	if (m && m->word_count)
		return (struct plan_value){ .is_given = true, .value = SWAPPINESS_ONLY_ANON };
	return plan_value_of(m ? m->value : NULL);
}

static void plan_reclaim(struct planner *p, const struct rule *rule, struct plan_rule *out)
{
	out->reclaim.step = modifier_value(rule, MODIFIER_STEP);
	if (!out->reclaim.step.is_given)
		out->reclaim.step = (struct plan_value){ .is_given = true, .value = STEP_DEFAULT };
	out->reclaim.swappiness = swappiness_of(rule);
	out->reclaim.budget = modifier_value(rule, MODIFIER_BUDGET);
	out->reclaim.no_swap = rule_modifier(rule, MODIFIER_NO_SWAP) != NULL;
	out->reclaim.no_pace = rule_modifier(rule, MODIFIER_NO_PACE) != NULL;
	if (out->when)
		plan_find_trigger(p, out->when, &out->reclaim.trigger,
				  &out->reclaim.trigger_is_percent);
}

static unsigned thp_kinds(const struct modifier *on)
{
	unsigned kinds = 0;

	for (uint32_t i = 0; on && i < on->word_count; i++)
		for (int j = 0; j < THP_KIND_COUNT; j++)
			if (!strcmp(on->words[i].text, thp_kind_infos[j].word))
				kinds |= 1u << j;
	return kinds;
}

static void plan_thp(const struct rule *rule, struct plan_rule *out)
{
	out->thp.answer = rule->thp.answer == THP_NEVER	    ? PLAN_THP_NEVER
			  : rule->thp.answer == THP_DEFAULT ? PLAN_THP_DEFAULT
			  : rule->thp.or_smaller	    ? PLAN_THP_OR_SMALLER
							    : PLAN_THP_EXACT;
	out->thp.order = plan_value_of(rule->thp.order);
	out->thp.kinds = thp_kinds(rule_modifier(rule, MODIFIER_ON));
	out->thp.priority = modifier_value(rule, MODIFIER_PRIORITY);
}

static void plan_notify(const struct rule *rule, struct plan_rule *out)
{
	const struct modifier *at = rule_modifier(rule, MODIFIER_AT);

	out->notify.message = rule->message.text;
	out->notify.level = NOTIFY_LEVEL_INFO;
	for (int i = 0; at && i < NOTIFY_LEVEL_COUNT; i++)
		if (!strcmp(at->words[0].text, notify_level_infos[i].word))
			out->notify.level = i;
}

static void plan_action(struct planner *p, const struct rule *rule, struct plan_rule *out)
{
	switch (rule->action) {
	case ACTION_PROTECT:
		plan_protect(p, rule, out);
		return;
	case ACTION_THROTTLE:
		plan_throttle(p, rule, out);
		return;
	case ACTION_RECLAIM:
		plan_reclaim(p, rule, out);
		return;
	case ACTION_THP:
		plan_thp(rule, out);
		return;
	case ACTION_NOTIFY:
		plan_notify(rule, out);
		return;
	case ACTION_COUNT:
		break;
	}
	BUG("action %d", rule->action);
}

/* The statement's rule for one of its targets; cgroup is NULL where it has none. */
static void plan_rule_add(struct planner *p, const struct stmt *s, const struct cgroup_decl *cgroup)
{
	const struct rule *rule = &s->rule;
	struct plan_rule *out = &p->plan->rules[p->plan->rule_count++];

	out->source = s;
	out->action = rule->action;
	out->span = s->span;
	out->group = cgroup ? plan_group_of(p, cgroup) : PLAN_NONE;
	out->process = rule->process && rule->process->kind != PROCESS_ALL
			       ? process_of(p, rule->process)
			       : PLAN_NONE;
	p->group = out->group;
	p->any_group = PLAN_NONE;
	p->is_told = false;
	plan_conditions(p, rule, out);
	plan_action(p, rule, out);
	out->any_group = p->any_group;
	/* A hook does not try a glob's matches one by one. */
	out->is_live = out->is_live && !plan_asks_any(p->plan, out, out->when);
	out->row_base = p->plan->rule_rows;
	out->rows = out->group != PLAN_NONE ? p->plan->groups[out->group].rows : 1;
	p->plan->rule_rows += out->rows;
	if (rule->name.text)
		plan_check_name(p, rule->name.span, rule->name.text);
	if (p->plan->rule_count > PLAN_RULES_MAX)
		plan_too_large(p, s->span, "rules", PLAN_RULES_MAX);
}

/* Hooks. */

/* Below an anchor that has to find out whose a cgroup is, cgroups claim their slots and free them.
 */
static void hook_anchors(struct arena *a, struct plan *plan)
{
	struct plan_anchors anchors;

	plan_find_anchors(a, plan, &anchors);
	for (uint32_t i = 0; i < anchors.count; i++)
		for (uint32_t k = 0; k < anchors.list[i].claim_count; k++)
			if (!anchors.list[i].is_plain)
				plan->groups[anchors.list[i].claims[k].group].hooks |=
					1u << HOOK_ONLINE | 1u << HOOK_OFFLINE;
}

static void plan_hooks(struct arena *a, struct plan *plan)
{
	for (uint32_t i = 0; i < plan->rule_count; i++) {
		const struct plan_rule *r = &plan->rules[i];

		if (r->group != PLAN_NONE) {
			plan->groups[r->group].is_target = true;
			plan->groups[r->group].hooks |= plan_rule_hooks(r);
		} else if (r->action == ACTION_THP) {
			plan->hooks |= 1u << HOOK_GET_ORDER;
			plan->has_global_thp |= r->process == PLAN_NONE;
		}
	}
	for (uint32_t i = 0; i < plan->signal_count; i++) {
		const struct plan_signal *s = &plan->signals[i];
		unsigned hooks = signal_hooks(s->id);

		/* Only a hook sees charges, so a group whose charges are read is attached too. */
		if (hooks) {
			plan->groups[s->group].is_target = true;
			plan->groups[s->group].hooks |= hooks;
		}
	}
	/*
	 * There a process's cgroup is a condition; otherwise its processes are listed at the load.
	 */
	for (uint32_t i = 0; i < plan->process_count && plan->has_global_thp; i++)
		if (plan->processes[i].group != PLAN_NONE)
			plan->groups[plan->processes[i].group].is_watched = true;
	for (uint32_t i = 0; i < plan->group_count; i++)
		plan->groups[i].is_target |= plan->groups[i].is_glob && plan->groups[i].is_watched;
	hook_anchors(a, plan);
	for (uint32_t i = 0; i < plan->group_count; i++)
		plan->hooks |= plan->groups[i].hooks;
}

/* The whole. */

static uint32_t *none_array(struct arena *a, uint32_t count)
{
	uint32_t *array = arena_array(a, uint32_t, count);

	memset(array, 0xff, count * sizeof(*array));
	return array;
}

static void plan_make_room(struct planner *p)
{
	uint32_t groups = 0, processes = 0, rules = 0;

	for (const struct cgroup_decl *g = p->ast->cgroups; g; g = g->next)
		groups++;
	for (const struct process_decl *d = p->ast->processes; d; d = d->next)
		processes++;
	for (const struct stmt *s = p->ast->first; s; s = s->next)
		rules += s->kind == STMT_RULE ? 1 + s->rule.more_count : 0;
	p->groups = none_array(p->arena, groups);
	p->processes = none_array(p->arena, processes);
	p->plan->groups = arena_array(p->arena, struct plan_group, groups);
	p->plan->processes = arena_array(p->arena, struct plan_process, processes);
	p->plan->rules = arena_array(p->arena, struct plan_rule, rules);
	p->signal_room = 2 * rules + 16; /* an estimate that is close enough */
	p->plan->signals = arena_array(p->arena, struct plan_signal, p->signal_room);
	table_reserve(&p->signals, p->signal_room);
}

static void plan_settings(struct planner *p)
{
	p->plan->tick_ns = TICK_DEFAULT;
	for (const struct stmt *s = p->ast->first; s; s = s->next) {
		if (s->kind == STMT_TICK && s->tick.value->quantity == QUANTITY_DURATION)
			expr_constant(s->tick.value, &p->plan->tick_ns, NULL);
		else if (s->kind == STMT_MODE)
			p->plan->is_monitor = !strcmp(s->mode.word.text, "monitor");
	}
}

static void plan_files(struct plan *plan, struct arena *a, const struct sources *sources)
{
	plan->files = arena_array(a, struct plan_file, sources->count);
	plan->file_count = sources->count;
	for (uint32_t i = 0; i < sources->count; i++) {
		const struct source *s = &sources->files[i];

		plan->files[i] = (struct plan_file){ s->name, s->text, s->len };
	}
}

struct plan *plan_build(struct arena *a, const struct ast *ast, const struct sources *sources,
			struct diags *ds, uint32_t room)
{
	struct planner p = { .arena = a,
			     .ast = ast,
			     .sources = sources,
			     .ds = ds,
			     .plan = arena_new(a, struct plan) };
	struct span last = { 0 };
	uint32_t file = 0;

	while (file + 1 < sources->count && sources->files[file].is_included)
		file++;
	plan_files(p.plan, a, sources);
	p.plan->file = file;
	p.plan->name = policy_name(a, sources->files[file].name);
	table_init(&p.signals, a);
	table_init(&p.strings, a);
	plan_make_room(&p);
	plan_settings(&p);
	plan_params(&p);
	for (const struct stmt *s = ast->first; s; s = s->next) {
		if (s->kind != STMT_RULE || s->rule.is_broken)
			continue;
		last = s->span;
		plan_rule_add(&p, s, s->rule.cgroup);
		for (uint32_t i = 0; i < s->rule.more_count && plan_is_within_limits(&p); i++)
			plan_rule_add(&p, s, s->rule.more_cgroups[i]);
		if (!plan_is_within_limits(&p))
			break;
	}
	plan_fit_rooms(p.plan, room);
	if (!plan_fits(&p, last))
		return NULL;
	plan_hooks(a, p.plan);
	return plan_processes_fit(p.plan, ds) ? p.plan : NULL;
}
