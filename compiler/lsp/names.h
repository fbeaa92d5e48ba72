/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The places of the names that a policy declares: in it, in the files it includes, and in its
 * tests.
 */
#ifndef MMP_LSP_NAMES_H
#define MMP_LSP_NAMES_H

#include "analysis.h"

enum name_kind {
	NAME_CGROUP,
	NAME_PROCESS,
	NAME_DEFINE,
	NAME_PARAM,
	NAME_CONDITION,
	NAME_RULE,
	NAME_FILE, /* of an include or use: the file itself is its declaration */
};

struct occurrence {
	enum name_kind kind;
	const struct unit *unit; /* the one that it stands in */
	struct span span; /* without the '$' of a value, with the quotes of a text */
	/* Its declaration; an undeclared cgroup has its first mention. Not of NAME_FILE. */
	const struct unit *home;
	const struct word *name;
	const void *decl; /* the struct of ast.h */
	bool is_implicit; /* an undeclared cgroup: the name is the cgroup's own */
	const char *path; /* NAME_FILE: real, the visit's; NULL where it is not there */
};

typedef void (*name_visitor)(const struct occurrence *o, void *data);

/* All occurrences, each once. */
void names_visit(const struct analysis *a, name_visitor visit, void *data);

/* The occurrence at that place of a file of the analysis. False: there is none. */
bool name_at(const struct analysis *a, const char *uri, uint32_t offset, struct occurrence *ret);

#endif
