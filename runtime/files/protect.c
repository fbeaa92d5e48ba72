// SPDX-License-Identifier: GPL-2.0
#include "protect.h"

#include "base/arena.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const char *const files[PROTECT_LEVELS] = { "memory.low", "memory.min" };

void protect_init(struct protect *p, struct arena *a, struct hands *hands, uint32_t slot_count)
{
	*p = (struct protect){ .hands = hands,
			       .slot_count = slot_count,
			       .node_count = 2 * slot_count + 4 * PROTECT_DEPTH_MAX };
	p->nodes = arena_array(a, struct protect_node, p->node_count);
	p->slots = arena_array(a, struct protect_node *, slot_count + 1);
	p->by_depth = arena_array(a, struct protect_node *, PROTECT_DEPTH_MAX + 1);
}

static struct protect_node *find_node(struct protect *p, const char *path, size_t len)
{
	uint32_t i;

	for (i = 0; i < p->node_count; i++)
		if (p->nodes[i].users && !strncmp(p->nodes[i].path, path, len) &&
		    !p->nodes[i].path[len])
			return &p->nodes[i];
	return NULL;
}

static struct protect_node *free_node(struct protect *p)
{
	uint32_t i;

	for (i = 0; i < p->node_count; i++)
		if (!p->nodes[i].users)
			return &p->nodes[i];
	return NULL;
}

static uint64_t id_of(const struct protect *p, const char *path)
{
	struct stat st;

	return fstatat(p->hands->root, path, &st, AT_SYMLINK_NOFOLLOW) ? 0 : st.st_ino;
}

static void close_hands(struct protect *p, struct protect_node *n)
{
	int level;

	for (level = 0; level < PROTECT_LEVELS; level++) {
		hand_close(p->hands, &n->hands[level]);
		grant_close(p->hands, &n->grants[level]);
	}
}

/* As a target, or what other policies may have targets below, too. */
static int open_level(struct protect *p, struct protect_node *n, int level, bool is_target)
{
	struct hand *h = &n->hands[level];
	int error;

	if (hand_is_open(h))
		return 0;
	if (!is_target && p->hands->grants)
		return n->grants[level].fd >= 0
			       ? 0
			       : grant_open(p->hands, &n->grants[level], n->path, files[level]);
	error = hand_open(p->hands, h, n->path, files[level], 0);
	if (!error) /* before the hand reads what stood there */
		grant_close(p->hands, &n->grants[level]);
	return error;
}

/*
 * An ancestor that we may not write limits what is protected; the target itself must be writable.
 */
static int open_hands(struct protect *p, struct protect_node *n, unsigned levels, bool is_target)
{
	int level, error = 0;

	n->id = id_of(p, n->path);
	for (level = 0; level < PROTECT_LEVELS && !error; level++) {
		bool may = level == PROTECT_MIN && levels & PROTECT_MAY_MIN;
		bool must = levels & 1u << level;

		if (!(must || may))
			continue;
		error = open_level(p, n, level, is_target);
		if (error && !must)
			error = 0;
		if (error && error != -EBUSY && !is_target) {
			p->is_limited = true;
			snprintf(p->limited_by, sizeof(p->limited_by), "%s", n->path);
			error = 0;
		}
	}
	return error;
}

static void unlink_node(struct protect *p, struct protect_node *n)
{
	struct protect_node **at = &p->by_depth[n->depth];

	while (*at && *at != n)
		at = &(*at)->next;
	if (*at)
		*at = n->next;
}

/* The node and all above it lose a user. */
static void drop(struct protect *p, struct protect_node *n)
{
	for (; n; n = n->parent) {
		if (--n->users)
			continue;
		close_hands(p, n);
		unlink_node(p, n);
	}
}

static struct protect_node *make_node(struct protect *p, const char *path, size_t len,
				      uint32_t depth, struct protect_node *parent)
{
	struct protect_node *n = free_node(p);
	int level;

	if (!n)
		return NULL;
	*n = (struct protect_node){ .depth = depth, .parent = parent };
	memcpy(n->path, path, len);
	for (level = 0; level < PROTECT_LEVELS; level++) {
		n->hands[level] = HAND_CLOSED;
		n->grants[level] = GRANT_CLOSED;
		n->own[level] = PROTECT_NONE;
	}
	n->next = p->by_depth[depth];
	p->by_depth[depth] = n;
	return n;
}

/*
 * The node of the path's first `len` bytes, with one more user; its ancestors are counted already.
 */
