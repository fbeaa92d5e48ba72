/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of the emitter share. */
#ifndef MMP_EMIT_PARTS_H
#define MMP_EMIT_PARTS_H

#include <inttypes.h>
#include <stdbool.h>

#include "base/arena.h"
#include "report/diag.h"
#include "emit.h"
#include "plan/plan_anchors.h"
#include "plan/plan_index.h"
#include "base/text.h"

struct emit {
	struct arena *arena;
	const struct plan *plan;
	struct plan_index index; /* of the plan */
	struct plan_anchors anchors;
	const struct sources *sources;
	struct diags *ds;
	/* The slots of the templates. */
	struct text rules, groups, sample, evaluate, works, hooks, thp;
};

/* Where an expression is written: which of its signals are read there, and how. */
struct emit_scope {
	const struct plan *plan;
	/*
	 * The group whose usage the code has as `level` (struct mmp_level *), or PLAN_NONE: then
	 * usage is a sampled signal like all others.
	 */
	uint32_t live_group;
};

/* The signal's name in signals.def. */
const char *emit_signal_id(enum signal_id id);

/* "0" for one row, "(8 + i)" for a row of a glob. */
void emit_row(struct text *t, uint32_t row_base, uint32_t rows);

/* A condition as an enum mmp_truth; NULL is true. A number as a struct mmp_value. */
void emit_condition(struct text *t, const struct emit_scope *s, const struct plan_expr *x);
void emit_number(struct text *t, const struct emit_scope *s, const struct plan_expr *x);
/* A plain __s64, from a constant or a param; `absent` where it is not given. */
void emit_value(struct text *t, const struct plan_value *v, int64_t absent);
/* A struct mmp_value, which may be a share. */
void emit_size(struct text *t, const struct plan *p, const struct plan_value *v);
/*
 * The least usage of the group, in pages, at which the condition could be true: below it the hooks
 * need not evaluate it. 0 where no bound is known.
 */
void emit_usage_bound(struct text *t, const struct plan *p, uint32_t group,
		      const struct plan_expr *x);

/* Does the rule answer in the hook before the sampler has seen its condition? */
bool emit_is_live(const struct plan_rule *r);
/* Where a reclaim rule's pace counts from, in pages of `limit` (a C expression). */
void emit_trigger(struct text *t, const struct plan *p, const struct plan_rule *r,
		  const char *limit);
/* `up to`, as the usage in pages from which on there is no protection. */
void emit_protect_bound(const struct emit *e, struct text *t, const struct plan_rule *r);
/* A process's struct_ops maps: one, or several where the process may stand for several. */
#define EMIT_PROCESS_COPIES 64
uint32_t emit_process_copies(const struct plan_process *process);
char *emit_process_ops(struct arena *a, const struct plan *p, uint32_t process, uint32_t copy);

/* The struct_ops map of an anchor, and what its programs' names begin with. */
char *emit_anchor_id(struct arena *a, const struct plan *p, const struct plan_anchors *anchors,
		     uint32_t anchor);

/* "#line N "policy-0.mmp"", before every line that comes from a rule. */
void emit_line(const struct emit *e, struct text *t, struct span span);
void emit_not_yet(struct emit *e, struct span span, const char *what);

void emit_rules(struct emit *e);
void emit_groups(struct emit *e);
void emit_memcg_hooks(struct emit *e);
/* emit_claims.c: the table of patterns, how many it has, and the hooks that look into it. */
uint32_t emit_pattern_count(const struct emit *e);
void emit_patterns(struct emit *e);
void emit_claims(struct emit *e, uint32_t anchor);
void emit_adopt(struct emit *e);
void emit_thp_hooks(struct emit *e);

#endif
