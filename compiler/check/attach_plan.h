/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The attachments of one policy or of several together. The kernel lets a cgroup have one
 * memcg_bpf_ops; below an attached one it accepts another only where the upper one allows override.
 * Within one policy plan_find_anchors() sees to that.
 */
#ifndef MMP_ATTACH_PLAN_H
#define MMP_ATTACH_PLAN_H

#include "report/diag.h"
#include "plan/plan.h"
#include "base/table.h"

#define ATTACH_LENGTHS 256

struct planned_attachment {
	struct planned_attachment *next;
	const struct plan_group *group;
	const struct policy_in *policy;
	const char *path; /* where it is attached */
	bool allow_override;
	bool is_told; /* it has descendants and does not allow override: reported */
};

struct policy_in {
	struct policy_in *next;
	const struct plan *plan;
	struct diags *ds;
	const char *file;
};

struct attach_plan {
	struct arena *arena;
	struct planned_attachment *first, **last;
	struct policy_in *policies, **last_policy;
	struct table paths, processes;
	bool has_length[ATTACH_LENGTHS]; /* the length of some path, modulo */
	bool is_of_several; /* conflicts within one policy were reported when it was checked */
};

void attach_plan_init(struct attach_plan *p, struct arena *a);

/* `file` names the policy in findings about several; NULL for one alone. */
void attach_plan_add(struct attach_plan *p, const struct plan *plan, struct diags *ds,
		     const char *file);

/* Adds a finding to the later one's policy for each two that exclude each other. */
void attach_plan_check(struct attach_plan *p);

#endif
