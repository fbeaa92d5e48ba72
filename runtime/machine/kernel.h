/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the running kernel can do for a policy, read from its BTF, and the sentence when it cannot.
 *
 * A manifest's `needs` are names of kfuncs, or of the features in kernel_features below; a name
 * that is neither was invented after this mmpctl, so the object is refused.
 */
#ifndef MMP_KERNEL_H
#define MMP_KERNEL_H

#include <stdbool.h>

struct btf;
struct failure;
struct manifest;

/* memcg_bpf_ops has two shapes of one name. */
enum memcg_shape {
	MEMCG_SHAPE_NONE,
	MEMCG_SHAPE_CHARGED, /* the seventh posting: memcg_charged; attached by BPF_F_CGROUP_FD */
	MEMCG_SHAPE_HIGH_DELAY, /* the third to sixth: get_high_delay_ms; attached by relative_fd */
	MEMCG_SHAPE_UNKNOWN,
};

struct kernel {
	struct btf *btf; /* NULL: the kernel has none */
	enum memcg_shape memcg;
	bool has_thp;
	bool has_mthp; /* the cgroup-scoped successor, which no mmpc supports yet */
};

/* Never fails: what cannot be found is not there. */
void kernel_probe(struct kernel *k);
/* The same with BTF given: takes it over; NULL is none. */
void kernel_probe_btf(struct kernel *k, struct btf *btf);
void kernel_finish(struct kernel *k);

/* "memcg_bpf_ops.below_low" and so on. */
bool kernel_has_hook(const struct kernel *k, const char *hook);
bool kernel_has_kfunc(const struct kernel *k, const char *name);
/* A name of a manifest's `needs`. */
bool kernel_has(const struct kernel *k, const char *need);

/* Everything that the policy needs; the sentence names the first rule that cannot work. */
int kernel_check(const struct kernel *k, const struct manifest *m, struct failure *f);

/* "7th posting" and so on, for doctor. */
const char *kernel_memcg_words(const struct kernel *k);

#endif
