/* SPDX-License-Identifier: GPL-2.0 */
/* FNV-1a: it distinguishes versions; it is no protection against forgery. */
#ifndef MMP_HASH_H
#define MMP_HASH_H

#include <stddef.h>
#include <stdint.h>

#define HASH_START 0xcbf29ce484222325ULL

static inline uint64_t hash_bytes(uint64_t hash, const void *data, size_t size)
{
	const unsigned char *bytes = data;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ bytes[i]) * 0x100000001b3ULL;
	return hash;
}

#endif
