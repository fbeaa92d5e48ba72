/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Findings. A stage adds them and continues; main() prints them, sorted, after all stages have run.
 * Messages are lower case without a full stop; the user's words stand in single quotes.
 */
#ifndef MMP_DIAG_H
#define MMP_DIAG_H

#include <stdbool.h>
#include <stddef.h>
#include "source.h"

struct arena;

enum diag_level { DIAG_OFF, DIAG_NOTE, DIAG_WARNING, DIAG_ERROR, DIAG_LEVEL_COUNT };
enum diag_profile { PROFILE_DEFAULT, PROFILE_STRICT, PROFILE_ALL, PROFILE_COUNT };

/* One per line of diags.def: DIAG_SYNTAX, DIAG_UNKNOWN_SIGNAL, ... */
enum diag_code {
#define DIAG(id, slug, level_default, level_strict, summary) DIAG_##id,
#include "diags.def"
#undef DIAG
	DIAG_CODE_COUNT
};

struct diag_note {
	struct diag_note *next;
	struct span span; /* where has_span */
	bool has_span;
	bool is_hint; /* printed "= hint:", else "note:" */
	const char *text;
	/* For a hint that can be carried out, else NULL: the text that replaces `replaced`. */
	const char *replacement;
	struct span replaced;
	bool is_sure; /* it mends the finding and keeps every value: mmpc fix applies it */
};

struct diag {
	struct diag *next;
	enum diag_code code;
	enum diag_level level;
	struct span span;
	const char *text;
	struct diag_note *notes;
};

struct diags {
	struct arena *arena;
	struct diag *first, *last;
	enum diag_level levels[DIAG_CODE_COUNT]; /* after profile and -W flags */
	unsigned errors, warnings, note_count; /* of the findings kept */
};

void diags_init(struct diags *ds, struct arena *a);
void diags_profile(struct diags *ds, enum diag_profile profile);

/*
 * Add a finding at `span`. Returns it for diag_note() and diag_hint(), or NULL where its level is
 * off; both take NULL. The level of a code that is an error in diags.def cannot be lowered.
 */
struct diag *diag_add(struct diags *ds, enum diag_code code, struct span span, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
void diag_note(struct diags *ds, struct diag *d, struct span span, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
void diag_hint(struct diags *ds, struct diag *d, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* A hint that can be carried out: `replacement` replaces `replaced`. */
void diag_fix(struct diags *ds, struct diag *d, struct span replaced, const char *replacement,
	      bool is_sure, const char *fmt, ...) __attribute__((format(printf, 6, 7)));
/* "did you mean 'WORD'?" in place of the finding's span, as a sure fix; word NULL adds nothing. */
void diag_did_you_mean(struct diags *ds, struct diag *d, const char *word);

/* Beyond this many errors, and this many other findings, each are counted, not kept. */
#define DIAGS_MAX_KEPT 10000

const char *diag_slug(enum diag_code code);
const char *diag_summary(enum diag_code code);
enum diag_level diag_default_level(enum diag_code code);
/* DIAG_CODE_COUNT where no code has that slug. */
enum diag_code diag_find(const char *slug);

/* Remove the findings whose level has been set to off since they were added. */
void diags_drop_off(struct diags *ds);

/* By file, then offset, then code; drops repeats of one code at one place. */
void diags_sort(struct diags *ds);

#endif
