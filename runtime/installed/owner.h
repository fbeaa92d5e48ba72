/* SPDX-License-Identifier: GPL-2.0 */
/* Who is in the way of an attachment: struct_ops links, where they are pinned, who holds them. */
#ifndef MMP_OWNER_H
#define MMP_OWNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct cgroup;
struct cgroup_mount;
struct failure;

/* One struct_ops link of the system. */
struct owner_link {
	int fd;
	uint32_t id, map_id; /* map_id 0: detached */
	uint64_t cgroup_id; /* 0: none, or gone */
	uint32_t value_type; /* its map's, in the kernel's BTF; 0: unknown */
	char map_name[32];
};

/* What a link's fd is about; false where it is not a struct_ops link. */
bool owner_read_link(int fd, struct owner_link *ret);
/* Calls each for every struct_ops link until it returns other than 0. Needs CAP_SYS_ADMIN. */
int owner_each_link(int (*each)(const struct owner_link *link, void *arg), void *arg);

/* Where the link is pinned, or "". */
void owner_find_pin(uint32_t link_id, char *buf, size_t size);
/* Which processes hold it: "mmpctl (pid 12), x (pid 13)", or "". */
void owner_find_processes(uint32_t link_id, char *buf, size_t size);

/*
 * Add to a conflict's failure who is in the way, as detail, and what to do, as hint. Only links of
 * the struct_ops type of that name count: others (TCP, schedulers) are never in the way.
 */
void owner_of_cgroup(const char *type, const struct cgroup_mount *mount, const struct cgroup *c,
		     struct failure *f);
void owner_of_process(const char *type, struct failure *f);

#endif
