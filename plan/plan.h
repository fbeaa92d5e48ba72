/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The plan: what a policy means. The logic has no names or text, values are in base units (lang.h),
 * and the plan lists the hooks, signals and rows of state that it needs. The emitter writes it as
 * BPF C; the evaluator runs it. All of it lives in the compilation's arena.
 *
 * Rows. A named cgroup has one slot; a glob has many (limits.h), claimed as cgroups appear. Slots,
 * signals and rules are numbered through; x.row_base is the first row of x and x.rows their count
 * (1, or the slots of the glob it belongs to). The same numbers index the maps of mmp_abi.h.
 */
#ifndef MMP_PLAN_H
#define MMP_PLAN_H

#include <stdio.h>

#include "base/lang.h"
#include "base/span.h"
#include "limits.h"

struct arena;
struct stmt;

struct plan_file {
	const char *name, *text;
	uint32_t len;
};

/* Where something was written, for people; a span is for the compiler. */
struct plan_place {
	uint32_t file; /* plan.files */
	uint32_t line; /* from 1 */
};

/*
 * How long protection stays where its rule has neither `until` nor `hold`. It needs a limit,
 * because the protection itself stops the faults that started it. Chosen by
 * tests/bench/default-hold.t; see docs/language.md.
 */
#define PLAN_PROTECT_HOLD_NS 5000000000LL

enum plan_op {
#define LEAF(id, word) PLAN_##id,
#define LOGIC1(id, word, function) PLAN_##id,
#define LOGIC2(id, word, function) PLAN_##id,
#define COMPARISON(id, word, function) PLAN_##id,
#define ARITHMETIC1(id, word, function) PLAN_##id,
#define ARITHMETIC2(id, word, function) PLAN_##id,
#include "ops.def"
	PLAN_OP_COUNT
};

enum plan_op_kind { PLAN_IS_LEAF, PLAN_IS_LOGIC, PLAN_IS_COMPARISON, PLAN_IS_ARITHMETIC };

struct plan_op_info {
	const char *word;
	enum plan_op_kind kind;
	unsigned arity;
	const char *function; /* its name in C; NULL for a leaf */
};

extern const struct plan_op_info plan_op_infos[PLAN_OP_COUNT];

/* The comparison that holds for `b op a` where this one does for `a op b`; others are themselves.
 */
enum plan_op plan_op_mirrored(enum plan_op op);

/*
 * What an operation's field means: CONST value; PARAM index in plan.params; SIGNAL index in
 * plan.signals; CALL_SIGNAL signal, an OF_CALL number of the hook's call; COMM_IS index in
 * plan.strings; IN_CGROUP index in plan.groups, the process is in it or below it. Those with one
 * operand have no b. `in` is lowered to >= and <=; named conditions and defines are inlined. A
 * tree, never shared, at most PLAN_DEPTH_MAX high.
 */
struct plan_expr {
	enum plan_op op : 8;
	enum quantity quantity : 8;
	enum signal_id signal : 16;
	uint32_t index;
	struct plan_expr *a, *b;
	int64_t value;
	struct span span; /* in the policy, for coverage; zero in a plan that was read */
};

/*
 * A constant, a param that mmpctl may change, or a share: a percentage of a size, worked out from
 * what the last tick sampled. plan_rule_sizes() lists the values that may be shares.
 */
struct plan_value {
	int64_t value; /* the constant, or the param's default */
	struct plan_expr *share; /* or NULL */
	uint32_t param;
	bool is_given;
	bool is_param;
};

