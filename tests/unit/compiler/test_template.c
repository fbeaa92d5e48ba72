// SPDX-License-Identifier: GPL-2.0
/* Templates: slots filled, #line kept right, mistakes noticed; and texts made safe for C. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/bug.h"
#include "emit/template.h"
#include "base/text.h"

static int set_up(void **state)
{
	static struct arena arena;

	arena_init(&arena);
	*state = &arena;
	return 0;
}

static int tear_down(void **state)
{
	arena_finish(*state);
	return 0;
}

static char *fill(struct arena *a, const char *text, const struct slot *slots, size_t count,
		  const char **ret_problem)
{
	*ret_problem = NULL;
	return template_fill(a, "out.c", text, strlen(text), slots, count, ret_problem);
}

static void test_slots_are_filled(void **state)
{
	const struct slot slots[] = { { "one", "int a;\nint b;\n" }, { "two", "" } };
	const char *problem;

	assert_string_equal(fill(*state, "//@ two\nint x;\n//@ one\nint y;", slots, 2, &problem),
			    "int x;\nint a;\nint b;\nint y;\n");
	assert_null(problem);
}

static void test_a_slot_may_come_twice(void **state)
{
	const struct slot slot = { "one", "1\n" };
	const char *problem;

	assert_string_equal(fill(*state, "//@ one\n//@ one\n", &slot, 1, &problem), "1\n1\n");
}

static void test_place_is_set_back(void **state)
{
	const struct slot slot = { "one", "#line 7 \"p.mmp\"\nint a;\n//@ here\n" };
	const char *problem;

	assert_string_equal(fill(*state, "first\n//@ one\nlast\n", &slot, 1, &problem),
			    "first\n#line 7 \"p.mmp\"\nint a;\n#line 5 \"out.c\"\nlast\n");
}

static void test_unknown_slot(void **state)
{
	const struct slot slot = { "one", "" };
	const char *problem;

	assert_null(fill(*state, "//@ one\n//@ other\n", &slot, 1, &problem));
	assert_non_null(strstr(problem, "'other'"));
}

static void test_unused_slot(void **state)
{
	const struct slot slots[] = { { "one", "" }, { "missing", "" } };
	const char *problem;

	assert_null(fill(*state, "//@ one\n", slots, 2, &problem));
	assert_non_null(strstr(problem, "'missing'"));
}

/* The files are in mmpc whole: each ends with its last line, and templates have their slots. */
static void test_embedded_files(void **state)
{
	assert_true(embedded_count > 10);
	for (size_t i = 0; i < embedded_count; i++) {
		const struct embedded *f = &embedded_files[i];

		assert_true(f->end > f->text);
		assert_int_equal(f->end[-1], '\n');
		assert_int_equal(f->end[0], '\0');
		assert_int_equal(strlen(f->text), f->end - f->text);
	}
	assert_non_null(strstr(embedded_get("policy.bpf.c")->text, "\n//@ rules\n"));
}

static void test_strings_are_escaped(void **state)
{
	struct text t;

	text_init(&t, *state);
	text_add_c_string(&t, "a\"\\\n\0?b\xff", 8);
	assert_string_equal(t.data, "\"a\\\"\\\\\\n\\000\\077b\\377\"");
}

static void test_comments_stay_comments(void **state)
{
	static const char hostile[] = "a */ b /* c **/ /*/ \n\\";
	struct text t;

	text_init(&t, *state);
	text_add_c_comment(&t, hostile, sizeof(hostile) - 1);
	assert_null(strstr(t.data, "*/"));
	assert_null(strstr(t.data, "/*"));
	assert_null(strchr(t.data, '\n'));
}

#define WITH_ARENA(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_ARENA(test_slots_are_filled),    WITH_ARENA(test_a_slot_may_come_twice),
		WITH_ARENA(test_place_is_set_back),   WITH_ARENA(test_unknown_slot),
		WITH_ARENA(test_unused_slot),	      WITH_ARENA(test_embedded_files),
		WITH_ARENA(test_strings_are_escaped), WITH_ARENA(test_comments_stay_comments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
