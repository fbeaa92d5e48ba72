/* SPDX-License-Identifier: GPL-2.0 */
/* What is wrong with a statement, in the words of the language. */
#ifndef MMP_SYNTAX_H
#define MMP_SYNTAX_H

#include <stdbool.h>
#include <stdint.h>

struct parse;

/*
 * The parser refused word p->at of the statement that starts at p->start; p->expected lists what
 * could stand there. Adds one finding. Returns the index of the first word that the finding does
 * not explain, where recovery may go on.
 */
uint32_t syntax_explain(struct parse *p);

/* A line's first word that is near a statement's first word. */
bool syntax_is_misspelt_start(const struct parse *p, uint32_t index);

#endif
