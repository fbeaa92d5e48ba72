/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One reader per signal of grammar/signals.def, SAMPLE(ID): it takes the signal from its cgroup (or
 * the machine) and stores it in its row. The sampler calls it once a tick. What cannot be read is
 * stored as unknown.
 */
#ifndef MMP_SIGNALS_H
#define MMP_SIGNALS_H

#include "limit.bpf.h"
#include "mmp_rate.h"

/* Where signals are read from. memcg is NULL where the cgroup is gone. */
struct mmp_from {
	struct mem_cgroup *memcg;
	struct cgroup *cgroup; /* NULL: the machine, or gone */
	struct mmp_verdict *verdict; /* the slot's, for what its hooks count; may be NULL */
	__u64 now;
	__u64 limit; /* effective, in pages; from MMP_NO_LIMIT on: not known */
	bool is_exact; /* the statistics have just been flushed */
	bool is_system;
};

mmp_global int mmp_store_unknown(__u32 row, __u64 now)
{
	struct mmp_signal *s = bpf_map_lookup_elem(&mmp_signals, &row);

	if (!s)
		return 0;
	s->is_known = 0;
	s->time = now;
	s->raw_time = 0;
	s->filled = 0;
	return 0;
}

mmp_global int mmp_store(__u32 row, __s64 value, __u64 now)
{
	struct mmp_signal *s = bpf_map_lookup_elem(&mmp_signals, &row);

	if (!s)
		return 0;
	s->value = value;
	s->time = now;
	s->is_known = 1;
	return 0;
}

/* A counter whose increase since the last tick counts. */
mmp_global int mmp_store_new(__u32 row, __u64 raw, __u64 now)
{
	struct mmp_signal *s = bpf_map_lookup_elem(&mmp_signals, &row);

	if (!s)
		return 0;
	s->is_known = s->raw_time && raw >= s->raw;
	s->value = raw - s->raw;
	s->raw = raw;
	s->raw_time = now;
	s->time = now;
	return 0;
}

mmp_global int mmp_store_rate(__u32 row, __u64 raw, __u64 now, __u64 window, __u32 flags)
{
	struct mmp_signal *s = bpf_map_lookup_elem(&mmp_signals, &row);

	if (s)
		mmp_rate_sample(s, raw, now, window, flags);
	return 0;
}

/* factor/2048 to the power of `n`, times x. */
mmp_inline __u64 mmp_decay(__u64 x, __u64 factor, __u64 n)
{
	int i;

	factor <<= 9; /* 20 binary places: squaring loses less */
	for (i = 0; i < 12; i++) {
		if (n & 1)
			x = x * factor >> 20;
		factor = factor * factor >> 20;
		n >>= 1;
	}
	return n ? 0 : x;
}

/*
 * The kernel refreshes a group's averages every 2 s, but stops when the group is idle: the last
 * value would stay for ever. Age it by the periods that were missed since our own clock saw a
 * refresh.
 */
mmp_global int mmp_store_psi(__u32 row, __u64 average, __u64 updated, __u64 now, __u32 which)
{
	struct mmp_signal *s = bpf_map_lookup_elem(&mmp_signals, &row);
	__u64 factor = which == 0 ? 1677 : which == 1 ? 1981 : 2034;
	__u64 age;

	if (!s)
		return 0;
	if (updated != s->raw || !s->raw_time) {
		s->raw = updated;
		s->raw_time = now;
	}
	age = now - s->raw_time;
	if (age > 500 * MMP_MS) /* a refresh may be a little late */
		average = mmp_decay(average, factor, (age - 500 * MMP_MS) / (2 * MMP_SECOND));
	s->value = average * 100 >> 11;
	s->is_known = 1;
	s->time = now;
	return 0;
}

#define SAMPLE(id)                                                                                 \
	mmp_inline void mmp_sample_##id(const struct mmp_from *f, __u32 row, __u64 window,         \
					bool is_percent)

