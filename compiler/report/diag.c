// SPDX-License-Identifier: GPL-2.0
#include "diag.h"

#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/bug.h"

struct code_info {
	const char *slug;
	enum diag_level levels[2]; /* default, strict */
	const char *summary;
};

static const struct code_info code_infos[DIAG_CODE_COUNT] = {
#define DIAG(id, slug, level_default, level_strict, summary)                                       \
	[DIAG_##id] = { slug, { DIAG_##level_default, DIAG_##level_strict }, summary },
#include "diags.def"
#undef DIAG
};

void diags_init(struct diags *ds, struct arena *a)
{
	*ds = (struct diags){ .arena = a };
	diags_profile(ds, PROFILE_DEFAULT);
}

void diags_profile(struct diags *ds, enum diag_profile profile)
{
	for (int i = 0; i < DIAG_CODE_COUNT; i++) {
		enum diag_level level = code_infos[i].levels[profile != PROFILE_DEFAULT];

		if (profile == PROFILE_ALL && level < DIAG_WARNING)
			level = DIAG_WARNING;
		ds->levels[i] = level;
	}
}

static void count_one(struct diags *ds, enum diag_level level, int by)
{
	if (level == DIAG_ERROR)
		ds->errors += by;
	else if (level == DIAG_WARNING)
		ds->warnings += by;
	else
		ds->note_count += by;
}

struct diag *diag_add(struct diags *ds, enum diag_code code, struct span span, const char *fmt, ...)
{
	struct diag *d;
	va_list ap;

	if (ds->levels[code] == DIAG_OFF)
		return NULL;
	count_one(ds, ds->levels[code], 1);
	/* Errors and other findings are counted apart, so that warnings never displace an error. */
	if ((ds->levels[code] == DIAG_ERROR ? ds->errors : ds->warnings + ds->note_count) >
	    DIAGS_MAX_KEPT)
		return NULL;
	d = arena_new(ds->arena, struct diag);
	d->code = code;
	d->level = ds->levels[code];
	d->span = span;
	va_start(ap, fmt);
	d->text = arena_vprintf(ds->arena, fmt, ap);
	va_end(ap);
	if (ds->last)
		ds->last->next = d;
	else
		ds->first = d;
	ds->last = d;
	return d;
}

static struct diag_note *note_append(struct diags *ds, struct diag *d)
{
	struct diag_note **at = &d->notes;

	while (*at)
		at = &(*at)->next;
	return *at = arena_new(ds->arena, struct diag_note);
}

void diag_note(struct diags *ds, struct diag *d, struct span span, const char *fmt, ...)
{
	struct diag_note *note;
	va_list ap;

	if (!d)
		return;
	note = note_append(ds, d);
	note->span = span;
	note->has_span = true;
	va_start(ap, fmt);
	note->text = arena_vprintf(ds->arena, fmt, ap);
	va_end(ap);
}

void diag_hint(struct diags *ds, struct diag *d, const char *fmt, ...)
{
	struct diag_note *note;
	va_list ap;

	if (!d)
		return;
	note = note_append(ds, d);
	note->is_hint = true;
	va_start(ap, fmt);
	note->text = arena_vprintf(ds->arena, fmt, ap);
	va_end(ap);
}

void diag_fix(struct diags *ds, struct diag *d, struct span replaced, const char *replacement,
	      bool is_sure, const char *fmt, ...)
{
	struct diag_note *note;
	va_list ap;

	if (!d)
		return;
	note = note_append(ds, d);
	note->is_hint = true;
	note->replacement = arena_strdup(ds->arena, replacement);
	note->replaced = replaced;
	note->is_sure = is_sure;
	va_start(ap, fmt);
	note->text = arena_vprintf(ds->arena, fmt, ap);
	va_end(ap);
}

void diag_did_you_mean(struct diags *ds, struct diag *d, const char *word)
{
	if (d && word)
		diag_fix(ds, d, d->span, word, true, "did you mean '%s'?", word);
}

const char *diag_slug(enum diag_code code)
{
	return code_infos[code].slug;
}

const char *diag_summary(enum diag_code code)
{
	return code_infos[code].summary;
}

enum diag_level diag_default_level(enum diag_code code)
{
	return code_infos[code].levels[0];
}

enum diag_code diag_find(const char *slug)
{
	int i = 0;

	while (i < DIAG_CODE_COUNT && strcmp(code_infos[i].slug, slug))
		i++;
	return i;
}

static int compare_numbers(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

/* The lexer refused the word itself: other findings about it do not count. */
static bool is_about_word(const struct diag *d)
{
	return d->code == DIAG_BAD_CHARACTER || d->code == DIAG_BAD_NUMBER;
}

static int compare_diags(const void *pa, const void *pb)
{
	const struct diag *a = *(struct diag *const *)pa, *b = *(struct diag *const *)pb;
	int order = compare_numbers(a->span.file, b->span.file);

	order = order ? order : compare_numbers(a->span.start, b->span.start);
	order = order ? order : is_about_word(b) - is_about_word(a);
	return order ? order : compare_numbers(a->code, b->code);
}

/* The same finding again, or a later stage's finding about a word that replaces a refused one. */
static bool is_repeat(const struct diag *a, const struct diag *b)
{
	if (!a || a->span.file != b->span.file || a->span.start != b->span.start)
		return false;
	return a->code == b->code || is_about_word(a);
}

void diags_sort(struct diags *ds)
{
	struct diag **all, *last = NULL;
	size_t count = 0, i = 0;

	for (struct diag *d = ds->first; d; d = d->next)
		count++;
	all = arena_array(ds->arena, struct diag *, count + 1);
	for (struct diag *d = ds->first; d; d = d->next)
		all[i++] = d;
	/*
	 * glibc's qsort may fall back to an unstable sort; equal findings are repeats, so that does
	 * not matter.
	 */
	qsort(all, count, sizeof(*all), compare_diags);
	ds->first = NULL;
	for (i = 0; i < count; i++) {
		if (is_repeat(last, all[i])) {
			count_one(ds, all[i]->level, -1);
			continue;
		}
		if (last)
			last->next = all[i];
		else
			ds->first = all[i];
		last = all[i];
		last->next = NULL;
	}
	ds->last = last;
}

void diags_drop_off(struct diags *ds)
{
	struct diag **at = &ds->first;

	ds->last = NULL;
	while (*at) {
		struct diag *d = *at;

		if (d->level != DIAG_OFF) {
			ds->last = d;
			at = &d->next;
			continue;
		}
		count_one(ds, ds->levels[d->code], -1);
		*at = d->next;
	}
}
