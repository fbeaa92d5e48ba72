// SPDX-License-Identifier: GPL-2.0
/*
 * From conditions to regions. A comparison of a signal with a constant limits the signal to a
 * range, also through arithmetic with constants: such arithmetic is monotone, saturation and
 * rounding included, so the bound is found by bisection with the same functions that run in the
 * kernel.
 */
#include "interval.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/bug.h"
#include "interval_impl.h"
#include "plan/plan_apply.h"
#include "bpf-templates/mmp_value.h"

/* Constants. */

/*
 * The value where `base` is x; everything else that is not constant is unknown. A param counts as
 * its default.
 */
static struct mmp_value value_at(const struct plan *p, const struct plan_expr *e,
				 const struct plan_expr *base, int64_t x)
{
	if (e == base)
		return mmp_known(x);
	if (e->op == PLAN_CONST)
		return mmp_known(e->value);
	if (e->op == PLAN_PARAM)
		return mmp_known(p->params[e->index].value);
	if (!plan_is_arithmetic(e->op))
		return mmp_unknown();
	return plan_apply(e->op, value_at(p, e->a, base, x),
			  e->b ? value_at(p, e->b, base, x) : mmp_unknown());
}

bool plan_constant(const struct plan *p, const struct plan_expr *x, int64_t *ret_value)
{
	struct mmp_value v = value_at(p, x, NULL, 0);

	*ret_value = v.n;
	return v.is_known;
}

/* Dimensions. */

static uint32_t add_dim(struct space *s, struct dim d)
{
	if (s->count == s->room) {
		struct dim *old = s->dims;

		s->room *= 2;
		s->dims = arena_array(s->arena, struct dim, s->room);
		memcpy(s->dims, old, s->count * sizeof(*old));
	}
	s->dims[s->count] = d;
	return s->count++;
}

static uint32_t find_or_add(struct space *s, const char *key, struct dim d)
{
	uint32_t *fresh = arena_new(s->arena, uint32_t);
	uint32_t *index = table_add(&s->keys, key, strlen(key), fresh);

	if (index != fresh)
		return *index;
	return *fresh = add_dim(s, d);
}

static void set_domain(struct dim *d)
{
	d->low = 0;
	d->high = INT64_MAX;
	if (d->quantity == QUANTITY_PERCENT)
		d->high = 10000;
	else if (d->quantity == QUANTITY_CONDITION)
		d->high = 1;
	else if (d->quantity == QUANTITY_ENUM)
		d->high = ADVICE_COUNT - 1;
	else if (d->signal == SIGNAL_USAGE_GROWTH)
		d->low = INT64_MIN;
}

const char *plan_key(struct arena *a, const struct plan_expr *x)
{
	if (x->op == PLAN_CONST)
		return arena_printf(a, "%" PRId64, x->value);
	if (!x->a)
		return arena_printf(a, "%d.%u.%d", x->op, x->index, x->signal);
	if (!x->b)
		return arena_printf(a, "%d(%s)", x->op, plan_key(a, x->a));
	return arena_printf(a, "%d(%s,%s)", x->op, plan_key(a, x->a), plan_key(a, x->b));
}

bool plan_expr_equal(const struct plan_expr *a, const struct plan_expr *b)
{
	if (!a || !b)
		return a == b;
	return a->op == b->op && a->value == b->value && a->index == b->index &&
	       a->signal == b->signal && plan_expr_equal(a->a, b->a) && plan_expr_equal(a->b, b->b);
}

uint64_t plan_expr_hash(const struct plan_expr *x)
{
	uint64_t hash;

	if (!x)
		return 1;
	hash = (uint64_t)x->value * 31 + x->index * 7 + x->signal * 3 + x->op;
	if (x->a)
		hash += plan_expr_hash(x->a) * 0x9e3779b97f4a7c15ULL + plan_expr_hash(x->b) * 5;
	return (hash ^ hash >> 29) * 0xbf58476d1ce4e5b9ULL;
}

