// SPDX-License-Identifier: GPL-2.0
/* Conditions without names: from resolved expressions to the plan's. */
#include "lower_impl.h"

#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/bug.h"
#include "parse/constant.h"
#include "resolve/resolve.h"

#define WINDOW_DEFAULT 1000000000LL

struct plan_expr *plan_node(struct planner *p, enum plan_op op, const struct expr *from)
{
	struct plan_expr *x = arena_new(p->arena, struct plan_expr);

	x->op = op;
	x->quantity = from->quantity;
	x->span = from->span;
	p->nodes++;
	return x;
}

static struct plan_expr *make_constant(struct planner *p, const struct expr *from, int64_t value)
{
	struct plan_expr *x = plan_node(p, PLAN_CONST, from);

	x->value = value;
	return x;
}

static struct plan_expr *make_binary(struct planner *p, enum plan_op op, const struct expr *from,
				     struct plan_expr *a, struct plan_expr *b)
{
	struct plan_expr *x = plan_node(p, op, from);

	x->a = a;
	x->b = b;
	return x;
}

struct plan_value plan_value_of(const struct expr *e)
{
	struct plan_value v = { 0 };
	const struct param_decl *param;

	if (!e)
		return v;
	if (!expr_constant(e, &v.value, &param))
		BUG("a value that is none");
	v.is_given = true;
	v.is_param = param != NULL;
	v.param = param ? param->index : 0;
	return v;
}

/* Left before right: groups and signals are numbered as they are met. */
static struct plan_expr *lower_pair(struct planner *p, enum plan_op op, const struct expr *from,
				    const struct expr *left, const struct expr *right)
{
	struct plan_expr *a = plan_lower(p, left);
	struct plan_expr *b = right ? plan_lower(p, right) : NULL;

	return make_binary(p, op, from, a, b);
}

/* Signals. */

struct signal_key {
	int64_t window;
	uint32_t id, scope, group, is_percent, index; /* index of the entry that the key is for */
};

#define SIGNAL_KEY_BYTES offsetof(struct signal_key, index)

static uint32_t append_signal(struct planner *p, struct plan_signal s)
{
	if (p->plan->signal_count == p->signal_room) {
		struct plan_signal *old = p->plan->signals;

		p->signal_room *= 2;
		p->plan->signals = arena_array(p->arena, struct plan_signal, p->signal_room);
		memcpy(p->plan->signals, old, p->plan->signal_count * sizeof(s));
	}
	p->plan->signals[p->plan->signal_count] = s;
	return p->plan->signal_count++;
}

static uint32_t add_signal(struct planner *p, struct plan_signal s, struct span at)
{
	struct signal_key key = { s.window_ns, s.id, s.scope, s.group, s.is_percent, 0 };
	struct signal_key *found = table_find(&p->signals, &key, SIGNAL_KEY_BYTES);

	if (found)
		return found->index;
	found = arena_new(p->arena, struct signal_key);
	*found = key;
	found->index = append_signal(p, s);
	if (p->plan->signal_count > PLAN_SIGNALS_MAX)
		plan_too_large(p, at, "signals", PLAN_SIGNALS_MAX);
	table_add(&p->signals, found, SIGNAL_KEY_BYTES, found);
	return found->index;
}

static bool is_memcg_rule(const struct planner *p)
{
	return p->group != PLAN_NONE;
}

/* A rule tries the matches of one glob: with two globs it would have to try pairs. */
static void ask_any(struct planner *p, const struct expr *e, uint32_t glob)
{
	bool has_own = p->group != PLAN_NONE && p->plan->groups[p->group].is_glob;
	struct diag *d;

	if (!has_own && (p->any_group == PLAN_NONE || p->any_group == glob)) {
		p->any_group = glob;
		return;
	}
	if (p->is_told)
		return;
	p->is_told = true;
	d = diag_add(p->ds, DIAG_NOT_COMPILED_YET, e->span,
		     "a rule that asks about the matches of two globs cannot be compiled yet");
	diag_hint(p->ds, d, "name one cgroup in place of '%s'", p->plan->groups[glob].name);
}

