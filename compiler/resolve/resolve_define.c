// SPDX-License-Identifier: GPL-2.0
/* Defines, params, named conditions, and -D. Each is resolved once, at its first use or in turn. */
#include "resolve_impl.h"

#include <ctype.h>
#include <string.h>

#include "base/arena.h"
#include "base/bug.h"

/* Named things may be used before they are declared, so their depth is bounded here. */
static bool enter(struct resolver *r, struct span span)
{
	if (r->depth < AST_MAX_HEIGHT) {
		r->depth++;
		return true;
	}
	diag_add(r->ds, DIAG_TOO_DEEP, span, "declarations use each other more than %d levels deep",
		 AST_MAX_HEIGHT);
	return false;
}

static bool resolve_define_value(struct resolver *r, struct define_decl *d)
{
	bool is_good = resolve_value(r, d->value, QUANTITY_UNKNOWN, "a define");

	/* A bare number is checked as a plain number only where it is used. */
	if (is_good && is_bare(d->value))
		d->value->quantity = QUANTITY_COUNT;
	return is_good;
}

void resolve_define(struct resolver *r, struct define_decl *d)
{
	bool was_broken = r->is_broken;

	if (d->is_resolved)
		return;
	d->is_resolved = d->is_being_resolved = true;
	if (!enter(r, d->name.span)) {
		d->is_broken = true;
	} else {
		if (!resolve_define_value(r, d))
			d->is_broken = true;
		r->depth--;
	}
	d->is_being_resolved = false;
	r->is_broken = was_broken;
}

static void check_param(struct resolver *r, struct param_decl *p)
{
	int64_t value, low, high;
	struct diag *d;

	expr_constant(p->value, &value, NULL);
	if (!p->low)
		return;
	expr_constant(p->low, &low, NULL);
	expr_constant(p->high, &high, NULL);
	if (low > high) {
		diag_add(r->ds, DIAG_PARAM_OUT_OF_RANGE, span_join(p->low->span, p->high->span),
			 "the range of '%s' ends before it begins", p->name.text);
	} else if (value < low || value > high) {
		d = diag_add(r->ds, DIAG_PARAM_OUT_OF_RANGE, p->value->span,
			     "the default of '%s' is outside its range", p->name.text);
		diag_note(r->ds, d, span_join(p->low->span, p->high->span), "the range is here");
	} else {
		return;
	}
	p->is_broken = true;
}

/* The first with a unit gives the quantity, which the others follow. */
static bool resolve_param_values(struct resolver *r, struct param_decl *p)
{
	struct expr *values[] = { p->value, p->low, p->high };
	enum quantity q = QUANTITY_UNKNOWN;
	struct diag *d;

	for (size_t i = 0; i < ARRAY_SIZE(values) && values[i]; i++) {
		if (!resolve_value(r, values[i], QUANTITY_UNKNOWN, "a param"))
			return false;
		if (q == QUANTITY_UNKNOWN && !is_bare(values[i]))
			q = values[i]->quantity;
	}
	if (q == QUANTITY_UNKNOWN)
		q = QUANTITY_COUNT;
	for (size_t i = 0; i < ARRAY_SIZE(values) && values[i]; i++)
		if (!resolve_value(r, values[i], q, i ? "the range" : "the default"))
			return false;
	if (q != QUANTITY_STRING)
		return true;
	d = diag_add(r->ds, DIAG_QUANTITY_MISMATCH, p->value->span,
		     "a param is a number, but '%s' is a text", p->name.text);
	diag_hint(r->ds, d, "write 'define %s = ...' for a text", p->name.text);
	return false;
}

void resolve_param(struct resolver *r, struct param_decl *p)
{
	bool was_broken = r->is_broken;

	if (p->is_resolved)
		return;
	p->is_resolved = true;
	if (!resolve_param_values(r, p))
		p->is_broken = true;
	else
		check_param(r, p);
	r->is_broken = was_broken;
}

void resolve_named_condition(struct resolver *r, struct signal_decl *s)
{
	const struct rule *rule = r->rule;
	bool was_broken = r->is_broken;

	if (s->is_resolved)
		return;
	s->is_resolved = s->is_being_resolved = true;
	r->rule = NULL; /* its words mean the same in every condition that contains it */
	if (!enter(r, s->name.span)) {
		s->is_broken = true;
	} else {
		if (!resolve_condition(r, s->condition) ||
		    !check_measure(r, s->condition, &s->size, &s->height))
			s->is_broken = true;
		r->depth--;
	}
	s->places = expr_places(s->condition);
	s->reads_call = expr_reads_call(s->condition);
	s->is_being_resolved = false;
	r->rule = rule;
	r->is_broken = was_broken;
}

