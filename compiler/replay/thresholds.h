/* SPDX-License-Identifier: GPL-2.0 */
/* The numbers that a policy's conditions compare a signal with, for pictures of the signal. */
#ifndef MMP_LANE_THRESHOLDS_H
#define MMP_LANE_THRESHOLDS_H

#include "recording.h"
#include "trial/input.h"

/* Fills in the lane's thresholds, each once: those of rules, for that column's signal. */
void lane_thresholds(struct arena *a, const struct plan *p, const struct input *in,
		     struct lane *lane);

#endif
