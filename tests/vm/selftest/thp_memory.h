/* SPDX-License-Identifier: GPL-2.0 */
/* Memory that may get huge pages, for the selftests of bpf_thp_ops */
#ifndef MMP_SELFTEST_THP_MEMORY_H
#define MMP_SELFTEST_THP_MEMORY_H

#include <stddef.h>

#define HUGE (2UL << 20)
#define THP_SIZE (8UL << 20)
#define THP_KB ((long)(THP_SIZE / 1024))

/* Files in /sys/kernel/mm/transparent_hugepage */
void write_knob(const char *name, const char *value);
long read_knob(const char *name);

/* THP_SIZE of new memory, aligned and advised for huge pages */
char *map_aligned(void);
void touch(char *memory);

/* The kB of anonymous huge pages that this process has */
long huge_kb(void);

/* How many kB of huge pages touching THP_SIZE of new memory yields: in this process, and in a
 * child. */
long huge_of_new_memory(void);

/*
 * Given a program, the child executes "PROGRAM huge" first, which has to write the figure to its
 * standard output as a long.
 */
long huge_in_child(const char *program);

#endif
