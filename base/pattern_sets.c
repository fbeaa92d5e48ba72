// SPDX-License-Identifier: GPL-2.0
/*
 * What can be said of all paths that a pattern matches. A pattern is an automaton: its states are
 * the places between its tokens, and for `**` the inside of a component that it takes.
 */
#include "pattern.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"

#define STATES (2 * MMP_PATTERN_ROOM)
#define CONFIGURATIONS_MAX 2000

/* A state: 2 * place, and 1 more inside a component that `**` takes. */
static unsigned token_at(const struct mmp_pattern *p, unsigned state)
{
	return p->tokens[state / 2];
}

/* The state that c leads to, or STATES. */
static unsigned after(const struct mmp_pattern *p, unsigned state, unsigned char c)
{
	unsigned token = token_at(p, state);

	if (token == MMP_TOKEN_DEEP)
		return c == '/' ? (state & 1 ? state - 1 : STATES) : state | 1;
	if (token == MMP_TOKEN_STAR)
		return c == '/' ? STATES : state;
	return token && mmp_token_takes(p, token, (char)c) ? state + 2 : STATES;
}

/* The state that is the same without any character, or STATES: a star may take none. */
static unsigned beside(const struct mmp_pattern *p, unsigned state)
{
	unsigned token = token_at(p, state);

	return !(state & 1) && (token == MMP_TOKEN_DEEP || token == MMP_TOKEN_STAR) ? state + 2
										    : STATES;
}

/* Sets of states. */

struct live {
	unsigned count;
	unsigned short states[STATES];
	bool has[STATES];
};

static void enliven(struct live *l, const struct mmp_pattern *p, unsigned state)
{
	for (; state < STATES && !l->has[state]; state = beside(p, state)) {
		l->has[state] = true;
		l->states[l->count++] = (unsigned short)state;
	}
}

static void advance(struct live *to, const struct live *from, const struct mmp_pattern *p,
		    unsigned char c)
{
	memset(to, 0, sizeof(*to));
	for (unsigned i = 0; i < from->count; i++)
		enliven(to, p, after(p, from->states[i], c));
}

bool pattern_leads_below(const struct mmp_pattern *p, const char *path)
{
	struct live lives[2] = { 0 };
	unsigned now = 0;

	if (!*path)
		return p->tokens[0] != 0;
	enliven(&lives[0], p, 0);
	for (; *path; path++, now = !now)
		advance(&lives[!now], &lives[now], p, (unsigned char)*path);
	/* What is left of a pattern after a '/' has a match. */
	advance(&lives[!now], &lives[now], p, '/');
	return lives[!now].count > 0;
}

/* The characters that the patterns tell apart: one of each kind. */

struct alphabet {
	unsigned count;
	unsigned char list[256];
};

static uint64_t kind_of(const struct mmp_pattern *p, uint64_t hash, unsigned char c)
{
	for (const __u16 *token = p->tokens; *token; token++)
		hash = hash_bytes(hash, &(char){ (char)mmp_token_takes(p, *token, (char)c) }, 1);
	return hash;
}

static void alphabet_of(struct alphabet *a, const struct mmp_pattern *first,
			const struct mmp_pattern *others, size_t count)
{
	uint64_t kinds[256], kind;
	unsigned i;

	a->count = 0;
	for (unsigned c = 1; c < 256; c++) {
		kind = kind_of(first, HASH_START + (c == '/'), (unsigned char)c);
		for (size_t k = 0; k < count; k++)
			kind = kind_of(&others[k], kind, (unsigned char)c);
		for (i = 0; i < a->count && kinds[i] != kind; i++)
			;
		kinds[i] = kind;
		a->list[i] = (unsigned char)c;
		a->count += i == a->count;
	}
}

/* Two patterns at once. */

struct pairs {
	unsigned b_states;
	bool *seen; /* as many as there are pairs */
	unsigned *list, count;
};

static unsigned states_of(const struct mmp_pattern *p)
{
	unsigned i = 0;

	while (p->tokens[i])
		i++;
	return 2 * (i + 1);
}

static void add_pair(struct pairs *s, unsigned a, unsigned b)
{
	unsigned pair = a * s->b_states + b;

	if (a == STATES || b == STATES || s->seen[pair])
		return;
	s->seen[pair] = true;
	s->list[s->count++] = pair;
}

static bool follow_pairs(struct pairs *s, const struct mmp_pattern *a, const struct mmp_pattern *b)
{
	struct alphabet letters;

	alphabet_of(&letters, a, b, 1);
	add_pair(s, 0, 0);
	for (unsigned i = 0; i < s->count; i++) {
		unsigned x = s->list[i] / s->b_states, y = s->list[i] % s->b_states;

		if (!token_at(a, x) && !token_at(b, y))
			return true;
		add_pair(s, beside(a, x), y);
		add_pair(s, x, beside(b, y));
		for (unsigned k = 0; k < letters.count; k++)
			add_pair(s, after(a, x, letters.list[k]), after(b, y, letters.list[k]));
	}
	return false;
}

