/* SPDX-License-Identifier: GPL-2.0 */
/* The stages in order. Each adds findings to c->diags; nothing is printed here. */
#ifndef MMP_COMPILE_H
#define MMP_COMPILE_H

#include "base/arena.h"
#include "config/config.h"
#include "parse/ast.h"
#include "report/diag.h"
#include "report/source.h"
#include "base/status.h"

struct plan;

struct definition {
	const char *name, *value; /* -D NAME=VALUE */
};

/* What a policy is read with. The strings belong to the caller and outlive the compilation. */
struct compile_options {
	const char **include_dirs; /* NULL-terminated, or NULL */
	struct definition *definitions;
	unsigned definition_count;
	enum diag_level levels[DIAG_CODE_COUNT]; /* after --profile and -W flags */
	/* Where it may have a .mmpc.conf, what the flags themselves say, for over that one's. */
	bool wants_config;
	const char *config; /* this file instead of the nearest, or NULL */
	bool has_profile;
	enum diag_profile profile;
	struct level_change *level_changes;
	unsigned level_change_count;
	bool has_own_kernel; /* a kernel that .mmpc.conf names does not count */
	const char *btf, *kernel; /* a kernel to check against, or NULL */
	const struct overlay *overlay; /* texts that stand before the disk's, or NULL */
	uint32_t matches; /* room for so many in each glob; 0: the default */
	bool is_check_only; /* the plan is wanted for its findings alone */
};

/* One policy: a file and what it includes. */
struct compilation {
	struct arena arena;
	struct sources sources;
	struct diags diags;
	uint32_t file;
	struct ast *ast; /* NULL: the file could not be read */
	struct plan *plan; /* NULL: there are errors */
	struct config config; /* without a path: there is none */
	char *trouble; /* a sentence about the world (a file, clang), or NULL; in the arena */
};

void compilation_init(struct compilation *c, const struct compile_options *o);
void compilation_finish(struct compilation *c);

/*
 * Read, parse, resolve, check, plan. What passes here compiles. Returns STATUS_OK, STATUS_ERRORS
 * (see c->diags), or STATUS_USAGE with c->trouble where the file cannot be read. Findings are
 * sorted, and those that a comment in the policy suppresses are gone.
 */
int compile_front(struct compilation *c, const struct compile_options *o, const char *path);

/* The same for a text in memory of at most SOURCE_MAX_BYTES, without a NUL byte. */
int compile_text(struct compilation *c, const struct compile_options *o, const char *name,
		 const char *text, size_t len);

#endif
