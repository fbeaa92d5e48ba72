/* SPDX-License-Identifier: GPL-2.0 */
/* The canonical layout of a policy. */
#ifndef MMP_FORMAT_H
#define MMP_FORMAT_H

#include <stdint.h>

struct arena;
struct diags;
struct sources;

/*
 * The text of s->files[file] laid out anew, in the arena; includes are not followed. NULL where the
 * text has errors: see ds. The result has the same tree and the same comments, and formatting it
 * again changes nothing: this is checked, with BUG() where it fails.
 */
char *format_policy(struct arena *a, struct sources *s, uint32_t file, struct diags *ds);

#endif