/* Most patterns differ in a plain character at their beginning. */
static bool begin_apart(const struct mmp_pattern *a, const struct mmp_pattern *b)
{
	unsigned i = 0;

	while (a->tokens[i] && a->tokens[i] == b->tokens[i] && a->tokens[i] < MMP_TOKEN_ANY)
		i++;
	return a->tokens[i] != b->tokens[i] && a->tokens[i] < MMP_TOKEN_ANY &&
	       b->tokens[i] < MMP_TOKEN_ANY;
}

bool pattern_meets(const struct mmp_pattern *a, const struct mmp_pattern *b)
{
	struct pairs s;
	bool meets;

	if (begin_apart(a, b))
		return false;
	s = (struct pairs){ .b_states = states_of(b) };
	s.seen = calloc(states_of(a), s.b_states * sizeof(*s.seen));
	s.list = calloc(states_of(a), s.b_states * sizeof(*s.list));
	meets = !s.seen || !s.list || follow_pairs(&s, a, b);
	free(s.seen);
	free(s.list);
	return meets;
}

/*
 * One pattern, and all others as a whole: where a path leads in the one, and in which states it
 * leaves the others.
 */

struct configuration {
	unsigned state;
	unsigned char *others; /* a bit for each state of each */
};

struct cover {
	const struct mmp_pattern *p, *others;
	size_t count, bytes, seen;
	struct configuration list[CONFIGURATIONS_MAX];
	struct alphabet letters;
	bool is_lost; /* no memory, or too many */
};

static void put_state(const struct cover *c, unsigned char *bits, size_t other, unsigned state)
{
	const struct mmp_pattern *p = &c->others[other];

	for (; state < STATES; state = beside(p, state))
		bits[(other * STATES + state) / 8] |= (unsigned char)(1 << state % 8);
}

/* Takes over bits. */
static void add_configuration(struct cover *c, unsigned state, unsigned char *bits)
{
	bool is_known = state >= STATES;

	for (size_t i = 0; i < c->seen && !is_known; i++)
		is_known = c->list[i].state == state && !memcmp(c->list[i].others, bits, c->bytes);
	if (is_known || c->seen == CONFIGURATIONS_MAX) {
		c->is_lost |= !is_known;
		free(bits);
		return;
	}
	c->list[c->seen++] = (struct configuration){ state, bits };
}

/* Calls put_state() for what each state leads to by the letter; 0: stays as it is. */
static unsigned char *lead(struct cover *c, const unsigned char *from, unsigned char letter)
{
	unsigned char *bits = calloc(1, c->bytes);

	c->is_lost |= !bits;
	for (size_t k = 0; bits && k < c->count * STATES; k++)
		if (from[k / 8] & 1 << k % 8)
			put_state(c, bits, k / STATES,
				  letter ? after(&c->others[k / STATES], k % STATES, letter)
					 : k % STATES);
	return bits;
}

static bool has_end(const struct cover *c, const unsigned char *bits)
{
	for (size_t k = 0; k < c->count * STATES; k++)
		if (bits[k / 8] & 1 << k % 8 && !token_at(&c->others[k / STATES], k % STATES))
			return true;
	return false;
}

static bool follow_cover(struct cover *c)
{
	unsigned char *start = calloc(1, c->bytes);

	for (size_t k = 0; start && k < c->count; k++)
		put_state(c, start, k, 0);
	c->is_lost = !start;
	if (start)
		add_configuration(c, 0, start);
	for (size_t i = 0; i < c->seen && !c->is_lost; i++) {
		struct configuration now = c->list[i];

		if (!token_at(c->p, now.state) && !has_end(c, now.others))
			return false;
		if (beside(c->p, now.state) < STATES)
			add_configuration(c, beside(c->p, now.state), lead(c, now.others, 0));
		for (unsigned k = 0; k < c->letters.count && !c->is_lost; k++)
			if (after(c->p, now.state, c->letters.list[k]) < STATES)
				add_configuration(c, after(c->p, now.state, c->letters.list[k]),
						  lead(c, now.others, c->letters.list[k]));
	}
	return !c->is_lost;
}

bool pattern_is_covered(const struct mmp_pattern *p, const struct mmp_pattern *others, size_t count)
{
	struct cover *c = calloc(1, sizeof(*c));
	bool is_covered = false;

	if (c && count) {
		*c = (struct cover){ .p = p, .others = others, .count = count };
		c->bytes = count * STATES / 8;
		alphabet_of(&c->letters, p, others, count);
		is_covered = follow_cover(c);
		for (size_t i = 0; i < c->seen; i++)
			free(c->list[i].others);
	}
	free(c);
	return is_covered;
}
