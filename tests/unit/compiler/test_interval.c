// SPDX-License-Identifier: GPL-2.0
/* Regions of conditions: empty, full, contained, meeting; exact to the base unit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "check/interval.h"
#include "lower/lower.h"
#include "parse/parse.h"
#include "resolve/resolve.h"

struct fixture {
	struct arena arena;
	struct sources sources;
	struct diags diags;
	struct plan *plan;
	struct space space;
};

/* A policy whose rules have these conditions. */
static void begin(struct fixture *f, const char *rule, const char *const *conditions)
{
	char text[8192] = "";
	struct ast *ast;

	for (; *conditions; conditions++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s when %s\n", rule,
			 *conditions);
	arena_init(&f->arena);
	sources_init(&f->sources, &f->arena);
	diags_init(&f->diags, &f->arena);
	ast = parse_file(&f->arena, &f->sources,
			 sources_add(&f->sources, "t.mmp", text, strlen(text)), &f->diags);
	resolve(&f->arena, ast, &f->sources, NULL, &f->diags);
	if (f->diags.errors)
		fail_msg("%s in:\n%s", f->diags.first->text, text);
	f->plan = plan_build(&f->arena, ast, &f->sources, &f->diags, 0);
	space_init(&f->space, &f->arena, f->plan);
}

static struct region region_at(struct fixture *f, uint32_t i, bool is_negated)
{
	const struct plan_rule *r = &f->plan->rules[i];
	struct region region;

	assert_true(region_of(&f->space, r->when ? r->when : r->call, is_negated, &region));
	return region;
}

enum verdict { NEVER, ALWAYS, SOMETIMES };

static enum verdict judge(const char *rule, const char *condition)
{
	const char *conditions[] = { condition, NULL };
	enum verdict verdict = SOMETIMES;
	struct fixture f;

	begin(&f, rule, conditions);
	if (region_is_empty(region_at(&f, 0, false)))
		verdict = NEVER;
	else if (region_is_empty(region_at(&f, 0, true)))
		verdict = ALWAYS;
	arena_finish(&f.arena);
	return verdict;
}

static void check_all(const char *rule, enum verdict verdict, const char *const *conditions)
{
	for (; *conditions; conditions++)
		if (judge(rule, *conditions) != verdict)
			fail_msg("'%s' is judged %d, not %d", *conditions, judge(rule, *conditions),
				 verdict);
}

#define CHECK(rule, verdict, ...)                                                                  \
	check_all(rule, verdict, (const char *const[]){ __VA_ARGS__, NULL })

static void test_bounds_are_exact(void **state)
{
	CHECK("protect web", NEVER, "psi > 100%", "psi < 0%", "pgfault_rate < 0",
	      "psi > 12.34% and psi < 12.35%", "usage > 1B and usage < 2B", "psi > 10 and psi < 10",
	      "psi == 10 and psi != 10", "usage > 8388607TiB and usage < 8388607TiB");
	CHECK("protect web", ALWAYS, "psi >= 0", "psi <= 100%", "pgfault_rate >= 0",
	      "psi > 10 or psi <= 10", "psi != 10 or psi == 10", "not (psi > 10 and psi < 5)",
	      "psi in 0% .. 100%", "usage > 1MiB or usage < 2MiB");
	CHECK("protect web", SOMETIMES, "psi > 12.34% and psi < 12.36%", "psi >= 100%", "psi <= 0",
	      "usage_growth < 0MiB/s", "psi != 0", "pgfault_rate > 0", "usage > 100% or psi > 10");
}

static void test_arithmetic_with_constants(void **state)
{
	CHECK("protect web", NEVER, "2 * usage > 10MiB and usage < 4MiB",
	      "usage / 3 > 1B and usage < 6B", "-psi > -5% and psi > 5%", "1GiB - usage > 1GiB",
	      "usage + 1MiB < 1MiB", "usage * -1 > 0", "usage * 0 > 1MiB", "usage / -2 > 0");
	CHECK("protect web", ALWAYS, "usage + 1MiB >= 1MiB", "usage * 0 == 0",
	      "usage / 2 <= usage / 2", "usage * 4611686018427387904 >= 0",
	      "usage * 4 < 9223372036854775807B or usage > 2TiB");
	CHECK("protect web", SOMETIMES, "usage / 3 > 1B and usage < 7B", "5% - psi > 0%",
	      "2 * usage > 10MiB and usage < 6MiB");
}

