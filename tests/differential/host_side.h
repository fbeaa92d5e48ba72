/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMP_HOST_SIDE_H
#define MMP_HOST_SIDE_H

#include "pair.h"

struct host_batch;

struct host_side {
	const char *compiler, *folder, *include; /* the caller's */
	struct side side;
	void *library;
	const struct host_batch *batch;
	uint32_t policy;
};

/* Compile the pairs' C as one file and load it. False, and words on standard error, where it fails.
 */
bool host_load(struct host_side *h, struct pair *pairs, uint32_t count);
void host_unload(struct host_side *h);
/* Make ready for a run of the policy with that index; h->side is then the side to run. */
void host_start(struct host_side *h, uint32_t policy);

#endif
