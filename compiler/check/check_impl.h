/* SPDX-License-Identifier: GPL-2.0 */
/* Between the files of the checks only. */
#ifndef MMP_CHECK_IMPL_H
#define MMP_CHECK_IMPL_H

#include "check.h"
#include "interval.h"
#include "base/table.h"

/* A rule, and where it holds. */
struct facts {
	const struct rule *rule;
	const struct plan_rule *plan;
	bool is_analysed; /* the regions are meaningful */
	struct region when, until; /* `when`: the sampled part and the call's together */
	struct region not_when; /* see not_when() */
	bool has_not_when;
	bool is_dead; /* never active, or never decides; reported */
	bool is_duplicate; /* of an earlier rule; reported */
	bool is_reversed; /* larger pages at higher pressure; reported */
	uint64_t hash; /* of its conditions, where the bucket has several rules */
	struct facts *same_hash; /* the next rule of that hash, or NULL */
};

/* Rules of one action and target, or all thp rules, in the file's order. */
struct bucket {
	struct bucket *next;
	enum action action;
	uint32_t group;
	uint32_t *rules;
	uint32_t count, room;
};

struct checker {
	struct arena *arena;
	const struct ast *ast;
	const struct plan *plan;
	const struct sources *sources;
	struct diags *ds;
	struct space space;
	struct facts *facts; /* one per plan->rules */
	struct bucket **by_target; /* by group and action */
	struct bucket *buckets, **last_bucket;
	bool has_short_window; /* some signal's is shorter than the tick */
	bool has_rootless; /* some signal is a percentage of the root cgroup's limit */
};

/* Rules further apart than this in one bucket are not compared. */
#define CHECK_MAX_DISTANCE 64

/*
 * Where `when` is false, computed when it is first needed. The region of everything where `when` is
 * not analysed: then nothing is claimed.
 */
struct region not_when(struct checker *c, const struct facts *f);
/* Constants and params at their defaults; 0 where not given. */
int64_t value_of(const struct plan_value *v);
/* The modifier that the rule has, or NULL. */
const struct modifier *modifier_of(const struct facts *f, enum modifier_id id);
struct span condition_span(const struct facts *f, enum modifier_id id);
/* A percentage of a limit that the root cgroup does not have. */
bool is_rootless(const struct plan *p, const struct plan_signal *s);
/* The head of a rule, for notes: "protect high". */
struct span rule_span(const struct facts *f);
const char *checker_excerpt(const struct checker *c, struct span span);
const char *duration_text(const struct checker *c, int64_t ns);
/* The signal as the user wrote it. */
const char *dim_text(const struct checker *c, uint32_t dim);
/*
 * "psi between 10% and 20%", for those of dims (NULL: all) that the box limits; NULL where it
 * limits none.
 */
const char *box_text(struct checker *c, struct box b, const uint32_t *dims, uint32_t count);
/* Calls fn for every signal of the plan that the expression reads. */
bool any_signal(const struct plan *p, const struct plan_expr *x,
		bool (*matches)(const struct plan *p, const struct plan_signal *s, void *data),
		void *data);

struct bucket *bucket_find(struct checker *c, enum action action, uint32_t group);

#define CHECK_RULE(name) void check_##name(struct checker *c, struct facts *f)
#define CHECK_POLICY(name) void check_##name(struct checker *c)

CHECK_RULE(impossible);
CHECK_RULE(always_true);
CHECK_RULE(redundant);
CHECK_RULE(not_analysed);
CHECK_RULE(until_never);
CHECK_RULE(until_at_once);
CHECK_RULE(until_at_bound);

CHECK_RULE(flapping);
CHECK_RULE(window_below_tick);
CHECK_RULE(average_lags);

CHECK_POLICY(duplicates);
CHECK_POLICY(shadowed);
CHECK_POLICY(unreachable);
CHECK_POLICY(conflicts);
CHECK_POLICY(thp_conflicts);
CHECK_POLICY(own_protector);
CHECK_POLICY(pressure_direction);

CHECK_RULE(throttle_no_effect);
CHECK_RULE(throttle_may_not_act);
CHECK_RULE(throttle_clamped);
CHECK_RULE(throttle_starves);
CHECK_RULE(protect_cannot_act);
CHECK_RULE(reclaim_unpaced);
CHECK_RULE(reclaim_file_only);
CHECK_RULE(reclaim_never_stops);
CHECK_RULE(thp_exact_order);
CHECK_RULE(percent_without_limit);
CHECK_POLICY(min_hazard);
CHECK_POLICY(self_or_group);

CHECK_POLICY(empty);
CHECK_POLICY(name);
CHECK_POLICY(unused);
CHECK_POLICY(similar_names);
CHECK_POLICY(attach_plan);
CHECK_POLICY(patterns_meet);
CHECK_POLICY(nothing_left);

#endif