#define EVENTS(name)                                                                               \
	(mmp_enum_exists(enum vm_event_item, name)                                                 \
		 ? bpf_mem_cgroup_vm_events(f->memcg, mmp_enum_value(enum vm_event_item, name))    \
		 : 0)
#define STATE(name) bpf_mem_cgroup_page_state(f->memcg, mmp_enum_value(enum node_stat_item, name))

#define SAMPLE_RATE(id, sum)                                                                       \
	SAMPLE(id)                                                                                 \
	{                                                                                          \
		if (f->memcg && mmp_has(bpf_mem_cgroup_vm_events))                                 \
			mmp_store_rate(row, sum, f->now, window,                                   \
				       f->is_exact ? MMP_RATE_EXACT : 0);                          \
		else                                                                               \
			mmp_store_unknown(row, f->now);                                            \
	}

SAMPLE_RATE(PGFAULT_RATE, EVENTS(PGFAULT))
SAMPLE_RATE(PGMAJFAULT_RATE, EVENTS(PGMAJFAULT))
SAMPLE_RATE(REFAULT_RATE, STATE(WORKINGSET_REFAULT_ANON) + STATE(WORKINGSET_REFAULT_FILE))
SAMPLE_RATE(REFAULT_ANON_RATE, STATE(WORKINGSET_REFAULT_ANON))
SAMPLE_RATE(REFAULT_FILE_RATE, STATE(WORKINGSET_REFAULT_FILE))
SAMPLE_RATE(PGSCAN_RATE, EVENTS(PGSCAN_KSWAPD) + EVENTS(PGSCAN_DIRECT) + EVENTS(PGSCAN_KHUGEPAGED) +
				 EVENTS(PGSCAN_PROACTIVE))
SAMPLE_RATE(PGSTEAL_RATE, EVENTS(PGSTEAL_KSWAPD) + EVENTS(PGSTEAL_DIRECT) +
				  EVENTS(PGSTEAL_KHUGEPAGED) + EVENTS(PGSTEAL_PROACTIVE))
SAMPLE_RATE(SWAPIN_RATE, EVENTS(PSWPIN))
SAMPLE_RATE(SWAPOUT_RATE, EVENTS(PSWPOUT))

/* The hooks' own counts are exact at any moment. */
#define SAMPLE_CHARGES(id, field)                                                                  \
	SAMPLE(id)                                                                                 \
	{                                                                                          \
		if (f->memcg && f->verdict)                                                        \
			mmp_store_rate(row, f->verdict->field << MMP_PAGE_SHIFT, f->now, window,   \
				       MMP_RATE_EXACT);                                            \
		else                                                                               \
			mmp_store_unknown(row, f->now);                                            \
	}

SAMPLE_CHARGES(CHARGE_RATE, charged)
SAMPLE_CHARGES(UNCHARGE_RATE, uncharged)

SAMPLE(USAGE)
{
	__u64 usage;

	if (!f->memcg || (is_percent && f->limit >= MMP_NO_LIMIT)) {
		mmp_store_unknown(row, f->now);
		return;
	}
	usage = f->memcg->memory.usage.counter;
	mmp_store(row, is_percent ? mmp_share(usage, f->limit) : usage << MMP_PAGE_SHIFT, f->now);
}

SAMPLE(USAGE_GROWTH)
{
	if (f->memcg)
		mmp_store_rate(row, (__u64)f->memcg->memory.usage.counter << MMP_PAGE_SHIFT, f->now,
			       window, MMP_RATE_EXACT | MMP_RATE_SIGNED);
	else
		mmp_store_unknown(row, f->now);
}

#define SAMPLE_STATE(id, sum)                                                                      \
	SAMPLE(id)                                                                                 \
	{                                                                                          \
		if (f->memcg && mmp_has(bpf_mem_cgroup_page_state))                                \
			mmp_store(row, sum, f->now);                                               \
		else                                                                               \
			mmp_store_unknown(row, f->now);                                            \
	}

