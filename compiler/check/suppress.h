/* SPDX-License-Identifier: GPL-2.0 */
/* # mmpc: ignore CODE reason */
#ifndef MMP_SUPPRESS_H
#define MMP_SUPPRESS_H

struct ast;
struct diags;

/*
 * Drop the findings that the policy's comments suppress, and report the comments that suppress
 * nothing. An error of the language stays. Call once, after every stage has run; it sorts.
 */
void suppress_findings(struct diags *ds, struct ast *ast);

#endif
