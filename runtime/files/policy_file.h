/* SPDX-License-Identifier: GPL-2.0 */
/* The file given to `run`: a compiled object, or a plan alone. */
#ifndef MMP_POLICY_FILE_H
#define MMP_POLICY_FILE_H

#include "base/arena.h"

struct failure;
struct manifest;
struct object;
struct plan;

struct policy_file {
	const char *path;
	char *text; /* the manifest */
	struct object *object; /* NULL: the file is a plan alone */
	struct manifest *manifest;
	const struct plan *plan; /* the manifest's */
	struct arena arena; /* for the caller */
};

int policy_file_open(struct policy_file *p, const char *path, struct failure *f);
void policy_file_close(struct policy_file *p);

#endif
