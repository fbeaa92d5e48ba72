/* SPDX-License-Identifier: GPL-2.0 */
/* A BPF object's ELF structure, read with every offset checked against the file's size. */
#ifndef MMP_ELF_CHECK_H
#define MMP_ELF_CHECK_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>

struct elf_file {
	const unsigned char *data;
	size_t size;
	Elf64_Ehdr header;
	const char *names; /* section names; names_size bytes, the last one NUL */
	size_t names_size;
};

struct elf_section {
	Elf64_Shdr header;
	const char *name;
	const unsigned char *data; /* NULL for a section without bytes */
	size_t size;
};

/* NULL when sound, else what is wrong, to follow "'FILE' is ...". */
const char *elf_check(struct elf_file *e, const void *data, size_t size);
/* index < e->header.e_shnum, of a checked file. */
struct elf_section elf_section(const struct elf_file *e, size_t index);
bool elf_find_section(const struct elf_file *e, const char *name, struct elf_section *ret);

#endif