static uint32_t dim_of(struct space *s, const struct plan_expr *base)
{
	struct dim d = { .quantity = base->quantity, .span = base->span, .signal = SIGNAL_COUNT };

	if (base->op == PLAN_SIGNAL) {
		const struct plan_signal *signal = &s->plan->signals[base->index];

		d.kind = DIM_SIGNAL;
		d.index = base->index;
		d.signal = signal->id;
		d.quantity = signal->is_percent ? QUANTITY_PERCENT
						: signal_infos[signal->id].quantity;
		set_domain(&d);
		/*
		 * Most dimensions are these, and a policy may have very many: no key is made for
		 * them.
		 */
		if (!s->signal_dims)
			s->signal_dims = arena_array(s->arena, uint32_t, s->plan->signal_count);
		if (!s->signal_dims[base->index])
			s->signal_dims[base->index] = add_dim(s, d) + 1;
		return s->signal_dims[base->index] - 1;
	} else if (base->op == PLAN_CALL_SIGNAL) {
		d.kind = DIM_CALL_SIGNAL;
		d.signal = base->signal;
		set_domain(&d);
	} else {
		d.kind = DIM_OPAQUE;
		d.low = INT64_MIN;
		d.high = INT64_MAX;
	}
	return find_or_add(s, plan_key(s->arena, base), d);
}

/* Comparisons with a constant. */

/* The part of the expression that varies, within arithmetic with constants. */
static const struct plan_expr *base_of(const struct plan *p, const struct plan_expr *x)
{
	int64_t n;

	if (x->op == PLAN_NEG)
		return base_of(p, x->a);
	if (!plan_is_arithmetic(x->op))
		return x;
	if (plan_constant(p, x->b, &n) && !(x->op == PLAN_DIV && !n))
		return base_of(p, x->a);
	if (x->op != PLAN_DIV && plan_constant(p, x->a, &n))
		return base_of(p, x->b);
	return x;
}

struct comparison {
	const struct plan *plan;
	const struct plan_expr *x, *base;
};

/* Between `no`, where the comparison with bound fails, and `yes`: the value nearest to `no` where
 * it holds. */
static int64_t bisect(const struct comparison *c, int64_t bound, int64_t no, int64_t yes)
{
	if (c->x == c->base && no < yes)
		return bound; /* nearly all conditions: the signal has no arithmetic around it */
	while (no < yes ? yes - 1 > no : no - 1 > yes) {
		int64_t middle = (int64_t)(((__int128)no + yes) / 2);

		/* Rounding toward zero may include an end again. */
		if (middle == no || middle == yes)
			middle = no < yes ? no + 1 : no - 1;
		if (value_at(c->plan, c->x, c->base, middle).n >= bound)
			yes = middle;
		else
			no = middle;
	}
	return yes;
}

/* Where x >= bound. */
static struct range range_at_least(const struct space *s, const struct comparison *c, uint32_t dim,
				   int64_t bound)
{
	const struct dim *d = &s->dims[dim];
	struct range r = { dim, d->low, d->high, d->low, d->high };
	bool holds_low = value_at(c->plan, c->x, c->base, d->low).n >= bound;
	bool holds_high = value_at(c->plan, c->x, c->base, d->high).n >= bound;

	if (holds_low && holds_high)
		return r;
	if (!holds_low && !holds_high)
		r.low = d->high, r.high = d->low; /* empty; a domain has two values or more */
	else if (holds_high)
		r.low = r.low_shown = bisect(c, bound, d->low, d->high);
	else
		r.high = r.high_shown = bisect(c, bound, d->high, d->low);
	return r;
}

/* The complement of a range that reaches one end of its domain. */
static struct range range_rest(const struct space *s, struct range r)
{
	const struct dim *d = &s->dims[r.dim];
	struct range rest = { r.dim, d->low, d->high, d->low, d->high };

