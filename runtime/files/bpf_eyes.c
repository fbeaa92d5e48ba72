// SPDX-License-Identifier: GPL-2.0
#include "bpf_eyes.h"

#include "state.h"

#include <string.h>

/* Signals with a row for each slot of the group, or one row, of the group or its parent. */
static void forget_signals(struct bpf_eyes *b, uint32_t group, uint32_t row)
{
	const struct plan *p = b->plan;
	uint32_t i;

	for (i = 0; i < p->signal_count; i++) {
		const struct plan_signal *s = &p->signals[i];

		if ((s->scope == PLAN_OF_GROUP || s->scope == PLAN_OF_PARENT) && s->group == group)
			memset(&b->signals[s->row_base + (s->rows > 1 ? row : 0)], 0,
			       sizeof(*b->signals));
	}
}

/* The sampler passes the slots that are marked as used, and no others. */
static void mark(struct bpf_eyes *b, uint32_t slot, bool is_used)
{
	uint64_t bit = 1ULL << slot % 64;

	if (is_used)
		b->used[slot / 64] |= bit;
	else
		b->used[slot / 64] &= ~bit;
}

/* The slot stands for nothing while its rows are cleared. A glob's rows the sampler clears. */
static void give_slot(struct bpf_eyes *b, uint32_t group, uint32_t row, const struct mmp_slot *new)
{
	const struct plan_group *g = &b->plan->groups[group];
	struct mmp_slot *slot = &b->slots[g->row_base + row];
	bool is_free = new->state == MMP_SLOT_FREE;

	if (slot->cgroup_id == new->cgroup_id &&
	    slot->generation == new->generation &&is_free == (slot->state == MMP_SLOT_FREE))
		return;
	__atomic_store_n(&slot->cgroup_id, 0, __ATOMIC_RELEASE);
	if (!g->is_glob)
		forget_signals(b, group, row);
	slot->state = new->state;
	slot->generation = new->generation;
	slot->claimed_ns = new->claimed_ns;
	__atomic_store_n(&slot->cgroup_id, new->cgroup_id, __ATOMIC_RELEASE);
	mark(b, g->row_base + row, !is_free);
}

void bpf_eyes_give_slots(struct bpf_eyes *b, const struct mmp_slot *slots)
{
	const struct plan *p = b->plan;
	uint32_t i, row;

	for (i = 0; i < p->group_count; i++)
		for (row = 0; row < p->groups[i].rows; row++)
			give_slot(b, i, row, &slots[p->groups[i].row_base + row]);
}

void bpf_eyes_configure(struct bpf_eyes *b, const struct mmp_config *config, uint64_t tick_ns)
{
	struct mmp_config *to = b->config;

	to->mode = config->mode;
	to->tick_ns = tick_ns;
	memcpy(to->params, config->params, sizeof(to->params));
	to->is_watched = 1;
	__atomic_store_n(&to->is_armed, config->is_armed, __ATOMIC_RELEASE);
}

/* What readers of the state are shown; a ring is the reader's own. */
static void show_signals(const struct bpf_eyes *b, struct state *s)
{
	uint32_t i;

	for (i = 0; i < b->plan->signal_rows; i++) {
		s->signals[i].value = b->signals[i].value;
		s->signals[i].is_known = b->signals[i].is_known;
		s->signals[i].time = b->signals[i].time;
	}
}

static void show_run(const struct bpf_eyes *b, struct state *s)
{
	s->run->ticks = b->run->ticks;
	s->run->last_ns = b->run->last_ns;
	s->run->is_exact = b->run->is_exact;
	s->run->is_multi_gen = b->run->is_multi_gen;
}

void bpf_eyes_read(const struct bpf_eyes *b, struct state *s, struct evaluation *e)
{
	uint32_t i;

	show_signals(b, s);
	show_run(b, s);
	for (i = 0; i < b->plan->rule_rows; i++) {
		e->machines[i] = b->rules[i].machine;
		memcpy(s->rules[i].last_change, b->rules[i].last_change,
		       sizeof(s->rules[i].last_change));
		memcpy(s->rules[i].last_state, b->rules[i].last_state,
		       sizeof(s->rules[i].last_state));
	}
}