/* -D NAME=VALUE. The value is not parsed by the grammar: it is one number or one text. */

static struct word word_at(struct resolver *r, uint32_t file, uint32_t start, uint32_t end)
{
	const char *text = r->sources->files[file].text;

	return (struct word){ .text = arena_strndup(r->arena, text + start, end - start),
			      .len = end - start,
			      .span = { file, start, end } };
}

static struct expr *override_number(struct resolver *r, uint32_t file, uint32_t start, uint32_t end)
{
	const char *text = r->sources->files[file].text;
	struct expr *e = arena_new(r->arena, struct expr);
	uint32_t at = start;

	e->span = (struct span){ file, start, end };
	e->height = 1;
	if (text[at] == '-') {
		e->kind = EXPR_NEG;
		e->height = 2;
		e->left = override_number(r, file, at + 1, end);
		return e;
	}
	while (at < end && (isdigit((unsigned char)text[at]) ||
			    (text[at] == '.' && !memchr(text + start, '.', at - start))))
		at++;
	e->kind = EXPR_NUMBER;
	e->number.digits = word_at(r, file, start, at).text;
	e->number.digit_count = at - start;
	e->number.unit = word_at(r, file, at, end).text;
	return e;
}

static struct expr *override_value(struct resolver *r, uint32_t file, uint32_t start, uint32_t end)
{
	const char *text = r->sources->files[file].text;
	bool is_negative = text[start] == '-' && end - start > 1;
	struct expr *e;

	if (isdigit((unsigned char)text[start + is_negative]))
		return override_number(r, file, start, end);
	e = arena_new(r->arena, struct expr);
	e->kind = EXPR_STRING;
	e->span = (struct span){ file, start, end };
	e->height = 1;
	e->string = word_at(r, file, start, end);
	e->string.is_quoted = true;
	return e;
}

/* Defines that no file declares are last in the list. */
static void define_from_option(struct resolver *r, const struct word *name, struct expr *value)
{
	struct define_decl *d = arena_new(r->arena, struct define_decl), **at = &r->ast->defines;
	struct symbol *s = arena_new(r->arena, struct symbol);

	*d = (struct define_decl){ .name = *name, .value = value, .is_from_option = true };
	while (*at)
		at = &(*at)->next;
	*at = d;
	*s = (struct symbol){ .kind = SYMBOL_DEFINE, .name = &d->name, .define = d };
	table_add(&r->names, d->name.text, d->name.len, s);
	*r->last = s;
	r->last = &s->next;
}

static void apply_override(struct resolver *r, uint32_t file)
{
	const struct source *source = &r->sources->files[file];
	const char *equals = memchr(source->text, '=', source->len);
	struct word name = word_at(r, file, 0, equals ? equals - source->text : source->len);
	struct span all = { file, 0, source->len };
	struct symbol *s;
	struct expr *value;
	struct diag *d;

	if (!equals || !name.len || (size_t)(equals + 1 - source->text) == source->len) {
		d = diag_add(r->ds, DIAG_SYNTAX, all, "'-D %s' is not of the form NAME=VALUE",
			     source->text);
		diag_hint(r->ds, d, "write for example '-D limit=64MiB'");
		return;
	}
	value = override_value(r, file, name.len + 1, source->len);
	s = symbol_find(r, &name);
	if (!s) {
		define_from_option(r, &name, value);
	} else if (s->kind == SYMBOL_DEFINE) {
		s->define->value = value;
	} else if (s->kind == SYMBOL_PARAM) {
		s->param->value = value;
	} else if (s->kind != SYMBOL_LOST) {
		d = diag_add(r->ds, DIAG_UNKNOWN_NAME, name.span,
			     "'%s' is %s, and -D sets a define or a param", name.text,
			     symbol_kind_name(s->kind));
		diag_note(r->ds, d, s->name->span, "declared here");
	}
}

void apply_overrides(struct resolver *r, const char *const *defines)
{
	for (; *defines; defines++) {
		int file = sources_add(r->sources, "<command line>", *defines, strlen(*defines));

		if (file < 0)
			continue;
		r->sources->files[file].is_option = true;
		apply_override(r, (uint32_t)file);
	}
}