SAMPLE_STATE(ANON, STATE(NR_ANON_MAPPED))
SAMPLE_STATE(FILE, STATE(NR_FILE_PAGES))
SAMPLE_STATE(SHMEM, STATE(NR_SHMEM))
SAMPLE_STATE(SLAB, STATE(NR_SLAB_RECLAIMABLE_B) + STATE(NR_SLAB_UNRECLAIMABLE_B))

SAMPLE(SWAP)
{
	if (f->memcg)
		mmp_store(row, (__u64)f->memcg->swap.usage.counter << MMP_PAGE_SHIFT, f->now);
	else
		mmp_store_unknown(row, f->now);
}

/* The group's pressure record; NULL where there is none to read. */
mmp_inline const void *mmp_psi_of(const struct mmp_from *f)
{
	if (f->is_system)
		return mmp_has(&psi_system) ? &psi_system : (void *)0;
	return f->cgroup ? f->cgroup->psi : (void *)0;
}

mmp_inline void mmp_sample_psi(const struct mmp_from *f, __u32 row, __u32 state, __u32 which)
{
	const void *psi = mmp_psi_of(f);
	unsigned long average;
	__u64 updated = 0;

	if (!psi ||
	    bpf_probe_read_kernel(&average, sizeof(average),
				  psi + mmp_offset_of_table(struct psi_group, avg) +
					  (state * 3 + which) * sizeof(average)) ||
	    bpf_probe_read_kernel(&updated, sizeof(updated),
				  psi + mmp_field_offset(struct psi_group, avg_last_update)) ||
	    !updated)
		mmp_store_unknown(row, f->now);
	else
		mmp_store_psi(row, average, updated, f->now, which);
}

#define SAMPLE_PSI(id, state, which)                                                               \
	SAMPLE(id)                                                                                 \
	{                                                                                          \
		mmp_sample_psi(f, row, mmp_enum_value(enum psi_states, state), which);             \
	}

SAMPLE_PSI(PSI_SOME_AVG10, PSI_MEM_SOME, 0)
SAMPLE_PSI(PSI_SOME_AVG60, PSI_MEM_SOME, 1)
SAMPLE_PSI(PSI_SOME_AVG300, PSI_MEM_SOME, 2)
SAMPLE_PSI(PSI_FULL_AVG10, PSI_MEM_FULL, 0)
SAMPLE_PSI(PSI_FULL_AVG60, PSI_MEM_FULL, 1)
SAMPLE_PSI(PSI_FULL_AVG300, PSI_MEM_FULL, 2)

/* Short for PSI_SOME_AVG10; the plan uses that name. */
SAMPLE_PSI(PSI, PSI_MEM_SOME, 0)

#define SAMPLE_EVENTS(id, event)                                                                   \
	SAMPLE(id)                                                                                 \
	{                                                                                          \
		if (f->memcg && mmp_has(bpf_mem_cgroup_memory_events))                             \
			mmp_store_new(row,                                                         \
				      bpf_mem_cgroup_memory_events(                                \
					      f->memcg,                                            \
					      mmp_enum_value(enum memcg_memory_event, event)),     \
				      f->now);                                                     \
		else                                                                               \
			mmp_store_unknown(row, f->now);                                            \
	}

SAMPLE_EVENTS(EVENTS_LOW, MEMCG_LOW)
SAMPLE_EVENTS(EVENTS_HIGH, MEMCG_HIGH)
SAMPLE_EVENTS(EVENTS_MAX, MEMCG_MAX)
SAMPLE_EVENTS(EVENTS_OOM, MEMCG_OOM)
SAMPLE_EVENTS(EVENTS_OOM_KILL, MEMCG_OOM_KILL)

#define SAMPLE_LIMIT(id, field)                                                                    \
	SAMPLE(id)                                                                                 \
	{                                                                                          \
		if (f->memcg)                                                                      \
			mmp_store(row, mmp_limit_bytes(f->memcg->memory.field), f->now);           \
		else                                                                               \
			mmp_store_unknown(row, f->now);                                            \
	}

