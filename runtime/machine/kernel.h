/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the running kernel can do for a policy, and the sentence when it cannot: the needs of
 * base/needs.h, found in its BTF, its symbols and its files.
 */
#ifndef MMP_KERNEL_H
#define MMP_KERNEL_H

#include "base/needs.h"

#include <stdbool.h>
#include <stdint.h>

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
	uint64_t has; /* NEED_BIT() of what is there, of use or not */
	enum memcg_shape memcg;
};

/* Never fails: what cannot be found is not there. The kernel's BTF stays until kernel_finish(). */
void kernel_probe(struct kernel *k);
/* The same with BTF given, and which of needs_beyond_btf() are there: takes the BTF over; NULL is
 * none. */
void kernel_probe_btf(struct kernel *k, struct btf *btf, uint64_t beyond_btf);
void kernel_finish(struct kernel *k);

/* All of these needs, of use to a policy: see needs_usable(). */
bool kernel_has(const struct kernel *k, uint64_t needs);

/* Everything that the policy needs: 0, or -1 and a sentence that names the first rule that cannot
 * work. */
int kernel_check(const struct kernel *k, const struct manifest *m, struct failure *f);

/* "7th posting" and so on, for doctor. */
const char *kernel_memcg_words(const struct kernel *k);

#endif
