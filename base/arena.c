// SPDX-License-Identifier: GPL-2.0
#include "arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include "bug.h"

/*
 * A small policy needs a few small blocks. A large one's come from the kernel by the million bytes,
 * with their pages in place: one call costs less than a fault for each page. They are not asked for
 * in huge pages: in a virtual machine those of a check of 10,000 rules took 0.01 to 0.18 s of the
 * kernel's time, small ones 0.01 to 0.02 s.
 */
#define SMALL_BLOCK_BYTES (64u << 10)
#define SMALL_BLOCKS 8
#define LARGE_BLOCK_BYTES (1u << 20)

struct arena_block {
	struct arena_block *next;
	size_t size; /* with this head */
	unsigned number; /* of the blocks before it */
	bool is_mapped;
	_Alignas(ARENA_ALIGNMENT) char bytes[];
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

		if (b->is_mapped)
			munmap(b, b->size);
		else
			free(b);
		b = next;
	}
	arena_init(a);
}

static struct arena_block *block_create(size_t size, bool is_mapped)
{
	struct arena_block *b;

	if (is_mapped)
		b = mmap(NULL, size, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	else
		b = calloc(1, size);
	if (!b || b == MAP_FAILED)
		NO_MEMORY();
	b->size = size;
	b->is_mapped = is_mapped;
	return b;
}

/* A large piece gets its own block after the first one, so that the first keeps its free room. */
static void *alloc_alone(struct arena *a, size_t size)
{
	struct arena_block *b = block_create(sizeof(*b) + size, false);

	if (a->blocks) {
		b->next = a->blocks->next;
		a->blocks->next = b;
	} else {
		a->blocks = b;
	}
	return b->bytes;
}

void *arena_alloc_slowly(struct arena *a, size_t size)
{
	unsigned number = a->blocks ? a->blocks->number + 1 : 0;
	size_t next = number < SMALL_BLOCKS ? SMALL_BLOCK_BYTES : LARGE_BLOCK_BYTES;
	struct arena_block *b;

	if (size > SIZE_MAX / 2)
		BUG("a piece of %zu bytes", size);
	if (size >= next / 4)
		return alloc_alone(a, size);
	b = block_create(next, next == LARGE_BLOCK_BYTES);
	b->next = a->blocks;
	b->number = number;
	a->blocks = b;
	a->at = b->bytes;
	a->room = next - sizeof(*b);
	return arena_alloc(a, size);
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
