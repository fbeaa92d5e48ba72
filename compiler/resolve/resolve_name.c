// SPDX-License-Identifier: GPL-2.0
/* What a word in a condition stands for. */
#include "resolve_impl.h"

#include <ctype.h>
#include <string.h>

#include "base/arena.h"
#include "base/bug.h"

/* The parts from `first` on, joined by their dots. */
static const char *joined(struct resolver *r, const struct expr *e, uint32_t first)
{
	const char *text = e->name.parts[first].text;

	for (uint32_t i = first + 1; i < e->name.count; i++)
		text = arena_printf(r->arena, "%s.%s", text, e->name.parts[i].text);
	return text;
}

bool is_signal_name(const struct expr *e, enum signal_id id)
{
	const char *name = signal_infos[id].name;

	if (e->kind != EXPR_NAME || e->name.parts[0].is_quoted ||
	    e->name.parts[0].text[0] != name[0])
		return false;
	for (uint32_t i = 0; i < e->name.count; i++) {
		const struct word *part = &e->name.parts[i];

		if (strncmp(name, part->text, part->len))
			return false;
		name += part->len;
		if (i + 1 < e->name.count && *name++ != '.')
			return false;
	}
	return !*name;
}

static enum signal_id find_signal(struct resolver *r, const struct expr *e, uint32_t first)
{
	const char *name;

	if (e->name.parts[first].is_quoted)
		return SIGNAL_COUNT;
	name = joined(r, e, first);
	return signal_find(name, strlen(name));
}

/* Scopes. */

static bool resolve_scope(struct resolver *r, struct expr *e)
{
	static const struct {
		const char *word;
		enum scope scope;
	} scopes[] = {
		{ "self", SCOPE_SELF },
		{ "parent", SCOPE_PARENT },
		{ "system", SCOPE_SYSTEM },
	};
	const struct word *word = &e->name.parts[0];

	for (size_t i = 0; i < ARRAY_SIZE(scopes) && !word->is_quoted; i++) {
		if (!strcmp(word->text, scopes[i].word)) {
			e->name.scope = scopes[i].scope;
			return true;
		}
	}
	e->name.scope = SCOPE_CGROUP;
	e->name.cgroup = resolve_cgroup(r, word, "what stands before a signal");
	return e->name.cgroup != NULL;
}

bool scope_has_signal(enum scope scope, enum signal_id id)
{
	unsigned scopes = signal_infos[id].scopes;

	switch (scope) {
	case SCOPE_CGROUP:
		return scopes & OF_CGROUP;
	case SCOPE_PARENT:
		/* The hook of the cgroup itself counts charges, and a parent need not have one. */
		return scopes & OF_CGROUP && id != SIGNAL_CHARGE_RATE && id != SIGNAL_UNCHARGE_RATE;
	case SCOPE_SELF:
		return scopes & OF_SELF;
	case SCOPE_SYSTEM:
		return scopes & OF_SYSTEM;
	case SCOPE_TARGET:
	case SCOPE_CALL:
	case SCOPE_COUNT:
		return true;
	}
	BUG("scope %d", scope);
}

static const char *scope_noun(enum scope scope)
{
	switch (scope) {
	case SCOPE_CGROUP:
		return "a cgroup";
	case SCOPE_PARENT:
		return "'parent'";
	case SCOPE_SELF:
		return "'self'";
	case SCOPE_SYSTEM:
		return "the system";
	case SCOPE_TARGET:
	case SCOPE_CALL:
	case SCOPE_COUNT:
		break;
	}
	BUG("scope %d has no noun", scope);
}

static bool check_scope(struct resolver *r, const struct expr *e)
{
	const struct signal_info *info = &signal_infos[e->name.signal];
	struct diag *d;

	if (scope_has_signal(e->name.scope, e->name.signal))
		return true;
	d = diag_add(r->ds, DIAG_SIGNAL_NOT_HERE, e->span, "'%s' is not a signal of %s", info->name,
		     scope_noun(e->name.scope));
	if (info->scopes & OF_SYSTEM)
		diag_hint(r->ds, d, "write 'system.%s'", info->name);
	else if (info->scopes & OF_CALL)
		diag_hint(r->ds, d, "write '%s' without a scope, in a thp rule", info->name);
	else
		diag_hint(r->ds, d, "write a cgroup's name before it: 'NAME.%s'", info->name);
	return false;
}

/* Unknown words. */

