/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMP_MINIMISE_H
#define MMP_MINIMISE_H

#include "generate.h"

/* Does the policy still show what is looked for? */
typedef bool minimise_test(const struct generated *g, void *context);

/* Take away rules, modifiers, operands and declarations as long as the test holds. */
void minimise(struct arena *a, struct generated *g, minimise_test *test, void *context);

#endif
