/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What notify rules write to systemd's journal: with policy, rule, cgroup and values as fields of
 * their own (journalctl MMP_POLICY=web). Writes nothing where there is no journal, and never waits
 * for it.
 */
#ifndef MMP_EVENT_LOG_H
#define MMP_EVENT_LOG_H

#include "bpf-templates/mmp_abi.h"
#include "plan/plan.h"

/* The socket, or -1; for tests, MMP_JOURNAL_SOCKET in the environment is its path. */
int event_log_open(void);
/* `cgroup` is the match's path, or NULL. */
void event_log_write(int fd, const char *policy, const struct plan *p, const struct mmp_event *e,
		     const char *cgroup);

#endif
