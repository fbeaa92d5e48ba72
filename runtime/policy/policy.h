/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The life of a policy that is being loaded:
 *
 *	opened -> configured -> loaded -> pinned -> started -> attached -> placed -> armed
 *
 * Each step takes the policy from one state to the next, or fails and leaves it to policy_close(),
 * which undoes what was done unless the load was committed, and takes NULL and any state.
 *
 *	opened		the object was read and judged; the kernel has seen nothing
 *	configured	targets are found, params set
 *	loaded		the verifier took the programs; maps are filled; disarmed
 *	pinned		maps are pinned in a tmp_ directory
 *	started		the sampler runs
 *	attached	links exist and are pinned there too; hooks answer the kernel's default
 *	placed		the directory has its final name
 *	armed		in force; the policy lives without us
 */
#ifndef MMP_POLICY_H
#define MMP_POLICY_H

#include "machine/cgroup.h"
#include "machine/kernel.h"
#include "installed/pin.h"
#include "bpf-templates/mmp_abi.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct attachment;
struct bpf_object;
struct failure;
struct object;
struct options;
struct replacement;

enum policy_state {
	POLICY_OPENED,
	POLICY_CONFIGURED,
	POLICY_LOADED,
	POLICY_PINNED,
	POLICY_STARTED,
	POLICY_ATTACHED,
	POLICY_PLACED,
	POLICY_ARMED,
};

/* What policies are loaded into. */
struct machine {
	struct kernel kernel;
	struct cgroup_mount mount;
};

struct policy_group {
	struct cgroup cgroup; /* of a glob: not open */
	const char *bound; /* its path from the command line, or NULL */
};

struct policy {
	enum policy_state state;
	char name[65];
	char dir[100]; /* below PIN_ROOT */
	const char *folder; /* that apply took it from, whose it is; or NULL */
	const struct cgroup_mount *mount; /* of the machine that it is configured for */
	struct object *object;
	const struct manifest *manifest; /* the object's */
	struct bpf_object *bpf;
	struct policy_group *groups; /* as many as the manifest has */
	struct cgroup *anchors; /* as many as the manifest has */
	struct attachment *attachments;
	size_t attachment_count;
	uint32_t mode; /* enum mmp_mode */
	int64_t *params; /* as many as the manifest has */
	pid_t pids[MMP_PROCESSES_MAX]; /* of the manifest's processes, where known by pid */
	struct replacement *replacement; /* of the policy in force under its name, or NULL */
	bool is_committed; /* the whole load succeeded: closing undoes nothing */
	size_t unhooked; /* groups with reclaim that are not attached to: no pace */
	bool is_exact_refused; /* the exact starter was, so the plain one is loaded */
	size_t adopted, unadopted; /* children of globs that got a slot, and that did not */
	uint32_t full_base; /* the first slot of a group that has no more */
};

int policy_open(struct policy **ret, const char *path, const struct options *o, struct failure *f);
int policy_configure(struct policy *p, const struct machine *m, const struct options *o,
		     struct failure *f);
int policy_load(struct policy *p, const struct machine *m, struct failure *f);
int policy_pin(struct policy *p, struct failure *f);
int policy_start(struct policy *p, struct failure *f);
/* One of its attachments; the state changes by policy_adopt(), after all. */
int policy_attach(struct policy *p, struct attachment *a, const struct machine *m,
		  struct failure *f);
/* After all were tried: leave out the processes that ended meanwhile. Moves its attachments. */
int policy_forget_ended(struct policy *p, struct failure *f);
int policy_adopt(struct policy *p, struct failure *f);
/* Swaps directories with the policy that it replaces. */
int policy_place(struct policy *p, struct failure *f);
int policy_arm(struct policy *p, struct failure *f);
void policy_close(struct policy *p);
/* After all policies are closed: remove the tmp_ directory of this process. */
int policy_finish_tmp(struct failure *f);

#endif
