/* SPDX-License-Identifier: GPL-2.0 */
/* What this machine lets rules do by cgroup files. */
#ifndef MMP_FILE_WAY_H
#define MMP_FILE_WAY_H

#include "base/lang.h"

#include <stdbool.h>

struct cgroup_mount;

/* A notify rule may still ask about a cgroup whose files are not there: it is then never active. */
bool file_way_works(const struct cgroup_mount *m, enum action a);
/* The same where nobody has opened the mount. */
bool file_way_is_open(enum action a);

#endif
