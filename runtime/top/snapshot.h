/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One look at all policies, as a JSON document, which text and screen are views of:
 *
 *	time (seconds since 1970), cell_s (how long a cell of a strip is),
 *	policies: [ name, state, by, tick_s, ticks, dead_links, slots_lost,
 *		sampler_share and reclaim_share (of one processor, since the last look; null at the
 *		first),
 *		rules: [ what rows_describe_rule() gives, strip, acted_per_s and monitored_per_s
 *			(null at the first look),
 *			signals: [ signal, known, text, value, age_s, and where it is compared with
 *a number: clause, comparison, threshold, threshold_text ] ] ]
 *
 * A policy that cannot be read has its name, its state and no rules.
 */
#ifndef MMP_SNAPSHOT_H
#define MMP_SNAPSHOT_H

#include "history.h"
#include "machine/cgroup.h"

#include <jansson.h>

struct failure;

struct snapshot {
	struct history history;
	struct cgroup_mount mount;
	const char *policy; /* the only one to look at; NULL: all */
	/* The row whose "reasons" are asked for: why it does or does not act. NULL: none. */
	const char *reasons_policy, *reasons_rule, *reasons_cgroup;
};

/* It must not be moved after this. */
void snapshot_init(struct snapshot *s, uint64_t cell_ns, const char *policy);
void snapshot_finish(struct snapshot *s);
/* The document, a new reference; NULL with *f. */
json_t *snapshot_take(struct snapshot *s, struct failure *f);

#endif
