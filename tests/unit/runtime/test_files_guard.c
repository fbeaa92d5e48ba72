// SPDX-License-Identifier: GPL-2.0
/* When memory.min may stand beside memory.low: which LRU, and how much room the machine has. */
#include "runtime/files/guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "made_tree.h"

#define SECOND 1000000000ull
#define TICK (SECOND / 10)
#define MIB (1 << 20)

static struct guard guard;
static unsigned asked;

static int64_t half_is_reclaimable(void *arg)
{
	asked++;
	return *(int64_t *)arg / 2;
}

/* 384 MiB in total; so many are available, so many are free swap. */
static void machine(unsigned lru, unsigned available, unsigned swap, const char *full)
{
	char text[256];

	snprintf(text, sizeof(text), "0x%04x", lru);
	tree_put("", "enabled", text);
	snprintf(text, sizeof(text),
		 "MemTotal: 393216 kB\nMemFree: 4096 kB\nMemAvailable: %u kB\n"
		 "SwapTotal: 1048576 kB\nSwapFree: %u kB",
		 available << 10, swap << 10);
	tree_put("", "meminfo", text);
	snprintf(text, sizeof(text), "some avg10=90.00 total=7\nfull avg10=%s total=7", full);
	tree_put("", "pressure", text);
}

static bool allows(int64_t protected, uint64_t now)
{
	struct guarded what = { .usage = protected,
				.reclaimable = half_is_reclaimable,
				.arg = &protected };

	return guard_allows_min(&guard, &what, now);
}

static int begin(void **state)
{
	static char paths[3][64];

	machine(7, 100, 500, "0.00");
	snprintf(paths[0], sizeof(paths[0]), "%s/enabled", tree);
	snprintf(paths[1], sizeof(paths[1]), "%s/meminfo", tree);
	snprintf(paths[2], sizeof(paths[2]), "%s/pressure", tree);
	guard_open(&guard, &(struct guard_paths){ paths[0], paths[1], paths[2] });
	asked = 0;
	return 0;
}

static int end(void **state)
{
	guard_close(&guard);
	return 0;
}

static int start(void **state)
{
	return tree_start();
}

static int finish(void **state)
{
	tree_finish();
	return 0;
}

static void the_classic_lru_needs_no_min(void **state)
{
	machine(0, 100, 500, "0.00");
	assert_false(allows(50 * MIB, SECOND));
	machine(7, 100, 500, "0.00");
	assert_true(allows(50 * MIB, SECOND + TICK));
	machine(6, 100, 500, "0.00");
	assert_false(allows(50 * MIB, SECOND + 2 * TICK));
	assert_int_equal(guard.gave_way, 0);
}

static void a_kernel_without_the_other_lru_has_none(void **state)
{
	guard_close(&guard);
	guard_open(&guard, &(struct guard_paths){ "/nowhere", "/proc/meminfo", "/nowhere" });
	assert_false(guard.is_possible);
	assert_false(allows(50 * MIB, SECOND));
}

static void swap_is_room(void **state)
{
	machine(7, 1, 100, "0.00");
	assert_true(allows(190 * MIB, SECOND));
	assert_int_equal(asked, 0);
}

static void half_the_memory_stays(void **state)
{
	machine(7, 100, 500, "0.00");
	assert_true(allows(192 * MIB, SECOND));
	assert_false(allows(193 * MIB, SECOND + TICK));
	assert_false(allows(10 * MIB, SECOND + 2 * TICK)); /* for two seconds */
	assert_true(allows(10 * MIB, SECOND * 4));
}

static void what_is_protected_is_none(void **state)
{
	machine(7, 100, 0, "0.00");
	assert_true(allows(80 * MIB, SECOND));
	assert_int_equal(asked, 0);
	assert_true(allows(180 * MIB, SECOND + TICK)); /* half of it is not available at all */
	assert_int_equal(asked, 1);
	assert_false(allows(190 * MIB, SECOND + 2 * TICK));
	assert_int_equal(guard.gave_way, 1);
}

static void fast_growth_is_foreseen(void **state)
{
	machine(7, 200, 0, "0.00");
	assert_true(allows(10 * MIB, SECOND));
	machine(7, 160, 0, "0.00");
	assert_true(allows(10 * MIB, SECOND + TICK));
	machine(7, 110, 0, "0.00");
	assert_false(allows(10 * MIB, SECOND + 2 * TICK));
	machine(7, 200, 0, "0.00");
	assert_false(allows(10 * MIB, 2 * SECOND)); /* for two seconds */
	assert_true(allows(10 * MIB, 4 * SECOND));
	assert_int_equal(guard.gave_way, 1);
}

static void a_machine_that_waits_is_in_danger(void **state)
{
	machine(7, 100, 500, "59.00");
	assert_true(allows(10 * MIB, SECOND));
	machine(7, 100, 500, "60.00");
	assert_false(allows(10 * MIB, SECOND + TICK));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
		TEST(the_classic_lru_needs_no_min),
		TEST(a_kernel_without_the_other_lru_has_none),
		TEST(swap_is_room),
		TEST(half_the_memory_stays),
		TEST(what_is_protected_is_none),
		TEST(fast_growth_is_foreseen),
		TEST(a_machine_that_waits_is_in_danger),
	};

	return cmocka_run_group_tests(tests, start, finish);
}
