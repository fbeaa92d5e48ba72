// SPDX-License-Identifier: GPL-2.0
/* Expressions: postfix code becomes a tree in one pass, with a stack of bounded depth. */
#include "plan_read_impl.h"

#include <string.h>

#include "base/arena.h"
#include "words.h"

struct operand {
	struct plan_expr *x;
	unsigned height;
	bool is_number;
};

struct code_reader {
	struct plan_reader *r;
	const struct plan_rule *rule;
	const char *name; /* "when" */
	struct operand stack[PLAN_DEPTH_MAX];
	unsigned depth;
};

static bool bad(struct code_reader *c, const char *what)
{
	return plan_read_bad(c->r, "'%s': %s", c->name, what);
}

static struct plan_expr *node(struct code_reader *c, enum plan_op op)
{
	struct plan_expr *x = arena_new(c->r->arena, struct plan_expr);

	x->op = op;
	return x;
}

static bool push(struct code_reader *c, struct plan_expr *x, unsigned height, bool is_number)
{
	if (c->depth == PLAN_DEPTH_MAX || height > PLAN_DEPTH_MAX)
		return bad(c, "more levels than a condition can have");
	if (c->r->nodes++ == PLAN_NODES_MAX)
		return bad(c, "more parts than a policy's conditions can have");
	c->stack[c->depth++] = (struct operand){ x, height, is_number };
	return true;
}

static int find_op(const char *word)
{
	for (int op = 0; op < PLAN_OP_COUNT; op++)
		if (!strcmp(plan_op_infos[op].word, word))
			return op;
	return -1;
}

/* Operations. */

/* A constant gets the quantity of the other operand, for people to read. */
static void adopt_quantity(struct plan_expr *a, struct plan_expr *b)
{
	if (a->op == PLAN_CONST)
		a->quantity = b->quantity;
	else if (b->op == PLAN_CONST)
		b->quantity = a->quantity;
}

static bool operate(struct code_reader *c, const char *word)
{
	int op = find_op(word);
	const struct plan_op_info *info = &plan_op_infos[op < 0 ? 0 : op];
	struct operand *operands;
	struct plan_expr *x;
	unsigned height = 0;

	if (op < 0 || info->kind == PLAN_IS_LEAF)
		return bad(c, "an operation that is not known");
	if (c->depth < info->arity)
		return bad(c, "an operation without its operands");
	c->depth -= info->arity;
	operands = &c->stack[c->depth];
	for (unsigned i = 0; i < info->arity; i++) {
		if (info->kind != PLAN_IS_LOGIC && !operands[i].is_number)
			return bad(c, "a condition where a number belongs");
		height = operands[i].height > height ? operands[i].height : height;
	}
	x = node(c, (enum plan_op)op);
	x->a = operands[0].x;
	x->b = info->arity > 1 ? operands[1].x : NULL;
	if (x->b)
		adopt_quantity(x->a, x->b);
	x->quantity = info->kind == PLAN_IS_ARITHMETIC ? x->a->quantity : QUANTITY_CONDITION;
	return push(c, x, height + 1, info->kind == PLAN_IS_ARITHMETIC);
}

/* Leaves. */

static bool constant(struct code_reader *c, int64_t value)
{
	struct plan_expr *x = node(c, PLAN_CONST);

	x->value = value;
	x->quantity = QUANTITY_COUNT;
	return push(c, x, 1, true);
}

/* A signal of several rows is read by rules that go over just these. */
static bool is_within_reach(const struct plan_rule *rule, const struct plan_signal *s)
{
	return s->rows <= 1 || s->group == rule->group || s->group == rule->any_group;
}

static bool call_signal(struct code_reader *c, const json_t *id)
{
	int signal = json_is_string(id) ? plan_word_find(&plan_signal_words, json_string_value(id))
					: -1;
	struct plan_expr *x = node(c, PLAN_CALL_SIGNAL);

	if (signal < 0 || !(signal_infos[signal].scopes & OF_CALL) ||
	    signal_infos[signal].quantity == QUANTITY_STRING)
		return bad(c, "a signal of the call that is not known");
	x->signal = (enum signal_id)signal;
	x->quantity = signal_infos[signal].quantity;
	return push(c, x, 1, true);
}

static bool signal_leaf(struct code_reader *c, struct plan_expr *x)
{
	const struct plan_signal *s = &c->r->plan->signals[x->index];

	if (!is_within_reach(c->rule, s))
		return bad(c, "a signal of matches that the rule does not go over");
	x->signal = s->id;
	x->quantity = plan_signal_quantity(s);
	return push(c, x, 1, true);
}

static uint32_t count_of(const struct plan *p, enum plan_op op)
{
	switch ((int)op) {
	case PLAN_PARAM:
		return p->param_count;
	case PLAN_SIGNAL:
		return p->signal_count;
	case PLAN_COMM_IS:
		return p->string_count;
	case PLAN_IN_CGROUP:
		return p->group_count;
	default:
		return 0;
	}
}

static bool leaf(struct code_reader *c, const json_t *pair)
{
	const char *word = json_string_value(json_array_get(pair, 0));
	const json_t *what = json_array_get(pair, 1);
	int op = word ? find_op(word) : -1;
	struct plan_expr *x;

	if (op < 0 || plan_op_infos[op].kind != PLAN_IS_LEAF || json_array_size(pair) != 2)
		return bad(c, "an operand that is not known");
	if (op == PLAN_CALL_SIGNAL)
		return call_signal(c, what);
	x = node(c, (enum plan_op)op);
	if (!plan_read_index(c->r, c->name, what, count_of(c->r->plan, x->op), &x->index))
		return false;
	if (op == PLAN_SIGNAL)
		return signal_leaf(c, x);
	x->quantity = op == PLAN_PARAM ? c->r->plan->params[x->index].quantity : QUANTITY_CONDITION;
	return push(c, x, 1, op == PLAN_PARAM);
}

static bool token(struct code_reader *c, const json_t *t)
{
	if (json_is_integer(t))
		return constant(c, json_integer_value(t));
	if (json_is_string(t))
		return operate(c, json_string_value(t));
	if (json_is_array(t))
		return leaf(c, t);
	return bad(c, "a part that is neither a number, an operand nor an operation");
}

bool plan_read_code(struct plan_reader *r, const struct plan_rule *rule, const char *name,
		    const json_t *code, bool is_number, struct plan_expr **ret)
{
	struct code_reader c;
	const json_t *t;
	size_t i;

	if (!code || json_is_null(code))
		return true;
	c.r = r;
	c.rule = rule;
	c.name = name;
	c.depth = 0;
	if (!json_is_array(code))
		return bad(&c, "not a list");
	json_array_foreach (code, i, t)
		if (!token(&c, t))
			return false;
	if (c.depth != 1)
		return bad(&c, "not one expression");
	if (is_number && !c.stack[0].is_number)
		return bad(&c, "a condition where a number belongs");
	*ret = c.stack[0].x;
	return true;
}
