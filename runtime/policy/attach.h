/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's interfaces that a policy can be attached to: a row each, in attach.c. A row says two
 * things: which type of struct_ops it is, and what kind of target it goes to. Nothing outside asks
 * for the kind of an attachment; docs/adding-a-hook.md says how a row is added.
 */
#ifndef MMP_ATTACH_H
#define MMP_ATTACH_H

#include "base/needs.h"
#include "machine/cgroup.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct bpf_map;
struct bpf_object;
struct failure;
struct kernel;
struct machine;
struct manifest;

enum attach_kind { ATTACH_MEMCG, ATTACH_THP, ATTACH_MTHP, ATTACH_MEMCG_EXT, ATTACH_KIND_COUNT };

enum target_kind { TARGET_CGROUP, TARGET_PROCESS, TARGET_KIND_COUNT };

/* One struct_ops instance of a policy and where it goes. */
struct attachment {
	enum attach_kind kind;
	const struct manifest *manifest; /* belongs to the object */
	uint32_t
		index; /* in the manifest's anchors (TARGET_CGROUP) or processes (TARGET_PROCESS) */
	struct cgroup cgroup; /* TARGET_CGROUP */
	bool owns_cgroup; /* its fd is this attachment's to close; else the policy's anchor's */
	bool allow_override;
	pid_t pid; /* TARGET_PROCESS; 0: every process */
	bool is_found; /* a process by its comm or cgroup, so its end is not an error */
	bool has_ended; /* such a one, between the search and its attachment */
	bool is_shared; /* link_fd is the replaced policy's link, to be moved to our map later */
	const char *ops; /* the map's name */
	struct bpf_map *map; /* once opened: the one that fits this kernel */
	int map_fd; /* once loaded; belongs to the object unless owns_map */
	bool owns_map;
	int link_fd; /* once attached, else -1 */
	char pin[80]; /* the link's name below the policy's directory */
};

struct attach_info {
	const char *type; /* of struct_ops */
	enum target_kind target;
	enum kernel_need need; /* what a kernel that has the interface has */
	const char *title; /* for doctor */
	bool has_update; /* a link can be moved to another map, so nothing is open meanwhile */
	/*
	 * NULL in all four: the interface is known, and no template is written for it yet.
	 * Before load: choose the map and write its initial value.
	 */
	int (*prepare)(struct attachment *a, struct bpf_object *bpf, const struct kernel *k,
		       struct failure *f);
	/* Fill the map and link it: a link's fd or -errno. */
	int (*attach)(const struct attachment *a, const struct kernel *k);
	/* Link a map that was filled long ago and is known by its fd alone: a link's fd or -errno.
	 */
	int (*attach_again)(const struct attachment *a, const struct kernel *k);
	/* A sentence for -errno. */
	void (*explain)(const struct attachment *a, const struct cgroup_mount *mount, int error,
			struct failure *f);
};

/* What differs by the kind of target. */
struct target_info {
	bool (*is_same)(const struct attachment *a, const struct attachment *b);
	/* Whether a link of `from` can serve where `to` is wanted. */
	bool (*can_move)(const struct attachment *from, const struct attachment *to);
	/* "cgroup '/web'", "process 1234" */
	void (*words)(const struct attachment *a, char *buf, size_t size);
	/* The line of the rule that wants it. */
	void (*place)(const struct attachment *a, struct failure *f);
	/* What the load's record keeps of it, a new reference; and back: false where it is not all
	 * there. */
	json_t *(*record)(const struct attachment *a);
	bool (*recall)(struct attachment *a, const json_t *record);
	/* Open the target of a recalled attachment. */
	int (*find_again)(struct attachment *a, const struct machine *m, struct failure *f);
	/* Deeper ones are attached later. */
	unsigned (*depth)(const struct attachment *a);
	/* -1: the kernel would refuse b after a. */
	int (*conflict)(const struct attachment *a, const struct attachment *b, struct failure *f);
};

extern const struct attach_info attach_infos[ATTACH_KIND_COUNT];
extern const struct target_info target_infos[TARGET_KIND_COUNT];

/* Same interface, same target. */
bool attachment_is_same(const struct attachment *a, const struct attachment *b);
/* The link of `from`, which can be moved, can serve where `to` is wanted. */
bool attachment_can_move(const struct attachment *from, const struct attachment *to);
/* -1 and a sentence: the kernel would refuse b after a. */
int attachment_conflict(const struct attachment *a, const struct attachment *b, struct failure *f);
/* Fill the map with what it is made of, once; attaching does it too. */
void attachment_fill(const struct attachment *a);
/* Attach again what attachment_recall() gave, at its target: a link's fd or -errno. */
int attachment_attach_again(struct attachment *a, const struct machine *m);

/* For the load's record: a new reference. */
json_t *attachment_record(const struct attachment *a);
/* False where the record does not say what it was and where it went: it cannot be made again. */
bool attachment_recall(struct attachment *a, const json_t *record);

/* For qsort(), of pointers to attachments. Ancestors first: the kernel refuses an ancestor after
 * its descendant. */
int attachment_compare(const void *a, const void *b);
/* "web.mmp:3" of the rule that wants it. */
void attachment_place(const struct attachment *a, struct failure *f);
/* "cgroup '/high'" or "process 1234". */
const char *attachment_words(const struct attachment *a, char *buf, size_t size);
/* Closes what it owns. */
void attachment_finish(struct attachment *a);

#endif
