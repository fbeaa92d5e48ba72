/* SPDX-License-Identifier: GPL-2.0 */
/* The stages in order. Each adds findings to c->diags; nothing is printed here. */
#ifndef MMP_COMPILE_H
#define MMP_COMPILE_H

#include "base/arena.h"
#include "parse/ast.h"
#include "report/diag.h"
#include "commands/options.h"
#include "report/source.h"

struct plan;

/* One policy: a file and what it includes. */
struct compilation {
	struct arena arena;
	struct sources sources;
	struct diags diags;
	uint32_t file;
	struct ast *ast; /* NULL: the file could not be read */
	struct plan *plan; /* NULL: there are errors */
	char *trouble; /* a sentence about the world (a file, clang), or NULL; in the arena */
};

void compilation_init(struct compilation *c, const struct options *o);
void compilation_finish(struct compilation *c);

/*
 * Read, parse, resolve, check, plan. What passes here compiles. Returns STATUS_OK, STATUS_ERRORS
 * (see c->diags), or STATUS_USAGE with c->trouble where the file cannot be read. Findings are
 * sorted, and those that a comment in the policy suppresses are gone.
 */
int compile_front(struct compilation *c, const struct options *o, const char *path);

/* The same for a text in memory of at most SOURCE_MAX_BYTES, without a NUL byte. */
int compile_text(struct compilation *c, const struct options *o, const char *name, const char *text,
		 size_t len);

/* compile_front() and on to the object or the C text, written to the file `output`. */
int compile_to_file(struct compilation *c, const struct options *o, const char *path,
		    const char *output);

#endif
