/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kinds of hook a policy can be attached to: a row each. A new interface of the kernel is a new
 * row.
 */
#ifndef MMP_ATTACH_H
#define MMP_ATTACH_H

#include "machine/cgroup.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct bpf_map;
struct bpf_object;
struct failure;
struct kernel;
struct manifest;

enum attach_kind { ATTACH_MEMCG, ATTACH_THP, ATTACH_KIND_COUNT };

/* One struct_ops instance of a policy and where it goes. */
struct attachment {
	enum attach_kind kind;
	const struct manifest *manifest;
	uint32_t index; /* in the manifest's groups (MEMCG) or processes (THP) */
	struct cgroup cgroup; /* MEMCG; of a glob: the parent */
	bool allow_override;
	pid_t pid; /* THP; 0: every process */
	bool is_found; /* THP: by a comm or a cgroup, so its end is not an error */
	bool has_ended; /* such a one, between the search and its attachment */
	bool is_shared; /* THP: link_fd is the replaced policy's link, to be moved to our map later
			 */
	const char *ops; /* the map's name */
	struct bpf_map *map; /* once opened: the one that fits this kernel */
	int map_fd; /* once loaded; belongs to the object unless owns_map */
	bool owns_map;
	int link_fd; /* once attached, else -1 */
	char pin[80]; /* the link's name below the policy's directory */
};

struct attach_info {
	const char *type; /* of struct_ops */
	bool has_update; /* a link can be moved to another map, so nothing is open meanwhile */
	/* Before load: choose the map and write its initial value. */
	int (*prepare)(struct attachment *a, struct bpf_object *bpf, const struct kernel *k,
		       struct failure *f);
	/* Both return a link's fd or -errno. */
	int (*attach)(const struct attachment *a, const struct kernel *k);
	/* A sentence for -errno. */
	void (*explain)(const struct attachment *a, const struct cgroup_mount *mount, int error,
			struct failure *f);
};

extern const struct attach_info attach_infos[ATTACH_KIND_COUNT];

/* Fill the map with what it is made of, once; attaching does it too. */
void attachment_fill(const struct attachment *a);
/* Attach a map that was filled long ago, known by its fd alone. */
int attachment_attach_again(const struct attachment *a, const struct kernel *k);

/* Ancestors first: the kernel refuses an ancestor after its descendant. */
int attachment_compare(const void *a, const void *b);
/* "web.mmp:3" of the rule that wants it. */
void attachment_place(const struct attachment *a, struct failure *f);
/* "cgroup 'high' (/high)" or "process 1234". */
const char *attachment_words(const struct attachment *a, char *buf, size_t size);
void attachment_finish(struct attachment *a);

#endif