SAMPLE(LIMIT)
{
	if (f->memcg && f->limit < MMP_NO_LIMIT)
		mmp_store(row, f->limit << MMP_PAGE_SHIFT, f->now);
	else
		mmp_store_unknown(row, f->now);
}

SAMPLE_LIMIT(MAX, max)
SAMPLE_LIMIT(HIGH, high)
SAMPLE_LIMIT(LOW, low)
SAMPLE_LIMIT(MIN, min)

#define NODE(name) mmp_kernel_long(&vm_node_stat, mmp_enum_value(enum node_stat_item, name))

/*
 * The watermark below which kswapd wakes, summed over zones, from the settings that determine it.
 */
mmp_inline __s64 mmp_low_watermark(__s64 total)
{
	__u32 kbytes = 0;
	__s64 min;

	if (mmp_has(&min_free_kbytes))
		bpf_probe_read_kernel(&kbytes, sizeof(kbytes), &min_free_kbytes);
	min = kbytes >> (MMP_PAGE_SHIFT - 10);
	return min + (min / 4 > total / 1000 ? min / 4 : total / 1000);
}

/*
 * As the kernel counts MemAvailable: free pages, and the part of caches that can be dropped without
 * swapping.
 */
mmp_inline __s64 mmp_available_pages(__s64 total)
{
	__u64 low = mmp_low_watermark(total);
	__u64 cache = NODE(NR_ACTIVE_FILE) + NODE(NR_INACTIVE_FILE);
	__u64 slab = NODE(NR_SLAB_RECLAIMABLE_B) + NODE(NR_KERNEL_MISC_RECLAIMABLE);
	__s64 pages = mmp_kernel_long(&vm_zone_stat,
				      mmp_enum_value(enum zone_stat_item, NR_FREE_PAGES)) -
		      mmp_kernel_long(&totalreserve_pages, 0);

	pages += cache - (cache / 2 < low ? cache / 2 : low);
	pages += slab - (slab / 2 < low ? slab / 2 : low);
	return pages < 0 ? 0 : pages;
}

SAMPLE(MEM_AVAILABLE)
{
	__s64 total, pages;

	if (!mmp_has(&vm_zone_stat) || !mmp_has(&vm_node_stat) || !mmp_has(&totalreserve_pages) ||
	    !mmp_has(&_totalram_pages)) {
		mmp_store_unknown(row, f->now);
		return;
	}
	total = mmp_kernel_long(&_totalram_pages, 0);
	pages = mmp_available_pages(total);
	mmp_store(row, is_percent ? mmp_share(pages, total) : pages << MMP_PAGE_SHIFT, f->now);
}

SAMPLE(SWAP_FREE)
{
	__s64 total, pages;

	if (!mmp_has(&nr_swap_pages) || !mmp_has(&total_swap_pages)) {
		mmp_store_unknown(row, f->now);
		return;
	}
	total = mmp_kernel_long(&total_swap_pages, 0);
	pages = mmp_kernel_long(&nr_swap_pages, 0);
	/* Without swap the free share is 0: nothing can be swapped out. */
	mmp_store(row, is_percent ? mmp_share(pages, total) : pages << MMP_PAGE_SHIFT, f->now);
}

#define SAMPLE_TOTAL(id, symbol)                                                                   \
	SAMPLE(id)                                                                                 \
	{                                                                                          \
		if (mmp_has(&symbol))                                                              \
			mmp_store(row, mmp_kernel_long(&symbol, 0) << MMP_PAGE_SHIFT, f->now);     \
		else                                                                               \
			mmp_store_unknown(row, f->now);                                            \
	}

SAMPLE_TOTAL(MEM_TOTAL, _totalram_pages)
SAMPLE_TOTAL(SWAP_TOTAL, total_swap_pages)

#endif
