/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names, quantities and places: fills in the fields of the AST under "resolver:". Every mistake is
 * one finding; words that did not resolve are marked (REF_UNRESOLVED, QUANTITY_UNKNOWN, is_broken),
 * and later stages report nothing about them.
 */
#ifndef MMP_RESOLVE_H
#define MMP_RESOLVE_H

#include "parse/ast.h"
#include "report/diag.h"

#define RESOLVE_MAX_EXPANDED 4096 /* nodes of a condition with its named conditions expanded */

/*
 * `definitions` are "NAME=VALUE" each, NULL-terminated, or NULL: they override defines and params;
 * `sources` gets a text for each.
 */
void resolve(struct arena *a, struct ast *ast, struct sources *sources,
	     const char *const *definitions, struct diags *ds);

/* The places (1 << enum rule_place) in which a signal of that scope can be read. */
unsigned signal_places(enum signal_id id, enum scope scope);

/* Whether the scope's cgroup or machine has that signal. */
bool scope_has_signal(enum scope scope, enum signal_id id);

/* Whether any part of a resolved condition is about the single call of a hook. */
bool expr_reads_call(const struct expr *e);

enum rule_place rule_place(enum action action);

#endif