static void place_signal(struct planner *p, const struct expr *e, struct plan_signal *s)
{
	s->group = PLAN_NONE;
	switch (e->name.scope) {
	case SCOPE_TARGET:
		s->scope = is_memcg_rule(p) ? PLAN_OF_GROUP : PLAN_OF_SYSTEM;
		s->group = p->group;
		return;
	case SCOPE_CGROUP:
		s->scope = PLAN_OF_GROUP;
		s->group = plan_group_of(p, e->name.cgroup);
		if (p->plan->groups[s->group].is_glob && s->group != p->group)
			ask_any(p, e, s->group);
		return;
	case SCOPE_SELF:
		s->scope = PLAN_OF_SELF;
		s->group = p->group;
		return;
	case SCOPE_PARENT:
		s->scope = PLAN_OF_PARENT;
		s->group = p->group;
		return;
	case SCOPE_SYSTEM:
		s->scope = PLAN_OF_SYSTEM;
		return;
	case SCOPE_CALL:
	case SCOPE_COUNT:
		break;
	}
	BUG("scope %d is not sampled", e->name.scope);
}

static struct plan_expr *lower_signal(struct planner *p, const struct expr *e)
{
	enum signal_id id = e->name.signal;
	struct plan_signal s = { .id = id == SIGNAL_PSI ? SIGNAL_PSI_SOME_AVG10 : id };
	struct plan_expr *x;

	if (e->name.scope == SCOPE_CALL) {
		x = plan_node(p, PLAN_CALL_SIGNAL, e);
		x->signal = id;
		return x;
	}
	place_signal(p, e, &s);
	if (signal_infos[id].traits & WINDOWED) {
		s.window_ns = WINDOW_DEFAULT;
		if (e->name.window)
			expr_constant(e->name.window, &s.window_ns, NULL);
	}
	s.is_percent = e->quantity == QUANTITY_PERCENT && signal_infos[id].traits & OR_PERCENT;
	x = plan_node(p, PLAN_SIGNAL, e);
	x->signal = s.id;
	x->index = add_signal(p, s, e->span);
	return x;
}

/* Comparisons. */

static enum plan_op compare_op_of(enum compare_op op)
{
	switch (op) {
	case COMPARE_GT:
		return PLAN_GT;
	case COMPARE_GE:
		return PLAN_GE;
	case COMPARE_LT:
		return PLAN_LT;
	case COMPARE_LE:
		return PLAN_LE;
	case COMPARE_EQ:
		return PLAN_EQ;
	case COMPARE_NE:
		return PLAN_NE;
	}
	BUG("comparison %d", op);
}

static bool is_call_signal(const struct expr *e, enum signal_id id)
{
	return e->kind == EXPR_NAME && e->name.ref == REF_SIGNAL && e->name.signal == id;
}

static uint32_t add_string(struct planner *p, const char *text, struct span at)
{
	uint32_t *fresh = arena_new(p->arena, uint32_t);
	uint32_t *index = table_add(&p->strings, text, strlen(text), fresh);

	if (index != fresh)
		return *index;
	if (p->plan->string_count == p->string_room) {
		const char **old = p->plan->strings;

		p->string_room = p->string_room ? p->string_room * 2 : 8;
		p->plan->strings = arena_array(p->arena, const char *, p->string_room);
		if (old)
			memcpy(p->plan->strings, old, p->plan->string_count * sizeof(*old));
	}
	p->plan->strings[p->plan->string_count] = text;
	*fresh = p->plan->string_count++;
	if (p->plan->string_count > PLAN_STRINGS_MAX)
		plan_too_large(p, at, "names of processes in conditions", PLAN_STRINGS_MAX);
	return *fresh;
}

static struct plan_expr *lower_equality(struct planner *p, const struct expr *e, enum plan_op op,
					uint32_t index)
{
	struct plan_expr *x = plan_node(p, op, e);

	x->index = index;
	return e->compare == COMPARE_NE ? make_binary(p, PLAN_NOT, e, x, NULL) : x;
}

static struct plan_expr *lower_compare(struct planner *p, const struct expr *e)
{
	const struct expr *sides[] = { e->left, e->right };

