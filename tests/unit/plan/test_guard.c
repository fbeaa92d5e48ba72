// SPDX-License-Identifier: GPL-2.0
/* When protection at low refuses reclaim, and when it gives way; stall time as a share of a window.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bpf-templates/mmp_guard.h"
#include "bpf-templates/mmp_rate.h"

#define SECOND 1000000000ULL
#define MIB (1ULL << 20)

static bool refuses(struct mmp_reclaimer r)
{
	return mmp_may_refuse(&r);
}

static void reclaim_of_the_machine_is_refused_while_it_succeeds_elsewhere(void **state)
{
	assert_true(refuses(
		(struct mmp_reclaimer){ .is_known = true, .is_global = true, .priority = 12 }));
	assert_true(refuses(
		(struct mmp_reclaimer){ .is_known = true, .is_global = true, .priority = 3 }));
	assert_true(refuses((struct mmp_reclaimer){
		.is_known = true, .is_global = true, .priority = 0, .reclaimed = 1 }));
	assert_true(refuses((struct mmp_reclaimer){
		.is_known = true, .is_global = true, .priority = 0, .is_kswapd = true }));
}

static void it_gives_way_in_the_last_rounds(void **state)
{
	for (int64_t priority = 0; priority < 3; priority++)
		assert_false(refuses((struct mmp_reclaimer){
			.is_known = true, .is_global = true, .priority = priority }));
}

static void a_limits_own_reclaim_keeps_its_two_passes(void **state)
{
	assert_false(refuses((struct mmp_reclaimer){ .is_known = true, .priority = 12 }));
	assert_false(refuses((struct mmp_reclaimer){ .is_global = true, .priority = 12 }));
}

static const struct mmp_strain at_ease = { .total = 384 * MIB, .room = 150 * MIB };
static const struct mmp_strain strained = { .total = 384 * MIB, .room = 5 * MIB };

static void files_give_way_when_the_machine_is_strained(void **state)
{
	struct mmp_guard g = { 0 };
	struct mmp_strain waiting = { .total = 384 * MIB, .room = 150 * MIB, .full = 6000 };
	struct mmp_strain fast = { .total = 384 * MIB, .room = 150 * MIB, .taken = 48 * MIB };

	assert_false(mmp_guard_step(&g, &at_ease, 10 * SECOND));
	assert_true(mmp_guard_step(&g, &strained, 11 * SECOND));
	assert_true(mmp_guard_step(&g, &at_ease, 12 * SECOND));
	assert_false(mmp_guard_step(&g, &at_ease, 13 * SECOND));
	assert_true(mmp_guard_step(&g, &waiting, 60 * SECOND));
	assert_false(mmp_guard_step(&g, &at_ease, 70 * SECOND));
	assert_true(mmp_guard_step(&g, &fast, 80 * SECOND));
	fast.taken = 40 * MIB;
	assert_false(mmp_guard_step(&g, &fast, 90 * SECOND));
}

static void danger_that_is_back_at_once_is_given_way_to_for_longer(void **state)
{
	struct mmp_guard g = { 0 };

	assert_true(mmp_guard_step(&g, &strained, 10 * SECOND));
	assert_int_equal(g.span, 2 * SECOND);
	assert_true(mmp_guard_step(&g, &strained, 13 * SECOND));
	assert_int_equal(g.span, 4 * SECOND);
	assert_true(mmp_guard_step(&g, &strained, 100 * SECOND));
	assert_int_equal(g.span, 2 * SECOND);
}

static void stall_time_is_a_share_of_the_window(void **state)
{
	struct mmp_signal s = { 0 };

	for (int i = 0; i <= 10; i++) /* a third of each tick */
		mmp_stall_sample(&s, 5 * SECOND + (uint64_t)i * SECOND / 30,
				 SECOND + (uint64_t)i * SECOND / 10, SECOND);
	assert_true(s.is_known);
	assert_in_range(s.value, 3330, 3334);
	mmp_stall_sample(&s, 4 * SECOND, 3 * SECOND, SECOND);
	assert_int_equal(s.value, 0);
	mmp_stall_sample(&s, 9 * SECOND, 4 * SECOND, SECOND);
	assert_int_equal(s.value, 10000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reclaim_of_the_machine_is_refused_while_it_succeeds_elsewhere),
		cmocka_unit_test(it_gives_way_in_the_last_rounds),
		cmocka_unit_test(a_limits_own_reclaim_keeps_its_two_passes),
		cmocka_unit_test(files_give_way_when_the_machine_is_strained),
		cmocka_unit_test(danger_that_is_back_at_once_is_given_way_to_for_longer),
		cmocka_unit_test(stall_time_is_a_share_of_the_window),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
