// SPDX-License-Identifier: GPL-2.0
/* Ranges, boxes and regions; interval_expr.c turns conditions into them. */
#include "interval.h"

#include <string.h>

#include "base/arena.h"
#include "base/path.h"
#include "interval_impl.h"

void space_init(struct space *s, struct arena *a, const struct plan *plan)
{
	*s = (struct space){ .arena = a, .plan = plan, .room = plan->signal_count + 16 };
	s->dims = arena_array(a, struct dim, s->room); /* nearly all are signals */
	table_init(&s->keys, a);
}

/* Ranges. */

static struct range range_intersect(const struct range *a, const struct range *b)
{
	struct range r = *a;

	if (b->low > a->low) {
		r.low = b->low;
		r.low_shown = b->low_shown;
	}
	if (b->high < a->high) {
		r.high = b->high;
		r.high_shown = b->high_shown;
	}
	return r;
}

static void raise_low(struct range *r, int64_t low)
{
	if (low > r->low)
		r->low = r->low_shown = low;
}

static void lower_high(struct range *r, int64_t high)
{
	if (high < r->high)
		r->high = r->high_shown = high;
}

/* How the kernel's signals depend on each other. */

static bool is_sibling(const struct space *s, const struct range *a, const struct range *b)
{
	const struct dim *x = &s->dims[a->dim], *y = &s->dims[b->dim];
	const struct plan_signal *p, *q;

	if (x->kind != DIM_SIGNAL || y->kind != DIM_SIGNAL)
		return false;
	p = &s->plan->signals[x->index];
	q = &s->plan->signals[y->index];
	return p->scope == q->scope && p->group == q->group;
}

static struct range *find_sibling(const struct space *s, struct box *b, const struct range *of,
				  enum signal_id id)
{
	for (uint32_t i = 0; i < b->count; i++) {
		const struct dim *d = &s->dims[b->ranges[i].dim];

		if (d->kind == DIM_SIGNAL && d->signal == id &&
		    !s->plan->signals[d->index].is_percent && is_sibling(s, of, &b->ranges[i]))
			return &b->ranges[i];
	}
	return NULL;
}

static enum signal_id some_of(enum signal_id full)
{
	switch ((int)full) {
	case SIGNAL_PSI_FULL:
		return SIGNAL_PSI_SOME;
	case SIGNAL_PSI_FULL_AVG10:
		return SIGNAL_PSI_SOME_AVG10;
	case SIGNAL_PSI_FULL_AVG60:
		return SIGNAL_PSI_SOME_AVG60;
	case SIGNAL_PSI_FULL_AVG300:
		return SIGNAL_PSI_SOME_AVG300;
	default:
		return SIGNAL_COUNT;
	}
}

/* full <= some: all tasks wait only while some task waits. */
static void imply_psi(const struct space *s, struct box *b, struct range *full)
{
	enum signal_id id = some_of(s->dims[full->dim].signal);
	struct range *some = id == SIGNAL_COUNT ? NULL : find_sibling(s, b, full, id);

	if (!some)
		return;
	lower_high(full, some->high);
	raise_low(some, full->low);
}

/* anon + file <= usage */
static void imply_usage(const struct space *s, struct box *b, struct range *usage)
{
	const struct range *anon = find_sibling(s, b, usage, SIGNAL_ANON);
	const struct range *file = find_sibling(s, b, usage, SIGNAL_FILE);
	int64_t sum;

	if (__builtin_add_overflow(anon ? anon->low : 0, file ? file->low : 0, &sum))
		sum = INT64_MAX;
	raise_low(usage, sum);
}

/*
 * A process that is in a cgroup is also in its ancestors; and no process is in two cgroups of which
 * neither is above the other.
 */
static bool cgroups_exclude(const struct space *s, const struct range *a, const struct range *b)
{
	const struct plan_group *g = &s->plan->groups[s->dims[a->dim].index];
	const struct plan_group *h = &s->plan->groups[s->dims[b->dim].index];
	bool g_below = path_is_at_or_below(g->absolute, h->absolute);
	bool h_below = path_is_at_or_below(h->absolute, g->absolute);

	if (a->low == 1 && b->low == 1)
		return !g_below && !h_below;
	return (g_below && a->low == 1 && b->high == 0) || (h_below && b->low == 1 && a->high == 0);
}

