/* SPDX-License-Identifier: GPL-2.0 */
/* What fmt and fix do with a policy's new text. */
#ifndef MMP_TEXT_CHANGE_H
#define MMP_TEXT_CHANGE_H

#include <stdbool.h>

struct source;

/* diff -u from f's text to the other, to standard output: "NAME" and "NAME (how)". False: no diff.
 */
bool text_diff(const struct source *f, const char *text, const char *how);

/* Put the text in the file's place, whole or not at all. Returns 0 or -errno. */
int text_replace(const char *path, const char *text);

#endif
