// SPDX-License-Identifier: GPL-2.0
#include "arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "bug.h"

/*
 * A small policy needs a few small blocks; a large one's come from the kernel, zeroed, by the
 * million. They are not asked for in huge pages: in a virtual machine those of a check of 10,000
 * rules took 0.01 to 0.18 s of the kernel's time, small ones 0.02 to 0.04 s.
 */
#define FIRST_BLOCK_BYTES (64u << 10)
#define LAST_BLOCK_BYTES (4u << 20)
#define ALIGNMENT _Alignof(max_align_t)

struct arena_block {
	struct arena_block *next;
	size_t used, size;
	_Alignas(max_align_t) char bytes[];
};

void arena_init(struct arena *a)
{
	*a = (struct arena){ 0 };
}

void arena_finish(struct arena *a)
{
	struct arena_block *b = a->blocks;

	while (b) {
		struct arena_block *next = b->next;

		free(b);
		b = next;
	}
	arena_init(a);
}

static struct arena_block *block_create(size_t size)
{
	struct arena_block *b = calloc(1, sizeof(*b) + size);

	if (!b)
		NO_MEMORY();
	b->size = size;
	return b;
}

/* A large piece gets its own block after the first one, so that the first keeps its free room. */
static void *large_alloc(struct arena *a, size_t size)
{
	struct arena_block *b = block_create(size);

	b->used = size;
	if (a->blocks) {
		b->next = a->blocks->next;
		a->blocks->next = b;
	} else {
		a->blocks = b;
	}
	return b->bytes;
}

static size_t next_size(const struct arena *a)
{
	return (a->used < 8 * FIRST_BLOCK_BYTES ? FIRST_BLOCK_BYTES : LAST_BLOCK_BYTES) -
	       sizeof(struct arena_block);
}

/* Of a block; in small pages of its own, a list of some hundred kilobytes is some hundred faults.
 */
static bool is_large(const struct arena *a, size_t size)
{
	return size > next_size(a) / 4;
}

void *arena_alloc(struct arena *a, size_t size)
{
	struct arena_block *b = a->blocks;
	void *p;

	if (size > SIZE_MAX / 2)
		BUG("a piece of %zu bytes", size);
	size = (size + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
	a->used += size;
	if (is_large(a, size))
		return large_alloc(a, size);
	if (!b || b->size - b->used < size) {
		b = block_create(next_size(a));
		b->next = a->blocks;
		a->blocks = b;
	}
	p = b->bytes + b->used;
	b->used += size;
	return p;
}

char *arena_strndup(struct arena *a, const char *text, size_t len)
{
	char *copy = arena_alloc(a, len + 1);

	memcpy(copy, text, len);
	return copy;
}

char *arena_strdup(struct arena *a, const char *text)
{
	return arena_strndup(a, text, strlen(text));
}

char *arena_join(struct arena *a, const char *x, const char *y, const char *z)
{
	size_t x_len = strlen(x), y_len = strlen(y), z_len = strlen(z);
	char *text = arena_alloc(a, x_len + y_len + z_len + 1);

	memcpy(text, x, x_len);
	memcpy(text + x_len, y, y_len);
	memcpy(text + x_len + y_len, z, z_len);
	return text;
}

/* Most texts are short names: they are formatted once, and copied. */
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	char small[256], *text;
	va_list again;
	int len;

	va_copy(again, ap);
	len = vsnprintf(small, sizeof(small), fmt, ap);
	if (len < 0)
		BUG("format '%s'", fmt);
	text = arena_alloc(a, (size_t)len + 1);
	if ((size_t)len < sizeof(small))
		memcpy(text, small, (size_t)len);
	else
		vsnprintf(text, (size_t)len + 1, fmt, again);
	va_end(again);
	return text;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return text;
}