static void test_signals_among_each_other(void **state)
{
	CHECK("protect web", NEVER, "usage > max and usage < max", "usage == max and max != usage",
	      "usage - anon > 1MiB and usage - anon < 1MiB", "usage < anon and not anon > usage",
	      "psi.full.avg10 > 30 and psi < 20", "psi.full.avg60 > 30 and not psi.some.avg60 > 30",
	      "anon > 2MiB and file > 2MiB and usage < 4MiB", "anon > 2MiB and usage < 1MiB");
	CHECK("protect web", ALWAYS, "usage >= max or max > usage",
	      "usage - usage == usage - usage");
	CHECK("protect web", SOMETIMES, "psi.full.avg10 > 30 and psi.some.avg60 < 20",
	      "psi.full.avg10 > 30 and system.psi < 20", "anon > 2MiB and low.usage < 1MiB",
	      "anon > 2MiB and usage < 50%", "pgfault_rate > 10 and pgfault_rate[5s] < 5",
	      "anon > 2MiB and file > 2MiB and usage < 5MiB", "usage > max and max > 1GiB");
}

static void test_words(void **state)
{
	CHECK("thp never", NEVER, "comm == \"a\" and comm == \"b\"",
	      "comm == \"a\" and comm != \"a\"", "vma.anon and not vma.anon",
	      "vma.advice == none and vma.advice == hugepage", "memcg == web and memcg == db",
	      "memcg == \"web/php\" and memcg != web",
	      "vma.advice != none and vma.advice != hugepage and vma.advice != nohugepage");
	CHECK("thp never", ALWAYS, "comm != \"a\" or comm != \"b\"", "vma.anon or not vma.anon",
	      "vma.advice == none or vma.advice == hugepage or vma.advice == nohugepage",
	      "memcg != web or memcg != db");
	CHECK("thp never", SOMETIMES, "comm != \"a\" and comm != \"b\"",
	      "memcg == \"web/php\" and memcg == web", "memcg == web and memcg != \"web/php\"",
	      "comm == \"a\" or comm == \"b\"");
}

/* The first condition holds wherever the second does. */
static void test_containment(void **state)
{
	static const struct {
		const char *big, *small;
		bool contains;
	} cases[] = {
		{ "psi > 10", "psi > 20", true },
		{ "psi > 20", "psi > 10", false },
		{ "psi > 10", "psi > 10 and usage > 1MiB", true },
		{ "psi > 10 and usage > 1MiB", "psi > 10", false },
		{ "psi < 30 or psi > 20", "usage > 1MiB", true },
		{ "psi < 30 or psi > 50", "psi in 10% .. 20%", true },
		{ "psi < 30 or psi > 50", "psi in 10% .. 40%", false },
		{ "psi > 10 or usage > 1MiB", "psi > 20 or usage > 2MiB", true },
		{ "not (psi > 10)", "psi <= 10", true },
		{ "psi >= 10.01%", "psi > 10%", true },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *conditions[] = { cases[i].big, cases[i].small, NULL };
		struct fixture f;

		begin(&f, "protect web", conditions);
		if (region_contains(&f.space, region_at(&f, 0, false), region_at(&f, 0, true),
				    region_at(&f, 1, false)) != cases[i].contains)
			fail_msg("'%s' and '%s'", cases[i].big, cases[i].small);
		arena_finish(&f.arena);
	}
}

static void test_ranges_in_the_users_units(void **state)
{
	static const struct {
		const char *a, *b, *text;
	} cases[] = {
		{ "psi > 10", "psi < 20", "between 10% and 20%" },
		{ "psi >= 10", "psi > 5", "at least 10%" },
		{ "pgfault_rate > 100", "pgfault_rate > 50", "above 100/s" },
		{ "usage < 64MiB", "usage <= 1GiB", "below 64MiB" },
		{ "psi <= 12.5%", "psi < 50%", "at most 12.5%" },
		{ "psi >= 10", "psi <= 10", "10%" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *conditions[] = { cases[i].a, cases[i].b, NULL };
		struct fixture f;
		struct box both;

		begin(&f, "protect web", conditions);
		assert_true(region_meets(&f.space, region_at(&f, 0, false), region_at(&f, 1, false),
					 &both));
		assert_int_equal(both.count, 1);
		assert_string_equal(range_text(&f.space, &both.ranges[0]), cases[i].text);
		arena_finish(&f.arena);
	}
}

/* 2 to the 9th cases are too many, and that is said, not guessed at. */
static void test_cap(void **state)
{
	static const char *const names[] = { "usage", "anon", "file", "shmem", "slab",
					     "swap",  "max",  "high", "low" };
	char condition[1024] = "psi > 10";
	const char *conditions[] = { condition, NULL };
	struct region region = { .count = 77 };
	struct fixture f;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		sprintf(condition + strlen(condition), " and (%s < 1MiB or %s > 2MiB)", names[i],
			names[i]);
	begin(&f, "protect web", conditions);
	assert_false(region_of(&f.space, f.plan->rules[0].when, false, &region));
	assert_int_equal(region.count, 77);
	assert_true(region_of(&f.space, f.plan->rules[0].when, true, &region));
	assert_int_equal(region.count, 10);
	arena_finish(&f.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bounds_are_exact),
		cmocka_unit_test(test_arithmetic_with_constants),
		cmocka_unit_test(test_signals_among_each_other),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_containment),
		cmocka_unit_test(test_ranges_in_the_users_units),
		cmocka_unit_test(test_cap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
