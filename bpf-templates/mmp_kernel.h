/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The few parts of the kernel that policies use. Fields, sizes and enumeration values are relocated
 * to the running kernel's at load (CO-RE), so one object serves every kernel and no vmlinux.h is
 * needed. What a kernel may lack is weak: test with mmp_has() before calling it.
 */
#ifndef MMP_KERNEL_H
#define MMP_KERNEL_H

#include "mmp_types.h"

#define SEC(name) __attribute__((section(name), used))
#define __ksym __attribute__((section(".ksyms")))
#define __weak __attribute__((weak))
#define __uint(name, value) int(*name)[value]
#define __type(name, value) __typeof__(value) *name
/* A function of its own, to keep the short path of a hook short. */
#define mmp_far static __attribute__((noinline))
/* The verifier checks it once, for all its callers: this keeps a large policy within its limits. */
/* weak: clang must not infer from its body, such as which arguments matter. */
#define mmp_global __attribute__((noinline, weak))

enum {
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_PERCPU_ARRAY = 6,
	BPF_MAP_TYPE_RINGBUF = 27,
	BPF_MAP_TYPE_CGRP_STORAGE = 32,
	BPF_F_NO_PREALLOC = 1,
	BPF_F_MMAPABLE = 1 << 10,
	BPF_LOCAL_STORAGE_GET_F_CREATE = 1,
	CLOCK_MONOTONIC = 1,
};

/* Helpers, by their numbers in the kernel's user-space interface. */
struct bpf_timer;
struct cgroup;
static void *(*const bpf_map_lookup_elem)(void *map, const void *key) = (void *)1;
static __u64 (*const bpf_ktime_get_ns)(void) = (void *)5;
static long (*const bpf_probe_read_kernel)(void *to, __u32 size, const void *from) = (void *)113;
static long (*const bpf_probe_read_kernel_str)(void *to, __u32 size,
					       const void *from) = (void *)115;
static struct task_struct *(*const bpf_get_current_task_btf)(void) = (void *)158;
static void *(*const bpf_ringbuf_reserve)(void *map, __u64 size, __u64 flags) = (void *)131;
static void (*const bpf_ringbuf_submit)(void *data, __u64 flags) = (void *)132;
static long (*const bpf_timer_init)(struct bpf_timer *t, void *map, __u64 flags) = (void *)169;
static long (*const bpf_timer_set_callback)(struct bpf_timer *t, void *callback) = (void *)170;
static long (*const bpf_timer_start)(struct bpf_timer *t, __u64 ns, __u64 flags) = (void *)171;
static long (*const bpf_loop)(__u32 n, void *callback, void *context, __u64 flags) = (void *)181;
static void *(*const bpf_cgrp_storage_get)(void *map, struct cgroup *c, void *value,
					   __u64 flags) = (void *)210;
static long (*const bpf_cgrp_storage_delete)(void *map, struct cgroup *c) = (void *)211;

/* What lives in map values; the kernel knows them by name. */
struct bpf_timer {
	__u64 opaque[2];
} __attribute__((aligned(8)));

struct bpf_wq {
	__u64 opaque[2];
} __attribute__((aligned(8)));

