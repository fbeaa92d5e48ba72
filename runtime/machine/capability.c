// SPDX-License-Identifier: GPL-2.0
#include "capability.h"

#include "failure.h"

#include <linux/capability.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool has(unsigned capability)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { 0 };

	if (syscall(SYS_capget, &head, data))
		return false;
	return data[capability / 32].effective >> (capability % 32) & 1;
}

bool capability_has_admin(void)
{
	return has(CAP_SYS_ADMIN);
}

bool capability_has_bpf(void)
{
	return has(CAP_BPF) || has(CAP_SYS_ADMIN);
}

bool capability_has_perfmon(void)
{
	return has(CAP_PERFMON) || has(CAP_SYS_ADMIN);
}

int capability_check_load(struct failure *f)
{
	bool bpf = capability_has_bpf(), perfmon = capability_has_perfmon();

	if (bpf && perfmon)
		return 0;
	fail(f, STATUS_UNSUPPORTED, "no permission to load policies: %s%s%s missing",
	     bpf ? "" : "CAP_BPF", bpf || perfmon ? "" : " and ", perfmon ? "" : "CAP_PERFMON");
	fail_hint(f, "run mmpctl as root");
	return -1;
}
