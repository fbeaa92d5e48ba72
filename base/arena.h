/* SPDX-License-Identifier: GPL-2.0 */
/* One arena per compilation: everything a stage makes lives until the arena is finished. */
#ifndef MMP_ARENA_H
#define MMP_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *blocks;
	size_t used; /* bytes handed out, for limits and tests */
};

void arena_init(struct arena *a);
void arena_finish(struct arena *a);

/* Zeroed memory, aligned for any type. Never NULL: aborts when the machine has no memory. */
void *arena_alloc(struct arena *a, size_t size);
#define arena_new(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define arena_array(a, type, n) ((type *)arena_alloc((a), sizeof(type) * (size_t)(n)))

char *arena_strndup(struct arena *a, const char *text, size_t len);
char *arena_strdup(struct arena *a, const char *text);
/* The three texts joined; faster than arena_printf(), for names made by the hundred thousand. */
char *arena_join(struct arena *a, const char *x, const char *y, const char *z);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap);

#endif
