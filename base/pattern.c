// SPDX-License-Identifier: GPL-2.0
/* From a pattern's text to its tokens, and matching. */
#include "pattern.h"

#include <string.h>

#include "arena.h"

bool pattern_is_one(const char *text)
{
	return strpbrk(text, "*?[{") != NULL;
}

/* The ']' of the set that begins at text, or NULL. The first character may be ']' itself. */
static const char *set_end(const char *text)
{
	text++;
	if (*text == '!' || *text == '^')
		text++;
	return *text ? strchr(text + 1, ']') : NULL;
}

/* The next character that is not within a set; NULL: a set does not end. */
static const char *next_part(const char *text)
{
	const char *end = *text == '[' ? set_end(text) : text;

	return end ? end + 1 : NULL;
}

/* Braces. */

struct expansion {
	struct arena *arena;
	const char **list;
	size_t count;
	const char *problem;
};

/*
 * From after a '{': the '}' that closes it; commas[] is where its alternatives end. NULL where
 * there is none.
 */
static const char *brace_end(const char *text, const char **commas, size_t *count)
{
	unsigned depth = 0;

	for (; text && *text; text = next_part(text)) {
		if (*text == '{')
			depth++;
		else if ((*text == '}' || *text == ',') && !depth) {
			if (*count < PATTERN_ALTERNATIVES_MAX)
				commas[(*count)++] = text;
			if (*text == '}')
				return text;
		} else if (*text == '}') {
			depth--;
		}
	}
	return NULL;
}

static const char *find_brace(const char *text)
{
	while (text && *text && *text != '{')
		text = next_part(text);
	return text;
}

static void expand(struct expansion *x, const char *text)
{
	const char *commas[PATTERN_ALTERNATIVES_MAX], *open = find_brace(text), *close, *from;
	size_t count = 0;

	if (!open) {
		x->problem = "a '[' has no ']'";
	} else if (!*open && x->count == PATTERN_ALTERNATIVES_MAX) {
		x->problem = "the braces give more than 64 patterns";
	} else if (!*open) {
		x->list[x->count++] = text;
	}
	if (x->problem || !*open)
		return;
	close = brace_end(open + 1, commas, &count);
	if (!close) {
		x->problem = "a '{' has no '}'";
		return;
	}
	from = open + 1;
	for (size_t i = 0; i < count && !x->problem; from = commas[i++] + 1)
		expand(x, arena_printf(x->arena, "%.*s%.*s%s", (int)(open - text), text,
				       (int)(commas[i] - from), from, close + 1));
}

const char *const *pattern_expand(struct arena *a, const char *text, const char **ret_problem)
{
	struct expansion x = {
		.arena = a,
		.list = arena_array(a, const char *, PATTERN_ALTERNATIVES_MAX + 1),
	};

	expand(&x, text);
	*ret_problem = x.problem;
	return x.problem ? NULL : x.list;
}

/* Tokens. */

struct compiling {
	struct mmp_pattern *p;
	size_t count, sets;
	const char *problem;
};

static void add_token(struct compiling *c, unsigned token)
{
	if (c->count + 1 >= MMP_PATTERN_ROOM)
		c->problem = "it has more than 511 characters";
	else
		c->p->tokens[c->count++] = (__u16)token;
}

static void set_bit(__u64 *set, unsigned char c)
{
	set[c >> 6] |= 1ULL << (c & 63);
}

/* The characters between `text` and `end`: single ones and ranges. */
static void read_set(__u64 *set, const char *text, const char *end)
{
	bool is_negated = *text == '!' || *text == '^';

	for (text += is_negated; text < end; text++) {
		unsigned char from = (unsigned char)*text, to = from;

		if (end - text > 2 && text[1] == '-') {
			to = (unsigned char)text[2];
			text += 2;
		}
		for (unsigned c = from; c <= to; c++)
			set_bit(set, (unsigned char)c);
	}
	for (int i = 0; i < 4 && is_negated; i++)
		set[i] = ~set[i];
}

static void add_set(struct compiling *c, const char *text, const char *end)
{
	__u64 set[4] = { 0 };
	size_t i = 0;

	read_set(set, text + 1, end);
	while (i < c->sets && memcmp(c->p->sets[i], set, sizeof(set)) != 0)
		i++;
	if (i == MMP_SETS) {
		c->problem = "it has more than 8 different sets";
		return;
	}
	memcpy(c->p->sets[i], set, sizeof(set));
	c->sets += i == c->sets;
	add_token(c, MMP_TOKEN_SET + (unsigned)i);
}

/* `**` as a component; at the end it takes one at least. */
static const char *add_deep(struct compiling *c, const char *text)
{
	add_token(c, MMP_TOKEN_DEEP);
	if (text[2])
		return text + 3;
	add_token(c, MMP_TOKEN_ANY);
	add_token(c, MMP_TOKEN_STAR);
	return text + 2;
}

static bool is_deep(const char *start, const char *text)
{
	return (text == start || text[-1] == '/') && !strncmp(text, "**", 2) &&
	       (!text[2] || text[2] == '/');
}

/* A component is never empty, so one that is a star takes one character at least. */
static void add_star(struct compiling *c, const char *start, const char *text)
{
	if (text != start && text[-1] == '*')
		return;
	if ((text == start || text[-1] == '/') && strchr("/", text[strspn(text, "*")]))
		add_token(c, MMP_TOKEN_ANY);
	add_token(c, MMP_TOKEN_STAR);
}

static const char *add_part(struct compiling *c, const char *start, const char *text)
{
	const char *end = next_part(text);

	if (is_deep(start, text))
		return add_deep(c, text);
	if (!end)
		c->problem = "a '[' has no ']'";
	else if (*text == '[')
		add_set(c, text, end - 1);
	else if (*text == '*')
		add_star(c, start, text);
	else
		add_token(c, *text == '?' ? MMP_TOKEN_ANY : (unsigned char)*text);
	return end;
}

bool pattern_compile(struct mmp_pattern *ret, const char *text, const char **ret_problem)
{
	struct compiling c = { .p = ret };
	const char *at = text;

	*ret = (struct mmp_pattern){ 0 };
	while (!c.problem && *at)
		at = add_part(&c, text, at);
	*ret_problem = c.problem;
	return !c.problem;
}

size_t pattern_base(const char *text)
{
	const char *pattern = strpbrk(text, "*?[{");

	if (!pattern)
		return strlen(text);
	while (pattern > text && pattern[-1] != '/')
		pattern--;
	return pattern == text ? 0 : (size_t)(pattern - text) - 1;
}

bool pattern_matches(const struct mmp_pattern *p, const char *path)
{
	struct mmp_matching m;
	size_t len = strlen(path);

	if (len >= MMP_PATH_ROOM)
		return false;
	memset(&m, 0, offsetof(struct mmp_matching, path));
	memcpy(m.path, path, len + 1);
	for (unsigned i = 0; i < MMP_GLOB_STEPS && !mmp_glob_step(&m, p); i++)
		;
	return m.is_match;
}
