/* SPDX-License-Identifier: GPL-2.0 */
/* No command writes onto what it reads, or two outputs onto one; asked before anything is written.
 */
#ifndef MMP_OUTPUTS_H
#define MMP_OUTPUTS_H

#include "base/file_id.h"

struct arena;
struct compilation;
struct sources;

/* All these files are read. */
void outputs_read(struct file_uses *u, const struct sources *s);
/* The same of a policy, what it includes and its .mmpc.conf. */
void outputs_read_policy(struct file_uses *u, const struct compilation *c);
/* `path` is to be written ("-": standard output): NULL, or a sentence that says why it must not. */
char *outputs_write(struct file_uses *u, struct arena *a, const char *path);

#endif
