/* SPDX-License-Identifier: GPL-2.0 */
/* Which files an include names. */
#ifndef MMP_INCLUDE_PATHS_H
#define MMP_INCLUDE_PATHS_H

#include <stdbool.h>

struct arena;
struct sources;
struct word;

/*
 * The paths, NULL-terminated. A plain name has one: beside the including file, else in a folder
 * given with -I. A pattern (*, ?, [a-z]) has those that match, sorted by name, of the first of
 * these folders that has any; so maybe none.
 */
const char *const *include_paths(struct arena *a, const struct sources *s, const struct word *path,
				 bool *ret_is_pattern);

#endif
