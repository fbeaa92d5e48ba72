/* SPDX-License-Identifier: GPL-2.0 */
/*
 * load --replace: how the policy of the same name that is in force gives way.
 *
 *	constants	only params, mode or tick differ: written to the maps of the old one; no gap
 *	update		huge-page rules alone: their links are moved to the new maps; no gap
 *	gap		memory-cgroup links cannot be moved: the old ones are detached, the new ones
 *			attached, and the time between is measured
 *
 * Whatever fails, replacement_close() puts the old policy back in force.
 */
#ifndef MMP_REPLACE_H
#define MMP_REPLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct failure;
struct machine;
struct policy;

enum replace_way { REPLACE_CONSTANTS, REPLACE_UPDATE, REPLACE_GAP };

struct replacement {
	enum replace_way way;
	struct installed *old;
	char old_dir[100]; /* where its pins are: NAME, or what the new policy was in before */
	struct held_link *links; /* of the old policy */
	size_t link_count;
	bool is_disarmed, is_done;
	uint64_t started, gap_ns;
};

/* For a configured policy whose name is taken: decides the way. Changes nothing. */
int replacement_open(struct replacement **ret, struct policy *p, struct failure *f);
/* For a policy that goes, and none takes its place: as in GAP. */
int replacement_open_gone(struct replacement **ret, const char *name, struct failure *f);
/* CONSTANTS: all of it. */
int replacement_write(struct replacement *r, struct policy *p, struct failure *f);
/* GAP: disarm and detach the old policy. The gap begins. */
int replacement_clear(struct replacement *r, struct failure *f);
/*
 * UPDATE: the old links serve the new policy; before it is placed. Its attachments keep the
 * link's fd. GAP: nothing.
 */
int replacement_share(struct replacement *r, struct policy *p, struct failure *f);
/* The new policy is armed: UPDATE moves the links to it; in GAP the gap ends. */
int replacement_finish(struct replacement *r, struct policy *p, struct failure *f);
/* After a failure and before the new policy is closed: UPDATE gives the old maps their links back.
 */
void replacement_take_back(struct replacement *r);
/* Removes the old policy when done; else restores it. Takes NULL. */
void replacement_close(struct replacement *r, const struct machine *m);

const char *replace_way_words(enum replace_way way);

#endif
