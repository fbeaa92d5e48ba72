/* SPDX-License-Identifier: GPL-2.0 */
/* Values as people choose them. */
#ifndef MMP_ROUNDED_H
#define MMP_ROUNDED_H

#include "base/lang.h"

/*
 * The roundest value of low .. high: a multiple of the largest 1, 2 or 5 times a power of ten (of
 * the unit that a size of that magnitude is written in) that has one there; of several, the nearest
 * to the middle.
 */
int64_t rounded_between(enum quantity q, int64_t low, int64_t high);

#endif
