// SPDX-License-Identifier: GPL-2.0
/* The emitter and clang, on plans made by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/bug.h"
#include "emit/clang.h"
#include "report/diag.h"
#include "emit/emit.h"
#include "plan/plan.h"

static const char policy_text[] = "protect high when pgfault_rate > 100\n";

struct fixture {
	struct arena arena;
	struct diags ds;
	struct source file;
	struct sources sources;
	struct plan_group group;
	struct plan_signal signal;
	struct plan_expr left, right, when;
	struct plan_rule rule;
	struct plan_file plan_file;
	struct plan plan;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	uint32_t end = sizeof(policy_text) - 2;

	if (!f)
		return -1;
	arena_init(&f->arena);
	diags_init(&f->ds, &f->arena);
	sources_init(&f->sources, &f->arena);
	sources_add(&f->sources, "high.mmp", policy_text, sizeof(policy_text) - 1);
	f->group = (struct plan_group){ .name = "high",
					.id = "high",
					.path = "high",
					.absolute = "/sys/fs/cgroup/high",
					.is_target = true,
					.rows = 1,
					.hooks = 1u << HOOK_BELOW_LOW,
					.span = { 0, 8, 12 } };
	f->signal = (struct plan_signal){ .name = "high.pgfault_rate[1s]",
					  .id = SIGNAL_PGFAULT_RATE,
					  .scope = PLAN_OF_GROUP,
					  .window_ns = 1000000000,
					  .rows = 1 };
	f->left = (struct plan_expr){ .op = PLAN_SIGNAL, .quantity = QUANTITY_RATE };
	f->right = (struct plan_expr){ .op = PLAN_CONST, .quantity = QUANTITY_RATE, .value = 100 };
	f->when = (struct plan_expr){ .op = PLAN_GT,
				      .quantity = QUANTITY_CONDITION,
				      .a = &f->left,
				      .b = &f->right,
				      .span = { 0, 18, end } };
	f->rule = (struct plan_rule){ .name = "protect-high-1",
				      .id = "protect_high_1",
				      .action = ACTION_PROTECT,
				      .span = { 0, 0, end },
				      .text = "protect high when pgfault_rate > 100",
				      .process = PLAN_NONE,
				      .any_group = PLAN_NONE,
				      .when = &f->when,
				      .rows = 1 };
	f->plan_file = (struct plan_file){ "high.mmp", policy_text, sizeof(policy_text) - 1 };
	f->plan = (struct plan){ .name = "high",
				 .files = &f->plan_file,
				 .file_count = 1,
				 .tick_ns = 100000000,
				 .groups = &f->group,
				 .group_count = 1,
				 .signals = &f->signal,
				 .signal_count = 1,
				 .rules = &f->rule,
				 .rule_count = 1,
				 .slot_rows = 1,
				 .signal_rows = 1,
				 .rule_rows = 1,
				 .hooks = 1u << HOOK_BELOW_LOW };
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	arena_finish(&f->arena);
	free(f);
	return 0;
}

static void test_reads_like_the_rule(void **state)
{
	struct fixture *f = *state;
	char *c = emit_c(&f->arena, &f->plan, &f->sources, &f->ds);

	assert_non_null(c);
	assert_non_null(
		strstr(c, "/* protect high when pgfault_rate > 100 */\n#line 1 \"policy-0.mmp\"\n"
			  "mmp_global enum mmp_truth protect_high_1_when(__u32 i)"));
	assert_string_equal(c, emit_c(&f->arena, &f->plan, &f->sources, &f->ds));
}

/* Whatever the texts of a policy hold, they stay within their comment or string. */
static void test_hostile_texts(void **state)
{
	struct fixture *f = *state;
	const char *problem = NULL;
	char *c;

	f->rule.text = "protect \"*/ int evil; /*\" \\\n#error out?\?/\xff when x";
	f->group.path = "*/\n#error path";
	f->sources.files[0].name = "a\"b\n#error name.mmp";
	c = emit_c(&f->arena, &f->plan, &f->sources, &f->ds);
	assert_non_null(c);
	assert_null(strstr(c, "\n#error"));
	assert_int_equal(clang_compile(&f->arena, &f->sources, c, "evil.bpf.o", &problem), 0);
	unlink("evil.bpf.o");
}

static void test_compiles(void **state)
{
	struct fixture *f = *state;
	const char *problem = NULL;
	char *c = emit_c(&f->arena, &f->plan, &f->sources, &f->ds);

	assert_int_equal(clang_compile(&f->arena, &f->sources, c, "high.bpf.o", &problem), 0);
	assert_int_equal(access("high.bpf.o", R_OK), 0);
	unlink("high.bpf.o");
}

static void test_clang_that_is_not_there(void **state)
{
	struct fixture *f = *state;
	const char *problem = NULL;

	setenv("MMPC_CLANG", "no-such-clang", 1);
	assert_int_equal(clang_compile(&f->arena, NULL, "int x;", "no.bpf.o", &problem), -2);
	assert_non_null(strstr(problem, "no-such-clang"));
	setenv("MMPC_CLANG", "false", 1);
	assert_int_equal(clang_compile(&f->arena, NULL, "int x;", "no.bpf.o", &problem), -8);
	unsetenv("MMPC_CLANG");
	assert_int_equal(clang_compile(&f->arena, NULL, "int x", "no.bpf.o", &problem), -22);
	assert_int_not_equal(access("no.bpf.o", F_OK), 0);
}

/* Tests write where nobody minds. */
static int enter_folder(void **state)
{
	static char folder[] = "/tmp/test_emit.XXXXXX";

	*state = folder;
	return mkdtemp(folder) ? chdir(folder) : -1;
}

static int leave_folder(void **state)
{
	return chdir("/") || rmdir(*state);
}

#define WITH_PLAN(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_PLAN(test_reads_like_the_rule),
		WITH_PLAN(test_hostile_texts),
		WITH_PLAN(test_compiles),
		WITH_PLAN(test_clang_that_is_not_there),
	};

	return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
