/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Anchors that stand for more than one named cgroup: the hooks find out which slot a cgroup has.
 * One that comes online below the anchor and matches a pattern claims a slot and gives it back when
 * it goes offline; any other shares the claim of its parent, or has none.
 */
#ifndef MMP_CLAIMS_H
#define MMP_CLAIMS_H

#include "actions.bpf.h"
#include "mmp_glob.h"

struct {
	__uint(type, BPF_MAP_TYPE_CGRP_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct mmp_claim);
} mmp_claims SEC(".maps");

enum mmp_claim_kind { MMP_CLAIM_EXCEPT, MMP_CLAIM_MATCH, MMP_CLAIM_NAMED };

/* A pattern of paths below an anchor, and where the slots of its group are. */
struct mmp_glob {
	__u32 base, rows, kind;
	struct mmp_pattern pattern;
};

/* The emitter writes them: by anchor, of each by group, of each the exceptions first. */
static const struct mmp_glob mmp_globs[MMP_GLOBS];

/* Those of an anchor. */
struct mmp_globs_at {
	__u32 anchor, first, count;
};

mmp_inline __u64 mmp_id_of(struct cgroup *c)
{
	return c->kn->id;
}

mmp_inline struct mmp_claim *mmp_claim_of(struct cgroup *c, __u64 flags)
{
	return bpf_cgrp_storage_get(&mmp_claims, c, (void *)0, flags);
}

/*
 * The slot of a cgroup that mmpctl has not come to yet after attaching: the nearest ancestor's.
 * Slot + 1, or 0.
 */
mmp_far __u32 mmp_climb(struct mem_cgroup *memcg)
{
	struct cgroup_subsys_state *css = memcg->css.parent;
	struct mmp_claim *claim;
	int i;

	for (i = 0; i < MMP_PATH_LEVELS; i++) {
		if (!css)
			return 0;
		claim = mmp_claim_of(css->cgroup, 0);
		if (claim)
			return claim->slot;
		css = css->parent;
	}
	return 0;
}

/* The slot that a hook's cgroup belongs to, plus 1; 0: none. */
mmp_inline __u32 mmp_claimed(struct mem_cgroup *memcg)
{
	struct mmp_claim *claim = mmp_claim_of(memcg->css.cgroup, 0);

	return claim ? claim->slot : mmp_climb(memcg);
}

/*
 * Where the search for a free slot begins: at the word of the slot that was given last, so that it
 * does not pass all used ones each time. Only a hint.
 */
__u32 mmp_next_word;

struct mmp_search {
	__u32 base, rows, word, found; /* found: slot + 1 */
};

/* The slots' words and some more, for tries at which another CPU was faster. */
#define MMP_SEARCH_STEPS(rows) ((rows) / MMP_WORD_BITS + 66)

/* Global, so that the verifier need not follow every word that it may come to. Whether it is over.
 */
mmp_global int mmp_search_on(struct mmp_search *s)
{
	__u64 *word, bits, bit;

	if (!s)
		return 1;
	word = mmp_used_word(s->word);
	if (!word)
		return 1;
	bits = *word;
	bit = ~bits & mmp_own_bits(s->word, s->base, s->rows);
	bit &= -bit;
	if (!bit) {
		s->word = s->word < (s->base + s->rows - 1) / MMP_WORD_BITS
				  ? s->word + 1
				  : s->base / MMP_WORD_BITS;
		return 0;
	}
	if (__sync_val_compare_and_swap(word, bits, bits | bit) != bits)
		return 0;
	s->found = s->word * MMP_WORD_BITS + mmp_lowest_bit(bit) + 1;
	return 1;
}

static long mmp_try_word(__u32 i, struct mmp_search *s)
{
	return mmp_search_on(s) & 1;
}

mmp_inline void mmp_free_slot(__u32 index)
{
	struct mmp_slot *s = mmp_slot(index);
	struct mmp_verdict *v = mmp_verdict(index);

	if (!s)
		return;
	s->cgroup_id = 0;
	if (v)
		mmp_close_gates(v);
	__sync_lock_test_and_set(&s->state, MMP_SLOT_FREE);
	mmp_mark_free(index);
}

/* The slot is the caller's; the sampler passes it until it is written. */
mmp_inline void mmp_write_slot(__u32 index, __u64 cgroup_id)
{
	struct mmp_slot *slot = mmp_slot(index);

	if (!slot)
		return;
	slot->generation++;
	slot->claimed_ns = bpf_ktime_get_ns();
	slot->cgroup_id = cgroup_id;
	__sync_lock_test_and_set(&slot->state, MMP_SLOT_USED);
}

/* No rule acts on such a match: it is counted and has an event. */
mmp_inline void mmp_lose(__u64 cgroup_id)
{
	struct mmp_event *e = mmp_new_event(MMP_NO_ROOM, bpf_ktime_get_ns());

	__sync_fetch_and_add(&mmp_run.slots_lost, 1);
	if (!e)
		return;
	e->cgroup_id = cgroup_id;
	bpf_ringbuf_submit(e, 0);
}

