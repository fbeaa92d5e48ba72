/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMP_STATUS_H
#define MMP_STATUS_H

/* Exit statuses of both programs: docs/mmpc.1 and docs/mmpctl.8 list them. */
enum exit_status {
	STATUS_OK = 0,
	STATUS_ERRORS = 1, /* the policy has errors */
	STATUS_USAGE = 2, /* wrong flags, or a file that cannot be read or written */
	STATUS_FAIL_LEVEL = 3, /* a warning or note at the fail level */
	STATUS_CLANG = 4, /* clang refused what mmpc made of the policy */
	STATUS_REFUSED = 4, /* the kernel's verifier did */
	STATUS_UNSUPPORTED = 5, /* the kernel lacks a hook, or no permission */
	STATUS_CONFLICT = 6, /* nothing changed */
	STATUS_DIFFERENCE = 7, /* a policy test failed, or fmt --check found a difference */
	STATUS_TARGET = 8, /* no such cgroup or process, or its memory controller is off */
};

#endif
