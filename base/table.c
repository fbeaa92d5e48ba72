// SPDX-License-Identifier: GPL-2.0
#include "table.h"

#include <string.h>

#include "arena.h"

void table_init(struct table *t, struct arena *a)
{
	*t = (struct table){ .arena = a };
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * 0x9e3779b97f4a7c15ULL;
	return hash ^ hash >> 32;
}

/* Eight bytes at a time; the mix lets the low bits, which pick the slot, depend on all of them. */
static uint32_t hash_of(const void *key, size_t len)
{
	const char *bytes = key;
	uint64_t hash = len, word = 0;

	for (; len >= sizeof(word); len -= sizeof(word), bytes += sizeof(word)) {
		memcpy(&word, bytes, sizeof(word));
		hash = mix(hash, word);
	}
	word = 0;
	if (len)
		memcpy(&word, bytes, len);
	return (uint32_t)mix(mix(hash, word), 0);
}

/* The slot of the key, or the free one where it belongs. */
static struct table_entry *slot_of(const struct table *t, const void *key, size_t len,
				   uint32_t hash)
{
	size_t i = hash & (t->room - 1);

	while (t->slots[i].value) {
		struct table_entry *e = &t->slots[i];

		if (e->hash == hash && e->len == len && (!len || !memcmp(e->key, key, len)))
			return e;
		i = (i + 1) & (t->room - 1);
	}
	return &t->slots[i];
}

/* Maximum load: 80 %. */
static size_t max_count(size_t room)
{
	return room / 5 * 4;
}

static void table_resize(struct table *t, size_t room)
{
	struct table old = *t;

	t->room = room;
	t->slots = arena_array(t->arena, struct table_entry, t->room);
	for (size_t i = 0; i < old.room; i++) {
		struct table_entry *e = &old.slots[i];

		if (e->value)
			*slot_of(t, e->key, e->len, e->hash) = *e;
	}
}

void table_reserve(struct table *t, size_t count)
{
	size_t room = 16;

	while (max_count(room) < count)
		room *= 2;
	if (room > t->room)
		table_resize(t, room);
}

void *table_find(const struct table *t, const void *key, size_t len)
{
	return t->room ? slot_of(t, key, len, hash_of(key, len))->value : NULL;
}

void *table_add(struct table *t, const void *key, size_t len, void *value)
{
	uint32_t hash = hash_of(key, len);
	struct table_entry *e;

	if (t->count >= max_count(t->room))
		table_resize(t, t->room ? t->room * 2 : 16);
	e = slot_of(t, key, len, hash);
	if (e->value)
		return e->value;
	*e = (struct table_entry){ .key = key, .len = (uint32_t)len, .hash = hash, .value = value };
	t->count++;
	return value;
}