	for (int i = 0; i < 2; i++) {
		const struct expr *other = sides[!i];

		if (is_call_signal(sides[i], SIGNAL_COMM) && expr_string(other))
			return lower_equality(p, e, PLAN_COMM_IS,
					      add_string(p, expr_string(other)->text, other->span));
		if (is_call_signal(sides[i], SIGNAL_MEMCG) && other->kind == EXPR_NAME)
			return lower_equality(p, e, PLAN_IN_CGROUP,
					      plan_group_of(p, other->name.cgroup));
	}
	return lower_pair(p, compare_op_of(e->compare), e, e->left, e->right);
}

static struct plan_expr *lower_in(struct planner *p, const struct expr *e)
{
	struct plan_expr *low = lower_pair(p, PLAN_GE, e, e->in.value, e->in.low);
	struct plan_expr *high = lower_pair(p, PLAN_LE, e, e->in.value, e->in.high);

	return make_binary(p, PLAN_AND, e, low, high);
}

/* The rest. */

static struct plan_expr *lower_dollar(struct planner *p, const struct expr *e)
{
	const struct param_decl *param;
	struct plan_expr *x;
	int64_t value;

	expr_constant(e, &value, &param);
	if (!param)
		return make_constant(p, e, value);
	x = plan_node(p, PLAN_PARAM, e);
	x->index = param->index;
	return x;
}

static struct plan_expr *lower_name(struct planner *p, const struct expr *e)
{
	switch (e->name.ref) {
	case REF_SIGNAL:
		return lower_signal(p, e);
	case REF_CONDITION:
		return plan_lower(p, e->name.condition->condition);
	case REF_WORD:
		return make_constant(p, e, e->name.word_value);
	case REF_CGROUP:
		return make_constant(p, e, e->name.cgroup->index);
	case REF_UNRESOLVED:
	case REF_COUNT:
		break;
	}
	BUG("an unresolved name in a plan");
}

static enum plan_op arithmetic_op(enum expr_kind kind)
{
	return kind == EXPR_ADD	  ? PLAN_ADD
	       : kind == EXPR_SUB ? PLAN_SUB
	       : kind == EXPR_MUL ? PLAN_MUL
	       : kind == EXPR_DIV ? PLAN_DIV
	       : kind == EXPR_OF  ? PLAN_OF
				  : PLAN_NEG;
}

struct plan_expr *plan_lower(struct planner *p, const struct expr *e)
{
	switch (e->kind) {
	case EXPR_OR:
		return lower_pair(p, PLAN_OR, e, e->left, e->right);
	case EXPR_AND:
		return lower_pair(p, PLAN_AND, e, e->left, e->right);
	case EXPR_NOT:
		return lower_pair(p, PLAN_NOT, e, e->left, NULL);
	case EXPR_COMPARE:
		return lower_compare(p, e);
	case EXPR_IN:
		return lower_in(p, e);
	case EXPR_ADD:
	case EXPR_SUB:
	case EXPR_MUL:
	case EXPR_DIV:
	case EXPR_OF:
	case EXPR_NEG:
		return lower_pair(p, arithmetic_op(e->kind), e, e->left, e->right);
	case EXPR_NUMBER:
		return make_constant(p, e, e->number.value);
	case EXPR_DOLLAR:
		return lower_dollar(p, e);
	case EXPR_NAME:
		return lower_name(p, e);
	case EXPR_STRING:
	case EXPR_KIND_COUNT:
		break;
	}
	BUG("expression kind %d in a plan", e->kind);
}

/* A hook compares with one size, not with those of a glob's matches one by one. */
static void refuse_any(struct planner *p, const struct expr *e)
{
	struct diag *d;

	if (p->is_told)
		return;
	p->is_told = true;
	d = diag_add(p->ds, DIAG_NOT_COMPILED_YET, e->span,
		     "a size that is a share of those of a glob's matches cannot be compiled yet");
	diag_hint(p->ds, d, "name one cgroup in place of '%s'", p->plan->groups[p->any_group].name);
}

struct plan_value plan_size_of(struct planner *p, const struct expr *e)
{
	uint32_t any_group = p->any_group;
	struct plan_value v = { .is_given = true };

