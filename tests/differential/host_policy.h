/* SPDX-License-Identifier: GPL-2.0 */
/* What a compiled batch of policies exports. */
#ifndef MMP_HOST_POLICY_H
#define MMP_HOST_POLICY_H

struct host_hook {
	const char *name; /* as the emitter called it */
	int (*call)(unsigned long long *arguments);
};

struct host_policy {
	void (*sample)(unsigned long long now, _Bool is_exact);
	void (*evaluate)(unsigned long long now);
	const struct host_hook *hooks; /* the last has no name */
};

/* A call of the huge-page hook. */
struct host_thp {
	const char *comm;
	unsigned long long cgroup_id, size, flags, orders;
	unsigned pid, uid, kind; /* enum thp_kind */
	_Bool is_anon;
};

struct host_batch {
	unsigned count;
	const struct host_policy *policies;
	const struct host_policy **now; /* which one the templates call */
	void *config, *rules, *signals, *slots, *used,
		*acts; /* the maps and globals of mmp_abi.h */
	void *verdicts, *run;
	unsigned long verdicts_size, run_size;
	void (*tick)(unsigned long long now);
	/* A slot's memory.max as the sampler would have found it, in pages. */
	void (*set_limit)(unsigned slot, unsigned long long limit);
	/* Call a hook for a cgroup of that usage and limit. */
	int (*ask)(int (*hook)(unsigned long long *), unsigned long long usage,
		   unsigned long long limit, unsigned long long *arguments);
	int (*ask_thp)(int (*hook)(unsigned long long *), const struct host_thp *call);
};

#endif
