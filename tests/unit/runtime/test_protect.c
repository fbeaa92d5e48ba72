// SPDX-License-Identifier: GPL-2.0
/* What protect writes: the target's value, and of its ancestors exactly the sum of what is claimed.
 */
#include "runtime/files/protect.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "made_tree.h"

#define MIB (1 << 20)
#define SECOND 1000000000ull
#define LOW (1u << PROTECT_LOW)

static struct arena arena;
static struct journal journal;
static struct hands hands;
static struct protect protect;

static int start(void **state)
{
	if (tree_start())
		return -1;
	tree_add("a");
	tree_add("a/b");
	tree_add("a/b/high");
	tree_add("a/b/other");
	tree_add("c");
	return 0;
}

static int finish(void **state)
{
	tree_finish();
	return 0;
}

static int begin(void **state)
{
	arena_init(&arena);
	hands = (struct hands){ .journal = &journal, .root = tree_fd, .root_path = tree };
	unlinkat(tree_fd, "journal", 0);
	assert_int_equal(journal_open(&journal, tree_fd, "journal", 32), 0);
	protect_init(&protect, &arena, &hands, 4);
	return 0;
}

static int end(void **state)
{
	for (uint32_t i = 0; i < 4; i++)
		protect_leave(&protect, i);
	journal_close(&journal);
	arena_finish(&arena);
	return 0;
}

static void low_is(const char *cgroup, const char *want)
{
	assert_string_equal(tree_get(cgroup, "memory.low"), want);
}

static void want(uint32_t slot, int64_t bytes, int64_t usage, uint64_t now)
{
	protect_begin(&protect);
	if (bytes != PROTECT_NONE)
		protect_want(&protect, slot, PROTECT_LOW, bytes, usage);
	protect_apply(&protect, now);
}

static void child_of_the_root_needs_nobody(void **state)
{
	assert_int_equal(protect_enter(&protect, 0, "c", LOW), 0);
	want(0, PROTECT_ALL, 4 * MIB, SECOND);
	low_is("c", "max");
	want(0, PROTECT_NONE, 0, 2 * SECOND);
	low_is("c", "0");
}

static void ancestors_grant_what_is_in_use(void **state)
{
	assert_int_equal(protect_enter(&protect, 0, "a/b/high", LOW), 0);
	want(0, PROTECT_ALL, 4 * MIB, SECOND);
	low_is("a/b/high", "max");
	low_is("a/b", "4194304");
	low_is("a", "4194304");
	low_is("a/b/other", "0");
	low_is("c", "0");
	want(0, PROTECT_ALL, 2 * MIB, SECOND + 1);
	low_is("a/b", "2097152");
	low_is("a", "2097152");
	protect_leave(&protect, 0);
	low_is("a/b/high", "0");
	low_is("a/b", "0");
	low_is("a", "0");
}

static void grants_add_up(void **state)
{
	assert_int_equal(protect_enter(&protect, 0, "a/b/high", LOW), 0);
	assert_int_equal(protect_enter(&protect, 1, "a/b/other", LOW), 0);
	protect_begin(&protect);
	protect_want(&protect, 0, PROTECT_LOW, PROTECT_ALL, 4 * MIB);
	protect_want(&protect, 1, PROTECT_LOW, 1 * MIB, 3 * MIB);
	protect_apply(&protect, SECOND);
	low_is("a/b/other", "1048576");
	low_is("a/b", "5242880");
	low_is("a", "5242880");
}

static void what_stood_there_is_kept(void **state)
{
	tree_put("a", "memory.low", "8388608");
	tree_put("a/b", "memory.low", "1048576");
	tree_put("a/b/high", "memory.low", "1048576");
	assert_int_equal(protect_enter(&protect, 0, "a/b/high", LOW), 0);
	want(0, 4 * MIB, 8 * MIB, SECOND);
	low_is("a/b/high", "4194304");
	low_is("a/b", "4194304"); /* 1 MiB of the 4 was granted before */
	low_is("a", "11534336");
	protect_leave(&protect, 0);
	low_is("a/b/high", "1048576");
	low_is("a/b", "1048576");
	low_is("a", "8388608");
	tree_put("a", "memory.low", "0");
	tree_put("a/b", "memory.low", "0");
	tree_put("a/b/high", "memory.low", "0");
}

