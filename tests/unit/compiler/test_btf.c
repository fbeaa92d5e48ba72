// SPDX-License-Identifier: GPL-2.0
/* BTF by hand: what is found in it, and that no damage to it does any. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/btf.h"

/* Offsets into the strings below. */
enum { S_OPS = 1, S_LOW = 15, S_CHARGED = 25, S_KFUNC = 39, S_TVA = 52, S_SWAP = 61 };

static const char strings[] =
	"\0memcg_bpf_ops\0below_low\0memcg_charged\0bpf_wq_start\0tva_type\0TVA_SWAP";

static const uint32_t types[] = {
	0,	 1u << 24,     4,  32, /* int */
	S_OPS,	 4u << 24 | 2, 16, S_LOW,  1, 0, S_CHARGED, 1, 64, /* struct */
	S_TVA,	 6u << 24 | 1, 4,  S_SWAP, 4, /* enum */
	0,	 13u << 24,    0, /* function type */
	S_KFUNC, 12u << 24,    4, /* function */
};

static size_t make(unsigned char *out)
{
	const uint32_t header[] = {
		0x0001eb9f, 24, 0, sizeof(types), sizeof(types), sizeof(strings)
	};

	memcpy(out, header, sizeof(header));
	memcpy(out + sizeof(header), types, sizeof(types));
	memcpy(out + sizeof(header) + sizeof(types), strings, sizeof(strings));
	return sizeof(header) + sizeof(types) + sizeof(strings);
}

static void collect(void *context, const char *name, const char *member)
{
	char *text = context;

	snprintf(text + strlen(text), 1024 - strlen(text), "%s%s%s ", name, member ? "." : "",
		 member ? member : "");
}

static void test_names(void **state)
{
	unsigned char data[512];
	char text[1024] = "";
	struct btf_names names;

	assert_null(btf_open(&names, data, make(data)));
	assert_true(btf_walk(&names, collect, text));
	assert_string_equal(
		text, "memcg_bpf_ops.below_low memcg_bpf_ops.memcg_charged TVA_SWAP bpf_wq_start ");
}

/* In memory of exactly that size, so that a sanitizer sees a byte too far. */
static void try_bytes(const unsigned char *data, size_t len)
{
	unsigned char *copy = malloc(len ? len : 1);
	char text[1024] = "";
	struct btf_names names;

	memcpy(copy, data, len);
	if (!btf_open(&names, copy, len))
		btf_walk(&names, collect, text);
	free(copy);
}

static void test_cut_short(void **state)
{
	unsigned char data[512];
	struct btf_names names;
	size_t len = make(data);

	for (size_t i = 0; i < len; i++) {
		assert_non_null(btf_open(&names, data, i));
		try_bytes(data, i);
	}
}

static void test_damaged(void **state)
{
	unsigned char data[512];
	size_t len = make(data);

	for (size_t i = 0; i < len; i++) {
		for (int bit = 0; bit < 8; bit++) {
			data[i] ^= 1u << bit;
			try_bytes(data, len);
			data[i] ^= 1u << bit;
		}
	}
}

static void test_elf_without_btf(void **state)
{
	unsigned char data[64] = "\177ELF\2\1\1";
	struct btf_names names;

	assert_string_equal(btf_open(&names, data, sizeof(data)), "it has no .BTF section");
	data[4] = 1;
	assert_string_equal(btf_open(&names, data, sizeof(data)),
			    "it is not a 64-bit little-endian ELF file");
	for (int i = 16; i < 64; i++) {
		data[4] = 2;
		memset(data + 16, i * 37, 48);
		try_bytes(data, sizeof(data));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_cut_short),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_elf_without_btf),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
