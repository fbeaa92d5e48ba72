// SPDX-License-Identifier: GPL-2.0
#include "file_way.h"

#include "cgroup.h"
#include "failure.h"

#include <unistd.h>

bool file_way_works(const struct cgroup_mount *m, enum action a)
{
	if (a == ACTION_THP)
		return !access("/sys/kernel/mm/transparent_hugepage/enabled", W_OK);
	return m->fd >= 0 && (a == ACTION_NOTIFY || cgroup_mount_has_memory(m));
}

bool file_way_is_open(enum action a)
{
	static struct failure ignored; /* without a mount its fd says so */
	struct cgroup_mount m = { .fd = -1 };
	bool works;

	cgroup_mount_open(&m, &ignored);
	works = file_way_works(&m, a);
	cgroup_mount_close(&m);
	return works;
}
