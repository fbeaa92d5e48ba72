// SPDX-License-Identifier: GPL-2.0
/* Places in UTF-16 units, and file: URIs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lsp/position.h"
#include "lsp/uri.h"

static void assert_place(const char *text, uint32_t offset, uint32_t line, uint32_t character)
{
	struct line_index ix;
	struct position p;

	line_index_init(&ix, text, strlen(text));
	p = position_of(&ix, offset);
	assert_int_equal(p.line, line);
	assert_int_equal(p.character, character);
	assert_int_equal(position_offset(&ix, p), offset);
	line_index_finish(&ix);
}

static void assert_offset(const char *text, uint32_t line, uint32_t character, uint32_t offset)
{
	struct line_index ix;

	line_index_init(&ix, text, strlen(text));
	assert_int_equal(position_offset(&ix, (struct position){ line, character }), offset);
	line_index_finish(&ix);
}

static void test_units(void **state)
{
	assert_place("", 0, 0, 0);
	assert_place("abc", 2, 0, 2);
	assert_place("\tx", 1, 0, 1);
	assert_place("\xf0\x9f\x98\x80\tx", 4, 0, 2);
	assert_place("\xf0\x9f\x98\x80\tx", 5, 0, 3);
	assert_place("\xc3\xa9\xe6\xbc\xa2x", 5, 0, 2);
	assert_place("\xff\xfex", 2, 0, 2);
}

static void test_lines(void **state)
{
	assert_place("a\nb", 2, 1, 0);
	assert_place("a\r\nb", 3, 1, 0);
	assert_place("a\rb", 2, 1, 0);
	assert_place("a\n\n\nb", 4, 3, 0);
	assert_place("a\r", 2, 1, 0);
	assert_place("a\n", 2, 1, 0);
}

static void test_beyond(void **state)
{
	assert_offset("ab\ncd", 0, 9, 2);
	assert_offset("ab\r\ncd", 0, 9, 2);
	assert_offset("ab\rcd", 0, 9, 2);
	assert_offset("ab\ncd", 1, 9, 5);
	assert_offset("ab\ncd", 7, 0, 5);
	assert_offset("\xf0\x9f\x98\x80x", 0, 1, 0); /* between two halves: the character's start */
}

static void assert_path(const char *uri, const char *wanted)
{
	char *path = uri_path(uri);

	if (wanted)
		assert_string_equal(path, wanted);
	else
		assert_null(path);
	free(path);
}

static void test_uris(void **state)
{
	static const char odd[] = "/tmp/a b#?%/\xc3\xa9\xff.mmp";
	char *uri = uri_of_path(odd);

	assert_path("file:///tmp/web.mmp", "/tmp/web.mmp");
	assert_path("file://localhost/tmp/web.mmp", "/tmp/web.mmp");
	assert_path("file:///tmp/a%20b.mmp?x#y", "/tmp/a b.mmp");
	assert_path("untitled:web", NULL);
	assert_path("file:///tmp/%zz", NULL);
	assert_path("file:///tmp/%00", NULL);
	assert_path("file://nothing", NULL);
	assert_string_equal(uri, "file:///tmp/a%20b%23%3F%25/%C3%A9%FF.mmp");
	assert_path(uri, odd);
	free(uri);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_units),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_beyond),
		cmocka_unit_test(test_uris),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
