// SPDX-License-Identifier: GPL-2.0
#include "suppress.h"

#include "base/arena.h"
#include "parse/ast.h"
#include "report/diag.h"

struct findings {
	struct diag **at; /* sorted by place; a suppressed one becomes NULL */
	size_t count;
};

static struct findings list_findings(struct diags *ds)
{
	struct findings f = { .count = 0 };

	for (struct diag *d = ds->first; d; d = d->next)
		f.count++;
	f.at = arena_array(ds->arena, struct diag *, f.count + 1);
	f.count = 0;
	for (struct diag *d = ds->first; d; d = d->next)
		f.at[f.count++] = d;
	return f;
}

static bool is_before(const struct diag *d, struct span s)
{
	return d->span.file < s.file || (d->span.file == s.file && d->span.start < s.start);
}

/* The first finding at or after the start of s. */
static size_t first_in(const struct findings *f, struct span s)
{
	size_t low = 0, high = f->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (is_before(f->at[middle], s))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/*
 * The ranges of two suppressions may overlap, so a dropped finding stays in the list, switched off.
 */
static void apply(struct suppression *s, enum diag_code code, const struct findings *f)
{
	for (size_t i = first_in(f, s->covers); i < f->count; i++) {
		struct diag *d = f->at[i];

		if (d->span.file != s->covers.file || d->span.start > s->covers.end)
			return;
		if (d->code != code || diag_default_level(code) == DIAG_ERROR)
			continue;
		d->level = DIAG_OFF;
		s->is_used = true;
	}
}

static void report_unused(struct diags *ds, const struct suppression *s, enum diag_code code)
{
	struct diag *d = diag_add(ds, DIAG_UNUSED_SUPPRESSION, s->span,
				  "there is no '%s' here to ignore", s->code.text);

	if (diag_default_level(code) == DIAG_ERROR)
		diag_fix(ds, d, s->span, "", true, "an error cannot be ignored");
	else
		diag_fix(ds, d, s->span, "", true,
			 "remove the comment; on a line of its own it covers the next "
			 "statement, else its own line");
}

void suppress_findings(struct diags *ds, struct ast *ast)
{
	struct findings f;

	diags_sort(ds);
	if (!ast->suppressions)
		return;
	f = list_findings(ds);
	for (struct suppression *s = ast->suppressions; s; s = s->next) {
		enum diag_code code = diag_find(s->code.text);

		if (code == DIAG_CODE_COUNT)
			continue;
		apply(s, code, &f);
		/* The comment counts as used also where the profile has turned the finding off. */
		if (!s->is_used && ds->levels[code] != DIAG_OFF)
			report_unused(ds, s, code);
	}
	diags_drop_off(ds);
	diags_sort(ds);
}
