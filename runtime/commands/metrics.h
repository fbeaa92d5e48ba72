/* SPDX-License-Identifier: GPL-2.0 */
/* The document of `stats` as text for monitoring systems; the series are in metrics.def. */
#ifndef MMP_METRICS_H
#define MMP_METRICS_H

#include <jansson.h>
#include <stdio.h>

void metrics_print_openmetrics(FILE *file, const json_t *stats);
/* Prometheus' text format 0.0.4, which node_exporter's textfile collector reads. */
void metrics_print_prometheus(FILE *file, const json_t *stats);

#endif