static void somebody_elses_value_is_counted_and_returns(void **state)
{
	assert_int_equal(protect_enter(&protect, 0, "c", LOW), 0);
	want(0, PROTECT_ALL, MIB, SECOND);
	tree_put("c", "memory.low", "4096");
	want(0, PROTECT_ALL, MIB, SECOND + SECOND / 2);
	low_is("c", "4096"); /* not looked at yet */
	want(0, PROTECT_ALL, MIB, 2 * SECOND);
	low_is("c", "4096"); /* seen; at most once a second it is written again */
	assert_int_equal(hands.overwritten, 1);
	want(0, PROTECT_ALL, MIB, 3 * SECOND);
	low_is("c", "max");
	protect_leave(&protect, 0);
	low_is("c", "4096");
	tree_put("c", "memory.low", "0");
}

static void cgroup_made_anew_is_entered_again(void **state)
{
	assert_int_equal(protect_enter(&protect, 0, "a/b/high", LOW), 0);
	want(0, PROTECT_ALL, 4 * MIB, SECOND);
	tree_remove("a/b/high");
	tree_add("a/b/high");
	assert_int_equal(protect_enter(&protect, 0, "a/b/high", LOW), 0);
	low_is("a/b/high", "0");
	want(0, PROTECT_ALL, 4 * MIB, 2 * SECOND);
	low_is("a/b/high", "max");
	low_is("a", "4194304");
	protect_leave(&protect, 0);
	low_is("a", "0");
}

static void min_stands_beside_low_where_it_can(void **state)
{
	char path[128];

	assert_int_equal(protect_enter(&protect, 0, "a/b/high", LOW | PROTECT_MAY_MIN), 0);
	protect_begin(&protect);
	protect_want(&protect, 0, PROTECT_LOW, PROTECT_ALL, 4 * MIB);
	protect_want(&protect, 0, PROTECT_MIN, PROTECT_ALL, 4 * MIB);
	protect_apply(&protect, SECOND);
	low_is("a/b/high", "max");
	assert_string_equal(tree_get("a/b/high", "memory.min"), "max");
	assert_string_equal(tree_get("a/b", "memory.min"), "4194304");
	want(0, PROTECT_ALL, 4 * MIB, 2 * SECOND); /* it gives way */
	low_is("a/b/high", "max");
	assert_string_equal(tree_get("a/b/high", "memory.min"), "0");
	assert_string_equal(tree_get("a", "memory.min"), "0");
	protect_leave(&protect, 0);

	snprintf(path, sizeof(path), "%s/c/memory.min", tree);
	unlink(path);
	assert_int_equal(protect_enter(&protect, 0, "c", LOW | PROTECT_MAY_MIN), 0);
	assert_false(protect.is_limited);
	want(0, PROTECT_ALL, MIB, SECOND);
	low_is("c", "max");
	protect_leave(&protect, 0);
	assert_int_not_equal(protect_enter(&protect, 0, "c", 1u << PROTECT_MIN), 0);
	tree_put("c", "memory.min", "0");
}

static bool taken(void *arg, const char *path, char *owner, size_t size)
{
	snprintf(owner, size, "db");
	return strstr(path, "/a/b/memory.low") != NULL;
}

static void file_of_another_policy_is_refused(void **state)
{
	hands.is_taken = taken;
	assert_int_equal(protect_enter(&protect, 0, "a/b/high", LOW), -EBUSY);
	assert_string_equal(hands.owner, "db");
	for (uint32_t i = 0; i < journal.capacity; i++)
		assert_int_equal(journal.entries[i].state, JOURNAL_FREE);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(child_of_the_root_needs_nobody),
		TEST(ancestors_grant_what_is_in_use),
		TEST(grants_add_up),
		TEST(what_stood_there_is_kept),
		TEST(somebody_elses_value_is_counted_and_returns),
		TEST(cgroup_made_anew_is_entered_again),
		TEST(min_stands_beside_low_where_it_can),
		TEST(file_of_another_policy_is_refused),
	};

	return cmocka_run_group_tests(tests, start, finish);
}