struct plan_group {
	const char *name; /* an identifier or any text; see also `id` */
	const char *id; /* the name made a C identifier, unique in the plan */
	/*
	 * As declared; relative ones are below the cgroup2 mount. Of a glob: all its paths and
	 * exceptions, for people.
	 */
	const char *path;
	const char *absolute; /* the same with the mount taken as /sys/fs/cgroup */
	/*
	 * It stands for several cgroups, those that match any of the patterns and are neither what
	 * one of the exceptions matches nor below it (base/pattern.h, with a '/' before). Braces
	 * are written out. Without any pattern character, a pattern is a cgroup's own path.
	 */
	bool is_glob;
	const char **patterns, **exceptions;
	uint32_t pattern_count, exception_count;
	bool allow_override;
	/*
	 * It is attached: a rule acts on it, its charges are counted, or its matches need slots.
	 * Otherwise it is only read.
	 */
	bool is_target;
	/*
	 * Something reads it while the policy is in force. Otherwise mmpctl only lists its
	 * processes when it loads the policy, and the matches of a glob need no slots.
	 */
	bool is_watched;
	uint32_t row_base, rows; /* slots */
	unsigned hooks; /* 1 << HOOK_*: what its memcg_bpf_ops needs */
	struct span span;
	struct plan_place at;
};

struct plan_process {
	const char *name, *id;
	enum plan_process_kind {
		PLAN_PROCESS_COMM,
		PLAN_PROCESS_PID,
		PLAN_PROCESS_PIDFILE,
		PLAN_PROCESS_CGROUP,
		PLAN_PROCESS_ALL
	} kind;
	const char *text; /* comm, pidfile */
	int64_t pid;
	uint32_t group; /* PLAN_PROCESS_CGROUP; else PLAN_NONE */
	struct span span;
	struct plan_place at;
};

struct plan_param {
	const char *name;
	enum quantity quantity;
	int64_t value, low, high; /* no range given: the quantity's own */
	struct span span;
	struct plan_place at;
};

enum plan_scope { PLAN_OF_GROUP, PLAN_OF_PARENT, PLAN_OF_SELF, PLAN_OF_SYSTEM };

/* One signal of one scope with one window: what is sampled once a tick (SELF: read in the hook). */
struct plan_signal {
	const char *name; /* "high.pgfault_rate[1s]" */
	enum signal_id id; /* SIGNAL_PSI is lowered to SIGNAL_PSI_SOME_AVG10 */
	enum plan_scope scope;
	uint32_t group; /* PLAN_OF_GROUP, PLAN_OF_PARENT of, PLAN_OF_SELF below */
	int64_t window_ns; /* 0 where the signal has none */
	bool is_percent; /* an OR_PERCENT signal as hundredths of a percent of its limit */
	uint32_t row_base, rows; /* PLAN_OF_SELF has none */
};

enum plan_thp_answer { PLAN_THP_EXACT, PLAN_THP_OR_SMALLER, PLAN_THP_NEVER, PLAN_THP_DEFAULT };

#define PLAN_NONE UINT32_MAX

struct plan_rule {
	const char *name; /* given, or stable: protect-high-1 */
	const char *id; /* the name made a C identifier, unique in the plan */
	enum action action;
	const struct stmt *source; /* in the tree; NULL in a plan that was read */
	struct span span; /* the whole rule */
	struct plan_place at;
	const char *text; /* the rule as written, white space folded */
	const char *when_text, *until_text; /* the conditions as written; NULL: none */
	uint32_t group; /* PLAN_NONE for thp and notify */
	uint32_t process; /* thp: PLAN_NONE is every process */
	/*
	 * The group whose matches are tried one by one: a glob that the rule's conditions read and
	 * that is not the rule's target; else PLAN_NONE. A condition that reads it
	 * (plan_asks_any()) holds where it holds for any match; a ramp that does gives the greatest
	 * delay of all. Its signals have rows of the glob, and the rule itself has one row.
	 */
	uint32_t any_group;

