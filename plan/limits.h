/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How large a plan can be: mmpc does not make a larger one, and both programs refuse to read one.
 */
#ifndef MMP_LIMITS_H
#define MMP_LIMITS_H

#include "bpf-templates/mmp_abi.h"

#define PLAN_FILE_BYTES_MAX (32u << 20) /* as JSON */
#define PLAN_NAME_MAX 4000 /* bytes of a name or path as the policy gives it */
#define PLAN_MADE_NAME_MAX 4095 /* of a made name: a signal's, a rule's, an absolute path */
#define PLAN_TEXT_MAX (16u << 20) /* bytes of one of the policy's files */
#define PLAN_LINES_MAX (PLAN_TEXT_MAX + 1)
#define PLAN_FILES_MAX 1024
#define PLAN_GROUPS_MAX 16384
#define PLAN_PARAMS_MAX MMP_PARAMS_MAX
#define PLAN_SIGNALS_MAX 65536
#define PLAN_RULES_MAX 16384
#define PLAN_PROCESSES_MAX PLAN_RULES_MAX /* a rule refers to each */
#define PLAN_STRINGS_MAX 16384
/*
 * Cgroups that a glob can stand for at a time: what --matches says, or by default so many. Where
 * the default would take more rows than a policy may have, its globs have half as many, and so on
 * down to the least.
 */
#define PLAN_GLOB_SLOTS 4096
#define PLAN_GLOB_SLOTS_LEAST 512
#define PLAN_GLOB_SLOTS_MAX 65536
#define PLAN_PATTERNS_MAX 64 /* of a glob, and as many exceptions */
#define PLAN_ROWS_MAX 262144 /* of slots, rules or signals: a quarter of a gigabyte of maps */
#define PLAN_NODES_MAX 4000000 /* parts of all conditions */
#define PLAN_DEPTH_MAX 256 /* levels of one condition */
#define PLAN_TERMS_MAX 64 /* terms that only a call can answer, of one rule */

#endif
