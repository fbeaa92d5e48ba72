/* SPDX-License-Identifier: GPL-2.0 */
/* Times as text, and round ones for an axis. */
#ifndef MMP_TIME_AXIS_H
#define MMP_TIME_AXIS_H

#include <stddef.h>
#include <stdint.h>

/* A time from the start, in seconds. */
const char *time_print(char *buf, size_t size, uint64_t ns);
/* The shortest round time, in ns, that is at least as long as that: 1, 2, 5 s ... 30 m, 3 h. */
uint64_t time_axis_step(uint64_t least);
/* A multiple of the step: "40s", "1h30m". */
const char *time_axis_label(char *buf, size_t size, uint64_t ns, uint64_t step);

#endif
