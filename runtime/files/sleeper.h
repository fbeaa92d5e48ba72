/* SPDX-License-Identifier: GPL-2.0 */
/* Waiting for the next tick, or for what comes before it: a signal, changed settings, a verdict. */
#ifndef MMP_SLEEPER_H
#define MMP_SLEEPER_H

#include <signal.h>
#include <stdint.h>

/* Only ticks and signals, without descriptors: -1 in all three. */
struct sleeper {
	sigset_t set;
	int signals, settings, verdicts;
};

/* From now on the signals that end a policy wait for sleeper_wait(). */
void sleeper_init(struct sleeper *s);
/* Also wake up for a change of that file and when `verdicts` is readable. 0 or -errno. */
int sleeper_watch(struct sleeper *s, const char *settings, int verdicts);
void sleeper_finish(struct sleeper *s);
/* Until `time` (ns) at most: the signal, or 0. */
int sleeper_wait(const struct sleeper *s, uint64_t time);

#endif
