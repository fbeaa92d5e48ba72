// SPDX-License-Identifier: GPL-2.0
#include "open_files.h"

#include <sys/resource.h>

#define MANY (1 << 20) /* the kernel's own ceiling, fs.nr_open, unless somebody has set another */

void open_files_allow_many(void)
{
	struct rlimit limit, many = { MANY, MANY };

	if (!setrlimit(RLIMIT_NOFILE, &many) || getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}
