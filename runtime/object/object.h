/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A compiled policy's file, read whole and judged before libbpf or the kernel sees a byte of it.
 * What passes has sections, symbols, relocations and BTF that lie inside the file, only the kinds
 * of program that mmpc makes, and a manifest.
 */
#ifndef MMP_OBJECT_H
#define MMP_OBJECT_H

#include <stddef.h>
#include <stdint.h>

struct failure;
struct manifest;

#define OBJECT_SIZE_MAX (64u << 20)

struct object {
	char *path; /* as given, for messages */
	unsigned char *data;
	size_t size;
	struct manifest *manifest;
	uint64_t code_hash; /* of programs, maps and relocations: equal where only constants differ
			     */
};

/* 0, or -1 with *f. *ret is the caller's, to be given to object_destroy(), which takes NULL. */
int object_open(struct object **ret, const char *path, struct failure *f);
/* The same, of memory: takes over `data`, which is from malloc(), also where it fails. */
int object_read(struct object **ret, const char *path, unsigned char *data, size_t size,
		struct failure *f);
void object_destroy(struct object *o);

#endif
