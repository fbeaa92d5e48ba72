/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Does a cgroup's path match a pattern. mmpc makes the pattern's text into tokens (base/pattern.h).
 * A step is one comparison; the hook's loop runs them, and a test holds them against fnmatch().
 */
#ifndef MMP_GLOB_H
#define MMP_GLOB_H

#include "mmp_types.h"

#define MMP_NAME_ROOM 256
#define MMP_PATH_ROOM 1024 /* of a path below the cgroup that the hooks are attached to */
#define MMP_PATTERN_ROOM 512
#define MMP_SETS 8
#define MMP_PATH_LEVELS 16 /* components of such a path */
/* What stands after a star, or a deep one, is tried at most once at each position of the path. */
#define MMP_GLOB_STEPS (1U << 22)

/* Tokens: 0 ends the pattern, a byte stands for itself. None but DEEP and '/' takes a '/'. */
enum mmp_token {
	MMP_TOKEN_END,
	MMP_TOKEN_ANY = 256, /* ?: one character */
	MMP_TOKEN_STAR, /* *: any number of characters */
	MMP_TOKEN_DEEP, /* ** and its '/': any number of components, none included */
	MMP_TOKEN_SET, /* [...]: and the following MMP_SETS - 1 values: sets[token - SET] */
};

struct mmp_pattern {
	__u64 sets[MMP_SETS][4]; /* a bit for each character */
	__u16 tokens[MMP_PATTERN_ROOM];
};

struct mmp_matching {
	__u32 at, star_at, deep_at; /* in the path */
	__u32 pattern, star, deep; /* in the pattern; star, deep: after the last one, 0: none */
	__u32 is_skipping; /* deep_at moves to the next component */
	__u32 is_match;
	char path[MMP_PATH_ROOM + MMP_NAME_ROOM];
};

#define mmp_glob_inline static inline __attribute__((always_inline))

mmp_glob_inline char mmp_path_at(const struct mmp_matching *m, __u32 at)
{
	return m->path[at & (MMP_PATH_ROOM - 1)];
}

mmp_glob_inline int mmp_token_takes(const struct mmp_pattern *p, __u32 token, char c)
{
	__u32 set = token - MMP_TOKEN_SET, byte = (unsigned char)c;

	if (token < MMP_TOKEN_ANY)
		return token == byte;
	if (!c || c == '/')
		return 0;
	return token == MMP_TOKEN_ANY ||
	       (set < MMP_SETS && p->sets[set & (MMP_SETS - 1)][byte >> 6] >> (byte & 63) & 1);
}

/* The components after `**` were no match from here: try from the next one. */
mmp_glob_inline long mmp_glob_skip(struct mmp_matching *m)
{
	char c = mmp_path_at(m, m->deep_at);

	m->deep_at++;
	if (c && c != '/')
		return 0;
	m->is_skipping = 0;
	m->at = m->deep_at;
	m->pattern = m->deep;
	m->star = 0;
	return !c;
}

/* 1 when it is known whether the path matches. */
mmp_glob_inline long mmp_glob_step(struct mmp_matching *m, const struct mmp_pattern *pattern)
{
	__u32 token = pattern->tokens[m->pattern & (MMP_PATTERN_ROOM - 1)];
	char c = mmp_path_at(m, m->at), star = mmp_path_at(m, m->star_at);

	if (m->is_skipping)
		return mmp_glob_skip(m);
	if (token == MMP_TOKEN_DEEP) {
		m->deep = ++m->pattern;
		m->deep_at = m->at;
		m->star = 0;
	} else if (token == MMP_TOKEN_STAR) {
		m->star = ++m->pattern;
		m->star_at = m->at;
	} else if (c && mmp_token_takes(pattern, token, c)) {
		if (c == '/')
			m->star = 0; /* it takes no more of an earlier component */
		m->at++;
		m->pattern++;
	} else if (c && m->star && star && star != '/') {
		m->at = ++m->star_at;
		m->pattern = m->star;
	} else if (c && m->deep) {
		m->is_skipping = 1;
	} else {
		m->is_match = !c && !token;
		return 1;
	}
	return 0;
}

#endif
