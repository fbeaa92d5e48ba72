/* SPDX-License-Identifier: GPL-2.0 */
/* What a policy would do, and where, for people. */
#ifndef MMP_DESCRIBE_H
#define MMP_DESCRIBE_H

#include <stdio.h>

#include "plan/plan.h"

/* The same for scripts is the manifest (emit.h). */
void describe_text(FILE *out, const struct plan *p);
/* What each rule loses where cgroup files put the policy in force. */
void describe_files(FILE *out, const struct plan *p);
/* One rule, without its name: what it does, then when, a line each. */
void describe_rule(FILE *out, const struct plan *p, const struct plan_rule *r);

#endif