static int enter_node(struct protect *p, const char *path, size_t len, unsigned levels,
		      uint32_t depth, struct protect_node **at)
{
	struct protect_node *n = find_node(p, path, len), *parent = *at;

	if (!n)
		n = make_node(p, path, len, depth, parent);
	if (!n)
		return -ENOSPC;
	n->users++;
	*at = n;
	if (n->users > 1 && n->id != id_of(p, n->path))
		close_hands(p, n);
	return open_hands(p, n, levels, !path[len]);
}

int protect_enter(struct protect *p, uint32_t slot, const char *path, unsigned levels)
{
	struct protect_node *at = NULL;
	uint32_t depth = 0;
	size_t len = 0;
	int error = 0;

	protect_leave(p, slot);
	if (!*path)
		return -EINVAL; /* the root has no such file */
	do {
		len += strcspn(path + len, "/");
		error = ++depth > PROTECT_DEPTH_MAX ? -ENAMETOOLONG
						    : enter_node(p, path, len, levels, depth, &at);
	} while (!error && path[len++]);
	if (error)
		drop(p, at);
	else
		p->slots[slot] = at;
	return error;
}

void protect_leave(struct protect *p, uint32_t slot)
{
	drop(p, p->slots[slot]);
	p->slots[slot] = NULL;
}

void protect_begin(struct protect *p)
{
	struct protect_node *n;
	int depth, level;

	for (depth = 1; depth <= PROTECT_DEPTH_MAX; depth++)
		for (n = p->by_depth[depth]; n; n = n->next)
			for (level = 0; level < PROTECT_LEVELS; level++) {
				n->own[level] = PROTECT_NONE;
				n->below[level] = 0;
			}
}

void protect_want(struct protect *p, uint32_t slot, enum protect_level level, int64_t bytes,
		  int64_t usage)
{
	struct protect_node *n = p->slots[slot];

	if (!n)
		return;
	n->used = usage;
	if (bytes > n->own[level])
		n->own[level] = bytes;
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t most(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t add(int64_t a, int64_t b)
{
	return a > INT64_MAX - b ? INT64_MAX : a + b;
}

/* What stood there before. */
static int64_t old_of(const struct protect *p, const struct protect_node *n, int level)
{
	if (n->grants[level].fd >= 0)
		return grant_base(p->hands, &n->grants[level]);
	return hand_old_bytes(&n->hands[level]);
}

/*
 * What the ancestors have to grant beyond the old values: all that is in use, less what they
 * granted.
 */
static void claim_above(struct protect *p, struct protect_node *n, int level, int64_t base,
			int64_t old)
{
	struct protect_node *parent = n->parent;
	int64_t in_use, granted;

	if (!parent)
		return;
	in_use = n->own[level] == PROTECT_NONE ? base : most(base, least(n->own[level], n->used));
	if (in_use == INT64_MAX) /* "max" was there: take the existing usage */
		in_use = n->used;
	granted = least(old, old_of(p, parent, level));
	parent->below[level] = add(parent->below[level], most(0, in_use - granted));
}

/* What stood there without a grant above is granted by the first policy only. */
static void apply_grant(struct protect *p, struct protect_node *n, int level, uint64_t now)
{
	struct grant *g = &n->grants[level];
	int64_t old = grant_base(p->hands, g), below = n->below[level];

	if (below && n->parent && grant_is_first(p->hands, g))
		claim_above(p, n, level, add(old, below), old);
	else if (below && n->parent)
		n->parent->below[level] = add(n->parent->below[level], below);
	grant_set(p->hands, g, below, now);
}

static void apply_node(struct protect *p, struct protect_node *n, int level, uint64_t now)
{
	struct hand *h = &n->hands[level];
	int64_t old, base;

	if (n->grants[level].fd >= 0)
		apply_grant(p, n, level, now);
	if (!hand_is_open(h))
		return;
	if (n->own[level] == PROTECT_NONE && !n->below[level]) {
		hand_release(p->hands, h);
		return;
	}
	old = hand_old_bytes(h);
	base = add(old, n->below[level]);
	hand_set_bytes(p->hands, h, most(base, n->own[level]), now);
	claim_above(p, n, level, base, old);
}

void protect_apply(struct protect *p, uint64_t now)
{
	struct protect_node *n;
	int depth, level;

	for (depth = PROTECT_DEPTH_MAX; depth; depth--)
		for (n = p->by_depth[depth]; n; n = n->next)
			for (level = 0; level < PROTECT_LEVELS; level++)
				apply_node(p, n, level, now);
}
