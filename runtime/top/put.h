/* SPDX-License-Identifier: GPL-2.0 */
/* Text in a field of the screen: cut or filled to its width, in columns of the terminal. */
#ifndef MMP_PUT_H
#define MMP_PUT_H

#include <stdbool.h>

enum put_align { PUT_LEFT, PUT_RIGHT };

/*
 * At (y, x), as far as the screen goes; ends with '~' where it was cut. What a terminal obeys, and
 * in a locale without UTF-8 all that is not ASCII, is shown as '?'.
 */
void put_field(int y, int x, int width, enum put_align align, bool is_utf8, const char *text);
/* Of two names both ends in `width`: "rule /cgroup", the cgroup's end rather than its beginning. */
void put_names(int y, int x, int width, bool is_utf8, const char *rule, const char *cgroup);

#endif
