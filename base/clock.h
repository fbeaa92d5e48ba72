/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMP_CLOCK_H
#define MMP_CLOCK_H

#include <stdint.h>

/* Nanoseconds of the monotonic clock, the one that the kernel's bpf_ktime_get_ns() reads. */
int64_t clock_now_ns(void);
/* Nanoseconds of processor time that this thread has had. */
int64_t clock_thread_ns(void);

#endif
