/* SPDX-License-Identifier: GPL-2.0 */
/* Values as people write them, for params and signals: the language's units. */
#ifndef MMP_VALUE_TEXT_H
#define MMP_VALUE_TEXT_H

#include <stddef.h>
#include <stdint.h>

struct failure;
struct manifest;
struct manifest_param;

/* Parse "400/s" for a param and hold it against its range. */
int value_parse_param(const struct manifest_param *param, const char *text, int64_t *ret,
		      struct failure *f);
/* "30s" in nanoseconds. */
int value_parse_duration(const char *text, int64_t *ret, struct failure *f);
/* "400/s"; quantity as the manifest names it. */
const char *value_print(char *buf, size_t size, const char *quantity, int64_t value);
/* There is no param of that name: says which there are. */
int value_no_param(const struct manifest *m, const char *name, struct failure *f);

#endif
