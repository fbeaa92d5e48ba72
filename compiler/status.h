/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMP_STATUS_H
#define MMP_STATUS_H

/* Exit statuses of mmpc: docs/mmpc.1 lists them. */
enum exit_status {
	STATUS_OK = 0,
	STATUS_ERRORS = 1, /* the policy has errors */
	STATUS_USAGE = 2, /* wrong flags, or a file that cannot be read or written */
	STATUS_FAIL_LEVEL = 3, /* a warning or note at the fail level */
	STATUS_CLANG = 4,
	STATUS_DIFFERENCE = 7, /* a policy test failed, or fmt --check found a difference */
};

#endif
