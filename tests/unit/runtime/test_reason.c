// SPDX-License-Identifier: GPL-2.0
/* Why a rule does what it does: the sentences of `status --explain`. */
#include "runtime/failure.h"
#include "runtime/installed/installed.h"
#include "runtime/installed/reason.h"
#include "runtime/installed/rows.h"
#include "runtime/machine/cgroup.h"
#include "runtime/machine/lru.h"
#include "runtime/object/manifest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define SECOND 1000000000LL

/* A notify rule whose durations are defaults of params 0 (for), 1 (hold) and 2 (cooldown). */
struct fixture {
	struct manifest_rule rule;
	struct manifest manifest;
	struct installed policy;
	struct mmp_rule row;
	struct mmp_acts acts;
	struct rows rows;
	struct cgroup_mount mount;
};

static void set_up(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	f->rule = (struct manifest_rule){ .name = "notify-1",
					  .action = ACTION_NOTIFY,
					  .group = MANIFEST_NONE,
					  .process = MANIFEST_NONE,
					  .rows = 1,
					  .text = "notify \"x\"",
					  .for_ns = 2 * SECOND,
					  .hold_ns = 2 * SECOND,
					  .cooldown_ns = 2 * SECOND,
					  .for_param = 0,
					  .until_for_param = MANIFEST_NONE,
					  .hold_param = 1,
					  .cooldown_param = 2 };
	f->manifest = (struct manifest){ .rules = &f->rule, .rule_count = 1, .rule_rows = 1 };
	f->policy.manifest = &f->manifest;
	f->policy.config.tick_ns = SECOND / 10;
	f->policy.run.ticks = 5;
	f->policy.run.last_ns = 100 * SECOND;
	f->rows = (struct rows){ .rules = &f->row, .acts = &f->acts, .now = 100 * SECOND };
	f->mount.fd = -1;
}

static void explained(struct fixture *f, const char *sentence)
{
	json_t *list = reason_list(&f->rows, &f->policy, &f->mount, 0, 0), *entry;
	bool is_there = false;
	size_t i;

	json_array_foreach (list, i, entry)
		is_there = is_there || !strcmp(json_string_value(entry), sentence);
	if (!is_there)
		print_error("not in %s: %s\n", json_dumps(list, 0), sentence);
	json_decref(list);
	assert_true(is_there);
}

static void check_age(struct fixture *f, double seconds)
{
	json_t *doc = rows_describe_rule(&f->rows, &f->policy, &f->mount, 0, 0);

	assert_float_equal(json_real_value(json_object_get(doc, "since_s")), seconds, 0.01);
	json_decref(doc);
}

/* Idle from the start: since the load, or since its cgroup got its slot, by the maps' clock. */
static void a_rule_that_never_changed_has_an_age(void **state)
{
	struct mmp_slot slot = { .state = MMP_SLOT_USED, .claimed_ns = 60 * SECOND };
	struct manifest_group group = { .name = "web", .path = "web", .rows = 1 };
	struct mmp_calls calls = { .count = { 0 } };
	struct fixture f;

	set_up(&f);
	f.rule.file = "web.mmp";
	f.policy.record = json_pack("{s:I}", "since_ns", (json_int_t)(30 * SECOND));
	check_age(&f, 70);
	f.rule.group = 0;
	f.manifest.groups = &group;
	f.manifest.group_count = 1;
	f.rows.slots = &slot;
	f.rows.calls = &calls;
	check_age(&f, 40);
	f.row.machine.since = 90 * SECOND;
	check_age(&f, 10);
	json_decref(f.policy.record);
}

static void durations_are_the_params_present_values(void **state)
{
	struct fixture f;

	set_up(&f);
	f.policy.config.params[0] = 30 * SECOND;
	f.policy.config.params[1] = 50 * SECOND;
	f.policy.config.params[2] = 70 * SECOND;
	f.row.machine.since = 90 * SECOND;
	f.row.machine.state = MMP_PENDING;
	f.row.machine.when.elapsed = 10 * SECOND;
	explained(&f, "its condition has been true for 10.0 s of the 30.0 s that it asks for");
	f.row.machine.state = MMP_ACTIVE;
	explained(&f, "it is held active for 40.0 s more");
	f.row.machine.state = MMP_COOLING;
	explained(&f, "it cools down: 10.0 s of 70.0 s");
}

