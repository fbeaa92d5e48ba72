// SPDX-License-Identifier: GPL-2.0
/* A rule of a plan's file. */
#include "plan_read_impl.h"

#include <stddef.h>

#include "words.h"

static const struct plan_field rule_fields[] = {
	NEEDED(FIELD_NAME, "name", plan_rule, name),
	NEEDED_OF(FIELD_WORD, "action", plan_rule, action, plan_action_words),
	OPTIONAL(FIELD_GROUP, "group", plan_rule, group),
	OPTIONAL(FIELD_PROCESS, "process", plan_rule, process),
	OPTIONAL(FIELD_GROUP, "any_group", plan_rule, any_group),
	OPTIONAL(FIELD_FLAG, "live", plan_rule, is_live),
	OPTIONAL(FIELD_FILE, "file", plan_rule, at.file),
	NEEDED(FIELD_LINE, "line", plan_rule, at.line),
	NEEDED(FIELD_TEXT, "text", plan_rule, text),
	OPTIONAL(FIELD_TEXT, "when", plan_rule, when_text),
	OPTIONAL(FIELD_TEXT, "until", plan_rule, until_text),
	OPTIONAL(FIELD_VALUE, "for", plan_rule, when_for),
	OPTIONAL(FIELD_VALUE, "until_for", plan_rule, until_for),
	OPTIONAL(FIELD_VALUE, "hold", plan_rule, hold),
	OPTIONAL(FIELD_VALUE, "cooldown", plan_rule, cooldown),
	{ 0 },
};

static const struct plan_field protect_fields[] = {
	NEEDED_OF(FIELD_CHOICE, "at", plan_rule, protect.at_min, plan_level_words),
	OPTIONAL(FIELD_SIZE, "up_to", plan_rule, protect.up_to),
	{ 0 },
};

static const struct plan_field throttle_fields[] = {
	NEEDED(FIELD_VALUE, "delay", plan_rule, throttle.delay),
	OPTIONAL(FIELD_VALUE, "to", plan_rule, throttle.to),
	OPTIONAL(FIELD_SIZE, "from", plan_rule, throttle.from),
	OPTIONAL(FIELD_SIZE, "until", plan_rule, throttle.until),
	{ 0 },
};

static const struct plan_field reclaim_fields[] = {
	NEEDED(FIELD_VALUE, "step", plan_rule, reclaim.step),
	OPTIONAL(FIELD_VALUE, "swappiness", plan_rule, reclaim.swappiness),
	OPTIONAL(FIELD_VALUE, "budget", plan_rule, reclaim.budget),
	OPTIONAL(FIELD_FLAG, "no_swap", plan_rule, reclaim.no_swap),
	OPTIONAL(FIELD_FLAG, "no_pace", plan_rule, reclaim.no_pace),
	OPTIONAL(FIELD_SIZE, "trigger", plan_rule, reclaim.trigger),
	OPTIONAL(FIELD_FLAG, "trigger_percent", plan_rule, reclaim.trigger_is_percent),
	{ 0 },
};

static const struct plan_field thp_fields[] = {
	NEEDED_OF(FIELD_WORD, "answer", plan_rule, thp.answer, plan_answer_words),
	OPTIONAL(FIELD_VALUE, "order", plan_rule, thp.order),
	OPTIONAL_OF(FIELD_WORDS, "kinds", plan_rule, thp.kinds, plan_thp_words),
	OPTIONAL(FIELD_VALUE, "priority", plan_rule, thp.priority),
	{ 0 },
};

static const struct plan_field notify_fields[] = {
	NEEDED(FIELD_TEXT, "message", plan_rule, notify.message),
	NEEDED_OF(FIELD_WORD, "level", plan_rule, notify.level, plan_notify_words),
	{ 0 },
};

/* The actions on a cgroup name it; the others name none. */
static bool check_target(struct plan_reader *r, struct plan_rule *rule)
{
	bool is_on_cgroup = rule->action != ACTION_THP && rule->action != ACTION_NOTIFY;

	if (is_on_cgroup != (rule->group != PLAN_NONE))
		return plan_read_bad(r, is_on_cgroup ? "no 'group'"
						     : "a 'group' that its action "
						       "cannot have");
	if (rule->process != PLAN_NONE && rule->action != ACTION_THP)
		return plan_read_bad(r, "a 'process' that its action cannot have");
	rule->rows = is_on_cgroup ? r->plan->groups[rule->group].rows : 1;
	return rule->any_group == PLAN_NONE || rule->rows == 1 ||
	       plan_read_bad(r, "'any_group' although its own group has matches");
}

static bool read_conditions(struct plan_reader *r, const json_t *object, struct plan_rule *rule)
{
	const json_t *code = json_object_get(object, "code");

	if (code && !json_is_null(code) && !json_is_object(code))
		return plan_read_bad(r, "'code' is not an object");
	return plan_read_code(r, rule, "when", json_object_get(code, "when"), false, &rule->when) &&
	       plan_read_code(r, rule, "until", json_object_get(code, "until"), false,
			      &rule->until) &&
	       plan_read_code(r, rule, "call", json_object_get(code, "call"), false, &rule->call);
}

static bool read_ramp(struct plan_reader *r, const json_t *object, struct plan_rule *rule)
{
	const json_t *code = json_object_get(object, "code");

	if (!plan_read_code(r, rule, "as", json_object_get(code, "as"), true,
			    &rule->throttle.signal))
		return false;
	rule->throttle.is_ramp = rule->throttle.signal != NULL;
	return !rule->throttle.is_ramp ||
	       (rule->throttle.to.is_given && rule->throttle.from.is_given &&
		rule->throttle.until.is_given) ||
	       plan_read_bad(r, "a ramp without 'to', 'from' or 'until'");
}

/* An exact order, and one that is the highest, has a number. */
static bool check_thp(struct plan_reader *r, const struct plan_rule *rule)
{
	bool has_order = rule->thp.answer == PLAN_THP_EXACT ||
			 rule->thp.answer == PLAN_THP_OR_SMALLER;

	return !has_order || rule->thp.order.is_given || plan_read_bad(r, "no 'order'");
}

static bool read_answer(struct plan_reader *r, const json_t *object, struct plan_rule *rule)
{
	static const struct plan_field *const fields[ACTION_COUNT] = {
		[ACTION_PROTECT] = protect_fields, [ACTION_THROTTLE] = throttle_fields,
		[ACTION_RECLAIM] = reclaim_fields, [ACTION_THP] = thp_fields,
		[ACTION_NOTIFY] = notify_fields,
	};
	const json_t *answer = json_object_get(object, "answer");

	if (!json_is_object(answer))
		return plan_read_bad(r, "no 'answer'");
	r->rule = rule;
	if (!plan_read_fields(r, answer, fields[rule->action], rule))
		return false;
	if (rule->action == ACTION_THROTTLE)
		return read_ramp(r, object, rule);
	return rule->action != ACTION_THP || check_thp(r, rule);
}

bool plan_read_rule(struct plan_reader *r, const json_t *object, struct plan_rule *rule)
{
	return plan_read_fields(r, object, rule_fields, rule) && check_target(r, rule) &&
	       read_conditions(r, object, rule) && read_answer(r, object, rule);
}
