/* SPDX-License-Identifier: GPL-2.0 */
/* From the resolved tree to the plan. */
#ifndef MMP_LOWER_H
#define MMP_LOWER_H

struct arena;
struct ast;
struct diags;
struct plan;
struct sources;

/*
 * Decide. The AST has been resolved; rules that did not resolve are left out, so that the checks
 * can look at the others. Returns NULL where the policy is larger than the plan can be
 * (DIAG_TOO_LARGE); adds DIAG_NOT_COMPILED_YET for what a plan cannot say.
 */
struct plan *plan_build(struct arena *a, const struct ast *ast, const struct sources *sources,
			struct diags *ds);

/*
 * Give groups, processes, signals and rules their names, ids, places and texts: plan_build() leaves
 * them out (other than the names of groups and processes), since the checks of a large policy need
 * none.
 */
void plan_name(struct arena *a, struct plan *p, const struct sources *sources);

#endif
