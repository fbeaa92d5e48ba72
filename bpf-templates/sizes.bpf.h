/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The huge-page orders that the settings in /sys/kernel/mm/transparent_hugepage allow for anonymous
 * memory. The kernel calls the hook before it reads these settings, and uses only one order of the
 * answer: where the highest order in it is switched off, the result is base pages. The sampler
 * reads the settings, so that the hook can leave such orders out.
 */
#ifndef MMP_SIZES_H
#define MMP_SIZES_H

#include "state.bpf.h"

enum transparent_hugepage_flag { TRANSPARENT_HUGEPAGE_FLAG, TRANSPARENT_HUGEPAGE_REQ_MADV_FLAG };

extern const void huge_anon_orders_always __ksym __weak;
extern const void huge_anon_orders_madvise __ksym __weak;
extern const void huge_anon_orders_inherit __ksym __weak;
extern const void transparent_hugepage_flags __ksym __weak;

/* A bit for each order; all of them until the settings are known. */
struct mmp_sizes {
	__u64 plain; /* of mappings without advice */
	__u64 advised; /* of those with MADV_HUGEPAGE */
};

struct mmp_sizes mmp_sizes = { ~0ULL, ~0ULL };

mmp_inline __u64 mmp_setting(const void *symbol)
{
	__u64 setting = 0;

	bpf_probe_read_kernel(&setting, sizeof(setting), symbol);
	return setting;
}

mmp_inline void mmp_sample_sizes(void)
{
	__u64 plain, advised, inherit, flags;

	if (!mmp_has(&huge_anon_orders_always) || !mmp_has(&huge_anon_orders_madvise) ||
	    !mmp_has(&huge_anon_orders_inherit) || !mmp_has(&transparent_hugepage_flags))
		return;
	plain = mmp_setting(&huge_anon_orders_always);
	advised = plain | mmp_setting(&huge_anon_orders_madvise);
	inherit = mmp_setting(&huge_anon_orders_inherit);
	flags = mmp_setting(&transparent_hugepage_flags);
	if (flags >> mmp_enum_value(enum transparent_hugepage_flag, TRANSPARENT_HUGEPAGE_FLAG) &
	    1) {
		plain |= inherit;
		advised |= inherit;
	} else if (flags >> mmp_enum_value(enum transparent_hugepage_flag,
					   TRANSPARENT_HUGEPAGE_REQ_MADV_FLAG) &
		   1) {
		advised |= inherit;
	}
	mmp_sizes.plain = plain;
	mmp_sizes.advised = advised;
}

#endif
