// SPDX-License-Identifier: GPL-2.0
/* Tables for people: each column is as wide as its longest text, in characters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "commands/output.h"

static const struct output_column columns[] = {
	{ "RULE", "rule", 0 },
	{ "ENTERED", "entered", 1 },
	{ "WHERE", "where", 0 },
};

static void expect(json_t *rows, const char *wanted)
{
	char *got = NULL;
	size_t size;
	FILE *file = open_memstream(&got, &size);

	assert_non_null(rows);
	output_table(file, rows, columns, sizeof(columns) / sizeof(columns[0]));
	fclose(file);
	assert_string_equal(got, wanted);
	free(got);
	json_decref(rows);
}

static void letters_of_two_bytes_are_one_wide(void **state)
{
	expect(json_pack("[{s:s, s:i, s:s}, {s:s, s:i, s:s}]", "rule", "grüße", "entered", 5,
			 "where", "/a", "rule", "drain", "entered", 1234, "where", "/höhe"),
	       "RULE   ENTERED  WHERE\n"
	       "grüße        5  /a\n"
	       "drain     1234  /höhe\n");
}

static void what_a_terminal_obeys_is_one_wide(void **state)
{
	expect(json_pack("[{s:s, s:i, s:s}, {s:s, s:i, s:s}]", "rule", "a\x1b\xe2\x80\xae",
			 "entered", 1, "where", "/a", "rule", "four", "entered", 2, "where", "/\n"),
	       "RULE  ENTERED  WHERE\n"
	       "a??         1  /a\n"
	       "four        2  /?\n");
}

static void titles_count_too(void **state)
{
	expect(json_pack("[{s:s}]", "rule", "x"), "RULE  ENTERED  WHERE\n"
						  "x           -  -\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(letters_of_two_bytes_are_one_wide),
		cmocka_unit_test(what_a_terminal_obeys_is_one_wide),
		cmocka_unit_test(titles_count_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
