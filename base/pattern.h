/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Patterns of cgroups' paths. In a component `*` is any number of characters, `?` one, `[a-z]` one
 * of a set, `[!a-z]` one that is not; `{a,b}` is either text, over components as well; `**` as a
 * component is any number of components, none included, and as the last one, one at least. There
 * are no escapes: `[*]` is a star. Paths and patterns have no '/' at either end.
 *
 * Braces are written out first, so that a pattern with braces is several patterns.
 */
#ifndef MMP_PATTERN_H
#define MMP_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "bpf-templates/mmp_glob.h"

struct arena;

#define PATTERN_ALTERNATIVES_MAX 64

bool pattern_is_one(const char *text); /* has it anything but plain characters? */

/*
 * The alternatives of a text with braces, NULL-terminated. NULL where something is wrong with the
 * text; *ret_problem then says what, as the end of a sentence.
 */
const char *const *pattern_expand(struct arena *a, const char *text, const char **ret_problem);

/* From a text without braces. False where something is wrong, as with pattern_expand(). */
bool pattern_compile(struct mmp_pattern *ret, const char *text, const char **ret_problem);

/*
 * The length of the longest beginning of whole components that are plain: the deepest cgroup that
 * all matches are below. All of it, where nothing in the text is a pattern.
 */
size_t pattern_base(const char *text);

/* A path longer than MMP_PATH_ROOM matches nothing. */
bool pattern_matches(const struct mmp_pattern *p, const char *path);

/* Could a path below this one match? */
bool pattern_leads_below(const struct mmp_pattern *p, const char *path);

/* Is there a path that matches both? */
bool pattern_meets(const struct mmp_pattern *a, const struct mmp_pattern *b);

/*
 * Does every path that matches `p` match one of the others too? False where that is too much to
 * find out.
 */
bool pattern_is_covered(const struct mmp_pattern *p, const struct mmp_pattern *others,
			size_t count);

#endif
