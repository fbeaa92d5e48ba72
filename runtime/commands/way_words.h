/* SPDX-License-Identifier: GPL-2.0 */
/* What status and stats say of how a policy acts: by files what became of its writes, and how often
 * protection at low gave way. */
#ifndef MMP_WAY_WORDS_H
#define MMP_WAY_WORDS_H

#include <jansson.h>
#include <stdio.h>

struct installed;

void way_describe(json_t *doc, const struct installed *p);
/* A line for each thing that a reader should know of; mostly none. */
void way_print(FILE *file, const json_t *doc);

#endif
