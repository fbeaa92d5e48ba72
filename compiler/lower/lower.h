/* SPDX-License-Identifier: GPL-2.0 */
/* From the resolved tree to the plan. */
#ifndef MMP_LOWER_H
#define MMP_LOWER_H

#include <stdint.h>

struct arena;
struct ast;
struct diags;
struct plan;
struct sources;

/*
 * Make the plan. The AST has been resolved; rules that did not resolve are left out, so that the
 * checks can examine the others. Returns NULL where the policy is larger than a plan can be
 * (DIAG_TOO_LARGE); adds DIAG_NOT_COMPILED_YET for what a plan cannot express. Each glob has `room`
 * slots; 0: the default.
 */
struct plan *plan_build(struct arena *a, const struct ast *ast, const struct sources *sources,
			struct diags *ds, uint32_t room);

/*
 * Give groups, processes, signals and rules their names, ids, places and texts: plan_build() leaves
 * them out (except the names of groups and processes), because the checks of a large policy need
 * none.
 */
void plan_name(struct arena *a, struct plan *p, const struct sources *sources);

#endif
