/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of the emitter share. */
#ifndef MMP_EMIT_PARTS_H
#define MMP_EMIT_PARTS_H

#include <stdbool.h>

#include "arena.h"
#include "diag.h"
#include "emit.h"
#include "plan.h"
#include "text.h"

#define INLINE "static __attribute__((always_inline)) "

struct emit {
	struct arena *arena;
	const struct plan *plan;
	struct diags *ds;
	struct text rules, groups, sample, evaluate, works, hooks;
};

/* "0" for one row, "(8 + i)" for a row of a glob. */
void emit_row(struct text *t, uint32_t row_base, uint32_t rows);

/* A condition as an enum mmp_truth; NULL is true. A number as a struct mmp_value. */
void emit_condition(struct text *t, const struct plan *p, const struct plan_expr *x);
void emit_number(struct text *t, const struct plan *p, const struct plan_expr *x);
/* A plain __s64, from a constant or a param; `absent` where it is not given. */
void emit_value(struct text *t, const struct plan_value *v, int64_t absent);

/* "#line N "policy.mmp"", before every line that comes from a rule. */
void emit_line(struct emit *e, struct text *t, struct span span);
/* The comment over a rule's functions. */
void emit_rule_comment(struct emit *e, struct text *t, const struct plan_rule *r);

void emit_not_yet(struct emit *e, struct span span, const char *what);

void emit_rules(struct emit *e);
void emit_groups(struct emit *e);
void emit_memcg_hooks(struct emit *e);

#endif
