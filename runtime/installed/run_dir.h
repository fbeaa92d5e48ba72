/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where policies that a process holds (`mmpctl run`) keep their state: /run/mmp/NAME, for a user
 * $XDG_RUNTIME_DIR/mmp/NAME. Its files bear the names of the maps that a loaded policy pins, and
 * hold the same structs, so that they are read in the same way.
 */
#ifndef MMP_RUN_DIR_H
#define MMP_RUN_DIR_H

#include "bpf-templates/mmp_abi.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct failure;
struct pin_lock;

#define RUN_PATH_MAX 512
/* Files that are not a map's. The process holds a lock on its own for as long as it lives. */
#define RUN_PROCESS "process"
#define RUN_JOURNAL "journal"

#define RUN_EVENTS 1024
/* The file "places": for each slot the path of its cgroup below the root. */
#define RUN_PLACES "places"
#define RUN_PLACE_PATH 480

/* The file "hands": what became of the writes, in total. */
#define RUN_HANDS "hands"
struct run_hands {
	uint64_t writes, failed;
	uint64_t overwritten; /* how often somebody else's value was found */
	uint64_t left; /* not put back, since somebody else had written */
};

/* Beside the policies' folders: what they grant together, see files/grants.h. */
#define RUN_GRANTS ".grants"

/* The file "mmp_events": written by the policy's process, `tail` by who reads. */
struct run_events {
	uint64_t head, tail; /* counted on and on */
	struct mmp_event ring[RUN_EVENTS];
};

/* The folder of all; MMP_RUN_DIR in the environment is taken for it, for tests. */
const char *run_root(void);
/* ROOT[/NAME[/PART]]; "" for the root itself. Aborts where it does not fit: names are short. */
const char *run_path(char buf[RUN_PATH_MAX], const char *name, const char *part);
bool run_exists(const char *name);
int run_each(int (*each)(const char *name, void *arg), void *arg);

/* As pin_lock(): whoever makes or removes a policy's folder holds it. */
int run_lock(struct pin_lock *lock, bool create, struct failure *f);

/* The process that holds the policy, or 0: there is none any more. */
pid_t run_process(const char *name);
/* Take the policy's lock for this process, until it ends. -errno; -EAGAIN: another has it. */
int run_hold(const char *name);
/* Tell the process to end, and wait until it did; false where it does not within 30 s. */
bool run_stop(const char *name, int signal);

/* Remove the files and the folder. */
int run_remove(const char *name, struct failure *f);

#endif
