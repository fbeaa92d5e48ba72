// SPDX-License-Identifier: GPL-2.0
/* The format is that of Documentation/bpf/btf.rst; little-endian files only, as all targets are. */
#include "btf.h"

#include <elf.h>
#include <string.h>

#define BTF_MAGIC 0xeb9f

enum btf_kind {
	BTF_INT = 1,
	BTF_PTR,
	BTF_ARRAY,
	BTF_STRUCT,
	BTF_UNION,
	BTF_ENUM,
	BTF_FWD,
	BTF_TYPEDEF,
	BTF_VOLATILE,
	BTF_CONST,
	BTF_RESTRICT,
	BTF_FUNC,
	BTF_FUNC_PROTO,
	BTF_VAR,
	BTF_DATASEC,
	BTF_FLOAT,
	BTF_DECL_TAG,
	BTF_TYPE_TAG,
	BTF_ENUM64,
	BTF_KIND_COUNT
};

struct header {
	uint16_t magic;
	uint8_t version, flags;
	uint32_t hdr_len, type_off, type_len, str_off, str_len;
};

static bool is_within(uint64_t offset, uint64_t size, uint64_t len)
{
	return offset <= len && size <= len - offset;
}

static const char *open_raw(struct btf_names *ret, const unsigned char *data, size_t len)
{
	struct header h;
	uint64_t types, strings;

	if (len < sizeof(h))
		return "it is too short to be BTF";
	memcpy(&h, data, sizeof(h));
	if (h.magic == 0x9feb)
		return "it is of the other byte order";
	if (h.magic != BTF_MAGIC)
		return "it is neither BTF nor an ELF file";
	if (h.version != 1)
		return "its version is not known";
	types = (uint64_t)h.hdr_len + h.type_off;
	strings = (uint64_t)h.hdr_len + h.str_off;
	if (!is_within(types, h.type_len, len) || !is_within(strings, h.str_len, len) ||
	    !h.str_len || data[strings + h.str_len - 1])
		return "it is cut short or damaged";
	*ret = (struct btf_names){ .types = data + types,
				   .types_len = h.type_len,
				   .strings = data + strings,
				   .strings_len = h.str_len };
	return NULL;
}

/* The section of that name; false where there is none or the file is damaged. */
static bool find_section(const unsigned char *data, size_t len, const char *name,
			 uint64_t *ret_offset, uint64_t *ret_size)
{
	Elf64_Ehdr file;
	Elf64_Shdr names, section;

	memcpy(&file, data, sizeof(file));
	if (file.e_shentsize != sizeof(section) || file.e_shstrndx >= file.e_shnum ||
	    !is_within(file.e_shoff, (uint64_t)file.e_shnum * sizeof(section), len))
		return false;
	memcpy(&names, data + file.e_shoff + file.e_shstrndx * sizeof(names), sizeof(names));
	if (!is_within(names.sh_offset, names.sh_size, len))
		return false;
	for (uint32_t i = 0; i < file.e_shnum; i++) {
		memcpy(&section, data + file.e_shoff + i * sizeof(section), sizeof(section));
		if (!is_within(section.sh_name, strlen(name) + 1, names.sh_size) ||
		    strcmp((const char *)data + names.sh_offset + section.sh_name, name))
			continue;
		*ret_offset = section.sh_offset;
		*ret_size = section.sh_size;
		return section.sh_type != SHT_NOBITS && is_within(*ret_offset, *ret_size, len);
	}
	return false;
}

const char *btf_open(struct btf_names *ret, const unsigned char *data, size_t len)
{
	uint64_t offset, size;

	if (len < sizeof(Elf64_Ehdr) || memcmp(data, ELFMAG, SELFMAG))
		return open_raw(ret, data, len);
	if (data[EI_CLASS] != ELFCLASS64 || data[EI_DATA] != ELFDATA2LSB)
		return "it is not a 64-bit little-endian ELF file";
	if (!find_section(data, len, ".BTF", &offset, &size))
		return "it has no .BTF section";
	return open_raw(ret, data + offset, size);
}

struct type {
	uint32_t name, info, size;
};

/* What follows the twelve bytes of each type. */
static uint64_t tail_size(enum btf_kind kind, uint32_t count)
{
	switch (kind) {
	case BTF_INT:
	case BTF_VAR:
	case BTF_DECL_TAG:
		return 4;
	case BTF_ARRAY:
		return 12;
	case BTF_STRUCT:
	case BTF_UNION:
	case BTF_DATASEC:
	case BTF_ENUM64:
		return (uint64_t)count * 12;
	case BTF_ENUM:
	case BTF_FUNC_PROTO:
		return (uint64_t)count * 8;
	default:
		return 0;
	}
}

static const char *string_at(const struct btf_names *b, uint32_t offset)
{
	return offset < b->strings_len ? (const char *)b->strings + offset : "";
}

static void visit_parts(const struct btf_names *b, const struct type *t, enum btf_kind kind,
			const unsigned char *tail, btf_visit *visit, void *context)
{
	size_t step = kind == BTF_ENUM ? 8 : 12;
	uint32_t name;

	for (uint32_t i = 0; i < (t->info & 0xffff); i++) {
		memcpy(&name, tail + i * step, sizeof(name));
		if (kind == BTF_STRUCT)
			visit(context, string_at(b, t->name), string_at(b, name));
		else
			visit(context, string_at(b, name), NULL);
	}
}

bool btf_walk(const struct btf_names *b, btf_visit *visit, void *context)
{
	uint64_t at = 0;

	while (is_within(at, sizeof(struct type), b->types_len)) {
		struct type t;
		enum btf_kind kind;
		uint64_t tail;

		memcpy(&t, b->types + at, sizeof(t));
		at += sizeof(t);
		kind = t.info >> 24 & 0x1f;
		tail = tail_size(kind, t.info & 0xffff);
		if (!kind || kind >= BTF_KIND_COUNT || !is_within(at, tail, b->types_len))
			return false;
		if (kind == BTF_FUNC)
			visit(context, string_at(b, t.name), NULL);
		else if (kind == BTF_STRUCT || kind == BTF_ENUM || kind == BTF_ENUM64)
			visit_parts(b, &t, kind, b->types + at, visit, context);
		at += tail;
	}
	return at == b->types_len;
}
