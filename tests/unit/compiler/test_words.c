// SPDX-License-Identifier: GPL-2.0
/* Words, places and distances: what messages stand on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "base/arena.h"
#include "report/diag.h"
#include "base/lang.h"
#include "parse/parse.h"
#include "report/source.h"
#include "parse/tokens.h"
#include "base/utf8.h"

struct fixture {
	struct arena arena;
	struct sources sources;
	struct diags diags;
};

static int setup(void **state)
{
	static struct fixture f;

	arena_init(&f.arena);
	sources_init(&f.sources, &f.arena);
	diags_init(&f.diags, &f.arena);
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	arena_finish(&((struct fixture *)*state)->arena);
	return 0;
}

static unsigned errors_of(struct fixture *f, const char *text)
{
	unsigned before = f->diags.errors;
	int file = sources_add(&f->sources, "t.mmp", text, strlen(text));

	parse_file(&f->arena, &f->sources, (uint32_t)file, &f->diags);
	return f->diags.errors - before;
}

static bool is_reserved(const char *word)
{
	for (const char *const *w = reserved_words; *w; w++)
		if (!strcmp(*w, word))
			return true;
	return false;
}

/* grammar/words.def and grammar/mmp.y agree on which words may be names. */
static void reserved_words_are_no_names(void **state)
{
	struct fixture *f = *state;

	for (const char *const *word = all_words; *word; word++) {
		const char *text = arena_printf(&f->arena, "cgroup %s = \"/x\"", *word);

		assert_int_equal(errors_of(f, text) > 0, is_reserved(*word));
	}
}

/* Each word of the table, misspelt where only it can stand, is found again through the grammar. */
static void every_modifier_is_found_again(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < MODIFIER_COUNT; i++) {
		const char *word = modifier_infos[i].word;
		size_t len = strlen(word);
		struct diag *d;

		if (len < 4 || strchr(word, ' '))
			continue;
		errors_of(f, arena_printf(&f->arena, "reclaim x %.*sx%s", (int)len - 2, word,
					  word + len - 2));
		d = f->diags.last;
		assert_non_null(d->notes);
		assert_non_null(d->notes->replacement);
		assert_string_equal(d->notes->replacement, word);
	}
}

static void a_swap_of_neighbours_counts_one(void **state)
{
	assert_int_equal(edit_distance("adn", 3, "and", 3, 3), 1);
	assert_int_equal(edit_distance("protct", 6, "protect", 7, 3), 1);
	assert_int_equal(edit_distance("", 0, "abc", 3, 3), 3);
	assert_int_equal(edit_distance("abcdef", 6, "uvwxyz", 6, 2), 3);
}

static void near_depends_on_length(void **state)
{
	const char *const words[] = { "when", "pgfault_rate", "psi" };

	assert_string_equal(nearest_word("whn", 3, words, 3), "when");
	assert_null(nearest_word("wn", 2, words, 3));
	assert_string_equal(nearest_word("pgfalt_rtae", 11, words, 3), "pgfault_rate");
	assert_null(nearest_word("memory", 6, words, 3));
}

static void columns_count_code_points(void **state)
{
	struct fixture *f = *state;
	const char *text = "a\n\t\xc3\xb6\xe6\xbc\xa2x\r\nlast";
	int file = sources_add(&f->sources, "t", text, strlen(text));
	struct place p = source_place(&f->sources, (uint32_t)file, 8);
	uint32_t len;

	assert_int_equal(p.line, 2);
	assert_int_equal(p.column, 4);
	source_line(&f->sources.files[file], 2, &len);
	assert_int_equal(len, 7);
	p = source_place(&f->sources, (uint32_t)file, (uint32_t)strlen(text));
	assert_int_equal(p.line, 3);
	assert_int_equal(p.column, 5);
}

static void only_utf8_is_utf8(void **state)
{
	static const struct {
		const char *text;
		size_t bad;
	} cases[] = {
		{ "abc", 3 },
		{ "\xc3\xb6", 2 },
		{ "\xf0\x9f\x90\x98", 4 },
		{ "\xed\xa0\x80", 0 }, /* a surrogate */
		{ "\xc0\x80", 0 },
		{ "\xe0\x80\x80", 0 }, /* overlong */
		{ "\xf4\x90\x80\x80", 0 }, /* too high */
		{ "a\xff", 1 },
		{ "ab\xe6\xbc", 2 },
		{ "\x80", 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_int_equal(utf8_bad_offset(cases[i].text, strlen(cases[i].text)),
				 cases[i].bad);
}

static void values_print_as_people_write_them(void **state)
{
	char buf[40];

	assert_string_equal(quantity_print(buf, sizeof(buf), QUANTITY_SIZE, 64 << 20), "64MiB");
	assert_string_equal(quantity_print(buf, sizeof(buf), QUANTITY_SIZE, 0), "0B");
	assert_string_equal(quantity_print(buf, sizeof(buf), QUANTITY_PERCENT, 1250), "12.5%");
	assert_string_equal(quantity_print(buf, sizeof(buf), QUANTITY_PERCENT, -5), "-0.05%");
	assert_string_equal(quantity_print(buf, sizeof(buf), QUANTITY_DURATION, 90000000000),
			    "90s");
	assert_string_equal(quantity_print(buf, sizeof(buf), QUANTITY_RATE, 100), "100/s");
}

static void every_mistake_is_told_once_and_in_order(void **state)
{
	struct fixture *f = *state;
	uint32_t last = 0;

	assert_int_equal(errors_of(f, "protct a\nthp ordr 9\nthrotle b 5ms\nprotect c whn psi > 1"),
			 4);
	diags_sort(&f->diags);
	for (const struct diag *d = f->diags.first; d; d = d->next) {
		assert_true(d->span.start >= last);
		last = d->span.start + 1;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reserved_words_are_no_names, setup, teardown),
		cmocka_unit_test_setup_teardown(every_modifier_is_found_again, setup, teardown),
		cmocka_unit_test(a_swap_of_neighbours_counts_one),
		cmocka_unit_test(near_depends_on_length),
		cmocka_unit_test_setup_teardown(columns_count_code_points, setup, teardown),
		cmocka_unit_test(only_utf8_is_utf8),
		cmocka_unit_test(values_print_as_people_write_them),
		cmocka_unit_test_setup_teardown(every_mistake_is_told_once_and_in_order, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
