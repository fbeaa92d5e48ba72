/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is remembered of policies and of rules' rows from one look to the next: their counters and
 * their strip. What a look does not ask for any more is forgotten after it.
 */
#ifndef MMP_HISTORY_H
#define MMP_HISTORY_H

#include "strip.h"

#include "base/arena.h"
#include "base/table.h"

struct track {
	uint64_t time; /* of the last look; 0: there was none */
	uint64_t counters[3]; /* the caller's */
	struct strip strip;
};

struct history {
	struct generation {
		struct arena arena;
		struct table table;
	} generations[2];
	unsigned now;
	uint64_t cell_ns;
};

/* It must not be moved after this. */
void history_init(struct history *h, uint64_t cell_ns);
void history_finish(struct history *h);

void history_begin(struct history *h);
/*
 * The track of a policy, or of a row of one of its rules; rule and cgroup may be NULL. It stays
 * until the next history_end().
 */
struct track *history_of(struct history *h, const char *policy, const char *rule, uint32_t row,
			 const char *cgroup);
void history_end(struct history *h);

/*
 * How fast the counter has grown since the last look, per second, and remember it; less than 0
 * where there was none. A counter that went backwards began anew.
 */
double track_rate(struct track *t, unsigned counter, uint64_t now, uint64_t value);

#endif
