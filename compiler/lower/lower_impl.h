/* SPDX-License-Identifier: GPL-2.0 */
/* Between the files of the planner only. */
#ifndef MMP_LOWER_IMPL_H
#define MMP_LOWER_IMPL_H

#include "lower.h"
#include "parse/ast.h"
#include "report/diag.h"
#include "plan/plan.h"
#include "base/table.h"

struct planner {
	struct arena *arena;
	const struct ast *ast;
	const struct sources *sources;
	struct diags *ds;
	struct plan *plan;
	uint32_t *groups,
		*processes; /* index of a declaration -> index in the plan, or PLAN_NONE */
	uint32_t signal_room, string_room;
	struct table signals, strings;
	uint32_t nodes;
	/* The rule at hand: */
	uint32_t group, any_group;
	bool is_told; /* of its second glob */
	uint32_t call_terms; /* of the condition at split_at */
	struct span split_at;
	bool is_too_large;
};

uint32_t plan_group_of(struct planner *p, const struct cgroup_decl *g);
struct plan_expr *plan_node(struct planner *p, enum plan_op op, const struct expr *from);

/* plan_expr.c */
struct plan_expr *plan_lower(struct planner *p, const struct expr *e);
struct plan_value plan_value_of(const struct expr *e);
/* The same where it may be a share. */
struct plan_value plan_size_of(struct planner *p, const struct expr *e);
/* Split at its top-level `and`s into the sampled part and the part about the single call. */
void plan_split(struct planner *p, const struct expr *e, struct plan_expr **ret_sampled,
		struct plan_expr **ret_call);
/* Whether it reads the usage of the rule's own cgroup. */
bool plan_reads_own_usage(const struct planner *p, const struct plan_expr *e);
/*
 * The lower bound on the rule's own usage that must hold for the condition to hold, if there is
 * one.
 */
void plan_find_trigger(const struct planner *p, const struct plan_expr *when,
		       struct plan_value *ret_value, bool *ret_is_percent);

/* lower_limits.c */
void plan_too_large(struct planner *p, struct span at, const char *what, uint32_t most);
void plan_check_name(struct planner *p, struct span at, const char *name);
bool plan_is_within_limits(const struct planner *p);
/* False after a finding. `at` is the last rule that was looked at. */
/* The slots of a group whose patterns have `room`; several plain paths need no more than these. */
uint32_t plan_rows_of(const struct plan_group *g, uint32_t room);
/* Numbers all rows, with that room in the globs, or 0: as much as the policy's size leaves. */
void plan_fit_rooms(struct plan *plan, uint32_t room);
bool plan_fits(struct planner *p, struct span at);
bool plan_processes_fit(const struct plan *plan, struct diags *ds);

#endif
