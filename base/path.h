/* SPDX-License-Identifier: GPL-2.0 */
/* Paths as texts: components with '/' between, none at the end. */
#ifndef MMP_PATH_H
#define MMP_PATH_H

#include <stdbool.h>

/* The last component: what stands after the last '/', or all of it. */
const char *path_last(const char *path);
/* It is the same, or lies below; everything lies below "". */
bool path_is_at_or_below(const char *path, const char *above);
/* It lies below and is not the same. */
bool path_is_below(const char *path, const char *above);

/* Set by mmpc load for mmpctl: the folder of objects that nobody has but these two. */
#define LOAD_FOLDER_VARIABLE "MMPC_LOAD_FOLDER"

#endif
