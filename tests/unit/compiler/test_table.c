// SPDX-License-Identifier: GPL-2.0
/* The hash table and the arena it lives in. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/table.h"

#define COUNT 5000u

static void finds_what_was_added_and_nothing_else(void **state)
{
	static uint32_t keys[2 * COUNT];
	struct arena a;
	struct table t;

	arena_init(&a);
	table_init(&t, &a);
	for (uint32_t i = 0; i < 2 * COUNT; i++)
		keys[i] = i * 64;
	for (uint32_t i = 0; i < COUNT; i++) {
		assert_ptr_equal(table_add(&t, &keys[i], sizeof(keys[i]), &keys[i]), &keys[i]);
		assert_true(t.count < t.room); /* a search ends at a free slot */
	}
	for (uint32_t i = 0; i < 2 * COUNT; i++)
		assert_ptr_equal(table_find(&t, &keys[i], sizeof(keys[i])),
				 i < COUNT ? &keys[i] : NULL);
	assert_ptr_equal(table_add(&t, &keys[7], sizeof(keys[7]), &keys[8]), &keys[7]);
	assert_int_equal(t.count, COUNT);
	arena_finish(&a);
}

static void a_reserved_table_does_not_grow(void **state)
{
	static char keys[COUNT][8];
	struct arena a;
	struct table t;
	size_t room;

	arena_init(&a);
	table_init(&t, &a);
	assert_null(table_find(&t, "", 0));
	table_reserve(&t, COUNT);
	room = t.room;
	for (uint32_t i = 0; i < COUNT; i++) {
		memcpy(keys[i], &i, sizeof(i));
		table_add(&t, keys[i], sizeof(keys[i]), keys[i]);
	}
	assert_int_equal(t.room, room);
	arena_finish(&a);
}

/* A small block's, and a large piece's own. Many small ones come from blocks that are mapped. */
static void pieces_are_zeroed_and_apart(void **state)
{
	static const size_t sizes[] = { 1, 100, 60000, 3u << 20, 5000001, 7 };
	unsigned char *pieces[6];
	struct arena a;

	arena_init(&a);
	for (int i = 0; i < 6; i++) {
		pieces[i] = arena_alloc(&a, sizes[i]);
		assert_int_equal((uintptr_t)pieces[i] % ARENA_ALIGNMENT, 0);
		for (size_t j = 0; j < sizes[i]; j++)
			assert_int_equal(pieces[i][j], 0);
		memset(pieces[i], i + 1, sizes[i]);
	}
	for (int i = 0; i < 6; i++)
		for (size_t j = 0; j < sizes[i]; j++)
			assert_int_equal(pieces[i][j], i + 1);
	arena_finish(&a);
}

static void many_small_pieces_are_zeroed_and_apart(void **state)
{
	enum { PIECES = 3000, BYTES = 1001 };
	static unsigned char *pieces[PIECES];
	struct arena a;

	arena_init(&a);
	for (int i = 0; i < PIECES; i++) {
		pieces[i] = arena_alloc(&a, BYTES);
		assert_int_equal((uintptr_t)pieces[i] % ARENA_ALIGNMENT, 0);
		for (int j = 0; j < BYTES; j++)
			assert_int_equal(pieces[i][j], 0);
		memset(pieces[i], i % 255 + 1, BYTES);
	}
	for (int i = 0; i < PIECES; i++)
		for (int j = 0; j < BYTES; j++)
			assert_int_equal(pieces[i][j], i % 255 + 1);
	arena_finish(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_what_was_added_and_nothing_else),
		cmocka_unit_test(a_reserved_table_does_not_grow),
		cmocka_unit_test(pieces_are_zeroed_and_apart),
		cmocka_unit_test(many_small_pieces_are_zeroed_and_apart),
	};

	return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
