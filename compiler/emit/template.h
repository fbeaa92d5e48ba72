/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Templates are C files that compile as they are. A line "//@ NAME" is a slot: the text that is
 * given for NAME replaces it. In that text a line "//@ here" ends the effect of #line: clang's
 * places are in the written file again. The files are part of mmpc itself.
 */
#ifndef MMP_TEMPLATE_H
#define MMP_TEMPLATE_H

#include <stddef.h>

struct arena;

struct slot {
	const char *name;
	const char *text; /* lines, each with its end; "" for nothing */
};

/*
 * Fill `text`, named `name` in #line. Returns the result, or NULL with *ret_problem set where a
 * slot has no text, or a text has no slot.
 */
char *template_fill(struct arena *a, const char *name, const char *text, size_t len,
		    const struct slot *slots, size_t count, const char **ret_problem);

struct embedded {
	const char *name; /* as #include names it */
	const char *text, *end; /* a NUL follows */
};

extern const struct embedded embedded_files[];
extern const size_t embedded_count;
const struct embedded *embedded_get(const char *name);

#endif
