/* SPDX-License-Identifier: GPL-2.0 */
/* What the rows of attach.c are made of: see struct attach_info for each function's contract. */
#ifndef MMP_ATTACH_ROWS_H
#define MMP_ATTACH_ROWS_H

struct attachment;
struct bpf_object;
struct cgroup_mount;
struct failure;
struct kernel;

/* A name that older headers lack. */
#define ATTACH_TYPE_STRUCT_OPS 44

/* 0 where a->map is of struct_ops; else the object is damaged. */
int attach_check_map(const struct attachment *a, struct failure *f);
int attach_no_map(const struct attachment *a, struct failure *f);

int attach_memcg_prepare(struct attachment *a, struct bpf_object *bpf, const struct kernel *k,
			 struct failure *f);
int attach_memcg(const struct attachment *a, const struct kernel *k);
int attach_memcg_again(const struct attachment *a, const struct kernel *k);
void attach_memcg_explain(const struct attachment *a, const struct cgroup_mount *mount, int error,
			  struct failure *f);

int attach_thp_prepare(struct attachment *a, struct bpf_object *bpf, const struct kernel *k,
		       struct failure *f);
int attach_thp(const struct attachment *a, const struct kernel *k);
int attach_thp_again(const struct attachment *a, const struct kernel *k);
void attach_thp_explain(const struct attachment *a, const struct cgroup_mount *mount, int error,
			struct failure *f);

#endif