	if (!e || !expr_is_share(e))
		return plan_value_of(e);
	p->any_group = PLAN_NONE;
	v.share = plan_lower(p, e);
	if (p->any_group != PLAN_NONE)
		refuse_any(p, e);
	p->any_group = any_group;
	return v;
}

/* Splitting. */

/* `whole` is the condition that contains the terms: it gives the place of an `and` of them. */
static void add_term(struct planner *p, const struct expr *whole, struct plan_expr **to,
		     struct plan_expr *term)
{
	*to = *to ? make_binary(p, PLAN_AND, whole, *to, term) : term;
}

static void split(struct planner *p, const struct expr *e, const struct expr *whole,
		  struct plan_expr **ret_sampled, struct plan_expr **ret_call)
{
	if (p->call_terms > PLAN_TERMS_MAX)
		return;
	if (!expr_reads_call(e)) {
		add_term(p, whole, ret_sampled, plan_lower(p, e));
	} else if (e->kind == EXPR_AND) {
		split(p, e->left, whole, ret_sampled, ret_call);
		split(p, e->right, whole, ret_sampled, ret_call);
	} else if (e->kind == EXPR_NAME && e->name.ref == REF_CONDITION) {
		split(p, e->name.condition->condition, e->name.condition->condition, ret_sampled,
		      ret_call);
	} else {
		if (p->call_terms++ == PLAN_TERMS_MAX)
			plan_too_large(p, p->split_at, "terms on the hook's call in a rule",
				       PLAN_TERMS_MAX);
		add_term(p, whole, ret_call, plan_lower(p, e));
	}
}

void plan_split(struct planner *p, const struct expr *e, struct plan_expr **ret_sampled,
		struct plan_expr **ret_call)
{
	p->call_terms = 0;
	p->split_at = e->span;
	split(p, e, e, ret_sampled, ret_call);
}

bool plan_reads_own_usage(const struct planner *p, const struct plan_expr *e)
{
	return e && (plan_is_usage_of(p->plan, e, p->group) || plan_reads_own_usage(p, e->a) ||
		     plan_reads_own_usage(p, e->b));
}

/* A share is worked out at a tick: not from the usage that a hook reads anew, nor for any match. */
static bool is_sampled_share(const struct planner *p, const struct plan_expr *e)
{
	struct plan_rule asked = { .any_group = p->any_group };

	return e->op == PLAN_OF && !plan_reads_own_usage(p, e) &&
	       !plan_asks_any(p->plan, &asked, e);
}

static bool value_of_expr(const struct planner *p, struct plan_expr *e, struct plan_value *ret)
{
	if (is_sampled_share(p, e))
		*ret = (struct plan_value){ .is_given = true, .share = e };
	else if (e->op == PLAN_CONST)
		*ret = (struct plan_value){ .is_given = true, .value = e->value };
	else if (e->op == PLAN_PARAM)
		*ret = (struct plan_value){ .is_given = true,
					    .is_param = true,
					    .param = e->index,
					    .value = p->plan->params[e->index].value };
	else
		return false;
	return true;
}

void plan_find_trigger(const struct planner *p, const struct plan_expr *when,
		       struct plan_value *ret_value, bool *ret_is_percent)
{
	struct plan_expr *usage = NULL, *bound = NULL;
	struct plan_value value;

	if (when->op == PLAN_AND) {
		plan_find_trigger(p, when->a, ret_value, ret_is_percent);
		plan_find_trigger(p, when->b, ret_value, ret_is_percent);
		return;
	}
	if (when->op == PLAN_GT || when->op == PLAN_GE) {
		usage = when->a;
		bound = when->b;
	} else if (when->op == PLAN_LT || when->op == PLAN_LE) {
		usage = when->b;
		bound = when->a;
	}
	if (!usage || !plan_is_usage_of(p->plan, usage, p->group) ||
	    !value_of_expr(p, bound, &value))
		return;
	/*
	 * The first given bound decides, but of two constants in one unit the higher one must hold.
	 */
	if (ret_value->is_given && (ret_value->is_param || value.is_param || ret_value->share ||
				    value.share || value.value <= ret_value->value ||
				    *ret_is_percent != p->plan->signals[usage->index].is_percent))
		return;
	*ret_value = value;
	*ret_is_percent = p->plan->signals[usage->index].is_percent;
}
