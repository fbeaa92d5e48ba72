/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where loaded policies live: /sys/fs/bpf/mmp/NAME holds a policy's pins, tmp_PID one that is being
 * loaded. Everything that changes the tree holds its lock, so two loaders take turns.
 */
#ifndef MMP_PIN_H
#define MMP_PIN_H

#include <stdbool.h>
#include <stddef.h>

struct failure;

#define PIN_BPFFS "/sys/fs/bpf"
#define PIN_ROOT PIN_BPFFS "/mmp"
#define PIN_TMP "tmp_"
#define PIN_PATH_MAX 320
/* Pins that mmpctl itself makes; the others bear their map's name. Links are link_NAME. */
#define PIN_MANIFEST "manifest"
#define PIN_RECORD "loaded"
#define PIN_CONFIG "mmp_cfg"
#define PIN_RUN "mmp_run"
#define PIN_LINK "link_"

struct pin_lock {
	int fd; /* -1: not held */
};

/*
 * Take the lock, waiting for another loader. Creates the root where `create`; without it and
 * without a root, the lock is not held and 0 is returned: there is nothing to guard.
 */
int pin_lock(struct pin_lock *lock, bool create, struct failure *f);
void pin_unlock(struct pin_lock *lock);

/* "/sys/fs/bpf/mmp/NAME[/PART]"; part may be NULL. Aborts where it does not fit: names are short.
 */
const char *pin_path(char buf[PIN_PATH_MAX], const char *name, const char *part);
/* The names in a directory, "" for the root; calls each until it returns other than 0. */
int pin_each(const char *name, int (*each)(const char *part, void *arg), void *arg);
bool pin_exists(const char *name);
/*
 * Remove a directory's pins: links first, so that the hooks stop before what they read goes, then
 * timer and work items, then the rest; then the directory. What it cannot remove, it says.
 */
int pin_remove(const char *name, struct failure *f);
/* The name of a cgroup or process as the part of a pin's name: other characters become _XX. */
void pin_escape(char *buf, size_t size, const char *prefix, const char *name);

#endif
