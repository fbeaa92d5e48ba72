/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tests of policies, as written in a .mmpt file. A trial is one `test`: series of values for
 * signals, and the expected answers of the policy. Reading gives this tree; binding (trial_bind.h)
 * finds what its words mean in the policy; running it is trial_run.h.
 */
#ifndef MMP_TRIAL_H
#define MMP_TRIAL_H

#include "parse/ast.h"
#include "report/diag.h"
#include "report/source.h"

struct arena;

/* One item as written: 600x2, 10MiB+1MiBx5, _x3, 6s. Its meaning depends on its place. */
struct trial_item {
	struct trial_item *next;
	struct word word;
};

/* Words joined by dots, the first maybe with [N]: web.pgfault_rate, pods[2].usage, self.usage */
struct trial_name {
	struct word *parts;
	uint32_t count;
	struct trial_item *match; /* [N] after the first part, or NULL */
	struct trial_item *window; /* [5s] at the end, or NULL */
	struct span span;
};

struct trial_series {
	struct trial_series *next;
	struct trial_name name;
	struct trial_item *items;
};

struct trial_set {
	struct trial_set *next;
	struct word param; /* or `mode` */
	struct trial_item *value;
};

/* One argument of `call`: a word and its values (an item, a word or a string each). */
struct trial_argument {
	struct trial_argument *next;
	struct trial_name name;
	struct trial_item *values;
};

enum trial_when { TRIAL_ALWAYS, TRIAL_AT, TRIAL_FROM_TO };

struct trial_expect {
	struct trial_expect *next;
	struct span span;
	struct word subject; /* protect, delay, state, ... */
	struct trial_name object; /* the text in parentheses */
	struct word level; /* protect(web, min): min; text NULL: none */
	enum compare_op compare;
	struct trial_item *value;
	enum trial_when when;
	struct trial_item *from, *to; /* AT: both the same */
	struct trial_argument *arguments;
	bool has_call;
};

struct trial {
	struct trial *next;
	struct span span; /* `test "name"` */
	struct word name;
	struct trial_item *tick; /* or NULL */
	struct trial_set *sets;
	struct trial_series *series;
	struct trial_expect *expects;
	uint32_t series_count, expect_count;
};

struct trial_file {
	uint32_t file; /* in the sources */
	struct word use; /* text NULL: missing */
	struct trial *trials;
};

/*
 * Read the file with that index. Findings go to ds; after syntax errors, the part that could be
 * read is returned.
 */
struct trial_file *trial_read(struct arena *a, const struct sources *sources, uint32_t file,
			      struct diags *ds);

#endif
