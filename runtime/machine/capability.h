/* SPDX-License-Identifier: GPL-2.0 */
/* Which privileges this process has. */
#ifndef MMP_CAPABILITY_H
#define MMP_CAPABILITY_H

#include <stdbool.h>

struct failure;

/* Also true with the older capability that contains it. */
bool capability_has_bpf(void);
bool capability_has_perfmon(void);
bool capability_has_admin(void);
/* What loading needs; the sentence names what is missing. */
int capability_check_load(struct failure *f);

#endif
