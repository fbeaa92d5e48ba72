/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Does a cgroup's name match a pattern of plain characters, * and ?. A step is one comparison; the
 * hook's loop runs them, and a test holds them against fnmatch().
 */
#ifndef MMP_GLOB_H
#define MMP_GLOB_H

#include "mmp_types.h"

#define MMP_NAME_ROOM 256
#define MMP_PATTERN_ROOM 256
/* The part of the pattern after a star is tried at most once at each position of the name. */
#define MMP_GLOB_STEPS (MMP_NAME_ROOM * MMP_PATTERN_ROOM)

struct mmp_matching {
	__u32 at, star_at; /* in the name */
	__u32 pattern, star; /* in the pattern; star: after the last *, 0: none yet */
	__u32 is_match;
	char name[MMP_NAME_ROOM];
};

/* 1 when it is known whether the name matches. */
static inline __attribute__((always_inline)) long mmp_glob_step(struct mmp_matching *m,
								const char *pattern)
{
	char c = m->name[m->at & (MMP_NAME_ROOM - 1)];
	char p = pattern[m->pattern & (MMP_PATTERN_ROOM - 1)];

	if (p == '*') {
		m->star = ++m->pattern;
		m->star_at = m->at;
	} else if (c && (p == '?' || p == c)) {
		m->at++;
		m->pattern++;
	} else if (c && m->star) {
		m->at = ++m->star_at;
		m->pattern = m->star;
	} else {
		m->is_match = !c && !p;
		return 1;
	}
	return 0;
}

#endif