	if (r.low > r.high)
		return rest;
	if (r.low == d->low && r.high == d->high)
		rest.low = d->high, rest.high = d->low;
	else if (r.low == d->low)
		rest.low = rest.low_shown = r.high + 1;
	else
		rest.high = rest.high_shown = r.low - 1;
	return rest;
}

/*
 * Show the bound as written where the signal has no arithmetic around it: psi > 10% is from 10.01%
 * on.
 */
static struct range with_bound(const struct comparison *c, struct range r, int64_t bound)
{
	if (c->x != c->base)
		return r;
	if (r.low_shown == bound + 1)
		r.low_shown = bound;
	if (r.high_shown == bound - 1)
		r.high_shown = bound;
	return r;
}

/* Where x > bound. */
static struct range range_above(const struct space *s, const struct comparison *c, uint32_t dim,
				int64_t bound)
{
	if (bound == INT64_MAX)
		return (struct range){ dim, s->dims[dim].high, s->dims[dim].low, 0, 0 };
	return range_at_least(s, c, dim, bound + 1);
}

static struct region region_below(struct space *s, const struct comparison *c, uint32_t dim,
				  int64_t bound)
{
	return region_of_range(s, with_bound(c, range_rest(s, range_at_least(s, c, dim, bound)),
					     bound));
}

static enum plan_op negate(enum plan_op op)
{
	switch ((int)op) {
	case PLAN_GT:
		return PLAN_LE;
	case PLAN_GE:
		return PLAN_LT;
	case PLAN_LT:
		return PLAN_GE;
	case PLAN_LE:
		return PLAN_GT;
	case PLAN_EQ:
		return PLAN_NE;
	case PLAN_NE:
		return PLAN_EQ;
	default:
		BUG("plan operation %d is no comparison", op);
	}
}

static bool region_of_sides(struct space *s, const struct comparison *c, uint32_t dim,
			    enum plan_op op, int64_t bound, struct region *ret)
{
	switch ((int)op) {
	case PLAN_GE:
		*ret = region_of_range(s, range_at_least(s, c, dim, bound));
		return true;
	case PLAN_GT:
		*ret = region_of_range(s, with_bound(c, range_above(s, c, dim, bound), bound));
		return true;
	case PLAN_LT:
		*ret = region_below(s, c, dim, bound);
		return true;
	case PLAN_LE:
		*ret = region_of_range(s, range_rest(s, range_above(s, c, dim, bound)));
		return true;
	case PLAN_EQ:
		return region_and(s, region_of_range(s, range_at_least(s, c, dim, bound)),
				  region_of_range(s, range_rest(s, range_above(s, c, dim, bound))),
				  ret);
	case PLAN_NE:
		return region_or(s, region_below(s, c, dim, bound),
				 region_of_range(s, with_bound(c, range_above(s, c, dim, bound),
							       bound)),
				 ret);
	default:
		BUG("plan operation %d is no comparison", op);
	}
}

static bool region_of_bound(struct space *s, const struct plan_expr *x, enum plan_op op,
			    int64_t bound, struct region *ret)
{
	struct comparison c = { .plan = s->plan, .x = x };

	c.base = base_of(s->plan, x);
	return region_of_sides(s, &c, dim_of(s, c.base), op, bound, ret);
}

/* Two expressions with signals: only their order is analysed. */
static bool region_of_pair(struct space *s, const struct plan_expr *e, enum plan_op op,
			   struct region *ret)
{
	const char *a = plan_key(s->arena, e->a), *b = plan_key(s->arena, e->b);
	int order = strcmp(a, b);
	struct dim d = { .kind = DIM_SIGN,
			 .quantity = QUANTITY_COUNT,
			 .low = -1,
			 .high = 1,
			 .span = e->span,
			 .signal = SIGNAL_COUNT };
	struct plan_expr base = { .op = PLAN_OP_COUNT };
	struct comparison c = { .plan = s->plan, .x = &base, .base = &base };

