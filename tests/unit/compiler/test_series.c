// SPDX-License-Identifier: GPL-2.0
/* Series of values: promtool's notation, units, and what is wrong with a wrong one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/arena.h"
#include "base/bug.h"
#include "trial/series.h"

#define MISSING INT64_MIN

struct fixture {
	struct arena arena;
	struct sources sources;
	struct diags diags;
	struct series series;
};

static void setup(struct fixture *f)
{
	*f = (struct fixture){ 0 };
	arena_init(&f->arena);
	sources_init(&f->sources, &f->arena);
	diags_init(&f->diags, &f->arena);
}

static struct trial_item *items_of(struct fixture *f, const char *text)
{
	struct trial_item *first = NULL, **end = &first;

	while (*text) {
		size_t len = strcspn(text, " ");
		struct trial_item *item = arena_new(&f->arena, struct trial_item);

		item->word.text = arena_strndup(&f->arena, text, len);
		item->word.len = (uint32_t)len;
		item->word.span.end = (uint32_t)len;
		*end = item;
		end = &item->next;
		text += len + (text[len] == ' ');
	}
	return first;
}

static bool read_series(struct fixture *f, const char *text, enum quantity q)
{
	return series_read(&f->arena, &f->diags, items_of(f, text), q, &f->series);
}

static void series_expand(void **state)
{
	static const struct {
		const char *text;
		enum quantity quantity;
		uint32_t count;
		int64_t values[8];
	} rows[] = {
		{ "600", QUANTITY_RATE, 1, { 600 } },
		{ "600x2", QUANTITY_RATE, 3, { 600, 600, 600 } },
		{ "0x0", QUANTITY_RATE, 1, { 0 } },
		{ "5+3x2", QUANTITY_COUNT, 3, { 5, 8, 11 } },
		{ "5-3x2", QUANTITY_COUNT, 3, { 5, 2, -1 } },
		{ "-5+3x1", QUANTITY_COUNT, 2, { -5, -2 } },
		{ "1 _ 2", QUANTITY_COUNT, 3, { 1, MISSING, 2 } },
		{ "_x3 7", QUANTITY_COUNT, 4, { MISSING, MISSING, MISSING, 7 } },
		{ "_x0 7", QUANTITY_COUNT, 1, { 7 } },
		{ "50/sx1 10", QUANTITY_RATE, 3, { 50, 50, 10 } },
		{ "1KiB+1KiBx1 0", QUANTITY_SIZE, 3, { 1024, 2048, 0 } },
		{ "12.5% 10", QUANTITY_PERCENT, 2, { 1250, 1000 } },
		{ "1MiB/sx1", QUANTITY_SIZE_RATE, 2, { 1 << 20, 1 << 20 } },
	};
	struct fixture f;

	setup(&f);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_true(read_series(&f, rows[i].text, rows[i].quantity));
		assert_int_equal(f.series.count, rows[i].count);
		for (uint32_t k = 0; k < rows[i].count; k++) {
			assert_int_equal(f.series.values[k].is_known, rows[i].values[k] != MISSING);
			if (f.series.values[k].is_known)
				assert_int_equal(f.series.values[k].n, rows[i].values[k]);
		}
	}
	assert_int_equal(f.diags.errors, 0);
	arena_finish(&f.arena);
}

static void wrong_series_are_named(void **state)
{
	static const struct {
		const char *text;
		enum quantity quantity;
		enum diag_code code;
	} rows[] = {
		{ "600x", QUANTITY_RATE, DIAG_SYNTAX },
		{ "5+3", QUANTITY_COUNT, DIAG_SYNTAX },
		{ "x3", QUANTITY_COUNT, DIAG_SYNTAX },
		{ "5y", QUANTITY_COUNT, DIAG_UNKNOWN_UNIT },
		{ "6MiB", QUANTITY_RATE, DIAG_QUANTITY_MISMATCH },
		{ "6KB", QUANTITY_SIZE, DIAG_UNKNOWN_UNIT },
		{ "6", QUANTITY_SIZE, DIAG_MISSING_UNIT },
		{ "6", QUANTITY_SIZE_RATE, DIAG_MISSING_UNIT },
		{ "0.001%", QUANTITY_PERCENT, DIAG_BAD_NUMBER },
		{ "9223372036854775808", QUANTITY_COUNT, DIAG_BAD_NUMBER },
		{ "1x1048576", QUANTITY_COUNT, DIAG_TOO_LARGE },
		{ "1x1000000 1x1000000", QUANTITY_COUNT, DIAG_TOO_LARGE },
		{ "1x99999999999999999999", QUANTITY_COUNT, DIAG_TOO_LARGE },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct fixture f;

		setup(&f);
		assert_false(read_series(&f, rows[i].text, rows[i].quantity));
		assert_int_equal(f.diags.errors, 1);
		assert_int_equal(f.diags.first->code, rows[i].code);
		arena_finish(&f.arena);
	}
}

static void steps_saturate(void **state)
{
	struct fixture f;

	setup(&f);
	assert_true(read_series(&f, "9223372036854775807+1x1", QUANTITY_COUNT));
	assert_int_equal(f.series.values[1].n, INT64_MAX);
	arena_finish(&f.arena);
}

static void amounts_are_single(void **state)
{
	struct fixture f;
	int64_t n = 0;

	setup(&f);
	assert_true(amount_read(&f.diags, items_of(&f, "1.5s"), QUANTITY_DURATION, &n));
	assert_int_equal(n, 1500000000);
	assert_true(amount_read(&f.diags, items_of(&f, "0"), QUANTITY_DURATION, &n));
	assert_int_equal(n, 0);
	assert_true(amount_read(&f.diags, items_of(&f, "-2"), QUANTITY_COUNT, &n));
	assert_int_equal(n, -2);
	assert_int_equal(f.diags.errors, 0);
	assert_false(amount_read(&f.diags, items_of(&f, "1sx2"), QUANTITY_DURATION, &n));
	assert_false(amount_read(&f.diags, items_of(&f, "_"), QUANTITY_DURATION, &n));
	assert_false(amount_read(&f.diags, items_of(&f, "1"), QUANTITY_DURATION, &n));
	assert_int_equal(f.diags.errors, 3);
	arena_finish(&f.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(series_expand),
		cmocka_unit_test(wrong_series_are_named),
		cmocka_unit_test(steps_saturate),
		cmocka_unit_test(amounts_are_single),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
