/* SPDX-License-Identifier: GPL-2.0 */
/* The values that a call of the THP hook gives to conditions; unknown outside a call. */
#ifndef MMP_EVALUATE_CALL_H
#define MMP_EVALUATE_CALL_H

#include "evaluate.h"

struct mmp_value evaluate_call_number(const struct evaluation_call *call, enum signal_id signal);
enum mmp_truth evaluate_comm_is(const struct evaluation_call *call, const char *comm);
/* Is the process in that cgroup or below? */
enum mmp_truth evaluate_in_cgroup(const struct evaluation_call *call, const struct plan_group *g);

#endif
