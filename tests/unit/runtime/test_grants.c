// SPDX-License-Identifier: GPL-2.0
/* Policies with targets below one ancestor: grants add up, in any order of coming and going. */
#include "runtime/files/grants.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "made_tree.h"
#include "runtime/files/hand.h"

#define MIB (1 << 20)
#define SECOND 1000000000ull

/* Three policies, as three processes have them. */
static struct policy {
	struct journal journal;
	struct grants grants;
	struct hands hands;
	struct grant grant;
} policies[3];

static char path[64];

static void begin_policy(struct policy *p, const char *name)
{
	*p = (struct policy){ .grant = GRANT_CLOSED };
	unlinkat(tree_fd, name, 0);
	assert_int_equal(journal_open(&p->journal, tree_fd, name, 8), 0);
	grants_init(&p->grants, path, name);
	p->hands = (struct hands){
		.journal = &p->journal, .root = tree_fd, .root_path = tree, .grants = &p->grants
	};
}

static int begin(void **state)
{
	static const char *const names[] = { "p", "q", "r" };

	snprintf(path, sizeof(path), "%s/.grants", tree);
	unlink(path);
	tree_remove("a");
	tree_add("a");
	for (int i = 0; i < 3; i++)
		begin_policy(&policies[i], names[i]);
	return 0;
}

static int end(void **state)
{
	for (int i = 0; i < 3; i++) {
		grant_close(&policies[i].hands, &policies[i].grant);
		grants_close(&policies[i].grants);
		journal_close(&policies[i].journal);
	}
	return 0;
}

static void open_it(int i)
{
	struct policy *p = &policies[i];

	assert_int_equal(grant_open(&p->hands, &p->grant, "a", "memory.low"), 0);
}

static void set(int i, int64_t bytes, uint64_t now)
{
	grant_set(&policies[i].hands, &policies[i].grant, bytes, now);
}

static void leave(int i)
{
	grant_close(&policies[i].hands, &policies[i].grant);
}

/* The process is gone, and what it granted stays. */
static void kill_policy(int i)
{
	struct policy *p = &policies[i];

	close(p->grant.fd);
	p->grant = GRANT_CLOSED;
	grants_close(&p->grants);
}

static void low_is(const char *want)
{
	assert_string_equal(tree_get("a", "memory.low"), want);
}

static void grants_of_policies_add_up(void **state)
{
	tree_put("a", "memory.low", "8192");
	open_it(0);
	set(0, 4 * MIB, SECOND);
	low_is("4202496");
	open_it(1);
	assert_int_equal(grant_base(&policies[1].hands, &policies[1].grant), 8192);
	set(1, MIB, SECOND);
	low_is("5251072");
	set(0, 2 * MIB, SECOND + 1);
	low_is("3153920");
	leave(0);
	low_is("1056768");
	leave(1);
	low_is("8192");
	assert_int_equal(policies[0].hands.left + policies[1].hands.left, 0);
}

static void every_order_of_leaving_gives_all_back(void **state)
{
	static const int orders[][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
					 { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };

	for (size_t n = 0; n < sizeof(orders) / sizeof(orders[0]); n++) {
		for (int i = 0; i < 3; i++) {
			open_it(i);
			set(i, (i + 1) * MIB, SECOND);
		}
		low_is("6291456");
		for (int i = 0; i < 3; i++)
			leave(orders[n][i]);
		low_is("0");
	}
}

static void somebody_elses_value_is_the_one_below_all(void **state)
{
	open_it(0);
	open_it(1);
	set(0, MIB, SECOND);
	set(1, MIB, SECOND);
	tree_put("a", "memory.low", "4096");
	set(0, 2 * MIB, 2 * SECOND); /* seen; written again after a second */
	set(1, 2 * MIB, 2 * SECOND + 1);
	low_is("4096");
	assert_int_equal(policies[0].hands.overwritten, 1);
	assert_int_equal(policies[1].hands.overwritten, 0);
	set(1, 2 * MIB, 3 * SECOND + 1);
	set(0, 2 * MIB, 3 * SECOND + 1);
	low_is("4198400");
	leave(1);
	low_is("2101248");
	leave(0);
	low_is("4096");
}

static void what_somebody_wrote_at_last_is_left(void **state)
{
	open_it(0);
	set(0, MIB, SECOND);
	tree_put("a", "memory.low", "4096");
	leave(0);
	low_is("4096");
	assert_int_equal(policies[0].hands.left, 1);
}

static void a_killed_policys_grant_stays_until_it_is_given_back(void **state)
{
	struct journal_result result = { 0 };

	open_it(0);
	open_it(1);
	set(0, MIB, SECOND);
	set(1, MIB, SECOND);
	kill_policy(0);
	set(1, 2 * MIB, SECOND + 1);
	low_is("3145728");
	grants_give_back_strays(&policies[0].grants, &result);
	assert_int_equal(result.restored, 1);
	low_is("2097152");
	leave(1);
	low_is("0");
}

static void a_cgroup_made_anew_has_no_old_grants(void **state)
{
	struct journal_result result = { 0 };

	open_it(0);
	set(0, MIB, SECOND);
	kill_policy(0);
	tree_remove("a");
	tree_add("b"); /* takes the number */
	tree_add("a");
	open_it(1);
	set(1, 2 * MIB, SECOND);
	low_is("2097152");
	grants_give_back_strays(&policies[0].grants, &result);
	assert_int_equal(result.failed, 0);
	low_is("2097152");
	leave(1);
	low_is("0");
	tree_remove("b");
}

static void target_and_ancestor_are_not_shared(void **state)
{
	struct hand hand = HAND_CLOSED;
	char file[128], owner[64] = "";

	snprintf(file, sizeof(file), "%s/a/memory.low", tree);
	open_it(0);
	assert_true(grants_owner(path, "q", file, owner, sizeof(owner)));
	assert_string_equal(owner, "p");
	assert_false(grants_owner(path, "p", file, owner, sizeof(owner)));
	set(0, MIB, SECOND);
	kill_policy(0);
	/* The same policy, anew, has it as its target. */
	assert_int_equal(hand_open(&policies[0].hands, &hand, "a", "memory.low", 0), 0);
	low_is("0");
	hand_set_bytes(&policies[0].hands, &hand, 2 * MIB, SECOND);
	hand_close(&policies[0].hands, &hand);
	low_is("0");
	assert_false(grants_owner(path, "q", file, owner, sizeof(owner)));
}

static void a_target_that_was_becomes_an_ancestor(void **state)
{
	struct hand hand = HAND_CLOSED;
	struct policy *p = &policies[0];

	assert_int_equal(hand_open(&p->hands, &hand, "a", "memory.low", 0), 0);
	hand_set_bytes(&p->hands, &hand, 2 * MIB, SECOND);
	close(hand.fd); /* it was killed */
	open_it(0);
	low_is("0");
	set(0, MIB, SECOND);
	low_is("1048576");
	leave(0);
	low_is("0");
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

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(grants_of_policies_add_up),
		TEST(every_order_of_leaving_gives_all_back),
		TEST(somebody_elses_value_is_the_one_below_all),
		TEST(what_somebody_wrote_at_last_is_left),
		TEST(a_killed_policys_grant_stays_until_it_is_given_back),
		TEST(a_cgroup_made_anew_has_no_old_grants),
		TEST(target_and_ancestor_are_not_shared),
		TEST(a_target_that_was_becomes_an_ancestor),
	};

	return cmocka_run_group_tests(tests, start, finish);
}
