/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the text may say but probably does not mean. Each check is a function and a line in
 * check.c's table. They look at the rules that resolved; a finding is shown only where it is
 * certain, all signals counting as independent but for what interval.c knows of them.
 */
#ifndef MMP_CHECK_H
#define MMP_CHECK_H

#include "parse/ast.h"
#include "report/diag.h"
#include "plan/plan.h"

struct arena;

/* `plan` is plan_build()'s of `ast`; it may lack the rules that did not resolve. */
void check(struct arena *a, const struct ast *ast, const struct plan *plan,
	   const struct sources *sources, struct diags *ds);

#endif
