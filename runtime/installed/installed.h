/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A policy in force: one that lives in bpffs, read from its pins alone, or one that a process
 * holds, read from its files below run_root(). Neither its object nor its loader need be there.
 */
#ifndef MMP_INSTALLED_H
#define MMP_INSTALLED_H

#include "owner.h"
#include "pin.h"
#include "run_dir.h"
#include "bpf-templates/mmp_abi.h"

#include <jansson.h>
#include <sys/types.h>

struct failure;
struct manifest;

enum installed_way { INSTALLED_HOOKS, INSTALLED_FILES };

enum installed_condition {
	INSTALLED_WHOLE,
	INSTALLED_DISARMED, /* a loader was killed before the last step, or an unload after its
			       first */
	INSTALLED_BROKEN, /* its pins are not all there, or of another version */
	INSTALLED_LEFTOVER, /* a tmp_ directory */
	INSTALLED_KILLED, /* by files: its process ended without giving back */
};

struct installed_link {
	char pin[80];
	struct owner_link link; /* fd is closed; map_id 0: its target is gone */
};

struct installed {
	char name[256]; /* the directory below PIN_ROOT, or below run_root() */
	enum installed_way way;
	pid_t pid; /* by files: the process, or 0 */
	enum installed_condition condition;
	struct manifest *manifest; /* NULL where it cannot be read */
	json_t *record; /* what its load knew: see policy_maps.c; or NULL */
	struct mmp_config config;
	struct mmp_run run;
	struct run_hands hands; /* by files */
	int config_fd; /* -1: missing */
	struct installed_link *links;
	size_t link_count;
};

/*
 * Fails only for want of memory or permission: what cannot be read shows as its condition. *ret is
 * the caller's, to be given to installed_close(), which takes NULL.
 */
int installed_open(struct installed **ret, const char *name, struct failure *f);
void installed_close(struct installed *p);
/* All of them, tmp_ directories too, by name; each is closed after its call. Stops where `each`
 * returns other than 0, and returns that. */
int installed_each(int (*each)(struct installed *p, void *arg), void *arg, struct failure *f);
/* As installed_open(), for one that must exist and be readable; hints at the nearest name. */
int installed_get(struct installed **ret, const char *name, struct failure *f);

/* What the load's record says of the link that is pinned so, the policy's own; NULL: nothing. */
const json_t *installed_attachment(const struct installed *p, const char *pin);
/*
 * pin_lock() for those who look at what is in force. Who may not look at root's policies sees their
 * own, which a process holds, and nothing is locked.
 */
int installed_lock(struct pin_lock *lock, struct failure *f);
/* Is there one of that name, of either way, in any condition? */
bool installed_exists(const char *name);
/* By files: the first `size` bytes of a part; false where there are not so many. */
bool installed_read_file(const struct installed *p, const char *part, void *to, size_t size);

/* By hooks: a map of the policy by its pin, a new fd, the caller's to close, or -1. */
int installed_map(const struct installed *p, const char *part);
/* Write its mmp_config, the one place by which a policy in force changes. */
int installed_write_config(const struct installed *p, const struct mmp_config *config,
			   struct failure *f);
/* Where group `index` was found at load: its path below the mount, with a leading "/". */
const char *installed_group_path(const struct installed *p, uint32_t index, char *buf, size_t size);
/* "enforce", "monitor", "disarmed" ...; never NULL. */
const char *installed_condition_words(const struct installed *p);
/* "hooks" or "files". */
const char *installed_way_words(const struct installed *p);
/* Links whose target is gone. */
size_t installed_dead_links(const struct installed *p);

#endif