static const char *signal_adjective(const struct resolver *r, enum scope scope)
{
	if (scope == SCOPE_SYSTEM)
		return "system ";
	if (scope == SCOPE_SELF)
		return "'self' ";
	if (scope == SCOPE_CGROUP || scope == SCOPE_PARENT)
		return "cgroup ";
	if (!r->rule || r->rule->action == ACTION_THP)
		return "";
	return r->rule->action == ACTION_NOTIFY ? "system " : "cgroup ";
}

static void add_signals(struct resolver *r, struct candidates *c, enum scope scope, bool is_here)
{
	for (int i = 0; i < SIGNAL_COUNT; i++) {
		bool fits = scope != SCOPE_TARGET
				    ? scope_has_signal(scope, i)
				    : !r->rule || signal_places(i, scope) &
							  1u << rule_place(r->rule->action);

		if (fits == is_here)
			candidates_add(r, c, signal_infos[i].name);
	}
}

/*
 * mem_avail: the only signal that begins so; psi.full: of several, the first in which a word ends
 * there.
 */
static const char *completion(const struct candidates *c, const char *name)
{
	size_t len = strlen(name);
	const char *found = NULL;
	unsigned count = 0;

	for (size_t i = 0; i < c->count && len > 3; i++) {
		if (strncmp(c->words[i], name, len))
			continue;
		if (c->words[i][len] == '.')
			return c->words[i];
		found = c->words[i];
		count++;
	}
	return count == 1 ? found : NULL;
}

/* First the signals that can be read here; where none of them is near, the others. */
static const char *nearest_signal(struct resolver *r, enum scope scope, const char *name)
{
	struct candidates here = { 0 }, elsewhere = { 0 };
	const char *nearest;

	add_signals(r, &here, scope, true);
	if (scope == SCOPE_TARGET)
		candidates_add_names(r, &here, 1u << SYMBOL_SIGNAL);
	nearest = candidates_nearest(&here, name, strlen(name));
	if (!nearest)
		nearest = completion(&here, name);
	if (nearest)
		return nearest;
	add_signals(r, &elsewhere, scope, false);
	return elsewhere.count ? candidates_nearest(&elsewhere, name, strlen(name)) : NULL;
}

/* memory.current: a kernel's file, of which a signal has the number. */
static const char *signal_of_file(const char *name)
{
	for (int i = 0; i < SIGNAL_COUNT; i++)
		if (!strcmp(signal_infos[i].source, name))
			return signal_infos[i].name;
	return NULL;
}

