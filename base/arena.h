/* SPDX-License-Identifier: GPL-2.0 */
/* One arena per compilation: everything a stage makes lives until the arena is finished. */
#ifndef MMP_ARENA_H
#define MMP_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#define ARENA_ALIGNMENT 8 /* of what policies are made of: pointers and 64-bit numbers */

struct arena_block;

struct arena {
	struct arena_block *blocks;
	char *at; /* the newest block's free room */
	size_t room;
};

void arena_init(struct arena *a);
void arena_finish(struct arena *a);

/* From a block of its own or a new one. */
void *arena_alloc_slowly(struct arena *a, size_t size);

/* Zeroed memory. Never NULL: aborts when the machine has no memory. */
static inline void *arena_alloc(struct arena *a, size_t size)
{
	void *p = a->at;

	if (size >= a->room)
		return arena_alloc_slowly(a, size);
	size = (size + ARENA_ALIGNMENT - 1) & ~(size_t)(ARENA_ALIGNMENT - 1);
	a->at += size;
	a->room -= size;
	return p;
}
#define arena_new(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define arena_array(a, type, n) ((type *)arena_alloc((a), sizeof(type) * (size_t)(n)))

char *arena_strndup(struct arena *a, const char *text, size_t len);
char *arena_strdup(struct arena *a, const char *text);
/* The three texts joined; faster than arena_printf(), for names made by the hundred thousand. */
char *arena_join(struct arena *a, const char *x, const char *y, const char *z);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap);

#endif
