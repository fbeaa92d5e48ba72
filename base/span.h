/* SPDX-License-Identifier: GPL-2.0 */
/* A range of bytes of one of the files that were read together. */
#ifndef MMP_SPAN_H
#define MMP_SPAN_H

#include <stdint.h>

struct span {
	uint32_t file; /* index in struct sources, and in the plan's files */
	uint32_t start, end; /* byte offsets, end exclusive; start == end is a point */
};

#endif
