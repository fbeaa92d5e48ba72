/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a policy may say although its author probably does not mean it. Each check is a function and
 * a line in check.c's table. They examine the rules that resolved; a finding is shown only where it
 * is certain, all signals counting as independent except for the relations that interval.c knows.
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
