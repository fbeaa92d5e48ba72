/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A rule's state machine, run by the sampler in BPF and by the evaluator in user space. Time is an
 * argument and never read here. One call is one evaluation; all durations are nanoseconds.
 *
 *	idle --when true--> pending --true for `for`--> active --leave--> cooling --over--> idle
 */
#ifndef MMP_MACHINE_H
#define MMP_MACHINE_H

#include "mmp_value.h"

enum mmp_state { MMP_IDLE, MMP_PENDING, MMP_ACTIVE, MMP_COOLING, MMP_STATE_COUNT };

struct mmp_timing {
	__u64 when_for, until_for, hold, cooldown;
	__u64 has_until;
};

/* A condition's `for` clock: how long the condition has been seen true. It stops while unknown. */
struct mmp_clock {
	__u64 elapsed;
	__u32 was; /* enum mmp_truth of the last evaluation */
	__u32 is_running;
};

struct mmp_machine {
	__u32 state; /* enum mmp_state */
	__u32 pad;
	__u64 since; /* when the state was entered */
	__u64 last; /* the last evaluation */
	__u64 active_ns; /* total, up to the last evaluation */
	__u64 evaluated, entered, left;
	__u64 unknown; /* evaluations that left the state because a signal was unknown */
	__u64 held; /* evaluations at which only `hold` kept the rule active */
	__u64 cooled; /* evaluations at which only `cooldown` kept it from pending or active */
	struct mmp_clock when, until;
};

mmp_inline void mmp_clock_step(struct mmp_clock *c, enum mmp_truth now, __u64 dt)
{
	if (now == MMP_FALSE) {
		c->elapsed = 0;
		c->is_running = 0;
	} else if (now == MMP_TRUE) {
		if (!c->is_running) {
			c->is_running = 1;
			c->elapsed = 0;
		} else if (c->was == MMP_TRUE) {
			c->elapsed += dt;
		}
	}
	c->was = now;
}

mmp_inline int mmp_clock_reached(const struct mmp_clock *c, enum mmp_truth now, __u64 duration)
{
	return now == MMP_TRUE && c->elapsed >= duration;
}

mmp_inline void mmp_machine_go(struct mmp_machine *m, enum mmp_state state, __u64 now)
{
	m->state = state;
	m->since = now;
	if (state == MMP_ACTIVE) {
		m->entered++;
		m->until.elapsed = 0;
		m->until.is_running = 0;
	}
}

mmp_inline void mmp_machine_enter(struct mmp_machine *m, const struct mmp_timing *t,
				  enum mmp_truth when, __u64 now)
{
	if (mmp_clock_reached(&m->when, when, t->when_for))
		mmp_machine_go(m, MMP_ACTIVE, now);
	else if (when == MMP_TRUE && m->state == MMP_IDLE)
		mmp_machine_go(m, MMP_PENDING, now);
	else if (when == MMP_FALSE && m->state == MMP_PENDING)
		mmp_machine_go(m, MMP_IDLE, now);
}

mmp_inline void mmp_machine_leave(struct mmp_machine *m, const struct mmp_timing *t,
				  enum mmp_truth when, enum mmp_truth until, __u64 now)
{
	int leaves = t->has_until ? mmp_clock_reached(&m->until, until, t->until_for)
				  : when == MMP_FALSE;

	if (!leaves)
		return;
	if (now - m->since < t->hold) {
		m->held++;
		return;
	}
	m->left++;
	mmp_machine_go(m, t->cooldown ? MMP_COOLING : MMP_IDLE, now);
}

/*
 * One evaluation at time `now`. Without `until` pass MMP_FALSE for it; without `when` pass
 * MMP_TRUE. At most one change of state, except that the end of `cooldown` may enter at once.
 */
mmp_inline void mmp_machine_step(struct mmp_machine *m, const struct mmp_timing *t,
				 enum mmp_truth when, enum mmp_truth until, __u64 now)
{
	__u64 dt = m->evaluated ? now - m->last : 0;

	m->evaluated++;
	m->last = now;
	if (m->state == MMP_ACTIVE)
		m->active_ns += dt;
	mmp_clock_step(&m->when, when, dt);
	mmp_clock_step(&m->until, until, dt);
	if (when == MMP_UNKNOWN || (m->state == MMP_ACTIVE && t->has_until && until == MMP_UNKNOWN))
		m->unknown++;

	if (m->state == MMP_ACTIVE) {
		mmp_machine_leave(m, t, when, until, now);
		return;
	}
	if (m->state == MMP_COOLING) {
		if (now - m->since < t->cooldown) {
			m->cooled += when == MMP_TRUE;
			return;
		}
		mmp_machine_go(m, MMP_IDLE, now);
	}
	mmp_machine_enter(m, t, when, now);
}

#endif
