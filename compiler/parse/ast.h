/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The structure of a policy as it was written. The grammar builds it without looking up what a word
 * means; the resolver fills in the fields under "resolver:".
 */
#ifndef MMP_AST_H
#define MMP_AST_H

#include <stdio.h>
#include "base/lang.h"
#include "report/source.h"

struct arena;

#define AST_MAX_HEIGHT 64 /* of a condition's tree */
#define AST_MAX_CHAIN 4096 /* operands of a flat chain of `and` or `or` */

/*
 * A word that the user wrote: a bare name or a quoted string (unescaped). text has len bytes and a
 * NUL.
 */
struct word {
	const char *text;
	const char *path; /* a quoted one with escapes, read as a cgroup's path; else NULL */
	struct span span;
	uint32_t len : 31;
	bool is_quoted : 1;
};

/*
 * A string between its quotes as a cgroup's path: systemd and its tools write \x2d in a directory's
 * name, so a backslash means itself there, except before another backslash or a quote. NULL where
 * that equals the text with no backslash in it.
 */
const char *path_text(struct arena *a, const char *inside, size_t len);
/* The word as the name of a cgroup. */
struct word word_as_path(const struct word *w);
bool word_is_path(const struct word *w, const char *path);

bool word_is(const struct word *w, const char *text);

enum expr_kind {
	EXPR_OR,
	EXPR_AND,
	EXPR_NOT,
	EXPR_COMPARE,
	EXPR_IN,
	EXPR_ADD,
	EXPR_SUB,
	EXPR_MUL,
	EXPR_DIV,
	EXPR_OF, /* 95% of high */
	EXPR_NEG,
	/* Those without operands. */
	EXPR_NUMBER, /* 64MiB */
	EXPR_STRING, /* "redis" */
	EXPR_DOLLAR, /* $NAME */
	EXPR_NAME, /* calm, psi.some.avg10, high.usage, "web-1.service".psi, pgfault_rate[5s] */
	EXPR_KIND_COUNT
};

enum compare_op { COMPARE_GT, COMPARE_GE, COMPARE_LT, COMPARE_LE, COMPARE_EQ, COMPARE_NE };
const char *compare_word(enum compare_op op); /* ">", as written */

/* What a rule's conditions can read without a scope. */
enum rule_place {
	PLACE_HOOK, /* protect, throttle: a cgroup, and the descendant that a call is about */
	PLACE_RECLAIM, /* a cgroup */
	PLACE_THP, /* a call, and the system */
	PLACE_NOTIFY, /* the system */
	PLACE_COUNT
};

struct cgroup_decl;
struct define_decl;
struct param_decl;
struct signal_decl;

/* What an EXPR_NAME turned out to be. */
enum reference {
	REF_UNRESOLVED, /* unknown, or part of an error already reported */
	REF_SIGNAL, /* a built-in signal of a scope */
	REF_CONDITION, /* a named condition */
	REF_WORD, /* a word of an enumeration: hugepage */
	REF_CGROUP, /* a cgroup's name beside `memcg` */
	REF_COUNT
};

enum scope {
	SCOPE_TARGET, /* none written: the rule's own target */
	SCOPE_CGROUP, /* a named cgroup */
	SCOPE_SELF,
	SCOPE_PARENT,
	SCOPE_SYSTEM,
	SCOPE_CALL, /* the hook's arguments */
	SCOPE_COUNT
};

/* A policy has as many of these as words: their size counts (parse/build.c). */
struct expr {
	enum expr_kind kind : 8;
	enum quantity quantity : 8; /* resolver: */
	uint16_t height;
	struct span span;

	union {
		struct {
			struct expr *left, *right; /* right NULL for NOT and NEG */
			enum compare_op compare;
			struct span op_span;
		};
		struct {
			struct expr *value, *low, *high;
		} in;
		struct {
			/*
			 * As written: digits, maybe a decimal point, then the unit (maybe empty).
			 * No digits: the lexer has already reported that it is not a number.
			 */
			const char *digits, *unit;
			int64_t value; /* resolver: base units */
			uint32_t digit_count; /* with the point */
		} number;
		struct word string;
		struct {
			const char *name; /* the expression's span includes the $ */
			struct define_decl *define; /* resolver: one of the two */
			struct param_decl *param;
			int64_t value; /* resolver: of a define or a param's default, base units */
		} dollar;
		struct {
			struct word *parts; /* dotted; only the first may be quoted */
			struct expr *window; /* a value, or NULL */
			uint32_t count; /* of parts */
			/* resolver: */
			enum reference ref : 8;
			enum scope scope : 8;
			enum signal_id signal : 16;
			union {
				struct signal_decl *condition; /* REF_CONDITION */
				uint32_t word_value; /* REF_WORD */
				struct cgroup_decl *cgroup; /* else: of SCOPE_CGROUP, REF_CGROUP */
			};
		} name;
	};
};

/* COND [for DURATION] */
struct timed_condition {
	struct expr *condition; /* NULL: not given */
	struct expr *duration; /* NULL: 0 */
	struct span for_span;
};

struct modifier {
	struct modifier *next;
	enum modifier_id id;
	struct span span; /* the word(s): "up to", "no swap" */
	struct timed_condition timed; /* when, until */
	struct expr *value; /* hold, cooldown, up to, step, swappiness, budget, priority */
	struct word *words; /* at LEVEL, on KIND, ... */
	uint32_t word_count;
	bool is_taken; /* resolver: the first of its kind, and the rule's action takes it */
};

