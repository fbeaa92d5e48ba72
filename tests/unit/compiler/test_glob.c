// SPDX-License-Identifier: GPL-2.0
/*
 * Patterns of paths: the hook's matcher, which both programs use as well, says what fnmatch() says
 * of each component, and at an end within its loop. What check says of two patterns agrees with it.
 */
#include <fnmatch.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/pattern.h"

static struct mmp_pattern compiled(const char *text)
{
	struct mmp_pattern p;
	const char *problem;

	if (!pattern_compile(&p, text, &problem))
		fail_msg("'%s': %s", text, problem);
	return p;
}

static bool matches(const char *pattern, const char *path)
{
	struct mmp_pattern p = compiled(pattern);

	return pattern_matches(&p, path);
}

/* The meaning, as docs/language.md gives it. */
static bool means(const char *pattern, const char *path)
{
	size_t p = strcspn(pattern, "/"), n = strcspn(path, "/");
	char component[256], name[256];

	if (!*pattern || !*path)
		return !*pattern && !*path;
	if (p == 2 && !strncmp(pattern, "**", 2)) {
		if (!pattern[2])
			return true;
		return means(pattern + 3, path) || (path[n] && means(pattern, path + n + 1));
	}
	snprintf(component, sizeof(component), "%.*s", (int)p, pattern);
	snprintf(name, sizeof(name), "%.*s", (int)n, path);
	if (fnmatch(component, name, FNM_NOESCAPE))
		return false;
	if (!pattern[p] || !path[n])
		return !pattern[p] && !path[n];
	return means(pattern + p + 1, path + n + 1);
}

static unsigned steps_of(const char *pattern, const char *path)
{
	struct mmp_matching m = { 0 };
	struct mmp_pattern p = compiled(pattern);
	unsigned steps = 1;

	snprintf(m.path, MMP_PATH_ROOM, "%s", path);
	while (!mmp_glob_step(&m, &p))
		steps++;
	assert_int_equal(m.is_match, means(pattern, path));
	return steps;
}

/* A star, then ever more of what the path has too often: each start fails late. */
static void ends_in_time(void **state)
{
	char name[256], pattern[256], path[1024], deep[512];
	unsigned most = 0, steps;

	for (size_t n = 1; n < 254; n += 3) {
		memset(name, 'a', 255);
		name[254] = n % 2 ? 'b' : 'c';
		name[255] = '\0';
		memset(pattern, 'a', 255);
		pattern[0] = '*';
		strcpy(pattern + n, "b");
		steps = steps_of(pattern, name);
		most = steps > most ? steps : most;
		snprintf(path, sizeof(path), "%s/%s/%s/a", name, name, name);
		snprintf(deep, sizeof(deep), "**/%.120s/%.120s", pattern, pattern);
		steps = steps_of(deep, path);
		most = steps > most ? steps : most;
	}
	assert_true(most > 4096);
	assert_true(most < MMP_GLOB_STEPS);
}

static const char *pick(const char *const *list, size_t count)
{
	return list[(size_t)rand() % count];
}

