/* SPDX-License-Identifier: GPL-2.0 */
/* The bytes of the files in embedded.def; embedded.c lists them. */
#define EMBED(symbol, name, path) EMBEDDED symbol, path

	.macro EMBEDDED symbol, path
	.global embedded_\symbol
	.global embedded_\symbol\()_end
embedded_\symbol:
	.incbin "\path"
embedded_\symbol\()_end:
	.byte 0
	.endm

	.section .rodata
#include "embedded.def"

	.section .note.GNU-stack, "", @progbits
