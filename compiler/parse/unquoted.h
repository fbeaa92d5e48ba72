/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMP_UNQUOTED_H
#define MMP_UNQUOTED_H

#include <stdbool.h>

struct parse;

/*
 * Is the refused word, or one shortly before it, part of a name that needs quotes, as systemd's do:
 * web-1.service? Says so, and where the quotes go.
 */
bool unquoted_explain(struct parse *p);

#endif
