// SPDX-License-Identifier: GPL-2.0
/*
 * From a plan to its file. Members with default values are left out: policies may have many rules.
 */
#include "plan_json.h"

#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "bpf-templates/mmp_abi.h"
#include "plan.h"
#include "words.h"

void plan_json_set(json_t *object, const char *key, json_t *value)
{
	if (!value || json_object_set_new(object, key, value))
		BUG("cannot build a plan's file");
}

void plan_json_append(json_t *array, json_t *value)
{
	if (!value || json_array_append_new(array, value))
		BUG("cannot build a plan's file");
}

json_t *plan_json_text(const char *bytes, size_t len)
{
	json_t *s = json_stringn(bytes, len);
	char *copy;

	if (s)
		return s;
	copy = malloc(len + 1);
	if (!copy)
		BUG("out of memory");
	for (size_t i = 0; i < len; i++)
		copy[i] = (unsigned char)bytes[i] < 0x80 ? bytes[i] : '?';
	s = json_stringn(copy, len);
	free(copy);
	return s;
}

json_t *plan_json_bits(const struct plan_words *words, unsigned bits)
{
	json_t *list = json_array();

	for (size_t i = 0; i < words->count; i++)
		if (bits & 1u << i)
			plan_json_append(list, json_string(words->list[i]));
	return list;
}

static void set_text(json_t *o, const char *key, const char *text)
{
	if (text)
		plan_json_set(o, key, plan_json_text(text, strlen(text)));
}

static void set_word(json_t *o, const char *key, const struct plan_words *words, unsigned value)
{
	plan_json_set(o, key, json_string(words->list[value]));
}

static void set_flag(json_t *o, const char *key, bool value)
{
	if (value)
		plan_json_set(o, key, json_true());
}

static void set_number(json_t *o, const char *key, int64_t value)
{
	plan_json_set(o, key, json_integer(value));
}

static void set_index(json_t *o, const char *key, uint32_t index)
{
	if (index != PLAN_NONE)
		set_number(o, key, index);
}

/* The file is written where it is not the policy's main one. */
static void set_place(json_t *o, const struct plan *p, const struct plan_place *at)
{
	if (at->file != p->file)
		set_number(o, "file", at->file);
	set_number(o, "line", at->line);
}

static json_t *pair(const char *word, json_t *what)
{
	json_t *list = json_array();

	plan_json_append(list, json_string(word));
	plan_json_append(list, what);
	return list;
}

/* Expressions. */

static json_t *word_of(const struct plan_expr *x)
{
	const char *word = plan_op_infos[x->op].word;

	if (x->op == PLAN_CONST)
		return json_integer(x->value);
	if (x->op == PLAN_CALL_SIGNAL)
		return pair(word, json_string(plan_signal_words.list[x->signal]));
	if (plan_op_infos[x->op].kind == PLAN_IS_LEAF)
		return pair(word, json_integer(x->index));
	return json_string(word);
}

static void append_expr(json_t *code, const struct plan_expr *x)
{
	if (x->a)
		append_expr(code, x->a);
	if (x->b)
		append_expr(code, x->b);
	plan_json_append(code, word_of(x));
}

static void set_code(json_t *o, const char *key, const struct plan_expr *x)
{
	json_t *code;

	if (!x)
		return;
	code = json_array();
	append_expr(code, x);
	plan_json_set(o, key, code);
}

static void set_value(json_t *o, const char *key, const struct plan_value *v)
{
	json_t *param;

	if (v->share)
		set_code(o, key, v->share);
	else if (v->is_given && !v->is_param)
		set_number(o, key, v->value);
	if (!v->is_param)
		return;
	param = json_object();
	set_number(param, "param", v->param);
	plan_json_set(o, key, param);
}

static json_t *code_of(const struct plan_rule *r)
{
	json_t *o = json_object();

	set_code(o, "when", r->when);
	set_code(o, "until", r->until);
	set_code(o, "call", r->call);
	if (r->action == ACTION_THROTTLE)
		set_code(o, "as", r->throttle.signal);
	return o;
}

/* Answers. */

static void answer_protect(json_t *o, const struct plan_rule *r)
{
	set_word(o, "at", &plan_level_words, r->protect.at_min);
	set_value(o, "up_to", &r->protect.up_to);
}

static void answer_throttle(json_t *o, const struct plan_rule *r)
{
	set_value(o, "delay", &r->throttle.delay);
	set_value(o, "to", &r->throttle.to);
	set_value(o, "from", &r->throttle.from);
	set_value(o, "until", &r->throttle.until);
}

static void answer_reclaim(json_t *o, const struct plan_rule *r)
{
	set_value(o, "step", &r->reclaim.step);
	set_value(o, "swappiness", &r->reclaim.swappiness);
	set_value(o, "budget", &r->reclaim.budget);
	set_flag(o, "no_swap", r->reclaim.no_swap);
	set_flag(o, "no_pace", r->reclaim.no_pace);
	set_value(o, "trigger", &r->reclaim.trigger);
	set_flag(o, "trigger_percent", r->reclaim.trigger_is_percent);
}

static void answer_thp(json_t *o, const struct plan_rule *r)
{
	set_word(o, "answer", &plan_answer_words, r->thp.answer);
	set_value(o, "order", &r->thp.order);
	plan_json_set(o, "kinds", plan_json_bits(&plan_thp_words, r->thp.kinds));
	set_value(o, "priority", &r->thp.priority);
}

static void answer_notify(json_t *o, const struct plan_rule *r)
{
	set_text(o, "message", r->notify.message);
	set_word(o, "level", &plan_notify_words, r->notify.level);
}

