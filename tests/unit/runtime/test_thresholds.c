// SPDX-License-Identifier: GPL-2.0
/* What a rule compares its signals with, however the comparison is written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "installed/installed.h"
#include "installed/thresholds.h"
#include "object/manifest.h"

static struct plan_expr psi = { .op = PLAN_SIGNAL, .index = 0 };
static struct plan_expr usage = { .op = PLAN_SIGNAL, .index = 1 };
static struct plan_expr ten = { .op = PLAN_CONST, .value = 1000 };
static struct plan_expr param = { .op = PLAN_PARAM, .index = 3 };

/* The thresholds of one rule as "clause signal comparison value", joined by ", ". */
static void expect(struct plan_rule rule, const char *wanted)
{
	struct plan plan = { .rules = &rule, .rule_count = 1 };
	struct manifest_signal signals[] = { { .name = "psi", .quantity = QUANTITY_PERCENT },
					     { .name = "usage", .quantity = QUANTITY_SIZE } };
	struct manifest_rule named = { .name = "r" };
	struct manifest manifest = { .plan = &plan, .signals = signals, .rules = &named };
	struct installed p = { .manifest = &manifest };
	char got[512] = "";
	json_t *list, *one;
	size_t i;

	p.config.params[3] = 77;
	list = thresholds_describe(&p);
	json_array_foreach (list, i, one) {
		assert_int_equal(json_integer_value(json_object_get(one, "number")), i + 1);
		snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s%s %s %s %lld",
			 i ? ", " : "", json_string_value(json_object_get(one, "clause")),
			 json_string_value(json_object_get(one, "signal")),
			 json_string_value(json_object_get(one, "comparison")),
			 (long long)json_integer_value(json_object_get(one, "value")));
	}
	json_decref(list);
	assert_string_equal(got, wanted);
}

static void test_comparisons(void **state)
{
	struct plan_expr above = { .op = PLAN_GT, .a = &psi, .b = &ten };
	struct plan_expr below = { .op = PLAN_LE, .a = &param, .b = &usage };
	struct plan_expr no = { .op = PLAN_NOT, .a = &below };
	struct plan_expr both = { .op = PLAN_AND, .a = &above, .b = &no };
	struct plan_expr signals = { .op = PLAN_GT, .a = &psi, .b = &usage };

	expect((struct plan_rule){ .when = &above }, "when psi > 1000");
	expect((struct plan_rule){ .until = &below }, "until usage >= 77");
	expect((struct plan_rule){ .when = &both, .until = &above },
	       "when psi > 1000, when usage < 77, until psi > 1000");
	expect((struct plan_rule){ .when = &signals }, "");
	expect((struct plan_rule){ 0 }, "");
}

static void test_ramp(void **state)
{
	struct plan_rule rule = { .action = ACTION_THROTTLE };

	rule.throttle.is_ramp = true;
	rule.throttle.signal = &usage;
	rule.throttle.from = (struct plan_value){ .value = 5, .is_given = true };
	rule.throttle.until = (struct plan_value){ .param = 3, .is_param = true, .is_given = true };
	expect(rule, "as usage >= 5, as usage <= 77");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_comparisons),
		cmocka_unit_test(test_ramp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
