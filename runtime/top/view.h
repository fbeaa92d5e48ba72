/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What of a snapshot is on the screen, and in which order: each policy followed by its rules' rows,
 * sorted and filtered. The cursor stays with what it was on when others come and go.
 */
#ifndef MMP_VIEW_H
#define MMP_VIEW_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define VIEW_FILTER 64

enum view_sort {
#define SORT(id, words) VIEW_BY_##id,
#include "sorts.def"
	VIEW_SORTS
};

struct view_line {
	const json_t *policy;
	const json_t *rule; /* NULL: the policy's own line */
	double key, policy_key; /* what it is sorted by, the greatest first */
	size_t index; /* its place in the snapshot */
};

struct view {
	json_t *snapshot; /* a reference of the view's own; NULL: none yet */
	struct view_line *lines;
	size_t count;
	size_t cursor; /* less than count, or 0 */
	size_t top; /* the first line that is shown */
	enum view_sort sort;
	bool is_reverse, only_active;
	char filter[VIEW_FILTER]; /* part of the policy's, rule's, action's or cgroup's name */
	json_t *folded; /* names of policies whose rules are not shown */
};

void view_init(struct view *v);
void view_finish(struct view *v);
/* Show another snapshot. Takes the reference. */
void view_show(struct view *v, json_t *snapshot);
/* After sort, filter or folding were changed. */
void view_arrange(struct view *v);
/* Move the cursor by so many lines, as far as there are any. */
void view_move(struct view *v, long by);
/* Let `top` be so that the cursor is within `height` lines. */
void view_scroll(struct view *v, size_t height);
/* The line of the cursor, or NULL where there are no lines. */
const struct view_line *view_selected(const struct view *v);
/* Fold or unfold the selected policy. The cursor goes to its line. */
void view_fold(struct view *v);
const char *view_sort_words(enum view_sort sort);

#endif
