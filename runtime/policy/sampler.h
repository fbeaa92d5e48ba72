/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A policy's sampler and state machines in the kernel, without its hooks and without pins: it ends
 * with this process, which acts by files.
 */
#ifndef MMP_SAMPLER_H
#define MMP_SAMPLER_H

#include <stddef.h>
#include <stdint.h>

struct failure;
struct object;
struct policy;

/* Loaded, disarmed, not started. The object stays the caller's. */
int sampler_load(struct policy **ret, const struct object *object, struct failure *f);
/* The map's memory, shared with the kernel, or NULL; `size` is that of all rows. */
void *sampler_map(const struct policy *p, const char *name, size_t size);
/* -1 where there is no such map. */
int sampler_map_fd(const struct policy *p, const char *name);
int sampler_start(struct policy *p, struct failure *f);
void sampler_close(struct policy *p);

#endif
