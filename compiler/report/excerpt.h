/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMP_EXCERPT_H
#define MMP_EXCERPT_H

#include "source.h"

struct arena;

/* The text at a place, for messages: white space folded, cut with "..." where it is long. */
const char *source_excerpt(struct arena *a, const struct sources *sources, struct span span);

#endif
