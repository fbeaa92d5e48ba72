// SPDX-License-Identifier: GPL-2.0
#include "elf_check.h"

#include <stdint.h>
#include <string.h>

#define DAMAGED "damaged: "

static bool lies_within(uint64_t offset, uint64_t size, uint64_t whole)
{
	return offset <= whole && size <= whole - offset;
}

static const char *check_header(struct elf_file *e)
{
	if (e->size < sizeof(e->header))
		return "not a policy object: it is too short";
	memcpy(&e->header, e->data, sizeof(e->header));
	if (memcmp(e->header.e_ident, ELFMAG, SELFMAG) != 0)
		return "not a policy object";
	if (e->header.e_ident[EI_CLASS] != ELFCLASS64 || e->header.e_machine != EM_BPF)
		return "no BPF object";
	if (e->header.e_ident[EI_DATA] != ELFDATA2LSB)
		return "made for a machine of the other byte order";
	if (e->header.e_type != ET_REL || e->header.e_version != EV_CURRENT)
		return "no BPF object that can be loaded";
	if (!e->header.e_shnum || e->header.e_shentsize != sizeof(Elf64_Shdr) ||
	    e->header.e_shstrndx >= e->header.e_shnum)
		return DAMAGED "its section table is wrong";
	if (!lies_within(e->header.e_shoff, (uint64_t)e->header.e_shnum * sizeof(Elf64_Shdr),
			 e->size))
		return DAMAGED "it ends before its section table does";
	return NULL;
}

static Elf64_Shdr section_header(const struct elf_file *e, size_t index)
{
	Elf64_Shdr header;

	memcpy(&header, e->data + e->header.e_shoff + index * sizeof(header), sizeof(header));
	return header;
}

struct elf_section elf_section(const struct elf_file *e, size_t index)
{
	struct elf_section s = { .header = section_header(e, index) };

	s.name = e->names + s.header.sh_name;
	s.size = s.header.sh_size;
	if (s.header.sh_type != SHT_NOBITS && s.header.sh_type != SHT_NULL)
		s.data = e->data + s.header.sh_offset;
	return s;
}

static bool is_string_table(const struct elf_section *s)
{
	return s->header.sh_type == SHT_STRTAB && s->size && s->data && !s->data[s->size - 1];
}

static const char *check_names(struct elf_file *e)
{
	Elf64_Shdr names = section_header(e, e->header.e_shstrndx);
	size_t i;

	if (names.sh_type != SHT_STRTAB || !names.sh_size ||
	    !lies_within(names.sh_offset, names.sh_size, e->size) ||
	    e->data[names.sh_offset + names.sh_size - 1])
		return DAMAGED "its section names are not there";
	e->names = (const char *)e->data + names.sh_offset;
	e->names_size = names.sh_size;
	for (i = 0; i < e->header.e_shnum; i++)
		if (section_header(e, i).sh_name >= e->names_size)
			return DAMAGED "a section has no name";
	return NULL;
}

/* The section that sh_link or sh_info names; false where there is none. */
static bool linked_section(const struct elf_file *e, uint32_t index, struct elf_section *ret)
{
	if (!index || index >= e->header.e_shnum)
		return false;
	*ret = elf_section(e, index);
	return true;
}

static const char *check_symbol(const struct elf_file *e, const Elf64_Sym *symbol,
				size_t names_size)
{
	struct elf_section home;

	if (symbol->st_name >= names_size)
		return DAMAGED "a symbol has no name";
	if (symbol->st_shndx == SHN_UNDEF || symbol->st_shndx >= SHN_LORESERVE)
		return NULL;
	if (!linked_section(e, symbol->st_shndx, &home) ||
	    !lies_within(symbol->st_value, symbol->st_size, home.size))
		return DAMAGED "a symbol lies outside its section";
	return NULL;
}

static const char *check_symbols(const struct elf_file *e, const struct elf_section *s)
{
	struct elf_section names;
	const char *wrong;
	Elf64_Sym symbol;
	size_t at;

	if (s->header.sh_entsize != sizeof(symbol) || s->size % sizeof(symbol) ||
	    s->header.sh_info > s->size / sizeof(symbol) ||
	    !linked_section(e, s->header.sh_link, &names) || !is_string_table(&names))
		return DAMAGED "its symbol table is wrong";
	for (at = 0; at < s->size; at += sizeof(symbol)) {
		memcpy(&symbol, s->data + at, sizeof(symbol));
		wrong = check_symbol(e, &symbol, names.size);
		if (wrong)
			return wrong;
	}
	return NULL;
}

static const char *check_relocations(const struct elf_file *e, const struct elf_section *s)
{
	struct elf_section symbols, target;
	Elf64_Rel relocation;
	size_t at;

	if (s->header.sh_entsize != sizeof(relocation) || s->size % sizeof(relocation) ||
	    !linked_section(e, s->header.sh_link, &symbols) ||
	    symbols.header.sh_type != SHT_SYMTAB || !linked_section(e, s->header.sh_info, &target))
		return DAMAGED "its relocations are wrong";
	for (at = 0; at < s->size; at += sizeof(relocation)) {
		memcpy(&relocation, s->data + at, sizeof(relocation));
		if (!lies_within(relocation.r_offset, 4, target.size) ||
		    ELF64_R_SYM(relocation.r_info) >= symbols.size / sizeof(Elf64_Sym))
			return DAMAGED "a relocation lies outside its section";
	}
	return NULL;
}

/* The bounds of every section are checked before any is read: one may refer to any other. */
static const char *check_bounds(const struct elf_file *e, size_t index)
{
	Elf64_Shdr header = section_header(e, index);

	/* Also sections without bytes: libbpf makes maps of that size. */
	if (header.sh_type == SHT_NOBITS)
		return header.sh_size > (16u << 20) ? DAMAGED "a section is too large" : NULL;
	if (header.sh_type == SHT_NULL)
		return NULL;
	if (!lies_within(header.sh_offset, header.sh_size, e->size))
		return DAMAGED "it ends before its last section does";
	if (header.sh_flags & SHF_COMPRESSED)
		return "made by something other than mmpc: it is compressed";
	return NULL;
}

static const char *check_content(const struct elf_file *e, size_t index)
{
	struct elf_section s = elf_section(e, index);

	switch (s.header.sh_type) {
	case SHT_SYMTAB:
		return check_symbols(e, &s);
	case SHT_REL:
		return check_relocations(e, &s);
	case SHT_RELA:
		return "made by something other than mmpc: its relocations are of another kind";
	default:
		return NULL;
	}
}

const char *elf_check(struct elf_file *e, const void *data, size_t size)
{
	const char *wrong;
	size_t i;

	*e = (struct elf_file){ .data = data, .size = size };
	wrong = check_header(e);
	if (!wrong)
		wrong = check_names(e);
	for (i = 0; !wrong && i < e->header.e_shnum; i++)
		wrong = check_bounds(e, i);
	for (i = 0; !wrong && i < e->header.e_shnum; i++)
		wrong = check_content(e, i);
	return wrong;
}

bool elf_find_section(const struct elf_file *e, const char *name, struct elf_section *ret)
{
	size_t i;

	for (i = 0; i < e->header.e_shnum; i++) {
		*ret = elf_section(e, i);
		if (!strcmp(ret->name, name))
			return true;
	}
	return false;
}
