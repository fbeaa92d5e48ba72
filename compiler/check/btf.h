/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The names in BTF: structs and their members, functions and enumerators. The bytes are not
 * trusted: every offset is checked before it is followed.
 */
#ifndef MMP_BTF_H
#define MMP_BTF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct btf_names {
	const unsigned char *types, *strings;
	uint32_t types_len, strings_len;
};

/*
 * Find the BTF in `data`: raw, or the .BTF section of an ELF file. Returns NULL, or what is wrong
 * with it. `data` must stay.
 */
const char *btf_open(struct btf_names *ret, const unsigned char *data, size_t len);

/* Called for each name; `member` is NULL except for members of a struct. */
typedef void btf_visit(void *context, const char *name, const char *member);

/* Members of structs, functions and enumerators, in the file's order. False: the types are broken.
 */
bool btf_walk(const struct btf_names *b, btf_visit *visit, void *context);

#endif
