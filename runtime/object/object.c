// SPDX-License-Identifier: GPL-2.0
#include "object.h"

#include "elf_check.h"
#include "failure.h"
#include "base/hash.h"
#include "manifest.h"
#include "bpf-templates/mmp_abi.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * The kinds of program that mmpc makes. An object with any other was not made by it: loading it as
 * root could do anything, so it is refused by name.
 */
static bool is_our_program(const char *section)
{
	return !strcmp(section, ".text") || !strcmp(section, "syscall") ||
	       !strcmp(section, "fentry/bpf_fentry_test1") ||
	       !strncmp(section, "struct_ops/", strlen("struct_ops/"));
}

static bool is_map_section(const char *name)
{
	return !strcmp(name, ".maps") || !strncmp(name, ".struct_ops", strlen(".struct_ops")) ||
	       !strcmp(name, ".bss") || !strncmp(name, ".bss.", 5) || !strcmp(name, ".data");
}

static bool is_code(const struct elf_section *s)
{
	return s->header.sh_type == SHT_PROGBITS && (s->header.sh_flags & SHF_EXECINSTR);
}

static int check_programs(const struct elf_file *e, const char *path, struct failure *f)
{
	size_t i;

	for (i = 0; i < e->header.e_shnum; i++) {
		struct elf_section s = elf_section(e, i);

		if (!is_code(&s))
			continue;
		if (s.size % 8)
			return fail(f, STATUS_USAGE, "'%s' is damaged: a program is cut off", path);
		if (s.size && !is_our_program(s.name))
			return fail(f, STATUS_USAGE,
				    "'%s' is not a policy: it contains a program of kind '%s'",
				    path, s.name);
	}
	return 0;
}

/* libbpf checks types and lines itself; the outer bounds are checked here. */
static int check_btf(const struct elf_file *e, const char *name, const char *path,
		     struct failure *f)
{
	struct {
		uint16_t magic;
		uint8_t version, flags;
		uint32_t hdr_len, type_off, type_len, str_off, str_len;
	} head;
	struct elf_section s;

	if (!elf_find_section(e, name, &s) || !s.data || s.size < sizeof(head))
		return fail(f, STATUS_USAGE, "'%s' is not a policy: its section '%s' is missing",
			    path, name);
	memcpy(&head, s.data, sizeof(head));
	if (head.magic != 0xeb9f || head.version != 1 || head.hdr_len < sizeof(head) ||
	    head.hdr_len > s.size || head.type_off > s.size || head.type_len > s.size ||
	    head.str_off > s.size || head.str_len > s.size ||
	    (uint64_t)head.hdr_len + head.type_off + head.type_len > s.size ||
	    (uint64_t)head.hdr_len + head.str_off + head.str_len > s.size)
		return fail(f, STATUS_USAGE, "'%s' is damaged: its section '%s' is wrong", path,
			    name);
	return 0;
}

static bool is_hashed(const struct elf_section *s)
{
	return is_code(s) || is_map_section(s->name) || !strcmp(s->name, ".rodata") ||
	       (s->header.sh_type == SHT_REL && strncmp(s->name, ".rel.BTF", 8) != 0 &&
		strncmp(s->name, ".rel.debug", 10) != 0);
}

static uint64_t hash_code(const struct elf_file *e)
{
	uint64_t hash = HASH_START;
	size_t i;

	for (i = 0; i < e->header.e_shnum; i++) {
		struct elf_section s = elf_section(e, i);

		if (!is_hashed(&s))
			continue;
		hash = hash_bytes(hash, s.name, strlen(s.name));
		hash = hash_bytes(hash, &s.size, sizeof(s.size));
		if (s.data)
			hash = hash_bytes(hash, s.data, s.size);
	}
	return hash;
}

static int judge(struct object *o, struct failure *f)
{
	struct elf_section text;
	struct elf_file elf;
	const char *wrong = elf_check(&elf, o->data, o->size);

	if (wrong) {
		fail(f, STATUS_USAGE, "'%s' is %s", o->path, wrong);
		fail_hint(f, "mmpctl loads what 'mmpc compile POLICY.mmp -o POLICY.bpf.o' makes");
		return -1;
	}
	if (!elf_find_section(&elf, MMP_MANIFEST_SECTION, &text) || !text.data) {
		fail(f, STATUS_USAGE, "'%s' is a BPF object, but not a policy: it has no manifest",
		     o->path);
		fail_hint(f, "mmpctl loads what 'mmpc compile POLICY.mmp -o POLICY.bpf.o' makes");
		return -1;
	}
	if (manifest_parse(&o->manifest, (const char *)text.data, text.size, o->path, f) ||
	    check_programs(&elf, o->path, f) || check_btf(&elf, ".BTF", o->path, f))
		return -1;
	o->code_hash = hash_code(&elf);
	return 0;
}

int object_read(struct object **ret, const char *path, unsigned char *data, size_t size,
		struct failure *f)
{
	struct object *o = calloc(1, sizeof(*o));

	if (!o) {
		free(data);
		return fail(f, STATUS_USAGE, "out of memory");
	}
	o->path = strdup(path);
	o->data = data;
	o->size = size;
	if (!o->path || judge(o, f)) {
		object_destroy(o);
		return -1;
	}
	*ret = o;
	return 0;
}

static int read_whole(int fd, unsigned char *data, size_t size)
{
	size_t done = 0;
	ssize_t n;

	while (done < size) {
		n = read(fd, data + done, size - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		done += (size_t)n;
	}
	return 0;
}

static unsigned char *read_file(int fd, const char *path, size_t *ret_size, struct failure *f)
{
	unsigned char *data;
	struct stat st;

	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		fail(f, STATUS_USAGE, "'%s' is not a file", path);
		return NULL;
	}
	if ((uint64_t)st.st_size > OBJECT_SIZE_MAX) {
		fail(f, STATUS_USAGE, "'%s' is not a policy object: it is larger than 64 MiB",
		     path);
		return NULL;
	}
	data = malloc((size_t)st.st_size + 1);
	if (!data || read_whole(fd, data, (size_t)st.st_size)) {
		free(data);
		fail(f, STATUS_USAGE, "cannot read '%s'", path);
		return NULL;
	}
	*ret_size = (size_t)st.st_size;
	return data;
}

int object_open(struct object **ret, const char *path, struct failure *f)
{
	/* O_NONBLOCK: opening a fifo must not block. It is refused afterwards. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	unsigned char *data;
	size_t size;

	if (fd < 0)
		return fail(f, STATUS_USAGE, "cannot open '%s': %s", path, errno_words(errno));
	data = read_file(fd, path, &size, f);
	close(fd);
	if (!data)
		return -1;
	return object_read(ret, path, data, size, f);
}

void object_destroy(struct object *o)
{
	if (!o)
		return;
	manifest_destroy(o->manifest);
	free(o->data);
	free(o->path);
	free(o);
}
