/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The logic of conditions. A condition becomes a region: a disjunction of boxes, each of which
 * limits some dimensions (a signal of a scope and window, an argument of the call, an expression
 * that is not analysed further) to a range of values. All numbers are whole base units, so regions
 * are exact: where all its signals are known, a condition is true exactly in its region.
 *
 * A question about two conditions becomes a test for emptiness: A is contained in B where A and not
 * B is empty. A condition that would need more than REGION_MAX_BOXES boxes is not analysed, and the
 * functions report that.
 */
#ifndef MMP_INTERVAL_H
#define MMP_INTERVAL_H

#include "plan/plan.h"
#include "base/table.h"

#define REGION_MAX_BOXES 256

enum dim_kind {
	DIM_SIGNAL, /* of the plan */
	DIM_CALL_SIGNAL, /* vma.anon is 0 or 1, vma.advice an enum advice */
	DIM_COMM, /* 0: no name of the policy; else the index of plan->strings, plus 1 */
	DIM_IN_CGROUP, /* 0 or 1 */
	DIM_OPAQUE, /* arithmetic of several signals */
	DIM_SIGN /* of the difference of two such: -1, 0 or 1 */
};

struct dim {
	enum dim_kind kind;
	uint32_t index; /* DIM_SIGNAL: in plan->signals; DIM_IN_CGROUP: in plan->groups */
	enum signal_id signal; /* DIM_SIGNAL, DIM_CALL_SIGNAL */
	enum quantity quantity;
	int64_t low, high; /* the range of all possible values */
	struct span span; /* where it was first mentioned */
};

/* The dimensions of all conditions of one plan. */
struct space {
	struct arena *arena;
	const struct plan *plan;
	struct dim *dims;
	uint32_t count, room;
	struct table keys;
	uint32_t *signal_dims; /* by signal of the plan: its dimension plus 1; NULL: none yet */
};

struct range {
	uint32_t dim;
	int64_t low, high; /* both inclusive */
	int64_t low_shown,
		high_shown; /* the bounds as written: psi > 10% shows 10%, and means 10.01% */
};

struct box {
	struct range *ranges; /* sorted by dim; none: everything */
	uint32_t count;
};

struct region {
	struct box *boxes; /* none: nothing */
	uint32_t count;
};

void space_init(struct space *s, struct arena *a, const struct plan *plan);

/* Where x is true, or, negated, false. x NULL is true. False: not analysed; *ret is untouched. */
bool region_of(struct space *s, const struct plan_expr *x, bool is_negated, struct region *ret);

bool region_and(struct space *s, struct region a, struct region b, struct region *ret);
bool region_or(struct space *s, struct region a, struct region b, struct region *ret);

bool region_is_empty(struct region r);
/* True only for a single unlimited box; other full regions are not recognised. */
bool region_is_trivial(struct region r);

/* *ret is untouched where they do not overlap. */
bool box_intersect(struct space *s, struct box a, struct box b, struct box *ret);
const struct range *box_find(struct box b, uint32_t dim);

/* Whether a is in b; not_b is the complement of b. False also where that was not analysed. */
bool region_contains(struct space *s, struct region b, struct region not_b, struct region a);

/*
 * Whether some box of a overlaps some box of b; ret, which may be NULL, gets the first
 * intersection.
 */
bool region_meets(struct space *s, struct region a, struct region b, struct box *ret);

/* All dimensions that the region limits, sorted, each once. */
uint32_t region_dims(struct space *s, struct region r, uint32_t **ret_dims);

/* "between 10% and 20%", "above 100/s", "below 5%", "80%" */
const char *range_text(struct space *s, const struct range *r);

/* The expression as text: equal texts have equal values. */
const char *plan_key(struct arena *a, const struct plan_expr *x);
bool plan_expr_equal(const struct plan_expr *a, const struct plan_expr *b);
uint64_t plan_expr_hash(const struct plan_expr *x);

/* Whether the expression reads any signal at all, and its value if it reads none. */
bool plan_constant(const struct plan *p, const struct plan_expr *x, int64_t *ret_value);

#endif
