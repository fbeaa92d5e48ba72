/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A random policy and random series, and their run through the evaluator beside another side that
 * runs the emitted C. A third side is the evaluator on the plan as mmpctl reads it. Everything
 * follows from the seed.
 */
#ifndef MMP_PAIR_H
#define MMP_PAIR_H

#include "bpf-templates/mmp_abi.h"
#include "compile.h"
#include "plan/evaluate.h"
#include "generate.h"
#include "host_policy.h"

#define PAIR_CHARGES 4 /* of each group at a tick, so that debts grow */
#define NO_LIMIT (1ULL << 51) /* of pages: more than the kernel calls a limit */

struct hook_call {
	uint64_t usage, limit; /* of the cgroup asked about, in pages */
	unsigned long long arguments[2]; /* after the cgroup */
};

/*
 * What runs the emitted C: the templates compiled for this machine, or the kernel. A side that runs
 * a whole series at once sees it twice: first in rehearsal, where it notes what it is told and
 * asked and its answers do not count; then, after `run`, to tell what came of it.
 */
struct side {
	bool (*run)(struct side *s); /* false: it cannot; NULL: `tick` evaluates at once */
	volatile struct mmp_config *config;
	struct mmp_rule *rules;
	struct mmp_signal *signals;
	struct mmp_slot *slots;
	uint64_t *used; /* a bit for each slot */
	void (*tick)(struct side *s, uint64_t now);
	/* The slot's memory.max as the sampler would find it; NULL: there is no way. */
	void (*set_limit)(struct side *s, uint32_t slot, uint64_t pages);
	/* What a hook answers, by the emitter's name for it; -1: there is no such hook, or no way.
	 */
	int (*ask)(struct side *s, const char *hook, const struct hook_call *call);
	/* The same of the huge-page hook; NULL: there is no way. */
	int (*ask_thp)(struct side *s, const char *hook, const struct host_thp *call);
	void *data;
};

struct pair {
	struct arena arena;
	uint64_t seed;
	struct generated generated;
	char *text; /* of the policy */
	struct compilation compilation;
	const struct plan *read; /* the same after it was written as JSON and read again */
	char *emitted; /* NULL: it cannot be compiled, see why_not */
	const char *why_not;
};

struct difference {
	uint32_t tick;
	char what[512];
};

/* Put a bug into whatever is emitted from now on: every `from` becomes `to`. */
void pair_put_bug(const char *from, const char *to);

/* The policy of that seed, through all of mmpc's stages to C. */
void pair_make(struct pair *p, uint64_t seed);
/* The same with another shape of the policy, kept in p->generated; for making it smaller. */
void pair_remake(struct pair *p, uint64_t seed, const struct generated *g);
/* A policy as somebody wrote it, with the series of that seed. */
void pair_read(struct pair *p, uint64_t seed, const char *text);
void pair_finish(struct pair *p);

/* How many rows of a signal or rule on a glob are in use. */
uint32_t pair_used_rows(uint32_t rows);

/* Run both; true where they differ, and the first place where they do. */
bool pair_differs(struct pair *p, struct side *s, uint32_t ticks, struct difference *ret);

/* The signals' values over the last ticks before the difference. */
void pair_print_series(FILE *out, struct pair *p, uint32_t last_tick);

#endif
