/* SPDX-License-Identifier: GPL-2.0 */
/* A hash table from bytes to pointers; it lives in an arena and only grows. */
#ifndef MMP_TABLE_H
#define MMP_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct arena;

struct table_entry {
	const void *key; /* not copied */
	void *value;
	uint32_t len, hash;
};

struct table {
	struct arena *arena;
	struct table_entry *slots; /* a power of two; free ones have value NULL */
	size_t room, count;
};

void table_init(struct table *t, struct arena *a);
/* Make room for `count` entries at once: each time a table grows, its old slots stay in the arena.
 */
void table_reserve(struct table *t, size_t count);

/* NULL where the key is not there. */
void *table_find(const struct table *t, const void *key, size_t len);

/* Add value, which is not NULL, unless the key is there; returns what the key has now. */
void *table_add(struct table *t, const void *key, size_t len, void *value);

#endif