static bool check_cgroups(const struct space *s, const struct box *b)
{
	for (uint32_t i = 0; i < b->count; i++) {
		if (s->dims[b->ranges[i].dim].kind != DIM_IN_CGROUP)
			continue;
		for (uint32_t j = i + 1; j < b->count; j++)
			if (s->dims[b->ranges[j].dim].kind == DIM_IN_CGROUP &&
			    cgroups_exclude(s, &b->ranges[i], &b->ranges[j]))
				return false;
	}
	return true;
}

/* Apply the known relations of the signals; false: nothing can be in the box. */
static bool box_tighten(const struct space *s, struct box *b)
{
	for (uint32_t i = 0; b->count > 1 && i < b->count; i++) {
		const struct dim *d = &s->dims[b->ranges[i].dim];

		if (d->kind != DIM_SIGNAL)
			continue;
		imply_psi(s, b, &b->ranges[i]);
		if (d->signal == SIGNAL_USAGE && d->quantity == QUANTITY_SIZE)
			imply_usage(s, b, &b->ranges[i]);
	}
	for (uint32_t i = 0; i < b->count; i++)
		if (b->ranges[i].low > b->ranges[i].high)
			return false;
	return b->count < 2 || check_cgroups(s, b);
}

/* Boxes. */

const struct range *box_find(struct box b, uint32_t dim)
{
	for (uint32_t i = 0; i < b.count; i++)
		if (b.ranges[i].dim == dim)
			return &b.ranges[i];
	return NULL;
}

bool box_intersect(struct space *s, struct box a, struct box b, struct box *ret)
{
	struct box out = { .ranges = arena_array(s->arena, struct range, a.count + b.count) };
	uint32_t i = 0, j = 0;

	while (i < a.count || j < b.count) {
		struct range r;

		if (j == b.count || (i < a.count && a.ranges[i].dim < b.ranges[j].dim))
			r = a.ranges[i++];
		else if (i == a.count || b.ranges[j].dim < a.ranges[i].dim)
			r = b.ranges[j++];
		else
			r = range_intersect(&a.ranges[i++], &b.ranges[j++]);
		if (r.low > r.high)
			return false;
		out.ranges[out.count++] = r;
	}
	if (!box_tighten(s, &out))
		return false;
	*ret = out;
	return true;
}

/* No range of b limits more than a's does. */
static bool box_contains(struct box b, struct box a)
{
	for (uint32_t i = 0; i < b.count; i++) {
		const struct range *r = box_find(a, b.ranges[i].dim);

		if (!r || r->low < b.ranges[i].low || r->high > b.ranges[i].high)
			return false;
	}
	return true;
}

/* Regions. */

struct region region_nothing(void)
{
	return (struct region){ 0 };
}

struct region region_everything(struct space *s)
{
	return (struct region){ .boxes = arena_new(s->arena, struct box), .count = 1 };
}

struct region region_of_range(struct space *s, struct range r)
{
	const struct dim *d = &s->dims[r.dim];
	struct region region;

	if (r.low > r.high)
		return region_nothing();
	region = region_everything(s);
	if (r.low <= d->low && r.high >= d->high)
		return region;
	region.boxes[0].ranges = arena_new(s->arena, struct range);
	region.boxes[0].ranges[0] = r;
	region.boxes[0].count = 1;
	return region;
}

bool region_is_empty(struct region r)
{
	return !r.count;
}

bool region_is_trivial(struct region r)
{
	return r.count == 1 && !r.boxes[0].count;
}

/* Add a box unless another one contains it. False: too many. */
static bool region_add(struct region *r, struct box b)
{
	for (uint32_t i = 0; i < r->count; i++)
		if (box_contains(r->boxes[i], b))
			return true;
	if (r->count == REGION_MAX_BOXES)
		return false;
	r->boxes[r->count++] = b;
	return true;
}

static uint32_t room_for(uint64_t boxes)
{
	return boxes < REGION_MAX_BOXES ? (uint32_t)boxes : REGION_MAX_BOXES;
}

