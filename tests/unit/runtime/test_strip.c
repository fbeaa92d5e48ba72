// SPDX-License-Identifier: GPL-2.0
/* What a strip shows of a rule's past: what the rule notes, cell by cell, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "top/history.h"
#include "top/strip.h"

#define S 1000000000ull

static struct strip strip;
static struct mmp_rule row;

static int set_up(void **state)
{
	strip_init(&strip, 5 * S);
	memset(&row, 0, sizeof(row));
	return 0;
}

static void change(enum mmp_state to, uint64_t at)
{
	for (int i = 3; i; i--) {
		row.last_change[i] = row.last_change[i - 1];
		row.last_state[i] = row.last_state[i - 1];
	}
	row.last_change[0] = at;
	row.last_state[0] = to;
}

static void expect(const char *wanted)
{
	char got[STRIP_CELLS + 1];

	assert_string_equal(strip_print(&strip, got, (unsigned)strlen(wanted)), wanted);
}

static void test_before_the_first_look(void **state)
{
	change(MMP_PENDING, 1010 * S);
	change(MMP_ACTIVE, 1015 * S);
	change(MMP_COOLING, 1026 * S);
	strip_look(&strip, &row, 1034 * S + 1, 1000 * S, true);
	/* From 995: unknown; idle from 1000; the last cell is 1030 to now. */
	expect(" ..:##+-");
}

static void test_more_changes_than_are_noted(void **state)
{
	for (uint64_t at = 1000; at < 1010; at++)
		change(at % 2 ? MMP_ACTIVE : MMP_IDLE, at * S);
	strip_look(&strip, &row, 1015 * S, 900 * S, true);
	/* What was before the oldest that is noted, at 1006, is not known. */
	expect("  +# ");
	assert_int_equal(strip.until, 1015 * S);
}

static void test_between_looks(void **state)
{
	strip_look(&strip, &row, 1000 * S, 990 * S, true);
	for (int i = 0; i < 50; i++)
		change(i % 2 ? MMP_IDLE : MMP_ACTIVE, 1000 * S + (uint64_t)i * S / 10);
	row.machine.active_ns = 5 * S / 2;
	strip_look(&strip, &row, 1010 * S, 990 * S, true);
	expect(" ..+. ");
	/* Half of the cell, though only the last four changes are noted. */
	assert_in_range(strip.cells[1000 / 5 % STRIP_CELLS].ns[MMP_ACTIVE], 24 * S / 10,
			26 * S / 10);
}

static void test_while_it_is_not_held(void **state)
{
	strip_look(&strip, &row, 1005 * S, 1000 * S, true);
	strip_look(&strip, &row, 1020 * S, 1000 * S, false);
	strip_look(&strip, &row, 1024 * S, 1000 * S, true);
	expect(" .   .");
}

static void test_a_long_pause(void **state)
{
	strip_look(&strip, &row, 1000 * S, 900 * S, true);
	strip_look(&strip, &row, 1000000 * S, 900 * S, false);
	expect("          ");
	strip_look(&strip, &row, 1000004 * S, 900 * S, true);
	expect("         .");
}

static void test_history(void **state)
{
	struct history h;
	struct track *t;

	history_init(&h, S);
	history_begin(&h);
	t = history_of(&h, "web", "a", 0, "/x");
	assert_true(track_rate(t, 0, S, 10) < 0);
	t->time = S;
	history_end(&h);
	history_begin(&h);
	t = history_of(&h, "web", "a", 0, "/x");
	assert_true(track_rate(t, 0, 3 * S, 20) == 5);
	t->time = 3 * S;
	assert_int_equal(history_of(&h, "web", "a", 1, "/x")->time, 0);
	assert_ptr_equal(history_of(&h, "web", "a", 0, "/x"), t);
	history_end(&h);
	history_begin(&h);
	/* The policy was loaded anew: it counts from 0. */
	t = history_of(&h, "web", "a", 0, "/x");
	assert_true(track_rate(t, 0, 4 * S, 7) == 7);
	history_end(&h);
	history_begin(&h);
	history_end(&h);
	history_begin(&h);
	assert_int_equal(history_of(&h, "web", "a", 0, "/x")->time, 0);
	history_finish(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_before_the_first_look, set_up),
		cmocka_unit_test_setup(test_more_changes_than_are_noted, set_up),
		cmocka_unit_test_setup(test_between_looks, set_up),
		cmocka_unit_test_setup(test_while_it_is_not_held, set_up),
		cmocka_unit_test_setup(test_a_long_pause, set_up),
		cmocka_unit_test(test_history),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
