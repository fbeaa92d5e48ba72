/* SPDX-License-Identifier: GPL-2.0 */
/* The smallest object that mmpctl takes for a policy, made by hand: to be spoiled by tests. */
#ifndef MMP_MADE_OBJECT_H
#define MMP_MADE_OBJECT_H

#include <elf.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum made_section {
	MADE_NULL,
	MADE_NAMES,
	MADE_SYMBOLS,
	MADE_CODE,
	MADE_RELOCATIONS,
	MADE_BTF,
	MADE_MANIFEST,
	MADE_COUNT
};

struct made_object {
	unsigned char *data; /* from malloc() */
	size_t size;
	size_t headers; /* where the section headers begin */
};

static const char made_manifest[] =
	"{\"abi\": 4, \"mmpc\": \"0.1.0\", \"name\": \"web\", \"hash\": \"00\", \"tick_ns\": "
	"100000000,"
	"\"mode\": \"enforce\", \"file\": 0, \"needs\": [], \"hooks\": "
	"[\"memcg_bpf_ops.below_low\"],"
	"\"anchor_ops\": [\"ops_web\"],"
	"\"files\": [{\"name\": \"web.mmp\", \"text\": \"protect web\\n\"}],"
	"\"groups\": [{\"name\": \"web\", \"path\": \"web\", \"absolute\": \"/sys/fs/cgroup/web\","
	"\"target\": true,"
	"\"hooks\": [\"below_low\"], \"file\": 0, \"line\": 1}],"
	"\"processes\": [], \"params\": [{\"name\": \"p\", \"quantity\": \"rate\","
	"\"value\": 5, \"low\": 1, \"high\": 9, \"file\": 0, \"line\": 1}],"
	"\"signals\": [{\"name\": \"web.usage\", \"id\": \"USAGE\", \"scope\": \"group\", "
	"\"group\": 0}],"
	"\"rules\": [{\"name\": \"protect-web-1\", \"action\": \"protect\", \"group\": 0,"
	"\"file\": 0, \"line\": 1, \"text\": \"protect web\","
	"\"code\": {\"when\": [[\"signal\", 0], [\"param\", 0], \">\"]},"
	"\"hold\": {\"param\": 0}, \"answer\": {\"at\": \"low\"}}]}";

static const char made_names[] = "\0.strtab\0.symtab\0struct_ops/x\0.relstruct_ops/x\0.BTF\0"
				 ".rodata.mmp\0x";

static inline Elf64_Word made_name(const char *name)
{
	const char *at;

	for (at = made_names; at < made_names + sizeof(made_names); at += strlen(at) + 1)
		if (!strcmp(at, name))
			return (Elf64_Word)(at - made_names);
	abort();
}

static inline size_t made_append(struct made_object *o, const void *bytes, size_t size)
{
	size_t at = (o->size + 7) & ~(size_t)7;

	memset(o->data + o->size, 0, at - o->size);
	memcpy(o->data + at, bytes, size);
	o->size = at + size;
	return at;
}

/* With another manifest than the usual, where it is not NULL. */
static inline struct made_object made_object(const char *manifest)
{
	static const unsigned char code[] = {
		0xb7, 0, 0, 0, 0, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0
	};
	static const unsigned char btf[] = { 0x9f, 0xeb, 1, 0, 24, 0, 0, 0, 0, 0, 0, 0, 0,
					     0,	   0,	 0, 0, 0,  0, 0, 1, 0, 0, 0, 0 };
	const char *text = manifest ? manifest : made_manifest;
	struct made_object o = { .data = malloc(strlen(text) + 8192), .size = sizeof(Elf64_Ehdr) };
	Elf64_Sym symbols[2] = { [1] = { .st_name = made_name("x"),
					 .st_shndx = MADE_CODE,
					 .st_size = 16,
					 .st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC) } };
	Elf64_Rel relocations[1] = { { .r_offset = 0, .r_info = ELF64_R_INFO(1, 1) } };
	Elf64_Shdr s[MADE_COUNT] = {
		[MADE_NAMES] = { .sh_name = made_name(".strtab"),
				 .sh_type = SHT_STRTAB,
				 .sh_size = sizeof(made_names) },
		[MADE_SYMBOLS] = { .sh_name = made_name(".symtab"),
				   .sh_type = SHT_SYMTAB,
				   .sh_size = sizeof(symbols),
				   .sh_entsize = sizeof(symbols[0]),
				   .sh_link = MADE_NAMES,
				   .sh_info = 1 },
		[MADE_CODE] = { .sh_name = made_name("struct_ops/x"),
				.sh_type = SHT_PROGBITS,
				.sh_size = sizeof(code),
				.sh_flags = SHF_ALLOC | SHF_EXECINSTR },
		[MADE_RELOCATIONS] = { .sh_name = made_name(".relstruct_ops/x"),
				       .sh_type = SHT_REL,
				       .sh_size = sizeof(relocations),
				       .sh_entsize = sizeof(relocations[0]),
				       .sh_link = MADE_SYMBOLS,
				       .sh_info = MADE_CODE },
		[MADE_BTF] = { .sh_name = made_name(".BTF"),
			       .sh_type = SHT_PROGBITS,
			       .sh_size = sizeof(btf) },
		[MADE_MANIFEST] = { .sh_name = made_name(".rodata.mmp"),
				    .sh_type = SHT_PROGBITS,
				    .sh_size = strlen(text) + 1,
				    .sh_flags = SHF_ALLOC },
	};
	Elf64_Ehdr head = { .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
			    .e_type = ET_REL,
			    .e_machine = EM_BPF,
			    .e_version = EV_CURRENT,
			    .e_ehsize = sizeof(head),
			    .e_shentsize = sizeof(s[0]),
			    .e_shnum = MADE_COUNT,
			    .e_shstrndx = MADE_NAMES };

	s[MADE_NAMES].sh_offset = made_append(&o, made_names, sizeof(made_names));
	s[MADE_SYMBOLS].sh_offset = made_append(&o, symbols, sizeof(symbols));
	s[MADE_CODE].sh_offset = made_append(&o, code, sizeof(code));
	s[MADE_RELOCATIONS].sh_offset = made_append(&o, relocations, sizeof(relocations));
	s[MADE_BTF].sh_offset = made_append(&o, btf, sizeof(btf));
	s[MADE_MANIFEST].sh_offset = made_append(&o, text, strlen(text) + 1);
	o.headers = made_append(&o, s, sizeof(s));
	head.e_shoff = o.headers;
	memcpy(o.data, &head, sizeof(head));
	return o;
}

/* A section's header, to be changed in place. */
static inline Elf64_Shdr *made_header(struct made_object *o, enum made_section section)
{
	return (Elf64_Shdr *)(void *)(o->data + o->headers) + section;
}

#endif
