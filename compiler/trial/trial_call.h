/* SPDX-License-Identifier: GPL-2.0 */
/* The arguments that a test gives to a call of the THP hook. */
#ifndef MMP_TRIAL_CALL_H
#define MMP_TRIAL_CALL_H

#include "plan/evaluate.h"
#include "trial.h"

/*
 * Arguments not given: those that `process` implies, every order from 2 to 9 offered, a page fault.
 */
bool trial_call_bind(struct arena *a, struct diags *ds, const struct plan *p, uint32_t process,
		     const struct trial_argument *arguments, struct evaluation_call *ret_call);

#endif
