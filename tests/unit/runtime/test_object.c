// SPDX-License-Identifier: GPL-2.0
/* Object files: the sound one is taken; whatever is spoiled is refused by a sentence, and never
 * read wrong. */
#include "runtime/failure.h"
#include "runtime/object/manifest.h"
#include "runtime/object/object.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "made_object.h"

static struct failure f;

static struct object *taken(struct made_object made)
{
	struct object *o = NULL;

	if (object_read(&o, "web.bpf.o", made.data, made.size, &f))
		fail_msg("refused: %s", f.text);
	return o;
}

static void refused(struct made_object made, const char *words)
{
	struct object *o = NULL;

	memset(&f, 0, sizeof(f));
	assert_int_equal(object_read(&o, "web.bpf.o", made.data, made.size, &f), -1);
	assert_null(o);
	assert_int_equal(f.status, STATUS_USAGE);
	if (!strstr(f.text, words))
		fail_msg("'%s' does not say '%s'", f.text, words);
}

static void a_sound_object_is_taken(void **state)
{
	struct object *o = taken(made_object(NULL));

	assert_string_equal(o->manifest->name, "web");
	assert_int_equal(o->manifest->group_count, 1);
	assert_string_equal(o->manifest->anchor_ops[0], "ops_web");
	assert_int_equal(o->manifest->rules[0].group, 0);
	assert_int_equal(o->manifest->rules[0].process, MANIFEST_NONE);
	assert_int_equal(o->manifest->rule_rows, 1);
	object_destroy(o);
}

/* Every beginning of it, in memory of just that size, so that a sanitizer sees what reads beyond.
 */
static void no_beginning_of_it_is_taken(void **state)
{
	struct made_object whole = made_object(NULL), part;

	for (part.size = 0; part.size < whole.size; part.size++) {
		part.data = malloc(part.size + !part.size);
		memcpy(part.data, whole.data, part.size);
		refused(part, "'web.bpf.o'");
	}
	free(whole.data);
}

/* Every byte of headers and tables, to several values: taken or refused, but never a crash. */
static void no_byte_of_it_leads_astray(void **state)
{
	static const unsigned char values[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
	struct made_object whole = made_object(NULL), spoilt;
	struct object *o;
	size_t at, v;

	for (at = 0; at < whole.size; at++)
		for (v = 0; v < sizeof(values); v++) {
			spoilt.data = malloc(whole.size);
			memcpy(spoilt.data, whole.data, whole.size);
			spoilt.data[at] = values[v];
			if (!object_read(&o, "web.bpf.o", spoilt.data, whole.size, &f))
				object_destroy(o);
		}
	free(whole.data);
}

static void foreign_files_are_told_from_damaged_ones(void **state)
{
	struct made_object o = made_object(NULL);

	memcpy(o.data, "#!/bin/sh\n", 10);
	refused(o, "is not a policy object");
	o = made_object(NULL);
	((Elf64_Ehdr *)(void *)o.data)->e_machine = EM_X86_64;
	refused(o, "is no BPF object");
	o = made_object(NULL);
	o.data[EI_DATA] = ELFDATA2MSB;
	refused(o, "other byte order");
	o = made_object(NULL);
	made_header(&o, MADE_MANIFEST)->sh_name = made_name(".BTF");
	refused(o, "no manifest");
}

static void sections_lie_within_the_file(void **state)
{
	enum made_section s;
	struct made_object o;

	for (s = MADE_NAMES; s < MADE_COUNT; s++) {
		o = made_object(NULL);
		made_header(&o, s)->sh_size += 1 << 20;
		refused(o, "damaged");
		o = made_object(NULL);
		made_header(&o, s)->sh_offset = UINT64_MAX - 4;
		refused(o, "damaged");
	}
}

static void tables_point_to_what_is_there(void **state)
{
	struct made_object o = made_object(NULL);
	Elf64_Sym *symbol = (Elf64_Sym *)(void *)(o.data +
						  made_header(&o, MADE_SYMBOLS)->sh_offset);
	Elf64_Rel *relocation;

	symbol[1].st_value = 1 << 20;
	refused(o, "a symbol lies outside");
	o = made_object(NULL);
	relocation = (Elf64_Rel *)(void *)(o.data + made_header(&o, MADE_RELOCATIONS)->sh_offset);
	relocation->r_info = ELF64_R_INFO(77, 1);
	refused(o, "a relocation lies outside");
	o = made_object(NULL);
	made_header(&o, MADE_RELOCATIONS)->sh_info = 99;
	refused(o, "relocations are wrong");
	/* A section that stands later in the table, and lies outside. */
	o = made_object(NULL);
	made_header(&o, MADE_SYMBOLS)->sh_link = MADE_MANIFEST;
	made_header(&o, MADE_MANIFEST)->sh_type = SHT_STRTAB;
	made_header(&o, MADE_MANIFEST)->sh_offset = (uint64_t)1 << 63;
	refused(o, "it ends before its last section");
	o = made_object(NULL);
	made_header(&o, MADE_SYMBOLS)->sh_entsize = 1;
	refused(o, "symbol table is wrong");
}

static void only_the_programs_that_mmpc_makes_are_loaded(void **state)
{
	struct made_object o = made_object(NULL);

	/* Any name but those; here the section's own name without its first letter. */
	made_header(&o, MADE_CODE)->sh_name++;
	refused(o, "a program of kind 'truct_ops/x'");
}

/* The manifest with `from` replaced by `to`. */
static struct made_object changed(const char *from, const char *to)
{
	char text[8192];
	const char *at = strstr(made_manifest, from);

	assert_non_null(at);
	snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - made_manifest), made_manifest, to,
		 at + strlen(from));
	return made_object(text);
}