bool region_and(struct space *s, struct region a, struct region b, struct region *ret)
{
	struct region out = { 0 };

	if (region_is_trivial(a) || region_is_trivial(b)) {
		*ret = region_is_trivial(a) ? b : a;
		return true;
	}
	out.boxes = arena_array(s->arena, struct box, room_for((uint64_t)a.count * b.count));
	for (uint32_t i = 0; i < a.count; i++) {
		for (uint32_t j = 0; j < b.count; j++) {
			struct box both;

			if (box_intersect(s, a.boxes[i], b.boxes[j], &both) &&
			    !region_add(&out, both))
				return false;
		}
	}
	*ret = out;
	return true;
}

bool region_or(struct space *s, struct region a, struct region b, struct region *ret)
{
	struct region out = { 0 };

	if (!a.count || !b.count) {
		*ret = a.count ? a : b;
		return true;
	}
	out.boxes = arena_array(s->arena, struct box, room_for((uint64_t)a.count + b.count));
	for (uint32_t i = 0; i < a.count; i++)
		if (!region_add(&out, a.boxes[i]))
			return false;
	for (uint32_t i = 0; i < b.count; i++)
		if (!region_add(&out, b.boxes[i]))
			return false;
	*ret = out;
	return true;
}

bool region_contains(struct space *s, struct region b, struct region not_b, struct region a)
{
	struct region rest;

	/* The common case needs no memory. */
	if (a.count == 1 && b.count == 1)
		return box_contains(b.boxes[0], a.boxes[0]);
	return region_and(s, a, not_b, &rest) && region_is_empty(rest);
}

/* Two boxes that are disjoint in some dimension. */
static bool boxes_apart(struct box a, struct box b)
{
	for (uint32_t i = 0; i < a.count; i++) {
		const struct range *r = box_find(b, a.ranges[i].dim);

		if (r && (r->low > a.ranges[i].high || r->high < a.ranges[i].low))
			return true;
	}
	return false;
}

bool region_meets(struct space *s, struct region a, struct region b, struct box *ret)
{
	struct box both;

	for (uint32_t i = 0; i < a.count; i++) {
		for (uint32_t j = 0; j < b.count; j++) {
			if (boxes_apart(a.boxes[i], b.boxes[j]) ||
			    !box_intersect(s, a.boxes[i], b.boxes[j], &both))
				continue;
			if (ret)
				*ret = both;
			return true;
		}
	}
	return false;
}

uint32_t region_dims(struct space *s, struct region r, uint32_t **ret_dims)
{
	uint32_t room = 0, count = 0;
	uint32_t *dims;

	for (uint32_t i = 0; i < r.count; i++)
		room += r.boxes[i].count;
	dims = arena_array(s->arena, uint32_t, room);
	for (uint32_t i = 0; i < r.count; i++) {
		for (uint32_t j = 0; j < r.boxes[i].count; j++) {
			uint32_t dim = r.boxes[i].ranges[j].dim, at = 0;

			while (at < count && dims[at] < dim)
				at++;
			if (at < count && dims[at] == dim)
				continue;
			memmove(dims + at + 1, dims + at, (count - at) * sizeof(*dims));
			dims[at] = dim;
			count++;
		}
	}
	*ret_dims = dims;
	return count;
}

/* Texts. */

static const char *value_text(struct space *s, const struct dim *d, int64_t value)
{
	char text[64];

	if (d->kind == DIM_CALL_SIGNAL && d->quantity == QUANTITY_ENUM)
		return advice_infos[value].word;
	return arena_strdup(s->arena, quantity_print(text, sizeof(text), d->quantity, value));
}

const char *range_text(struct space *s, const struct range *r)
{
	const struct dim *d = &s->dims[r->dim];
	const char *low = value_text(s, d, r->low_shown), *high = value_text(s, d, r->high_shown);
	bool is_low_open = r->low != r->low_shown, is_high_open = r->high != r->high_shown;

	if (r->low == r->high && !is_low_open && !is_high_open)
		return low;
	if (r->low <= d->low)
		return arena_printf(s->arena, "%s %s", is_high_open ? "below" : "at most", high);
	if (r->high >= d->high)
		return arena_printf(s->arena, "%s %s", is_low_open ? "above" : "at least", low);
	return arena_printf(s->arena, "between %s and %s", low, high);
}