#define PICK(...)                                                                                  \
	pick((const char *const[]){ __VA_ARGS__ },                                                 \
	     sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

/* Up to `components` of up to `parts`; some components are `**`. */
static void any_pattern(char *out, int components, int parts)
{
	int n = 1 + rand() % components;

	for (*out = '\0'; n; n--) {
		if (rand() % 4)
			for (int k = 1 + rand() % parts; k; k--)
				strcat(out, PICK("a", "b", "*", "?", "[ab]", "[!a]", "[a-b]",
						 "[]b]", "\\", "-", "a", "b"));
		else
			strcat(out, "**");
		if (n > 1)
			strcat(out, "/");
	}
}

static void any_path(char *out, int components, int letters)
{
	int n = 1 + rand() % components;

	for (*out = '\0'; n; n--) {
		for (int k = 1 + rand() % letters; k; k--)
			strcat(out, PICK("a", "b", "a", "b", "\\", "-", "]", "."));
		if (n > 1)
			strcat(out, "/");
	}
}

/* 100,000 random pairs: matcher, fnmatch, and what check finds out about patterns. */
static void all_agree(void **state)
{
	char pattern[256], path[256];
	struct mmp_pattern p, plain;
	unsigned found = 0;

	srand(39);
	for (int i = 0; i < 100000; i++) {
		bool is_match;

		any_pattern(pattern, 4, 3);
		any_path(path, 4, 3);
		is_match = means(pattern, path);
		found += is_match;
		p = compiled(pattern);
		/* A path has no '[' here, so it is a pattern of itself alone. */
		plain = compiled(path);
		if (pattern_matches(&p, path) != is_match)
			fail_msg("match: '%s' and '%s'", pattern, path);
		if (pattern_meets(&p, &plain) != is_match || pattern_meets(&plain, &p) != is_match)
			fail_msg("meet: '%s' and '%s'", pattern, path);
		if (pattern_is_covered(&plain, &p, 1) != is_match)
			fail_msg("cover: '%s' and '%s'", pattern, path);
	}
	assert_true(found > 5000 && found < 95000);
}

/* All paths of up to 6 characters. */
static size_t short_paths(char (*list)[8])
{
	size_t count = 0;

	for (unsigned i = 0; i < 5461; i++) {
		char *out = list[count];
		unsigned rest = i, len = 0, base = 0, size = 1;

		for (; rest >= size; rest -= size, size *= 4)
			base++;
		for (; len < base; len++, rest /= 4)
			out[len] = "ab-/"[rest % 4];
		out[len] = '\0';
		if (len && out[0] != '/' && out[len - 1] != '/' && !strstr(out, "//"))
			count++;
	}
	return count;
}

/* Two small patterns: whether some path matches both, and whether one has all of the other. */
static void sets_are_exact(void **state)
{
	static char paths[5461][8];
	size_t count = short_paths(paths);
	unsigned meets = 0, covers = 0;

	srand(40);
	for (int i = 0; i < 3000; i++) {
		bool do_meet = false, is_covered = true;
		struct mmp_pattern p[2];
		char text[2][64];

		for (int k = 0; k < 2; k++) {
			any_pattern(text[k], 2, 2);
			p[k] = compiled(text[k]);
		}
		for (size_t n = 0; n < count; n++) {
			bool first = pattern_matches(&p[0], paths[n]);
			bool second = pattern_matches(&p[1], paths[n]);

			do_meet |= first && second;
			is_covered &= !first || second;
		}
		/* What only longer paths or other characters show is not in the list. */
		if (do_meet && !pattern_meets(&p[0], &p[1]))
			fail_msg("'%s' meets '%s'", text[0], text[1]);
		if (!is_covered && pattern_is_covered(&p[0], &p[1], 1))
			fail_msg("'%s' is not covered by '%s'", text[0], text[1]);
		meets += do_meet;
		covers += pattern_is_covered(&p[0], &p[1], 1);
	}
	assert_true(meets > 300 && covers > 100);
}

static void by_hand(void **state)
{
	struct mmp_pattern p = compiled("a/*/x-*"), others[3];

	assert_true(matches("kubepods.slice/*/*/cri-*.scope",
			    "kubepods.slice/kubepods-burstable.slice/pod1.slice/cri-1.scope"));
	assert_false(matches("kubepods.slice/*", "kubepods.slice/a/b"));
	assert_false(matches("a/*", "a"));
	assert_false(matches("a/**", "a"));
	assert_true(matches("a/**", "a/b/c"));
	assert_true(matches("a/**/c", "a/c"));
	assert_true(matches("", ""));
	assert_false(matches("*", ""));
	assert_int_equal(pattern_base("a/b/*"), 3);
	assert_int_equal(pattern_base("*/b"), 0);
	assert_int_equal(pattern_base("a/b"), 3);
	assert_int_equal(pattern_base("a/b{c,d}"), 1);
	assert_true(pattern_leads_below(&p, "a"));
	assert_true(pattern_leads_below(&p, ""));
	assert_true(pattern_leads_below(&p, "a/b"));
	assert_false(pattern_leads_below(&p, "a/b/x-1"));
	assert_false(pattern_leads_below(&p, "b"));
	others[0] = compiled("a/b/*");
	others[1] = compiled("a/[!b]/*");
	others[2] = compiled("a/??*/*");
	assert_false(pattern_is_covered(&p, others, 2));
	assert_true(pattern_is_covered(&p, others, 3));
}

static void braces(void **state)
{
	struct arena a;
	const char *problem;
	const char *const *list;

	arena_init(&a);
	list = pattern_expand(&a, "a{b,c{d/e,},[,}]}f", &problem);
	assert_string_equal(list[0], "abf");
	assert_string_equal(list[1], "acd/ef");
	assert_string_equal(list[2], "acf");
	assert_string_equal(list[3], "a[,}]f");
	assert_null(list[4]);
	assert_null(pattern_expand(&a, "a{b,c", &problem));
	assert_string_equal(problem, "a '{' has no '}'");
	assert_null(pattern_expand(&a, "a[b", &problem));
	assert_string_equal(problem, "a '[' has no ']'");
	assert_null(pattern_expand(&a, "{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}", &problem));
	assert_string_equal(problem, "the braces give more than 64 patterns");
	arena_finish(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_hand),	  cmocka_unit_test(braces),
		cmocka_unit_test(ends_in_time),	  cmocka_unit_test(all_agree),
		cmocka_unit_test(sets_are_exact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
