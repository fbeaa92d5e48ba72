// SPDX-License-Identifier: GPL-2.0
//@ title

//@ sizes
#include "reclaim.bpf.h"

char mmp_license[] SEC("license") = "GPL";

//@ manifest

/* The rules' conditions. */
//@ rules

/* The groups: what is read of them, and what their hooks' gates become. */
//@ groups

mmp_inline void mmp_sample(__u64 now, bool is_exact)
{
	//@ sample
}

mmp_inline void mmp_evaluate(__u64 now)
{
	//@ evaluate
}

mmp_inline int mmp_start_works(void)
{
	//@ works
	return 0;
}
