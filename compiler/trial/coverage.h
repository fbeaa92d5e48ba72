/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a policy's tests have reached: a rule is covered once it was active, an operand of its
 * conditions once it was true and once it was false.
 */
#ifndef MMP_COVERAGE_H
#define MMP_COVERAGE_H

#include "plan/evaluate.h"

struct operand {
	const struct plan_rule *rule;
	const struct plan_expr *expr;
	bool is_of_call;
	bool seen[2]; /* false, true */
};

struct coverage {
	const struct plan *plan;
	bool *active; /* one a rule */
	struct operand *operands;
	uint32_t operand_count;
};

void coverage_init(struct coverage *c, struct arena *a, const struct plan *p);

/* Record the evaluation's state after a step. */
void coverage_note(struct coverage *c, const struct evaluation *e);
/* Record a call of the THP hook. */
void coverage_note_call(struct coverage *c, const struct evaluation *e, uint32_t process,
			const struct evaluation_call *call);

/* Add the coverage of another run over the same policy. */
void coverage_merge(struct coverage *c, const struct coverage *other);

struct coverage_sum {
	uint32_t rules, rules_seen;
	uint32_t operands, operands_seen;
	unsigned percent; /* of all, rounded down: a rule counts one, an operand two */
};
struct coverage_sum coverage_add_up(const struct coverage *c);

#endif
