/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a loaded policy's maps hold, read in a few calls; counters summed over the processors. Times
 * are nanoseconds of the monotonic clock, values are in base units. Each function that returns a
 * json_t * returns a new reference.
 */
#ifndef MMP_ROWS_H
#define MMP_ROWS_H

#include "bpf-templates/mmp_abi.h"

#include "run_dir.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

struct cgroup_mount;
struct failure;
struct installed;
struct manifest_rule;

struct rows {
	struct mmp_slot *slots;
	struct mmp_calls *calls; /* one per slot */
	struct mmp_signal *signals;
	struct mmp_rule *rules;
	struct mmp_acts *acts; /* one per rule row */
	char (*places)[RUN_PLACE_PATH]; /* by files: one per slot, below the root; else NULL */
	__u64 now; /* of the clock that the maps use */
};

/*
 * 0, or -1 with *f, and then there is nothing to finish. The arrays are as long as the manifest
 * says, belong to r and are freed by rows_finish(); p has to stay only for this call.
 */
int rows_read(struct rows *r, const struct installed *p, struct failure *f);
void rows_finish(struct rows *r);

/* The slot of the rule's row i (0 .. rows - 1); NULL for one that has none. */
const struct mmp_slot *rows_slot_of(const struct rows *r, const struct installed *p,
				    const struct manifest_rule *rule, uint32_t i);
/* The path of the slot's cgroup, with a leading "/", where it exists; else NULL. */
const char *rows_place_of(const struct rows *r, const struct cgroup_mount *mount,
			  const struct mmp_slot *slot);
/* When a row began to be evaluated: since its cgroup got its slot or, without one, since the load;
 * 0: not known. slot may be NULL. */
__u64 rows_start_of(const struct installed *p, const struct mmp_slot *slot);
/* Calls of the hooks that the rule's action acts in, for the rule's row i. */
__u64 rows_hook_calls(const struct rows *r, const struct installed *p,
		      const struct manifest_rule *rule, uint32_t i);

/* One rule's row with its counters; NULL where a glob's slot is not used. */
json_t *rows_describe_rule(const struct rows *r, const struct installed *p,
			   const struct cgroup_mount *mount, uint32_t rule, uint32_t i);
/* One signal's row: name, value in words and base units, age. */
json_t *rows_describe_signal(const struct rows *r, const struct installed *p, uint32_t signal,
			     uint32_t i);
/* The same with the cgroup that the row stands for; NULL where a glob's slot is not used. */
json_t *rows_describe_signal_of(const struct rows *r, const struct installed *p,
				const struct cgroup_mount *mount, uint32_t signal, uint32_t i);
/* "idle", "active" ...; never NULL. */
const char *rows_state_words(unsigned state);

#endif
