// SPDX-License-Identifier: GPL-2.0
//@ title

//@ sizes
#include "reclaim.bpf.h"

char mmp_license[] SEC("license") = "GPL";

//@ manifest

/* The rules' conditions. */
//@ rules

/* The groups: which signals are read for them, and how their hooks' gates are set. */
//@ groups

mmp_inline void mmp_sample(__u64 now, bool is_exact)
{
	//@ sample
}

mmp_inline void mmp_evaluate(__u64 now)
{
	//@ evaluate
}

/*
 * Run after the start program, until it returns 0: how many work items of reclaim are still to be
 * made. The kernel makes each from memory that is free on this processor right now. They have a
 * program of their own, of type syscall: from Linux 7.4 on only what a syscall program has set up
 * may reclaim. Any program may start them.
 */
SEC("syscall")
int mmp_set_up_works(void *ctx)
{
	struct mmp_set_up set = { 0 };

	//@ works
	return set.missing;
}
