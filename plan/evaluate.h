/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The plan's second reader: it runs a policy against given signals in virtual time. Arithmetic,
 * state machines and answers come from the files that the BPF programs include (bpf-templates/), so
 * that a test of a policy here tests what the kernel will do.
 *
 * The caller fills in `signals` (and `usage`, where `up to` or pace reads it), then steps.
 */
#ifndef MMP_EVALUATE_H
#define MMP_EVALUATE_H

#include "bpf-templates/mmp_answer.h"
#include "bpf-templates/mmp_machine.h"
#include "plan.h"

struct arena;

/* One call of the THP hook. A field that is not known is unknown to the conditions that read it. */
struct evaluation_call {
	const char *comm; /* NULL: unknown */
	const char *cgroup; /* absolute path of the process's cgroup; NULL: unknown */
	struct mmp_value pid, uid, vma_anon, vma_size, vma_advice; /* enum advice */
	uint64_t orders; /* offered, a bit each */
	enum thp_kind kind;
};

struct evaluation {
	const struct plan *plan;
	bool is_monitor; /* hooks answer the kernel's defaults; starts as the policy says */
	struct mmp_value *signals; /* plan->signal_rows */
	struct mmp_value *sampled; /* at the tick, while a hook's own readings are in `signals` */
	struct mmp_value
		*self; /* plan->signal_count: those of `self`, as the hook would read them */
	struct mmp_value *usage; /* plan->slot_rows: bytes charged, as the hooks get them */
	struct mmp_value
		*share; /* plan->slot_rows: that, in hundredths of a percent of the limit */
	struct mmp_value *limit; /* plan->slot_rows: the effective limit in bytes */
	struct mmp_value *most; /* plan->slot_rows: scratch of whoever gives limits one by one */
	bool *used; /* plan->slot_rows: the row stands for a cgroup; always true except for globs */
	int64_t *params; /* plan->param_count; start at their defaults */
	struct mmp_machine *machines; /* plan->rule_rows */
	bool *fired; /* plan->rule_rows: the last step entered active */
	bool *owes; /* plan->slot_rows: scratch of a step */
	uint64_t *debt; /* plan->slot_rows: charged pages that no delay has paid for */
};

void evaluation_init(struct evaluation *e, struct arena *a, const struct plan *p);

/*
 * An expression's value now. `row` counts the matches of the glob that the expression's signals
 * belong to, from 0; signals with one row are the same for all. call is NULL outside a hook.
 */
struct mmp_value evaluate_number(const struct evaluation *e, const struct plan_expr *x,
				 uint32_t row, const struct evaluation_call *call);
enum mmp_truth evaluate_condition(const struct evaluation *e, const struct plan_expr *x,
				  uint32_t row, const struct evaluation_call *call);

/* A rule's condition; over any match where the rule is about any match. NULL is true. */
enum mmp_truth evaluate_rule_condition(const struct evaluation *e, const struct plan_rule *r,
				       const struct plan_expr *x, uint32_t row,
				       const struct evaluation_call *call);
/* A value that is not a share. */
int64_t evaluate_value(const struct evaluation *e, const struct plan_value *v);
/* Any value; a share is worked out from the signals as they were at the tick. */
struct mmp_value evaluate_size(const struct evaluation *e, const struct plan_value *v,
			       uint32_t row);

/* One evaluation of every rule at `now`, in nanoseconds; `now` never goes back. */
void evaluation_step(struct evaluation *e, uint64_t now);
/* One evaluation of one rule in one row, where only rules' states are asked for: debts stay. */
void evaluation_step_row(struct evaluation *e, const struct plan_rule *r, uint32_t row,
			 uint64_t now);

/*
 * Whether a rule's row has a state to show: false for a free row of a glob, and for a rule that
 * only calls of a hook decide.
 */
bool evaluation_shows(const struct evaluation *e, const struct plan_rule *r, uint32_t row);

struct mmp_machine *evaluation_machine(const struct evaluation *e, const struct plan_rule *r,
				       uint32_t row);
bool evaluation_is_active(const struct evaluation *e, const struct plan_rule *r, uint32_t row);

/*
 * What the hooks answer for one group and row, or what one rule would answer. In mode monitor the
 * hooks answer the kernel's default, no matter what the rules decide.
 */
bool evaluation_rule_protects(const struct evaluation *e, const struct plan_rule *r, uint32_t row);
bool evaluation_protects(const struct evaluation *e, uint32_t group, uint32_t row, bool at_min);
/*
 * Does the rule act on a charge now: it is active, or is live and would be if it were evaluated.
 */
bool evaluation_acts(const struct evaluation *e, const struct plan_rule *r, uint32_t row);
/*
 * The price of 64 charged pages in ns: the longest of throttle rules and of reclaim rules' pace,
 * which needs usage and limit; 0: no delay.
 */
int64_t evaluation_delay(const struct evaluation *e, uint32_t group, uint32_t row);
/*
 * The usage from which a reclaim rule reclaims, where pace counts from, in pages as `limit` is;
 * MMP_NO_PAGES: not known.
 */
uint64_t evaluation_trigger(const struct evaluation *e, const struct plan_rule *r, uint32_t row,
			    uint64_t limit);
int64_t evaluation_rule_delay(const struct evaluation *e, const struct plan_rule *r, uint32_t row);
/*
 * The delay in ms of a charge of so many pages; afterwards the slot's debt is what remains unpaid.
 */
uint64_t evaluation_charge(struct evaluation *e, uint32_t group, uint32_t row, uint64_t pages);
bool evaluation_rule_reclaims(const struct evaluation *e, const struct plan_rule *r, uint32_t row);
bool evaluation_reclaims(const struct evaluation *e, uint32_t group, uint32_t row);
/* The rule that decides, or NULL. `process` is PLAN_NONE for a call of no named process. */
const struct plan_rule *evaluation_thp_rule(const struct evaluation *e, uint32_t process,
					    const struct evaluation_call *call);
/* The order answered; 0 is base pages. */
int evaluation_thp_order(const struct evaluation *e, uint32_t process,
			 const struct evaluation_call *call);

#endif
