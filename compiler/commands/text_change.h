/* SPDX-License-Identifier: GPL-2.0 */
/* What fmt and fix do with the new text of a policy. */
#ifndef MMP_TEXT_CHANGE_H
#define MMP_TEXT_CHANGE_H

#include <stdbool.h>

struct source;

/* diff -u from f's text to the other, to standard output: "NAME" and "NAME (how)". False: no diff.
 */
bool text_diff(const struct source *f, const char *text, const char *how);

/* Replace the file's text, whole or not at all. Returns 0 or -errno. */
int text_replace(const char *path, const char *text);

#endif
