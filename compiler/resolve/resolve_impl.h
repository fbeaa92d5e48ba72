/* SPDX-License-Identifier: GPL-2.0 */
/* Between the files of the resolver only. */
#ifndef MMP_RESOLVE_IMPL_H
#define MMP_RESOLVE_IMPL_H

#include "resolve.h"
#include "parse/constant.h"
#include "base/table.h"

enum symbol_kind {
	SYMBOL_CGROUP,
	SYMBOL_PROCESS,
	SYMBOL_DEFINE,
	SYMBOL_PARAM,
	SYMBOL_SIGNAL,
	SYMBOL_LOST /* its declaration failed: the name is known, and every use is accepted */
};

struct symbol {
	enum symbol_kind kind;
	const struct word *name;
	struct symbol *next; /* in order of declaration */
	union {
		struct cgroup_decl *cgroup;
		struct process_decl *process;
		struct define_decl *define;
		struct param_decl *param;
		struct signal_decl *signal;
	};
};

struct resolver {
	struct arena *arena;
	struct ast *ast;
	struct sources *sources;
	struct diags *ds;
	struct table names; /* struct symbol */
	struct table rule_names; /* struct word */
	struct symbol *first, **last;
	struct cgroup_decl **last_cgroup;
	uint32_t cgroup_count;
	const struct rule *rule; /* being resolved, or NULL */
	/* Of a range or ramp that is being resolved: a bare end takes the unit of the other end. */
	const struct expr *ends[2];
	bool is_broken; /* a part of the current expression did not resolve */
	unsigned depth; /* of named conditions and defines in each other */
	unsigned hints_left; /* names searched for the nearest one: keeps many mistakes cheap */
};

/* A set of words to find the nearest in. */
struct candidates {
	const char **words;
	size_t count, room;
};

void candidates_add(struct resolver *r, struct candidates *c, const char *word);
/* All names declared as one of `kinds` (1 << enum symbol_kind). */
void candidates_add_names(struct resolver *r, struct candidates *c, unsigned kinds);
const char *candidates_nearest(const struct candidates *c, const char *text, size_t len);

/* "a cgroup", "a define" ... */
const char *symbol_kind_name(enum symbol_kind kind);

/*
 * The cgroup of that name, created where the name is not declared. NULL after a finding, or LOST.
 */
struct cgroup_decl *resolve_cgroup(struct resolver *r, const struct word *name, const char *role);
/* What `cgroup NAME = ...` declares. */
void resolve_cgroup_declaration(struct resolver *r, struct cgroup_decl *g);
struct symbol *symbol_find(struct resolver *r, const struct word *name);
/* NULL where the name is taken, which is then reported. */
struct symbol *symbol_add(struct resolver *r, enum symbol_kind kind, const struct word *name);

/* resolve_expr.c */

/* A condition; false: it is broken, which has been reported. */
bool resolve_condition(struct resolver *r, struct expr *e);

/*
 * A value without signals. `wanted` QUANTITY_UNKNOWN accepts any except a condition. `what` names
 * the place in messages: "a delay". False: it is broken, which has been reported.
 */
bool resolve_value(struct resolver *r, struct expr *e, enum quantity wanted, const char *what);

/* `as SIGNAL from VALUE to VALUE`: all of one quantity. */
bool resolve_ramp(struct resolver *r, struct expr *signal, struct expr *from, struct expr *until);

/* Whether its quantity is that one, else a finding. A count may become a rate or an order. */
bool check_wanted(struct resolver *r, struct expr *e, enum quantity wanted, const char *what);

/* The quantity as a noun with its article: "a rate". */
const char *quantity_noun(enum quantity q);
/* The text at that place, white space folded, cut when long. */
const char *resolver_excerpt(struct resolver *r, struct span span);

void report_no_condition(struct resolver *r, const struct expr *e);

/* resolve_unit.c */

void hint_unit(struct resolver *r, struct diag *d, const struct expr *number);
/* A signal that is a size, and a share of a limit as well. */
bool is_size_or_percent(const struct expr *e);
/*
 * A bare number where a q without a natural unit is wanted; beside, or NULL: the value it has to
 * match.
 */
void report_missing_unit(struct resolver *r, const struct expr *e, enum quantity q,
			 const struct expr *beside);

/* resolve_type.c */

enum quantity type_of(struct resolver *r, struct expr *e);
/* Whether it consists only of numbers without a unit: its quantity depends on what is beside it. */
bool is_bare(const struct expr *e);
/* Give the bare expression a quantity. False after a finding. */
bool adopt(struct resolver *r, struct expr *e, enum quantity q, const struct expr *beside);
/* Make both of one quantity and return it; QUANTITY_UNKNOWN after a finding, at b. op for the hint.
 */
enum quantity unify(struct resolver *r, struct expr *a, struct expr *b, const char *op);

/* resolve_share.c */

/* 95% of high: what the whole is, worked out at each tick. */
enum quantity type_of_share(struct resolver *r, struct expr *e);
/* 0.95 * high: reported, with the percentage to write. */
bool report_fraction_of(struct resolver *r, const struct expr *e, const struct expr *number,
			const struct expr *whole);

/*
 * A size, or a share of one, which only a tick can work out: true in *ret_is_share. `what` names
 * the place in messages.
 */
bool resolve_size(struct resolver *r, struct expr *e, const char *what, bool *ret_is_share);

/* Whether a tick can work it out, because it does not ask about a single call. */
bool check_share(struct resolver *r, const struct expr *e, const char *what);
/* Of a ramp: not the same, and it stays the same one that is higher. */
bool check_ends(struct resolver *r, const struct expr *from, const struct expr *until);

/* resolve_name.c */

enum quantity resolve_name(struct resolver *r, struct expr *e);
enum quantity resolve_dollar(struct resolver *r, struct expr *e);
bool is_signal_name(const struct expr *e, enum signal_id id);
/* The word beside `vma.advice` or `memcg`. */
enum quantity resolve_advice(struct resolver *r, struct expr *e);
enum quantity resolve_memcg(struct resolver *r, struct expr *e);

/* resolve_define.c */

void resolve_define(struct resolver *r, struct define_decl *d);
void resolve_param(struct resolver *r, struct param_decl *p);
void resolve_named_condition(struct resolver *r, struct signal_decl *s);
/* -D: the text becomes the value of that define or param. */
void apply_overrides(struct resolver *r, const char *const *defines);

/* resolve_process.c */
bool check_comm(struct resolver *r, const struct word *word);
void resolve_process(struct resolver *r, struct process_decl *p);

/* resolve_place.c */

/* Whether such a rule can read every signal of `e`, else a finding. */
bool check_places(struct resolver *r, const struct expr *e, enum rule_place place);
unsigned expr_places(const struct expr *e);
/* Its size and height with its named conditions expanded. */
void expr_measure(const struct expr *e, uint32_t *ret_size, uint32_t *ret_height);
/* False after a finding that it is too large or too high. */
bool check_measure(struct resolver *r, const struct expr *e, uint32_t *ret_size,
		   uint32_t *ret_height);

/* resolve_rule.c */

void resolve_rule(struct resolver *r, struct rule *rule);

/* False where the signal takes no window, or not this one. */
bool resolve_window(struct resolver *r, struct expr *e);

#endif
