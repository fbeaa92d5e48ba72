// SPDX-License-Identifier: GPL-2.0
/* Params from the command line: units, ranges, and what is said about wrong ones. */
#include "runtime/failure.h"
#include "runtime/object/manifest.h"
#include "base/quantity.h"
#include "runtime/policy/value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct failure f;

static int64_t parsed(const char *quantity, const char *text)
{
	struct manifest_param param = { .name = "p",
					.quantity = quantity_find(quantity),
					.low = INT64_MIN,
					.high = INT64_MAX };
	int64_t value = -77;

	assert_int_equal(value_parse_param(&param, text, &value, &f), 0);
	return value;
}

static void refused(const char *quantity, const char *text)
{
	struct manifest_param param = { .name = "p",
					.quantity = quantity_find(quantity),
					.low = INT64_MIN,
					.high = INT64_MAX };
	int64_t value = -77;

	assert_int_equal(value_parse_param(&param, text, &value, &f), -1);
	assert_int_equal(f.status, STATUS_USAGE);
	assert_int_equal(value, -77);
}

static void values_have_the_language_s_units(void **state)
{
	assert_int_equal(parsed("rate", "400/s"), 400);
	assert_int_equal(parsed("rate", "400"), 400);
	assert_int_equal(parsed("size", "64MiB"), 64 << 20);
	assert_int_equal(parsed("size", "0"), 0);
	assert_int_equal(parsed("size per second", "1K/s"), 1024);
	assert_int_equal(parsed("percentage", "12.5%"), 1250);
	assert_int_equal(parsed("percentage", "10"), 1000);
	assert_int_equal(parsed("duration", "1.5s"), 1500000000);
	assert_int_equal(parsed("duration", "-2ms"), -2000000);
	assert_int_equal(parsed("order", "9"), 9);
	assert_int_equal(parsed("count", "7"), 7);
}

static void other_text_is_refused(void **state)
{
	static const char *const bad[] = { "",
					   "-",
					   ".",
					   "1.",
					   "x",
					   "1 s",
					   "1s ",
					   "0x10",
					   "1e3",
					   "1..2",
					   "99999999999999999999s",
					   "9223372036854775807s",
					   "1/s",
					   "5MB",
					   "5",
					   NULL };
	size_t i;

	for (i = 0; bad[i]; i++)
		refused("duration", bad[i]);
	refused("size", "64");
	refused("size", "64KB");
	refused("count", "5%");
	refused("rate", "5s");
}

/* Nothing is rounded, as in the language: a value that is not whole is refused. */
static void what_is_not_whole_is_refused(void **state)
{
	static const struct {
		const char *quantity, *text, *message, *hint;
	} rows[] = {
		{ "rate", "400.5/s", "'400.5/s' is not a whole number", "decimals" },
		{ "rate", "400.5", "'400.5' is not a whole number", "decimals" },
		{ "order", "2.7", "'2.7' is not a whole number", "decimals" },
		{ "count", "-2.5", "'-2.5' is not a whole number", "decimals" },
		{ "duration", "0.5ns", "not a whole number of nanoseconds", "whole nanoseconds" },
		{ "size", "0.3B", "not a whole number of bytes", "whole bytes" },
		{ "percentage", "12.345%", "at most two decimals", "12.5%" },
		{ "size", "9223372036854775808B", "too large", "" },
		{ "size", "64MB", "has a unit that does not exist", "did you mean 'MiB'?" },
		{ "size", "64", "'64' has no unit", "'64MiB'" },
		{ "rate", "1MiB", "'1MiB' is a size, not a rate", "'100/s'" },
		{ "rate", "fast", "'fast' is not a rate", "'100/s'" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		refused(rows[i].quantity, rows[i].text);
		assert_non_null(strstr(f.text, rows[i].message));
		assert_non_null(strstr(f.text, "param 'p': "));
		assert_non_null(strstr(f.hint, rows[i].hint));
	}
	assert_int_equal(parsed("rate", "400.0/s"), 400);
	assert_int_equal(parsed("size", "0.5K"), 512);
	assert_int_equal(parsed("size", "9223372036854775807B"), INT64_MAX);
}

static void ranges_are_kept(void **state)
{
	struct manifest_param param = {
		.name = "enter", .quantity = QUANTITY_RATE, .low = 10, .high = 20
	};
	int64_t value;

	assert_int_equal(value_parse_param(&param, "10/s", &value, &f), 0);
	assert_int_equal(value_parse_param(&param, "20/s", &value, &f), 0);
	assert_int_equal(value_parse_param(&param, "21/s", &value, &f), -1);
	assert_non_null(strstr(f.text, "10/s .. 20/s"));
	assert_int_equal(value_parse_param(&param, "9/s", &value, &f), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_have_the_language_s_units),
		cmocka_unit_test(other_text_is_refused),
		cmocka_unit_test(what_is_not_whole_is_refused),
		cmocka_unit_test(ranges_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
