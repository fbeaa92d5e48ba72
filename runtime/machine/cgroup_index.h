/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All cgroups by their ids, made by one walk: file handles would find one at a time, but need a
 * privilege and a kernel option that the rest of mmpctl can do without.
 */
#ifndef MMP_CGROUP_INDEX_H
#define MMP_CGROUP_INDEX_H

#include <stdint.h>

struct cgroup_index;

struct cgroup_index *cgroup_index_create(void);
void cgroup_index_destroy(struct cgroup_index *index);
/* Walks the tree below `mount` the first time; NULL: there was no such cgroup then. */
const char *cgroup_index_find(struct cgroup_index *index, int mount, uint64_t id);

#endif