static void constants_are_what_was_written(void **state)
{
	struct fixture f;

	set_up(&f);
	f.rule.for_param = f.rule.hold_param = f.rule.cooldown_param = MANIFEST_NONE;
	f.row.machine.since = 99 * SECOND;
	f.row.machine.state = MMP_PENDING;
	f.row.machine.when.elapsed = SECOND;
	explained(&f, "its condition has been true for 1.0 s of the 2.0 s that it asks for");
	f.row.machine.state = MMP_ACTIVE;
	explained(&f, "it is held active for 1.0 s more");
	f.row.machine.state = MMP_COOLING;
	explained(&f, "it cools down: 1.0 s of 2.0 s");
}

/* A param whose default is no hold at all can be set to one. */
static void a_hold_of_nothing_can_become_one(void **state)
{
	struct fixture f;

	set_up(&f);
	f.rule.hold_ns = 0;
	f.policy.config.params[1] = 5 * SECOND;
	f.row.machine.since = 97 * SECOND;
	f.row.machine.state = MMP_ACTIVE;
	explained(&f, "it is held active for 2.0 s more");
}

/* Of two terms the one that is not true now is said, with the value that it has read. */
static void what_is_not_true_is_said_with_its_value(void **state)
{
	static const char text[] =
		"{\"abi\": 4, \"mmpc\": \"0\", \"name\": \"w\", \"hash\": \"0\", \"tick_ns\": 1,"
		"\"mode\": \"enforce\", \"file\": 0, \"files\": [{\"name\": \"w\", \"text\": "
		"\"\"}],"
		"\"params\": [{\"name\": \"busy\", \"quantity\": \"rate\", \"value\": 5, \"low\": "
		"1,"
		"\"high\": 900, \"line\": 1}],"
		"\"signals\": [{\"name\": \"system.psi\", \"id\": \"PSI_SOME_AVG10\","
		"\"scope\": \"system\"}, {\"name\": \"system.pgfault_rate\","
		"\"id\": \"PGFAULT_RATE\", \"scope\": \"system\"}],"
		"\"rules\": [{\"name\": \"n\", \"action\": \"notify\", \"line\": 1, \"text\": \"\","
		"\"when\": \"psi > 10% and pgfault_rate > $busy\", \"code\": {\"when\":"
		"[[\"signal\", 0], 1000, \">\", [\"signal\", 1], [\"param\", 0], \">\", \"and\"]},"
		"\"answer\": {\"message\": \"x\", \"level\": \"info\"}}]}";
	struct mmp_signal signals[] = { { .value = 300, .is_known = 1 },
					{ .value = 700, .is_known = 1 } };
	struct failure failure = { 0 };
	struct manifest *m = NULL;
	struct fixture f;

	set_up(&f);
	if (manifest_parse(&m, text, sizeof(text), "w", &failure))
		fail_msg("%s", failure.text);
	f.policy.manifest = m;
	f.rows.signals = signals;
	f.policy.config.params[0] = 600; /* as `set` left it */
	explained(&f, "false now: (system.psi > 10%); system.psi is 3%");
	signals[0].value = 2000;
	f.policy.config.params[0] = 800;
	explained(&f, "false now: (system.pgfault_rate > $busy); system.pgfault_rate is 700/s");
	signals[1].is_known = 0;
	explained(&f, "unknown now: (system.pgfault_rate > $busy); system.pgfault_rate is unknown");
	manifest_destroy(m);
}

/* Protection at low where the multi-generational LRU is on; at min, and on the other, no word. */
static void protection_at_low_says_which_lru(void **state)
{
	struct fixture f;
	json_t *list;

	set_up(&f);
	f.rule.action = ACTION_PROTECT;
	f.policy.run.is_multi_gen = 1;
	explained(&f, "the multi-generational LRU is on: the policy refuses reclaim of the "
		      "machine, and had no need of giving way yet");
	f.policy.run.gave_way = 7;
	explained(&f, "the multi-generational LRU is on: the policy refuses reclaim of the "
		      "machine, and gave way 7 times where reclaim found nothing else");
	f.policy.way = INSTALLED_FILES;
	explained(&f, LRU_HINT "; " LRU_INSTEAD "; it gave way 7 times");
	for (int at_min = 0; at_min < 2; at_min++) {
		f.rule.is_at_min = at_min;
		f.policy.run.is_multi_gen = at_min;
		list = reason_list(&f.rows, &f.policy, &f.mount, 0, 0);
		for (size_t i = 0; i < json_array_size(list); i++)
			assert_null(strstr(json_string_value(json_array_get(list, i)), "LRU"));
		json_decref(list);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_true_is_said_with_its_value),
		cmocka_unit_test(a_rule_that_never_changed_has_an_age),
		cmocka_unit_test(durations_are_the_params_present_values),
		cmocka_unit_test(constants_are_what_was_written),
		cmocka_unit_test(a_hold_of_nothing_can_become_one),
		cmocka_unit_test(protection_at_low_says_which_lru),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
