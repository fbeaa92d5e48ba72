/* SPDX-License-Identifier: GPL-2.0 */
/* A policy's maps while it is loaded: first values, rows, pins, the arming write. */
#ifndef MMP_POLICY_MAPS_H
#define MMP_POLICY_MAPS_H

#include <stdbool.h>

struct failure;
struct mmp_config;
struct policy;

/* Before load: hold the maps against the manifest and write mmp_config's initial value. */
int policy_maps_prepare(struct policy *p, struct failure *f);
/* Mode and params as configured, disarmed. */
void policy_maps_configure(const struct policy *p, struct mmp_config *config);
/* After load: mmp_anchors and the slots of named groups. */
int policy_maps_fill(struct policy *p, struct failure *f);
int policy_maps_pin(struct policy *p, struct failure *f);
/* Replace the texts of a policy in force, in p->dir, by this one's. */
int policy_maps_repin_texts(struct policy *p, struct failure *f);
/* The starter said that timer and work items run. */
bool policy_maps_is_started(const struct policy *p);
/*
 * Waits until the rules have been evaluated since the policy was armed; for so long it answers as
 * if none were active.
 */
void policy_maps_wait_evaluated(const struct policy *p);
/* The one write that puts the policy in force, or out of it. */
int policy_maps_arm(struct policy *p, bool is_armed, struct failure *f);

#endif