static void manifests_are_not_believed(void **state)
{
	refused(changed("\"abi\": 4", "\"abi\": 1"),
		"has ABI version 1, this mmpctl knows version 4");
	refused(changed("\"abi\": 4", "\"abi\": \"4\""), "does not name an ABI");
	refused(changed("\"abi\": 4,", ""), "does not name an ABI");
	refused(changed("{\"param\": 0}", "{\"param\": 1}"), "rules[0]: no proper 'hold'");
	refused(changed("\"protect\", \"group\": 0", "\"protect\", \"group\": \"web\""),
		"rules[0]: no proper 'group'");
	refused(changed("\"group\": 0", "\"group\": 4294967296"), "no proper 'group'");
	refused(changed("\"line\": 1", "\"line\": -1"), "no proper 'line'");
	refused(changed("\"path\": \"web\"", "\"path\": \"web\", \"glob\": true, \"rows\": 9"),
		"no proper 'patterns'");
	refused(changed("\"path\": \"web\"",
			"\"path\": \"web\", \"patterns\": [\"/[\"], \"glob\": true"),
		"not a pattern");
	refused(changed("\"path\": \"web\"",
			"\"path\": \"web\", \"patterns\": [\"/*\"], \"glob\": true"),
		"no proper 'rows'");
	refused(changed("\"path\": \"web\"", "\"path\": \"a\\nb\""), "no proper 'path'");
	refused(changed("\"path\": \"web\"", "\"path\": \"a\\u0000b\""), "cannot be read");
	refused(changed("\"hooks\": [\"below_low\"]", "\"hooks\": [7]"), "no proper 'hooks'");
	refused(changed("\"needs\": []", "\"needs\": {}"), "needs is not proper");
	refused(changed("{\"abi\"", "[{\"abi\""), "cannot be read");
	refused(changed("\"tick_ns\": 100000000", "\"tick_ns\": 1e400"), "cannot be read");
}

static void code_is_told_from_constants(void **state)
{
	struct object *a = taken(made_object(NULL));
	struct object *b = taken(changed("\"value\": 5", "\"value\": 6"));
	struct made_object made = made_object(NULL);
	struct object *c;

	made.data[made_header(&made, MADE_CODE)->sh_offset + 4] = 1;
	c = taken(made);
	assert_true(a->code_hash == b->code_hash);
	assert_true(a->code_hash != c->code_hash);
	object_destroy(a);
	object_destroy(b);
	object_destroy(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sound_object_is_taken),
		cmocka_unit_test(no_beginning_of_it_is_taken),
		cmocka_unit_test(no_byte_of_it_leads_astray),
		cmocka_unit_test(foreign_files_are_told_from_damaged_ones),
		cmocka_unit_test(sections_lie_within_the_file),
		cmocka_unit_test(tables_point_to_what_is_there),
		cmocka_unit_test(only_the_programs_that_mmpc_makes_are_loaded),
		cmocka_unit_test(manifests_are_not_believed),
		cmocka_unit_test(code_is_told_from_constants),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
