// SPDX-License-Identifier: GPL-2.0
#include "fix.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define ROUNDS_MAX 16 /* a fix may bring a part of the policy to light that needs another */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/*
 * A comment or word that goes leaves neither white space nor an empty line behind, and joins no two
 * words.
 */
static struct span with_space(const struct source *f, struct span s)
{
	bool joins = s.end < f->len && !isspace((unsigned char)f->text[s.end]);

	while (!joins && s.start && is_blank(f->text[s.start - 1]))
		s.start--;
	if ((!s.start || f->text[s.start - 1] == '\n') && s.end < f->len && f->text[s.end] == '\n')
		s.end++;
	return s;
}

bool fix_of_note(const struct sources *s, const struct diag *d, const struct diag_note *n,
		 struct fix *ret)
{
	if (!n->replacement)
		return false;
	*ret = (struct fix){ d, n->replaced, n->replacement, n->is_sure };
	if (!*n->replacement)
		ret->span = with_space(&s->files[n->replaced.file], n->replaced);
	return true;
}

static bool sure_fix(struct compilation *c, const struct diag *d, struct fix *ret)
{
	for (const struct diag_note *n = d->notes; n; n = n->next)
		if (n->is_sure && n->replaced.file == c->file &&
		    fix_of_note(&c->sources, d, n, ret))
			return true;
	return false;
}

static int compare_fixes(const void *a, const void *b)
{
	const struct fix *x = a, *y = b;

	return (x->span.start > y->span.start) - (x->span.start < y->span.start);
}

static size_t drop_overlaps(struct fix *fixes, size_t count)
{
	size_t kept = 0;

	qsort(fixes, count, sizeof(*fixes), compare_fixes);
	for (size_t i = 0; i < count; i++)
		if (!kept || fixes[kept - 1].span.end < fixes[i].span.start)
			fixes[kept++] = fixes[i];
	return kept;
}

struct fix *fixes_sure(struct compilation *c, const bool *codes, size_t *ret_count)
{
	struct fix *fixes;
	size_t count = 0;

	for (const struct diag *d = c->diags.first; d; d = d->next)
		count++;
	fixes = arena_array(&c->arena, struct fix, count + 1);
	count = 0;
	for (const struct diag *d = c->diags.first; d; d = d->next)
		if (codes[d->code] && sure_fix(c, d, &fixes[count]))
			count++;
	*ret_count = drop_overlaps(fixes, count);
	return fixes;
}

char *fixes_apply(struct arena *a, const struct source *f, const struct fix *fixes, size_t count)
{
	uint32_t at = 0;
	struct text t;

	text_init(&t, a);
	for (size_t i = 0; i < count; i++) {
		text_add(&t, f->text + at, fixes[i].span.start - at);
		text_add(&t, fixes[i].text, strlen(fixes[i].text));
		at = fixes[i].span.end;
	}
	text_add(&t, f->text + at, f->len - at);
	return t.data;
}

/* ---- Trying ---- */

struct attempt {
	struct overlay overlay;
	struct arena *arena;
	const struct compile_options *options;
	const bool *codes;
	const char *path, *real_path, *text;
	unsigned errors; /* of the text */
	unsigned fixed;
	const char *trouble;
};

static const char *find_text(const struct overlay *o, const char *path, size_t *ret_len)
{
	const struct attempt *t = (const struct attempt *)o;
	char *real = source_real_path(path);
	bool is_own = !strcmp(path, t->path) || (real && !strcmp(real, t->real_path));

	free(real);
	*ret_len = strlen(t->text);
	return is_own ? t->text : NULL;
}

static void judge(struct attempt *t, struct compilation *c)
{
	struct compile_options o = *t->options;

	o.overlay = &t->overlay;
	o.is_check_only = true;
	compilation_init(c, &o);
	compile_front(c, &o, t->path);
}

static bool has_at(const struct compilation *c, enum diag_code code, uint32_t start, uint32_t end)
{
	for (const struct diag *d = c->diags.first; d; d = d->next)
		if (d->code == code && d->span.file == c->file && d->span.start >= start &&
		    d->span.start <= end)
			return true;
	return false;
}

/* Where the changes are in the new text, none of their findings is left. */
static bool are_mended(const struct compilation *c, const struct fix *fixes, size_t count)
{
	int64_t shift = 0;

	for (size_t i = 0; i < count; i++) {
		const struct fix *f = &fixes[i];
		uint32_t start = (uint32_t)(f->span.start + shift);

		if (has_at(c, f->finding->code, start, start + (uint32_t)strlen(f->text)))
			return false;
		shift += (int64_t)strlen(f->text) - (f->span.end - f->span.start);
	}
	return true;
}

static bool try_fixes(struct attempt *t, const struct source *f, const struct fix *fixes,
		      size_t count)
{
	struct attempt after = *t;
	struct compilation c;
	bool is_better;

	after.text = fixes_apply(t->arena, f, fixes, count);
	judge(&after, &c);
	is_better = c.diags.errors <= t->errors && are_mended(&c, fixes, count);
	after.errors = c.diags.errors;
	after.fixed += (unsigned)count;
	compilation_finish(&c);
	if (is_better)
		*t = after;
	return is_better;
}

/* All at once; where that is no good, one by one, and the first that is good counts. */
static bool mend_some(struct attempt *t)
{
	struct compilation c;
	struct fix *fixes;
	bool is_better;
	size_t count;

	judge(t, &c);
	t->errors = c.diags.errors;
	t->trouble = c.trouble ? arena_strdup(t->arena, c.trouble) : NULL;
	fixes = fixes_sure(&c, t->codes, &count);
	is_better = count && try_fixes(t, &c.sources.files[c.file], fixes, count);
	for (size_t i = 0; count > 1 && i < count && !is_better; i++)
		is_better = try_fixes(t, &c.sources.files[c.file], &fixes[i], 1);
	compilation_finish(&c);
	return is_better;
}

void fix_policy(struct arena *a, const struct compile_options *o, const char *path,
		const char *text, const bool *codes, struct fix_result *ret)
{
	char *real = source_real_path(path);
	struct attempt t = { .overlay.find = find_text,
			     .arena = a,
			     .options = o,
			     .codes = codes,
			     .path = path,
			     .real_path = real ? real : path,
			     .text = text };

	for (unsigned i = 0; i < ROUNDS_MAX && mend_some(&t); i++)
		;
	*ret = (struct fix_result){ arena_strdup(a, t.text), t.fixed, t.errors, t.trouble };
	free(real);
}