struct process_decl;

struct rule {
	struct word name; /* text NULL: unnamed; resolver: gives it one */
	enum action action;
	struct span action_span;
	struct word target; /* cgroup, or process of thp; text NULL: none */
	/* Further cgroups: each is a rule of its own. */
	struct word *more_targets;
	uint32_t more_count;
	struct modifier *modifiers; /* in the order written */
	union {
		struct {
			struct expr *delay; /* DURATION */
			struct expr *to; /* ramp, or NULL */
			struct expr *signal, *from, *until;
		} throttle;
		struct {
			enum { THP_ORDER, THP_NEVER, THP_DEFAULT } answer;
			bool or_smaller;
			struct expr *order;
			struct span answer_span;
		} thp;
		struct word message; /* notify */
	};

	/* resolver: */
	struct cgroup_decl *cgroup, **more_cgroups;
	struct process_decl *process; /* NULL: every process */
	bool is_broken; /* something in it did not resolve: logic checks leave it alone */
};

struct cgroup_decl {
	struct word name;
	/* As written; resolver: for an undeclared cgroup, the name itself. */
	struct word *paths, *exceptions;
	uint32_t path_count, exception_count;
	bool allow_override;
	/* resolver: */
	struct cgroup_decl *next;
	bool is_implicit, is_used, is_broken;
	bool is_glob; /* it has patterns, several paths or exceptions */
	const char *path; /* as written, for people */
	const char *absolute; /* the same with the mount taken as /sys/fs/cgroup; canonical */
	/* Of a glob, NULL-terminated: canonical, braces written out. */
	const char *const *patterns, *const *left_out;
	uint32_t index; /* in the order of first mention */
};

struct process_decl {
	struct word name;
	enum process_kind {
		PROCESS_COMM,
		PROCESS_PID,
		PROCESS_PIDFILE,
		PROCESS_CGROUP,
		PROCESS_ALL
	} kind;
	struct word text; /* comm, pidfile, cgroup name */
	struct expr *pid;
	/* resolver: */
	struct process_decl *next;
	struct cgroup_decl *cgroup;
	bool is_used, is_broken;
	uint32_t index;
};

struct define_decl {
	struct word name;
	struct expr *value;
	/* resolver: */
	struct define_decl *next;
	bool is_used, is_broken, is_being_resolved, is_resolved;
	bool is_from_option; /* -D: nothing in the file declares it */
};

struct param_decl {
	struct word name;
	struct expr *value, *low, *high; /* low and high NULL: no range given */
	/* resolver: */
	struct param_decl *next;
	bool is_used, is_broken, is_resolved;
	uint32_t index;
};

struct signal_decl {
	struct word name;
	struct expr *condition;
	/* resolver: */
	struct signal_decl *next;
	bool is_used, is_broken, is_being_resolved, is_resolved;
	uint32_t size, height; /* of the tree once all named conditions in it are written out */
	unsigned places; /* 1 << enum rule_place: the rules that have all its signals */
	bool reads_call; /* the hook's arguments or self */
};

enum stmt_kind {
	STMT_INCLUDE,
	STMT_CGROUP,
	STMT_PROCESS,
	STMT_DEFINE,
	STMT_PARAM,
	STMT_SIGNAL,
	STMT_TICK,
	STMT_MODE,
	STMT_RULE,
	STMT_KIND_COUNT
};

struct stmt {
	struct stmt *next;
	enum stmt_kind kind;
	struct span span; /* from its first word to its last */
	union {
		struct {
			struct word path;
			bool is_used; /* resolver: */
		} include; /* the included file's statements follow in the list */
		struct cgroup_decl cgroup;
		struct process_decl process;
		struct define_decl define;
		struct param_decl param;
		struct signal_decl signal;
		struct {
			struct expr *value;
		} tick;
		struct {
			struct word word; /* monitor or enforce */
		} mode;
		struct rule rule;
	};
};

/* # mmpc: ignore CODE reason */
struct suppression {
	struct suppression *next;
	struct span span; /* of the whole comment */
	struct word code, reason;
	struct span covers; /* its own line; where it stands alone on one, the next statement */
	bool is_alone;
	bool is_used; /* filled when findings are filtered */
};

struct ast {
	struct stmt *first, *last;
	uint32_t count;
	struct suppression *suppressions;
	/* Names whose declaration failed to parse: they count as known. */
	struct word *lost_names;
	uint32_t lost_count;

	/* resolver: all there are, undeclared cgroups and -D included, in the order of their
	 * indexes */
	struct cgroup_decl *cgroups;
	struct process_decl *processes;
	struct define_decl *defines;
	struct param_decl *params;
	struct signal_decl *signals;
};

/* The resolved rule's modifier of that kind, or NULL. */
const struct modifier *rule_modifier(const struct rule *rule, enum modifier_id id);

/* Write the tree as indented text, one node a line, for --emit=ast and tests. */
void ast_print(FILE *out, const struct ast *ast);

/* Append a statement to the others. */
void ast_append(struct ast *ast, struct stmt *stmt);
/*
 * Is it the same policy, wherever its words are? Places, comments and the resolver's fields are
 * ignored.
 */
bool ast_is_same(const struct ast *a, const struct ast *b);

#endif
