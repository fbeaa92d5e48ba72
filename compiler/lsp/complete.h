/* SPDX-License-Identifier: GPL-2.0 */
/* Between the files that complete words. */
#ifndef MMP_LSP_COMPLETE_H
#define MMP_LSP_COMPLETE_H

#include "handlers.h"
#include "parse/parse.h"

/* The protocol's kinds of items. */
enum item_kind {
	ITEM_FUNCTION = 3,
	ITEM_FIELD = 5,
	ITEM_VARIABLE = 6,
	ITEM_MODULE = 9,
	ITEM_UNIT = 11,
	ITEM_ENUM = 13,
	ITEM_KEYWORD = 14,
	ITEM_FILE = 17,
	ITEM_CONSTANT = 21,
};

struct completion {
	struct server *server;
	struct document *document;
	const struct analysis *analysis;
	struct arena arena;
	json_t *items;
	uint32_t from, to; /* the typed part of the word, in the document */
};

/* Offer a text that replaces the typed part. detail and help may be NULL. */
void complete_add(struct completion *c, enum item_kind kind, const char *text, const char *detail,
		  const char *help);

/* Files beside the document with that ending, while a text in quotes is typed from `from` on. */
void complete_files(struct completion *c, const char *ending);

/* complete_trial.c: in tests of a policy. */
void complete_trial(struct completion *c);

/* Signals of a scope; PLACE_COUNT where the signals of every rule will do. */
void complete_signals(struct completion *c, enum scope scope, enum rule_place place);
/* Declared names. */
void complete_cgroups(struct completion *c);
void complete_processes(struct completion *c);
void complete_params(struct completion *c, const char *before);
void complete_rules(struct completion *c);

#endif