/* SYSTEM.MEM_AVAILABLE */
static const char *in_lower_case(struct resolver *r, const char *name)
{
	char *lower = arena_printf(r->arena, "%s", name);
	enum signal_id id;

	for (char *c = lower; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	if (!strncmp(name, "system.", 7) || strncmp(lower, "system.", 7))
		return NULL;
	id = signal_find(lower + 7, strlen(lower + 7));
	return id != SIGNAL_COUNT && scope_has_signal(SCOPE_SYSTEM, id) ? lower : NULL;
}

static void report_unknown(struct resolver *r, const struct expr *e, uint32_t first)
{
	const char *name = joined(r, e, first), *nearest = NULL, *whole = joined(r, e, 0);
	struct span span = e->name.parts[first].span;
	struct diag *d;

	/* psi.som.avg10: the first word was taken for a scope. */
	if (first && e->name.scope == SCOPE_CGROUP && e->name.cgroup &&
	    e->name.cgroup->is_implicit && !e->name.parts[0].is_quoted)
		nearest = signal_of_file(whole)	    ? signal_of_file(whole)
			  : in_lower_case(r, whole) ? in_lower_case(r, whole)
						    : nearest_signal(r, SCOPE_TARGET, whole);
	if (nearest) {
		name = whole;
		span = e->name.parts[0].span;
	} else {
		nearest = nearest_signal(r, e->name.scope, name);
	}
	span = span_join(span, e->name.parts[e->name.count - 1].span);
	d = diag_add(r->ds, DIAG_UNKNOWN_SIGNAL, span, "there is no %ssignal '%s'",
		     signal_adjective(r, first && name != whole ? e->name.scope : SCOPE_TARGET),
		     name);
	if (nearest)
		diag_did_you_mean(r->ds, d, nearest);
	else if (unit_meant(name, strlen(name)) && span.start &&
		 r->sources->files[span.file].text[span.start - 1] == '/')
		diag_hint(r->ds, d, "a rate is always per second: 100/s");
	else
		diag_hint(r->ds, d, "'mmpc explain signals' lists them all");
}

static enum quantity report_symbol(struct resolver *r, const struct expr *e, const struct symbol *s)
{
	const char *name = s->name->text;
	struct diag *d;

	if (s->kind == SYMBOL_LOST)
		return QUANTITY_UNKNOWN;
	d = diag_add(r->ds, DIAG_UNKNOWN_SIGNAL, e->span, "'%s' is %s, not a signal", name,
		     symbol_kind_name(s->kind));
	if (s->kind == SYMBOL_DEFINE) {
		s->define->is_used = true;
		diag_did_you_mean(r->ds, d, arena_printf(r->arena, "$%s", name));
	} else if (s->kind == SYMBOL_PARAM) {
		s->param->is_used = true;
		diag_did_you_mean(r->ds, d, arena_printf(r->arena, "$%s", name));
	} else if (s->kind == SYMBOL_CGROUP) {
		s->cgroup->is_used = true;
		diag_hint(r->ds, d, "name one of its signals, such as '%s.usage'", name);
	} else {
		diag_hint(r->ds, d, "a thp rule takes a process after 'thp'");
	}
	return QUANTITY_UNKNOWN;
}

/* Names. */

static enum quantity use_condition(struct resolver *r, struct expr *e, struct signal_decl *decl)
{
	struct diag *d;

	decl->is_used = true;
	e->name.ref = REF_CONDITION;
	e->name.condition = decl;
	if (decl->is_being_resolved) {
		d = diag_add(r->ds, DIAG_RECURSIVE_SIGNAL, e->span, "'%s' contains itself",
			     decl->name.text);
		diag_note(r->ds, d, decl->name.span, "it is declared here");
		decl->is_broken = true;
	} else {
		resolve_named_condition(r, decl);
	}
	if (!decl->is_broken && e->name.window) {
		diag_add(r->ds, DIAG_SIGNAL_NOT_HERE, e->name.window->span,
			 "'%s' is a named condition and takes no window", decl->name.text);
		return QUANTITY_UNKNOWN;
	}
	return decl->is_broken ? QUANTITY_UNKNOWN : QUANTITY_CONDITION;
}

static enum quantity use_signal(struct resolver *r, struct expr *e, enum signal_id id)
{
	e->name.ref = REF_SIGNAL;
	e->name.signal = id;
	if (!check_scope(r, e) || !resolve_window(r, e))
		return QUANTITY_UNKNOWN;
	if (e->name.scope == SCOPE_TARGET && signal_infos[id].scopes == OF_CALL)
		e->name.scope = SCOPE_CALL;
	return signal_infos[id].quantity;
}

enum quantity resolve_name(struct resolver *r, struct expr *e)
{
	enum signal_id id = find_signal(r, e, 0);
	const struct symbol *s;

	e->name.scope = SCOPE_TARGET;
	s = e->name.count == 1 ? symbol_find(r, &e->name.parts[0]) : NULL;
	/* A define or param may have a signal's name; then the name is not the signal's. */
	if (s && (s->kind == SYMBOL_DEFINE || s->kind == SYMBOL_PARAM))
		return report_symbol(r, e, s);
	if (id != SIGNAL_COUNT)
		return use_signal(r, e, id);
	if (e->name.count > 1) {
		if (!resolve_scope(r, e))
			return QUANTITY_UNKNOWN;
		id = find_signal(r, e, 1);
		if (id != SIGNAL_COUNT)
			return use_signal(r, e, id);
		report_unknown(r, e, 1);
		return QUANTITY_UNKNOWN;
	}
	if (s && s->kind == SYMBOL_SIGNAL)
		return use_condition(r, e, s->signal);
	if (s)
		return report_symbol(r, e, s);
	report_unknown(r, e, 0);
	return QUANTITY_UNKNOWN;
}

enum quantity resolve_dollar(struct resolver *r, struct expr *e)
{
	const struct word named = { .text = e->dollar.name,
				    .len = (uint32_t)strlen(e->dollar.name),
				    .span = e->span },
			  *word = &named;
	struct symbol *s = symbol_find(r, word);
	struct candidates c = { 0 };
	struct diag *d;

	if (s && s->kind == SYMBOL_DEFINE) {
		s->define->is_used = true;
		if (s->define->is_being_resolved) {
			diag_add(r->ds, DIAG_RECURSIVE_SIGNAL, word->span, "'%s' contains itself",
				 word->text);
			s->define->is_broken = true;
		}
		resolve_define(r, s->define);
		if (s->define->is_broken)
			return QUANTITY_UNKNOWN;
		e->dollar.define = s->define;
		if (!is_bare(e))
			expr_constant(s->define->value, &e->dollar.value, NULL);
		return s->define->value->quantity;
	}
	if (s && s->kind == SYMBOL_PARAM) {
		s->param->is_used = true;
		resolve_param(r, s->param);
		if (s->param->is_broken)
			return QUANTITY_UNKNOWN;
		e->dollar.param = s->param;
		expr_constant(s->param->value, &e->dollar.value, NULL);
		return s->param->value->quantity;
	}
	if (s && s->kind == SYMBOL_LOST)
		return QUANTITY_UNKNOWN;
	if (s) {
		d = diag_add(r->ds, DIAG_UNKNOWN_NAME, word->span,
			     "'%s' is %s, and '$' takes a define or a param", word->text,
			     symbol_kind_name(s->kind));
		diag_note(r->ds, d, s->name->span, "declared here");
		return QUANTITY_UNKNOWN;
	}
	d = diag_add(r->ds, DIAG_UNKNOWN_NAME, word->span, "no define or param is named '%s'",
		     word->text);
	candidates_add_names(r, &c, 1u << SYMBOL_DEFINE | 1u << SYMBOL_PARAM);
	if (c.count && candidates_nearest(&c, word->text, word->len))
		diag_did_you_mean(r->ds, d,
				  arena_printf(r->arena, "$%s",
					       candidates_nearest(&c, word->text, word->len)));
	else
		diag_hint(r->ds, d, "declare it: 'define %s = VALUE'", word->text);
	return QUANTITY_UNKNOWN;
}

/* Words beside vma.advice and memcg. */

enum quantity resolve_advice(struct resolver *r, struct expr *e)
{
	const char *words[ADVICE_COUNT];
	const struct word *word = e->kind == EXPR_NAME && e->name.count == 1 ? e->name.parts : NULL;
	struct diag *d;

	if (!word || word->is_quoted)
		return type_of(r, e);
	for (int i = 0; i < ADVICE_COUNT; i++) {
		words[i] = advice_infos[i].word;
		if (strcmp(word->text, words[i]))
			continue;
		e->name.ref = REF_WORD;
		e->name.word_value = (uint32_t)i;
		return QUANTITY_ENUM;
	}
	d = diag_add(r->ds, DIAG_UNKNOWN_NAME, e->span, "'vma.advice' is never '%s'", word->text);
	diag_did_you_mean(r->ds, d, nearest_word(word->text, word->len, words, ADVICE_COUNT));
	diag_hint(r->ds, d, "it is hugepage, nohugepage or none");
	r->is_broken = true;
	return QUANTITY_UNKNOWN;
}

enum quantity resolve_memcg(struct resolver *r, struct expr *e)
{
	struct cgroup_decl *g;
	struct word *word;
	struct diag *d;

	if (e->kind == EXPR_STRING) {
		word = arena_new(r->arena, struct word);
		*word = e->string;
		e->kind = EXPR_NAME;
		memset(&e->name, 0, sizeof(e->name));
		e->name.parts = word;
		e->name.count = 1;
	} else if (e->kind != EXPR_NAME) {
		return type_of(r, e);
	} else if (e->name.count != 1 || e->name.window) {
		d = diag_add(r->ds, DIAG_UNKNOWN_NAME, e->span, "'%s' is not a cgroup's name",
			     resolver_excerpt(r, e->span));
		diag_hint(r->ds, d, "quote a name with dots: 'memcg == \"%s\"'",
			  resolver_excerpt(r, e->span));
		r->is_broken = true;
		return QUANTITY_UNKNOWN;
	}
	g = resolve_cgroup(r, &e->name.parts[0], "what 'memcg' is compared with");
	if (g && g->is_glob) {
		d = diag_add(r->ds, DIAG_OUT_OF_RANGE, e->span,
			     "'memcg' is compared with one cgroup, and '%s' is a glob",
			     e->name.parts[0].text);
		diag_hint(r->ds, d, "name their parent: 'memcg' is true of all cgroups below it");
		g = NULL;
	}
	e->name.ref = g ? REF_CGROUP : REF_UNRESOLVED;
	e->name.cgroup = g;
	if (!g)
		r->is_broken = true;
	return g ? QUANTITY_STRING : QUANTITY_UNKNOWN;
}
