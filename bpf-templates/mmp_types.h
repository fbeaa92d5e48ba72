/* SPDX-License-Identifier: GPL-2.0 */
/* The fixed-size integers, for BPF and for user space. */
#ifndef MMP_TYPES_H
#define MMP_TYPES_H

#ifdef __bpf__
typedef unsigned char __u8;
typedef signed char __s8;
typedef unsigned short __u16;
typedef short __s16;
typedef unsigned int __u32;
typedef int __s32;
typedef unsigned long long __u64;
typedef long long __s64;
typedef _Bool bool;
#define true 1
#define false 0
#else
#include <linux/types.h>
#include <stdbool.h>
#endif

#endif
