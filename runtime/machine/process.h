/* SPDX-License-Identifier: GPL-2.0 */
/* Which processes a policy's `process` declarations mean, now. */
#ifndef MMP_PROCESS_H
#define MMP_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct failure;
struct manifest_process;
struct policy;

#define PROCESSES_MAX 1024

struct process_list {
	pid_t pids[PROCESSES_MAX];
	size_t count; /* of those that match: more than PROCESSES_MAX are counted, not kept */
};

/* Known by a pid, which its tests in the instance of every process need. */
bool process_is_by_pid(const struct manifest_process *process);

/*
 * bound: the command line's --process, or NULL. A list of one 0 is every process. Fails where there
 * is none, and for a kernel thread: it has no memory of its own.
 */
int process_resolve(const struct manifest_process *process, const struct policy *p,
		    const char *bound, struct process_list *ret, struct failure *f);
/* The failure where a comm or a cgroup has no process; returns -1. */
int process_none_found(const struct manifest_process *process, const struct policy *p,
		       struct failure *f);

#endif
