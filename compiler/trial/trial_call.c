// SPDX-License-Identifier: GPL-2.0
#include "trial_call.h"

#include <string.h>

#include "base/arena.h"
#include "base/bug.h"
#include "series.h"

#define ALL_ORDERS 0x3fc /* 2 to 9: what anonymous memory is offered at most */

struct argument_reader {
	struct arena *arena;
	struct diags *ds;
	const struct plan *plan;
	struct evaluation_call *call;
};

/* The index of the enumeration's word, or a finding. */
static bool read_word(struct argument_reader *r, const struct word *w, const char *const *words,
		      size_t count, int64_t *ret_value)
{
	struct diag *d;

	for (size_t i = 0; i < count; i++)
		if (word_is(w, words[i])) {
			*ret_value = (int64_t)i;
			return true;
		}
	d = diag_add(r->ds, DIAG_UNKNOWN_NAME, w->span, "'%s' cannot stand here", w->text);
	if (nearest_word(w->text, w->len, words, count))
		diag_did_you_mean(r->ds, d, nearest_word(w->text, w->len, words, count));
	else
		diag_hint(r->ds, d, "write %s or %s", words[0], words[1]);
	return false;
}

static bool read_comm(struct argument_reader *r, const struct trial_item *value)
{
	r->call->comm = value->word.text;
	return true;
}

static bool read_memcg(struct argument_reader *r, const struct trial_item *value)
{
	for (uint32_t i = 0; i < r->plan->group_count; i++)
		if (word_is_path(&value->word, r->plan->groups[i].name)) {
			r->call->cgroup = r->plan->groups[i].absolute;
			return true;
		}
	r->call->cgroup = value->word.text[0] == '/'
				  ? value->word.text
				  : arena_printf(r->arena, "/sys/fs/cgroup/%s", value->word.text);
	return true;
}

static bool read_known(struct argument_reader *r, const struct trial_item *value,
		       enum quantity quantity, struct mmp_value *to)
{
	int64_t n;

	if (!amount_read(r->ds, value, quantity, &n))
		return false;
	*to = mmp_known(n);
	return true;
}

static bool read_pid(struct argument_reader *r, const struct trial_item *value)
{
	return read_known(r, value, QUANTITY_COUNT, &r->call->pid);
}

static bool read_uid(struct argument_reader *r, const struct trial_item *value)
{
	return read_known(r, value, QUANTITY_COUNT, &r->call->uid);
}

static bool read_size(struct argument_reader *r, const struct trial_item *value)
{
	return read_known(r, value, QUANTITY_SIZE, &r->call->vma_size);
}

static bool read_anon(struct argument_reader *r, const struct trial_item *value)
{
	static const char *const words[] = { "false", "true" };
	int64_t n;

	if (!read_word(r, &value->word, words, ARRAY_SIZE(words), &n))
		return false;
	r->call->vma_anon = mmp_known(n);
	return true;
}

static bool read_advice(struct argument_reader *r, const struct trial_item *value)
{
	const char *words[ADVICE_COUNT];
	int64_t n;

	for (int i = 0; i < ADVICE_COUNT; i++)
		words[i] = advice_infos[i].word;
	if (!read_word(r, &value->word, words, ADVICE_COUNT, &n))
		return false;
	r->call->vma_advice = mmp_known(n);
	return true;
}

static bool read_kind(struct argument_reader *r, const struct trial_item *value)
{
	const char *words[THP_KIND_COUNT];
	int64_t n;

	for (int i = 0; i < THP_KIND_COUNT; i++)
		words[i] = thp_kind_infos[i].word;
	if (!read_word(r, &value->word, words, THP_KIND_COUNT, &n))
		return false;
	r->call->kind = (enum thp_kind)n;
	return true;
}

static bool read_orders(struct argument_reader *r, const struct trial_item *value)
{
	int64_t order;

	r->call->orders = 0;
	for (; value; value = value->next) {
		if (!amount_read(r->ds, value, QUANTITY_ORDER, &order))
			return false;
		if (order < 1 || order > 18) {
			diag_add(r->ds, DIAG_THP_ORDER_RANGE, value->word.span,
				 "an order is from 1 to 18");
			return false;
		}
		r->call->orders |= 1ULL << order;
	}
	return true;
}

static const struct {
	const char *name;
	bool (*read)(struct argument_reader *r, const struct trial_item *value);
	bool takes_many;
} arguments_known[] = {
	{ "comm", read_comm, false },	      { "pid", read_pid, false },
	{ "uid", read_uid, false },	      { "memcg", read_memcg, false },
	{ "vma.anon", read_anon, false },     { "vma.size", read_size, false },
	{ "vma.advice", read_advice, false }, { "orders", read_orders, true },
	{ "on", read_kind, false },
};

static const char *joined(struct arena *a, const struct trial_name *name)
{
	const char *text = name->parts[0].text;

	for (uint32_t i = 1; i < name->count; i++)
		text = arena_printf(a, "%s.%s", text, name->parts[i].text);
	return text;
}

static bool read_argument(struct argument_reader *r, const struct trial_argument *argument)
{
	const char *name = joined(r->arena, &argument->name), *words[ARRAY_SIZE(arguments_known)];
	struct diag *d;

	for (size_t i = 0; i < ARRAY_SIZE(arguments_known); i++) {
		words[i] = arguments_known[i].name;
		if (strcmp(name, words[i]))
			continue;
		if (argument->values->next && !arguments_known[i].takes_many) {
			diag_add(r->ds, DIAG_SYNTAX, argument->values->next->word.span,
				 "'%s' takes one value", name);
			return false;
		}
		return arguments_known[i].read(r, argument->values);
	}
	d = diag_add(r->ds, DIAG_UNKNOWN_NAME, argument->name.span, "a call has no argument '%s'",
		     name);
	if (nearest_word(name, strlen(name), words, ARRAY_SIZE(words)))
		diag_did_you_mean(r->ds, d,
				  nearest_word(name, strlen(name), words, ARRAY_SIZE(words)));
	else
		diag_hint(r->ds, d,
			  "write comm, pid, uid, memcg, vma.anon, vma.size, vma.advice, "
			  "orders or on");
	return false;
}

/* A call by a named process is described by that process's definition. */
static void imply(struct evaluation_call *call, const struct plan *p, uint32_t process)
{
	const struct plan_process *is;

	if (process == PLAN_NONE)
		return;
	is = &p->processes[process];
	if (is->kind == PLAN_PROCESS_COMM)
		call->comm = is->text;
	else if (is->kind == PLAN_PROCESS_PID)
		call->pid = mmp_known(is->pid);
	else if (is->kind == PLAN_PROCESS_CGROUP)
		call->cgroup = p->groups[is->group].absolute;
}

bool trial_call_bind(struct arena *a, struct diags *ds, const struct plan *p, uint32_t process,
		     const struct trial_argument *arguments, struct evaluation_call *ret_call)
{
	struct evaluation_call call = { .orders = ALL_ORDERS, .kind = THP_KIND_PAGEFAULT };
	struct argument_reader r = { .arena = a, .ds = ds, .plan = p, .call = &call };
	bool is_right = true;

	imply(&call, p, process);
	for (; arguments; arguments = arguments->next)
		is_right &= read_argument(&r, arguments);
	*ret_call = call;
	return is_right;
}