	if (!order) {
		*ret = op == PLAN_GE || op == PLAN_LE || op == PLAN_EQ ? region_everything(s)
								       : region_nothing();
		return true;
	}
	if (order > 0)
		op = plan_op_mirrored(op);
	return region_of_sides(s, &c,
			       find_or_add(s,
					   arena_printf(s->arena, "%s?%s", order < 0 ? a : b,
							order < 0 ? b : a),
					   d),
			       op, 0, ret);
}

static bool region_of_compare(struct space *s, const struct plan_expr *e, bool is_negated,
			      struct region *ret)
{
	enum plan_op op = is_negated ? negate(e->op) : e->op;
	int64_t a, b;
	bool a_known = plan_constant(s->plan, e->a, &a), b_known = plan_constant(s->plan, e->b, &b);

	if (a_known && b_known) {
		bool holds = op == PLAN_GT   ? a > b
			     : op == PLAN_GE ? a >= b
			     : op == PLAN_LT ? a < b
			     : op == PLAN_LE ? a <= b
			     : op == PLAN_EQ ? a == b
					     : a != b;

		*ret = holds ? region_everything(s) : region_nothing();
		return true;
	}
	if (b_known)
		return region_of_bound(s, e->a, op, b, ret);
	if (a_known)
		return region_of_bound(s, e->b, plan_op_mirrored(op), a, ret);
	return region_of_pair(s, e, op, ret);
}

/* Conditions that are not comparisons. */

static bool region_of_word(struct space *s, const struct plan_expr *e, bool is_negated,
			   struct region *ret)
{
	struct dim d = { .span = e->span, .quantity = QUANTITY_COUNT, .signal = SIGNAL_COUNT };
	struct plan_expr base = { .op = PLAN_OP_COUNT };
	struct comparison c = { .plan = s->plan, .x = &base, .base = &base };
	int64_t value = 1;
	uint32_t dim;

	if (e->op == PLAN_COMM_IS) {
		d.kind = DIM_COMM;
		d.high = s->plan->string_count;
		value = e->index + 1;
		dim = find_or_add(s, "comm", d);
	} else if (e->op == PLAN_IN_CGROUP) {
		d.kind = DIM_IN_CGROUP;
		d.high = 1;
		d.index = e->index;
		dim = find_or_add(s, arena_printf(s->arena, "cgroup %u", e->index), d);
	} else {
		dim = dim_of(s, e);
	}
	return region_of_sides(s, &c, dim, is_negated ? PLAN_NE : PLAN_EQ, value, ret);
}

static bool region_of_logic(struct space *s, const struct plan_expr *e, bool is_negated,
			    struct region *ret)
{
	struct region a, b;

	if (!region_of(s, e->a, is_negated, &a) || !region_of(s, e->b, is_negated, &b))
		return false;
	if ((e->op == PLAN_AND) != is_negated)
		return region_and(s, a, b, ret);
	return region_or(s, a, b, ret);
}

bool region_of(struct space *s, const struct plan_expr *x, bool is_negated, struct region *ret)
{
	if (!x) {
		*ret = is_negated ? region_nothing() : region_everything(s);
		return true;
	}
	switch (x->op) {
	case PLAN_AND:
	case PLAN_OR:
		return region_of_logic(s, x, is_negated, ret);
	case PLAN_NOT:
		return region_of(s, x->a, !is_negated, ret);
	case PLAN_GT:
	case PLAN_GE:
	case PLAN_LT:
	case PLAN_LE:
	case PLAN_EQ:
	case PLAN_NE:
		return region_of_compare(s, x, is_negated, ret);
	case PLAN_COMM_IS:
	case PLAN_IN_CGROUP:
	case PLAN_CALL_SIGNAL:
		return region_of_word(s, x, is_negated, ret);
	case PLAN_CONST:
	case PLAN_PARAM:
	case PLAN_SIGNAL:
	case PLAN_ADD:
	case PLAN_SUB:
	case PLAN_MUL:
	case PLAN_DIV:
	case PLAN_OF:
	case PLAN_NEG:
	case PLAN_OP_COUNT:
		break;
	}
	BUG("plan operation %d is no condition", x->op);
}
