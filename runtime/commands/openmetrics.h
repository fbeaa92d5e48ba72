/* SPDX-License-Identifier: GPL-2.0 */
/* The document of `stats` as OpenMetrics text. */
#ifndef MMP_OPENMETRICS_H
#define MMP_OPENMETRICS_H

#include <jansson.h>
#include <stdio.h>

void openmetrics_print(FILE *file, const json_t *stats);

#endif