/* A free slot for a new match. Slot + 1, or 0. */
mmp_inline __u32 mmp_take_slot(__u32 base, __u32 rows, __u64 cgroup_id)
{
	struct mmp_search s = { .base = base, .rows = rows, .word = base / MMP_WORD_BITS };

	if (mmp_next_word > s.word && mmp_next_word <= (base + rows - 1) / MMP_WORD_BITS)
		s.word = mmp_next_word;
	bpf_loop(MMP_SEARCH_STEPS(rows), mmp_try_word, &s, 0);
	if (!s.found) {
		mmp_lose(cgroup_id);
		return 0;
	}
	mmp_next_word = s.word;
	mmp_write_slot(s.found - 1, cgroup_id);
	return s.found;
}

/* Write it into the claim; another CPU may have been faster. */
mmp_inline __u32 mmp_settle(struct mmp_claim *claim, __u32 slot)
{
	__u32 other;

	if (!slot)
		return 0;
	other = claim ? __sync_val_compare_and_swap(&claim->slot, 0, slot) : 0;
	if (claim && !other)
		return slot;
	mmp_free_slot(slot - 1);
	return other;
}

/*
 * A path is compared in two places: where cgroups come online, one at a time, and where mmpctl has
 * those adopted that are there already. So each may have a global; on the stack the verifier would
 * follow every value that the positions in path and pattern can have.
 */
enum mmp_matcher { MMP_ONLINE_MATCHER, MMP_ADOPT_MATCHER, MMP_MATCHERS };

struct mmp_path {
	struct mmp_matching matching;
	__u64 names[MMP_PATH_LEVELS]; /* of the cgroup, its parent, ... */
	__u32 levels, len;
};

struct mmp_path mmp_paths[MMP_MATCHERS];

static long mmp_add_name(__u32 i, struct mmp_path **path)
{
	struct mmp_path *p = *path;
	__u32 at = p->len, level = p->levels - 1 - i;
	long got;

	if (at >= MMP_PATH_ROOM || level >= MMP_PATH_LEVELS)
		return 1;
	got = bpf_probe_read_kernel_str(&p->matching.path[at], MMP_NAME_ROOM,
					(const void *)p->names[level]);
	if (got <= 0 || got > MMP_NAME_ROOM || at + got > MMP_PATH_ROOM)
		return 1;
	p->len = at + got;
	p->matching.path[(p->len - 1) & (MMP_PATH_ROOM - 1)] = i + 1 < p->levels ? '/' : '\0';
	return 0;
}

/* The path below the anchor, "" for the anchor itself. False: it is not below, or too deep. */
mmp_inline bool mmp_read_path(struct mmp_path *p, struct cgroup *c, __u32 anchor)
{
	struct mmp_anchor *top = bpf_map_lookup_elem(&mmp_anchors, &anchor);
	struct cgroup_subsys_state *css = &c->self;
	bool is_below = false;
	int i;

	p->levels = p->len = 0;
	p->matching.path[0] = '\0';
	for (i = 0; i < MMP_PATH_LEVELS && top && css; i++) {
		struct cgroup *at = css->cgroup;

		is_below = mmp_id_of(at) == top->cgroup_id;
		if (is_below)
			break;
		p->names[i] = (__u64)at->kn->name;
		p->levels = i + 1;
		css = css->parent;
	}
	if (is_below)
		bpf_loop(p->levels, mmp_add_name, &p, 0);
	return is_below;
}

struct mmp_compared {
	__u32 matcher, glob;
};

static long mmp_match_step(__u32 i, const struct mmp_compared *x)
{
	__u32 glob = x->glob, matcher = x->matcher;

	if (glob >= MMP_GLOBS || matcher >= MMP_MATCHERS)
		return 1;
	return mmp_glob_step(&mmp_paths[matcher].matching, &mmp_globs[glob].pattern);
}

mmp_inline bool mmp_matches(__u32 matcher, __u32 glob)
{
	struct mmp_compared x = { .matcher = matcher, .glob = glob };
	struct mmp_matching *m;

	if (matcher >= MMP_MATCHERS)
		return false;
	m = &mmp_paths[matcher].matching;
	m->at = m->star_at = m->deep_at = m->pattern = m->star = m->deep = 0;
	m->is_skipping = m->is_match = 0;
	bpf_loop(MMP_GLOB_STEPS, mmp_match_step, &x, 0);
	return m->is_match;
}

/* What a cgroup gets: first + glob is the pattern that it matches. */
struct mmp_sorting {
	__u32 matcher, first;
	__u32 except_base; /* of the group that an exception has closed last */
	__u32 inherited; /* the parent's slot + 1, or 0 */
	__u32 found; /* glob + 1, or 0 */
};

