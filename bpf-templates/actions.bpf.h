/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What rules do: the step of a rule's state machine, the gates that the sampler sets for the hooks,
 * and, behind the gates, one function per action.
 */
#ifndef MMP_ACTIONS_H
#define MMP_ACTIONS_H

#include "mmp_answer.h"
#include "state.bpf.h"

mmp_inline void mmp_note_change(struct mmp_rule *r, __u64 now)
{
	int i;

	for (i = 3; i > 0; i--) {
		r->last_change[i] = r->last_change[i - 1];
		r->last_state[i] = r->last_state[i - 1];
	}
	r->last_change[0] = now;
	r->last_state[0] = r->machine.state;
}

/* One evaluation of a rule; tells whether it has just become active. */
mmp_global int mmp_step(__u32 row, __u32 when, __u32 until, const struct mmp_timing *t, __u64 now)
{
	struct mmp_rule *r = mmp_rule(row);
	__u32 before;

	if (!r || !t)
		return 0;
	before = r->machine.state;
	mmp_machine_step(&r->machine, t, (enum mmp_truth)when, (enum mmp_truth)until, now);
	r->verdict = r->machine.state == MMP_ACTIVE;
	if (r->machine.state == before)
		return 0;
	mmp_note_change(r, now);
	return r->verdict;
}

mmp_inline bool mmp_is_active(__u32 row)
{
	struct mmp_rule *r = mmp_rule(row);

	return r && r->verdict;
}

mmp_inline bool mmp_is_enforced(void)
{
	return mmp_config.mode == MMP_ENFORCE;
}

/* Count that a rule made a hook answer other than the default, or would have. */
mmp_inline void mmp_acted(__u32 row)
{
	struct mmp_acts *a = bpf_map_lookup_elem(&mmp_acts, &row);

	if (!a)
		return;
	if (mmp_is_enforced())
		a->acted++;
	else
		a->monitored++;
}

/* The sampler's gates, made rule by rule and then published whole. */
struct mmp_gates {
	__u64 low, min, charge;
};

mmp_inline struct mmp_gates mmp_closed_gates(void)
{
	return (struct mmp_gates){ .charge = MMP_NEVER };
}

mmp_inline void mmp_publish(__u32 slot, const struct mmp_gates *g)
{
	struct mmp_verdict *v = mmp_verdict(slot);

	if (!v)
		return;
	v->true_low_gate = g->low;
	v->true_min_gate = g->min;
	v->true_charge_gate = g->charge;
	if (v->is_listening)
		return;
	v->low_gate = g->low;
	v->min_gate = g->min;
	v->charge_gate = g->charge;
}

/*
 * Behind a gate: a sampler that ticks slowly because no hook was called learns that one is. True
 * where the rules are to be asked.
 */
mmp_inline bool mmp_enter_gate(struct mmp_verdict *v)
{
	__u32 first = 0;
	struct mmp_timer_value *t;

	if (v->is_listening) {
		v->is_listening = 0;
		v->low_gate = v->true_low_gate;
		v->min_gate = v->true_min_gate;
		v->charge_gate = v->true_charge_gate;
		mmp_run.hook_calls++;
		if (mmp_run.is_idle && __sync_lock_test_and_set(&mmp_run.is_idle, 0)) {
			t = bpf_map_lookup_elem(&mmp_timer, &first);
			if (t)
				bpf_timer_start(&t->timer, 0, 0);
		}
	}
	return mmp_config.is_armed;
}

/* protect: asked while usage, in pages, is below `bound`. */

mmp_inline __u64 mmp_pages_up_to(__s64 bytes)
{
	return bytes < 0 ? 0 : ((__u64)bytes >> MMP_PAGE_SHIFT) + 1;
}

mmp_inline void mmp_gate_protect(__u64 *gate, __u32 row, __u64 bound)
{
	if (mmp_is_active(row) && *gate < bound)
		*gate = bound;
}

mmp_inline bool mmp_protect(__u32 row, __u64 usage, __u64 bound, enum mmp_truth call)
{
	if (call != MMP_TRUE || usage >= bound || !mmp_is_active(row))
		return false;
	mmp_acted(row);
	return mmp_is_enforced();
}

#endif