static json_t *answer_of(const struct plan_rule *r)
{
	static void (*const answers[ACTION_COUNT])(json_t *, const struct plan_rule *) = {
		[ACTION_PROTECT] = answer_protect, [ACTION_THROTTLE] = answer_throttle,
		[ACTION_RECLAIM] = answer_reclaim, [ACTION_THP] = answer_thp,
		[ACTION_NOTIFY] = answer_notify,
	};
	json_t *o = json_object();

	answers[r->action](o, r);
	return o;
}

/* Lists. */

static json_t *file_of(const struct plan *p, uint32_t i)
{
	json_t *o = json_object();

	set_text(o, "name", p->files[i].name);
	plan_json_set(o, "text", plan_json_text(p->files[i].text, p->files[i].len));
	return o;
}

static json_t *string_of(const struct plan *p, uint32_t i)
{
	return plan_json_text(p->strings[i], strlen(p->strings[i]));
}

static void set_texts(json_t *o, const char *name, const char *const *list, uint32_t count)
{
	json_t *texts = json_array();

	for (uint32_t i = 0; i < count; i++)
		plan_json_append(texts, plan_json_text(list[i], strlen(list[i])));
	plan_json_set(o, name, texts);
}

static json_t *group_of(const struct plan *p, uint32_t i)
{
	const struct plan_group *g = &p->groups[i];
	json_t *o = json_object();

	set_text(o, "name", g->name);
	set_text(o, "path", g->path);
	set_text(o, "absolute", g->absolute);
	set_flag(o, "glob", g->is_glob);
	set_flag(o, "allow_override", g->allow_override);
	set_flag(o, "target", g->is_target);
	set_flag(o, "watched", g->is_watched);
	if (g->is_glob) {
		set_number(o, "rows", g->rows);
		set_texts(o, "patterns", g->patterns, g->pattern_count);
	}
	if (g->exception_count)
		set_texts(o, "exceptions", g->exceptions, g->exception_count);
	if (g->hooks)
		plan_json_set(o, "hooks", plan_json_bits(&plan_hook_words, g->hooks));
	set_place(o, p, &g->at);
	return o;
}

static json_t *process_of(const struct plan *p, uint32_t i)
{
	const struct plan_process *process = &p->processes[i];
	json_t *o = json_object();

	set_text(o, "name", process->name);
	set_word(o, "kind", &plan_process_words, process->kind);
	set_text(o, "text", process->text);
	if (process->kind == PLAN_PROCESS_PID)
		set_number(o, "pid", process->pid);
	if (process->kind == PLAN_PROCESS_CGROUP)
		set_index(o, "group", process->group);
	set_place(o, p, &process->at);
	return o;
}

static json_t *param_of(const struct plan *p, uint32_t i)
{
	const struct plan_param *param = &p->params[i];
	json_t *o = json_object();

	set_text(o, "name", param->name);
	set_text(o, "quantity", quantity_name(param->quantity));
	set_number(o, "value", param->value);
	set_number(o, "low", param->low);
	set_number(o, "high", param->high);
	set_place(o, p, &param->at);
	return o;
}

static json_t *signal_of(const struct plan *p, uint32_t i)
{
	const struct plan_signal *s = &p->signals[i];
	json_t *o = json_object();

	set_text(o, "name", s->name);
	set_word(o, "id", &plan_signal_words, s->id);
	set_word(o, "scope", &plan_scope_words, s->scope);
	if (s->scope != PLAN_OF_SYSTEM)
		set_index(o, "group", s->group);
	set_flag(o, "percent", s->is_percent);
	if (s->window_ns)
		set_number(o, "window_ns", s->window_ns);
	return o;
}

static json_t *rule_of(const struct plan *p, uint32_t i)
{
	const struct plan_rule *r = &p->rules[i];
	json_t *o = json_object();

	set_text(o, "name", r->name);
	set_word(o, "action", &plan_action_words, r->action);
	set_index(o, "group", r->group);
	if (r->action == ACTION_THP)
		set_index(o, "process", r->process);
	set_index(o, "any_group", r->any_group);
	set_flag(o, "live", r->is_live);
	set_place(o, p, &r->at);
	set_text(o, "text", r->text);
	set_text(o, "when", r->when_text);
	set_text(o, "until", r->until_text);
	plan_json_set(o, "code", code_of(r));
	set_value(o, "for", &r->when_for);
	set_value(o, "until_for", &r->until_for);
	set_value(o, "hold", &r->hold);
	set_value(o, "cooldown", &r->cooldown);
	plan_json_set(o, "answer", answer_of(r));
	return o;
}

static void set_list(json_t *o, const char *key, const struct plan *p, uint32_t count,
		     json_t *(*of)(const struct plan *, uint32_t))
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < count; i++)
		plan_json_append(list, of(p, i));
	plan_json_set(o, key, list);
}

json_t *plan_to_json(const struct plan *p)
{
	json_t *o = json_object();

	set_number(o, "abi", MMP_ABI_VERSION);
	set_text(o, "mmpc", MMP_VERSION);
	set_text(o, "name", p->name);
	set_number(o, "tick_ns", p->tick_ns);
	set_word(o, "mode", &plan_mode_words, p->is_monitor);
	set_number(o, "file", p->file);
	set_list(o, "files", p, p->file_count, file_of);
	set_list(o, "strings", p, p->string_count, string_of);
	set_list(o, "groups", p, p->group_count, group_of);
	set_list(o, "processes", p, p->process_count, process_of);
	set_list(o, "params", p, p->param_count, param_of);
	set_list(o, "signals", p, p->signal_count, signal_of);
	set_list(o, "rules", p, p->rule_count, rule_of);
	return o;
}