	struct plan_expr *when; /* NULL: always */
	struct plan_expr *until; /* NULL: `when` turning false */
	/*
	 * What only a call of the hook can answer (its arguments, self), combined by `and` with the
	 * state machine. It may read sampled signals too. NULL: true. Rules with it have no for,
	 * until, hold, cooldown.
	 */
	struct plan_expr *call;
	struct plan_value when_for, until_for, hold, cooldown; /* ns */
	/*
	 * `for` is 0 and `when` reads the target's usage: the hook tests it anew and acts at once.
	 */
	bool is_live;
	uint32_t row_base, rows;
	/*
	 * All signals that it reads, each once: first those of `when` and `until`. An event's
	 * values have the same order. See plan_list_signals().
	 */
	const uint32_t *signals;
	uint32_t signal_count;

	union {
		struct {
			bool at_min;
			struct plan_value up_to; /* bytes */
		} protect;
		struct {
			struct plan_value delay; /* ns for 64 charged pages */
			bool is_ramp;
			struct plan_value to, from, until; /* ns; base units of `signal` */
			struct plan_expr *signal;
		} throttle;
		struct {
			struct plan_value step; /* bytes; default 4 MiB */
			struct plan_value swappiness; /* not given: the kernel's own; 201: max */
			struct plan_value budget; /* bytes per second; not given: none */
			bool no_swap, no_pace;
			/* With pace: the usage at which it starts is halfway from trigger to the
			 * limit. */
			struct plan_value trigger; /* bytes or hundredths of a percent of the limit;
						      not given: no usage in `when` */
			bool trigger_is_percent;
		} reclaim;
		struct {
			enum plan_thp_answer answer;
			struct plan_value order;
			unsigned kinds; /* 1 << THP_KIND_*; 0: all */
			struct plan_value priority; /* default 0 */
		} thp;
		struct {
			const char *message;
			enum notify_level level; /* default info */
		} notify;
	};
};

struct plan {
	const char *name; /* the first file's base name without .mmp: the default policy name */
	struct plan_file *files;
	uint32_t file_count;
	uint32_t file; /* the file named on the command line */
	int64_t tick_ns;
	bool is_monitor;

	struct plan_group *groups;
	uint32_t group_count;
	struct plan_process *processes;
	uint32_t process_count;
	struct plan_param *params;
	uint32_t param_count;
	struct plan_signal *signals;
	uint32_t signal_count;
	struct plan_rule *rules; /* in the file's order */
	uint32_t rule_count;
	const char **strings;
	uint32_t string_count;

	uint32_t slot_rows, signal_rows, rule_rows;
	unsigned hooks; /* 1 << HOOK_*: the union over groups, and GET_ORDER */
	bool has_global_thp; /* some thp rule names no process: one instance for all */
};

/* Fill in the rules' `signals`. */
void plan_list_signals(struct arena *a, struct plan *p);
enum quantity plan_signal_quantity(const struct plan_signal *s);
/* A row for each match of its group; none where it is read in the hook. */
uint32_t plan_signal_rows(const struct plan *p, const struct plan_signal *s);

/* Whether it is a signal, and the usage of that group; false where group is PLAN_NONE. */
bool plan_is_usage_of(const struct plan *p, const struct plan_expr *x, uint32_t group);

/* A protect rule without `at min`. */
bool plan_protects_at_low(const struct plan_rule *r);
bool plan_has_low(const struct plan *p); /* has it such a rule? */

/*
 * Whether the ramp of the rule is its only condition: then it delays from its start on. Otherwise
 * it gives the first delay before its start, so that `until` may lie below that.
 */
bool plan_ramp_decides(const struct plan_rule *r);

#define PLAN_SIZES_MAX 2

/* Those of the rule's values that are given and may be shares; returns how many. */
unsigned plan_rule_sizes(const struct plan_rule *r, const struct plan_value *ret[PLAN_SIZES_MAX]);

/* Whether an expression of the rule, or NULL, reads the matches of the rule's any_group. */
bool plan_asks_any(const struct plan *p, const struct plan_rule *r, const struct plan_expr *x);

/* For people and tests: every decision, a line each. */
void plan_print(FILE *out, const struct plan *p);
void plan_print_expr(FILE *out, const struct plan *p, const struct plan_expr *x);

#endif
