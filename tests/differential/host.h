/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Stands before the templates when the emitted C is compiled for this machine instead of BPF: maps
 * are arrays, the kernel's functions are not there (they are weak, so mmp_has() says so), and
 * fields stay where the compiler puts them.
 */
#ifndef MMP_HOST_H
#define MMP_HOST_H

#include "mmp_kernel.h"

#undef SEC
#define SEC(name)
#undef mmp_global
#define mmp_global __attribute__((unused))
#undef mmp_field_offset
#define mmp_field_offset(type, field) __builtin_offsetof(type, field)
#undef mmp_field_exists
#define mmp_field_exists(type, field) 1
#undef mmp_enum_value
#define mmp_enum_value(type, name) name
#undef mmp_enum_exists
#define mmp_enum_exists(type, name) 1

/* What the program that loads this provides. */
void *host_lookup(void *map, __u64 value_size, __u32 entries, const void *key);
void *host_reserve(__u64 size);
extern __u64 host_time;

#define bpf_map_lookup_elem(map, key)                                                              \
	host_lookup((map), sizeof(*(map)->value), sizeof(*(map)->max_entries) / sizeof(int), (key))
#define bpf_ktime_get_ns() host_time
#define bpf_ringbuf_reserve(map, size, flags) host_reserve(size)
#define bpf_ringbuf_submit(data, flags) ((void)(data))
#define bpf_timer_start(timer, ns, flags) 0
#define bpf_wq_start(work, flags) 0
#define bpf_probe_read_kernel(to, size, from) (__builtin_memcpy((to), (from), (size)), 0)

static inline long host_loop(__u32 n, long (*callback)(__u32 i, void *context), void *context)
{
	for (__u32 i = 0; i < n; i++)
		if (callback(i, context))
			return i + 1;
	return n;
}
#define bpf_loop(n, callback, context, flags) host_loop((n), (void *)(callback), (context))

#endif
