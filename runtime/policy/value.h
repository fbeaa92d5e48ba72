/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Values as people write them, for params and signals: what is said of them. base/quantity.h reads
 * them. Values are in base units: bytes, nanoseconds, events per second, hundredths of a percent.
 * *ret is written where 0 is returned.
 */
#ifndef MMP_VALUE_TEXT_H
#define MMP_VALUE_TEXT_H

#include <stddef.h>
#include "base/lang.h"

#include <stdint.h>

struct failure;
struct manifest;
struct manifest_param;

/* "400/s" for a param, held against its range. */
int value_parse_param(const struct manifest_param *param, const char *text, int64_t *ret,
		      struct failure *f);
/* "30s" in nanoseconds, more than 0. */
int value_parse_duration(const char *text, int64_t *ret, struct failure *f);
/* "400/s" in buf, which is returned. */
const char *value_print(char *buf, size_t size, enum quantity quantity, int64_t value);
/* Returns -1: there is no param of that name; the hint is the nearest one, or how to see them. */
int value_no_param(const struct manifest *m, const char *name, struct failure *f);

#endif
