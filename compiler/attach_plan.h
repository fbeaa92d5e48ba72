/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The attachments of one policy or of several together. The kernel lets a cgroup have one
 * memcg_bpf_ops; below one that is attached, another is let in only where the upper one allows
 * override. A glob is attached to its parent.
 */
#ifndef MMP_ATTACH_PLAN_H
#define MMP_ATTACH_PLAN_H

#include "diag.h"
#include "plan.h"
#include "table.h"

struct attachment {
	struct attachment *next;
	const struct plan_group *group;
	const struct plan *plan;
	struct diags *ds; /* of its policy */
	const char *path; /* where it is attached */
	const char *file; /* for notes where several policies are checked together; or NULL */
	bool is_told; /* that it has descendants and does not allow override */
};

struct attach_plan {
	struct arena *arena;
	struct attachment *first, **last;
	const struct plan *global_thp; /* the first policy that wants every process */
	struct table paths, pids;
};

void attach_plan_init(struct attach_plan *p, struct arena *a);

/* `file` names the policy in findings about several; NULL for one alone. */
void attach_plan_add(struct attach_plan *p, const struct plan *plan, struct diags *ds,
		     const char *file);

/* Adds a finding to the later policy's for each pair that excludes each other. */
void attach_plan_check(struct attach_plan *p);

#endif