static long mmp_sort_by(__u32 i, struct mmp_sorting *x)
{
	__u32 index = x->first + i;
	const struct mmp_glob *g;

	if (index >= MMP_GLOBS)
		return 1;
	g = &mmp_globs[index];
	if (g->base == x->except_base || !mmp_matches(x->matcher, index))
		return 0;
	if (g->kind != MMP_CLAIM_EXCEPT) {
		x->found = index + 1;
		return 0;
	}
	x->except_base = g->base;
	if (x->inherited && x->inherited - 1 - g->base < g->rows)
		x->inherited = 0;
	return 0;
}

/* A named cgroup has its slot again when it is made anew. */
mmp_inline __u32 mmp_name_slot(__u32 index, __u64 cgroup_id)
{
	struct mmp_slot *s = mmp_slot(index);

	if (s && s->cgroup_id != cgroup_id) {
		s->generation++;
		s->claimed_ns = bpf_ktime_get_ns();
		s->cgroup_id = cgroup_id;
		s->state = MMP_SLOT_USED;
		mmp_mark_used(index);
	}
	return index + 1;
}

mmp_inline void mmp_settle_at(struct mmp_claim *claim, __u32 index, __u64 cgroup_id)
{
	const struct mmp_glob *g;
	struct mmp_slot *slot;

	if (index >= MMP_GLOBS)
		return;
	g = &mmp_globs[index];
	if (g->kind == MMP_CLAIM_NAMED) {
		claim->slot = mmp_name_slot(g->base, cgroup_id);
		return;
	}
	slot = claim->slot ? mmp_slot(claim->slot - 1) : (struct mmp_slot *)0;
	if (!slot || slot->cgroup_id != cgroup_id) {
		claim->slot = 0;
		mmp_settle(claim, mmp_take_slot(g->base, g->rows, cgroup_id));
	}
}

/* Give the cgroup its claim; returns glob + 1 of what it matches itself, or 0. */
mmp_inline __u32 mmp_sort(struct cgroup *c, __u32 inherited, const struct mmp_globs_at *at,
			  __u32 matcher)
{
	struct mmp_sorting x = { .matcher = matcher, .first = at->first, .except_base = ~0U };
	struct mmp_claim *claim;

	if (matcher >= MMP_MATCHERS || !mmp_read_path(&mmp_paths[matcher], c, at->anchor))
		return 0;
	x.inherited = mmp_paths[matcher].levels ? inherited : 0;
	bpf_loop(at->count, mmp_sort_by, &x, 0);
	claim = mmp_claim_of(c, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!claim)
		return 0;
	if (x.found)
		mmp_settle_at(claim, x.found - 1, mmp_id_of(c));
	else
		claim->slot = x.inherited;
	return x.found;
}

mmp_inline void mmp_online(struct mem_cgroup *memcg, const struct mmp_globs_at *at)
{
	struct mmp_claim *above;

	if (!memcg->css.parent)
		return;
	above = mmp_claim_of(memcg->css.parent->cgroup, 0);
	mmp_sort(memcg->css.cgroup, above ? above->slot : 0, at, MMP_ONLINE_MATCHER);
}

mmp_inline void mmp_offline(struct mem_cgroup *memcg)
{
	struct cgroup *c = memcg->css.cgroup;
	struct mmp_claim *claim = mmp_claim_of(c, 0);
	struct mmp_slot *slot;

	if (!claim)
		return;
	slot = claim->slot ? mmp_slot(claim->slot - 1) : (struct mmp_slot *)0;
	if (slot && slot->cgroup_id == mmp_id_of(c))
		mmp_free_slot(claim->slot - 1);
	bpf_cgrp_storage_delete(&mmp_claims, c);
}

/* For a cgroup that existed before: as if it had come online now. */
mmp_inline void mmp_adopt_one(struct mmp_adopt *ctx, const struct mmp_globs_at *at)
{
	struct cgroup *c, *parent;
	struct mmp_claim *claim;
	__u32 found, above = 0;

	if (!mmp_has(bpf_cgroup_from_id) || !mmp_has(bpf_cgroup_ancestor))
		return;
	c = bpf_cgroup_from_id(ctx->cgroup_id);
	if (!c)
		return;
	parent = bpf_cgroup_ancestor(c, c->level - 1);
	if (parent) {
		claim = mmp_claim_of(parent, 0);
		above = claim ? claim->slot : 0;
		bpf_cgroup_release(parent);
	}
	found = mmp_sort(c, above, at, MMP_ADOPT_MATCHER) - 1;
	if (found < MMP_GLOBS && mmp_globs[found].kind == MMP_CLAIM_MATCH) {
		ctx->is_match = 1;
		ctx->base = mmp_globs[found].base;
	}
	claim = mmp_claim_of(c, 0);
	ctx->slot = claim ? claim->slot : 0;
	bpf_cgroup_release(c);
}

#endif