#define mmp_field_offset(type, field) __builtin_preserve_field_info(((type *)0)->field, 0)
#define mmp_field_exists(type, field) __builtin_preserve_field_info(((type *)0)->field, 2)
#define mmp_offset_of_table(type, field)                                                           \
	(mmp_field_exists(type, field) ? mmp_field_offset(type, field)                             \
				       : mmp_field_offset(type##___nested, field))
#define mmp_enum_value(type, name) __builtin_preserve_enum_value(*(type *)name, 1)
#define mmp_enum_exists(type, name) __builtin_preserve_enum_value(*(type *)name, 0)
/* The value of a field of a kernel struct at a plain address; unknown stays 0. */
#define mmp_read_at(address, type, field, to)                                                      \
	bpf_probe_read_kernel(to, sizeof(*(to)),                                                   \
			      (const void *)((address) + mmp_field_offset(type, field)))
/* Does the running kernel have this weak symbol? */
#define mmp_has(symbol) (!!(symbol))

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct kernfs_node {
	__u64 id;
	const char *name;
};

/*
 * Arrays of arrays, which older versions of pahole flatten: accessed by offset
 * (mmp_offset_of_table), never by index.
 */
struct psi_group___nested {
	unsigned long avg[6][3];
	__u64 total[2][6];
};

struct psi_group_cpu___nested {
	__u32 times_prev[2][7];
};

struct psi_group {
	unsigned long avg[18];
	__u64 total[12];
	__u64 avg_last_update;
	struct psi_group_cpu *pcpu;
	bool enabled;
};

struct psi_group_cpu {
	__u32 state_mask;
	__u32 times[7], times_prev[14];
	__u64 state_start;
};

struct cgroup_subsys_state {
	struct cgroup *cgroup;
	struct cgroup_subsys_state *parent;
};

struct cgroup {
	struct cgroup_subsys_state self;
	struct kernfs_node *kn;
	int level;
	struct psi_group *psi;
	struct cgroup *ancestors[1];
};

struct mmp_atomic {
	long counter;
};

struct page_counter {
	struct mmp_atomic usage;
	unsigned long min, low, high, max; /* pages */
	struct page_counter *parent;
};

struct lru_gen_folio {
	bool enabled;
};

struct lruvec {
	struct lru_gen_folio lrugen;
};

struct mem_cgroup_per_node {
	struct lruvec lruvec;
};

struct mem_cgroup {
	struct cgroup_subsys_state css;
	struct page_counter memory, swap;
	struct mem_cgroup_per_node *nodeinfo[];
};

struct reclaim_state {
	unsigned long reclaimed;
};

/* A call of reclaim: its goal and its progress. */
struct scan_control {
	struct mem_cgroup *target_mem_cgroup;
	__s8 priority;
	unsigned long nr_reclaimed;
	struct reclaim_state reclaim_state;
};

struct css_set {
	struct cgroup *dfl_cgrp;
};

struct mmp_kuid {
	unsigned int val;
};

struct cred {
	struct mmp_kuid uid;
};

struct rq {
	__u64 clock;
};

struct cfs_rq {
	struct rq *rq;
};

/* A task's CPU time, as booked up to exec_start. */
struct sched_entity {
	__u64 exec_start, sum_exec_runtime;
	struct cfs_rq *cfs_rq;
};

struct task_struct {
	struct sched_entity se;
	unsigned int flags;
	struct reclaim_state *reclaim_state;
	char comm[16];
	int tgid;
	struct cred *cred;
	struct css_set *cgroups;
};

struct mm_struct {
	struct task_struct *owner;
};

struct vm_operations_struct;

struct vm_area_struct {
	unsigned long vm_start, vm_end, vm_flags;
	struct mm_struct *vm_mm;
	const struct vm_operations_struct *vm_ops;
};

#pragma clang attribute pop

/* Only the names count: their values are the running kernel's. */
enum vm_event_item {
	PGFAULT,
	PGMAJFAULT,
	PSWPIN,
	PSWPOUT,
	PGSCAN_KSWAPD,
	PGSCAN_DIRECT,
	PGSCAN_KHUGEPAGED,
	PGSCAN_PROACTIVE,
	PGSTEAL_KSWAPD,
	PGSTEAL_DIRECT,
	PGSTEAL_KHUGEPAGED,
	PGSTEAL_PROACTIVE,
};

enum node_stat_item {
	NR_ANON_MAPPED,
	NR_FILE_PAGES,
	NR_SHMEM,
	NR_SLAB_RECLAIMABLE_B,
	NR_SLAB_UNRECLAIMABLE_B,
	WORKINGSET_REFAULT_ANON,
	WORKINGSET_REFAULT_FILE,
	NR_KERNEL_MISC_RECLAIMABLE,
	NR_ACTIVE_FILE,
	NR_INACTIVE_FILE,
};

enum zone_stat_item { NR_FREE_PAGES };

enum memcg_memory_event { MEMCG_LOW, MEMCG_HIGH, MEMCG_MAX, MEMCG_OOM, MEMCG_OOM_KILL };

enum psi_states { PSI_MEM_SOME, PSI_MEM_FULL, PSI_NONIDLE };

enum tva_type {
	TVA_SMAPS,
	TVA_PAGEFAULT,
	TVA_KHUGEPAGED,
	TVA_FORCED_COLLAPSE,
	TVA_SWAP_PAGEFAULT,
};

/* The hooks. */
struct memcg_bpf_ops {
	void (*handle_cgroup_online)(struct mem_cgroup *memcg);
	void (*handle_cgroup_offline)(struct mem_cgroup *memcg);
	bool (*below_low)(struct mem_cgroup *memcg, unsigned long elow, unsigned long usage);
	bool (*below_min)(struct mem_cgroup *memcg, unsigned long emin, unsigned long usage);
	unsigned int (*memcg_charged)(struct mem_cgroup *memcg, unsigned int nr_pages);
	void (*memcg_uncharged)(struct mem_cgroup *memcg, unsigned int nr_pages);
};

/* The same type in kernels with revisions 3 to 6 of the series. */
struct memcg_bpf_ops___v6 {
	void (*handle_cgroup_online)(struct mem_cgroup *memcg);
	void (*handle_cgroup_offline)(struct mem_cgroup *memcg);
	bool (*below_low)(struct mem_cgroup *memcg);
	bool (*below_min)(struct mem_cgroup *memcg);
	unsigned int (*get_high_delay_ms)(struct mem_cgroup *memcg);
};

struct bpf_thp_ops {
	int pid;
	int (*thp_get_order)(struct vm_area_struct *vma, enum tva_type type, unsigned long orders);
};

/* Kernel functions. */
extern struct cgroup *bpf_cgroup_from_id(__u64 id) __ksym __weak;
extern struct cgroup *bpf_cgroup_ancestor(struct cgroup *c, int level) __ksym __weak;
extern void bpf_cgroup_release(struct cgroup *c) __ksym __weak;
extern struct mem_cgroup *bpf_get_root_mem_cgroup(void) __ksym __weak;
extern struct mem_cgroup *bpf_get_mem_cgroup(struct cgroup_subsys_state *css) __ksym __weak;
extern void bpf_put_mem_cgroup(struct mem_cgroup *memcg) __ksym __weak;
extern unsigned long bpf_mem_cgroup_vm_events(struct mem_cgroup *memcg,
					      enum vm_event_item item) __ksym __weak;
extern unsigned long bpf_mem_cgroup_memory_events(struct mem_cgroup *memcg,
						  enum memcg_memory_event item) __ksym __weak;
extern unsigned long bpf_mem_cgroup_page_state(struct mem_cgroup *memcg, int item) __ksym __weak;
extern void bpf_mem_cgroup_flush_stats(struct mem_cgroup *memcg) __ksym __weak;
extern void css_rstat_flush(struct cgroup_subsys_state *css) __ksym __weak;
extern unsigned long bpf_try_to_free_mem_cgroup_pages(struct mem_cgroup *memcg,
						      unsigned long nr_pages, unsigned int gfp,
						      unsigned int options,
						      int swappiness) __ksym __weak;
extern long bpf_proactive_reclaim(struct mem_cgroup *memcg, unsigned long size,
				  int swappiness) __ksym __weak;
extern int bpf_wq_init(struct bpf_wq *wq, void *map, unsigned int flags) __ksym __weak;
extern int bpf_wq_start(struct bpf_wq *wq, unsigned int flags) __ksym __weak;
extern int bpf_wq_set_callback(struct bpf_wq *wq, int(callback)(void *map, int *key, void *value),
			       unsigned int flags) __ksym __weak;
extern int bpf_wq_set_callback_impl(struct bpf_wq *wq,
				    int(callback)(void *map, int *key, void *value),
				    unsigned int flags, void *aux) __ksym __weak;

/* The callback's setter has one of two names; one object serves both kernels. */
#define mmp_wq_set_callback(wq, callback)                                                          \
	(mmp_has(bpf_wq_set_callback) ? bpf_wq_set_callback(wq, callback, 0)                       \
				      : bpf_wq_set_callback_impl(wq, callback, 0, (void *)0))

/* Kernel variables; available only where the kernel lists all its symbols (CONFIG_KALLSYMS_ALL). */
extern const void psi_system __ksym __weak;
extern const void __per_cpu_offset __ksym __weak;
extern const void nr_cpu_ids __ksym __weak;
extern const void vm_zone_stat __ksym __weak;
extern const void vm_node_stat __ksym __weak;
extern const void totalreserve_pages __ksym __weak;
extern const void _totalram_pages __ksym __weak;
extern const void min_free_kbytes __ksym __weak;
extern const void nr_swap_pages __ksym __weak;
extern const void total_swap_pages __ksym __weak;

#define MMP_PAGE_SHIFT 12
#define MMP_SECOND 1000000000ULL
#define MMP_MS 1000000ULL

#endif
