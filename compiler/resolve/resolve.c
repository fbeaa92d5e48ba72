// SPDX-License-Identifier: GPL-2.0
#include "resolve_impl.h"

#include <string.h>

#include "base/arena.h"
#include "base/bug.h"

#define HINT_BUDGET 2000000

/* Candidates. */

void candidates_add(struct resolver *r, struct candidates *c, const char *word)
{
	if (c->count == c->room) {
		const char **old = c->words;

		c->room = c->room ? c->room * 2 : 32;
		c->words = arena_array(r->arena, const char *, c->room);
		if (c->count)
			memcpy(c->words, old, c->count * sizeof(*old));
	}
	c->words[c->count++] = word;
}

void candidates_add_names(struct resolver *r, struct candidates *c, unsigned kinds)
{
	for (struct symbol *s = r->first; s && r->hints_left; s = s->next) {
		r->hints_left--;
		if (kinds & 1u << s->kind)
			candidates_add(r, c, s->name->text);
	}
}

const char *candidates_nearest(const struct candidates *c, const char *text, size_t len)
{
	return nearest_word(text, len, c->words, c->count);
}

/* Symbols. */

const char *symbol_kind_name(enum symbol_kind kind)
{
	switch (kind) {
	case SYMBOL_CGROUP:
		return "a cgroup";
	case SYMBOL_PROCESS:
		return "a process";
	case SYMBOL_DEFINE:
		return "a define";
	case SYMBOL_PARAM:
		return "a param";
	case SYMBOL_SIGNAL:
		return "a named condition";
	case SYMBOL_LOST:
		break;
	}
	BUG("symbol kind %d has no name", kind);
}

struct symbol *symbol_find(struct resolver *r, const struct word *name)
{
	return table_find(&r->names, name->text, name->len);
}

struct symbol *symbol_add(struct resolver *r, enum symbol_kind kind, const struct word *name)
{
	struct symbol *s = arena_new(r->arena, struct symbol), *old;

	*s = (struct symbol){ .kind = kind, .name = name };
	old = table_add(&r->names, name->text, name->len, s);
	if (old != s) {
		if (old->kind != SYMBOL_LOST) {
			struct diag *d = diag_add(r->ds, DIAG_REDEFINED, name->span,
						  "'%s' is declared twice", name->text);

			diag_note(r->ds, d, old->name->span, "first declared here, as %s",
				  symbol_kind_name(old->kind));
		}
		return NULL;
	}
	*r->last = s;
	r->last = &s->next;
	return s;
}

/*
 * A signal's name may also be a cgroup's, because the dot distinguishes a scope from a signal, and
 * a define's or a param's, because of the '$'.
 */
static bool check_not_a_signal(struct resolver *r, const struct word *name)
{
	struct diag *d;

	if (signal_find(name->text, name->len) == SIGNAL_COUNT)
		return true;
	d = diag_add(r->ds, DIAG_REDEFINED, name->span,
		     "'%s' is a built-in signal, so no named condition can have that name",
		     name->text);
	diag_hint(r->ds, d, "choose another name, such as 'my_%s'", name->text);
	return false;
}

/* First pass: every declared name, so that the order of statements does not matter. */

static void declare_process(struct resolver *r, struct process_decl *p, struct process_decl ***last,
			    uint32_t *count)
{
	struct symbol *s = symbol_add(r, SYMBOL_PROCESS, &p->name);

	p->index = (*count)++;
	**last = p;
	*last = &p->next;
	if (s)
		s->process = p;
	else
		p->is_broken = true;
}

static void declare_define(struct resolver *r, struct define_decl *d, struct define_decl ***last)
{
	struct symbol *s = symbol_add(r, SYMBOL_DEFINE, &d->name);

	**last = d;
	*last = &d->next;
	if (s)
		s->define = d;
	else
		d->is_broken = true;
}

static void declare_param(struct resolver *r, struct param_decl *p, struct param_decl ***last,
			  uint32_t *count)
{
	struct symbol *s = symbol_add(r, SYMBOL_PARAM, &p->name);

	p->index = (*count)++;
	**last = p;
	*last = &p->next;
	if (s)
		s->param = p;
	else
		p->is_broken = true;
}

static void declare_signal(struct resolver *r, struct signal_decl *d, struct signal_decl ***last)
{
	struct symbol *s = check_not_a_signal(r, &d->name) ? symbol_add(r, SYMBOL_SIGNAL, &d->name)
							   : NULL;

	**last = d;
	*last = &d->next;
	if (s)
		s->signal = d;
	else
		d->is_broken = true;
}

static void declare_once(struct resolver *r, const struct stmt *s, const struct stmt **first,
			 const char *what)
{
	struct diag *d;

	if (!*first) {
		*first = s;
		return;
	}
	d = diag_add(r->ds, DIAG_REDEFINED, s->span, "'%s' is set twice", what);
	diag_note(r->ds, d, (*first)->span, "first set here");
}

static void declare_rule(struct resolver *r, struct rule *rule)
{
	const struct word *old;
	struct diag *d;

	if (!rule->name.text)
		return;
	old = table_add(&r->rule_names, rule->name.text, rule->name.len, &rule->name);
	if (old == &rule->name)
		return;
	d = diag_add(r->ds, DIAG_REDEFINED, rule->name.span, "two rules are named '%s'",
		     rule->name.text);
	diag_note(r->ds, d, old->span, "the first one is here");
}

static void declare_lost(struct resolver *r)
{
	for (uint32_t i = 0; i < r->ast->lost_count; i++) {
		const struct word *name = &r->ast->lost_names[i];
		struct symbol *s = arena_new(r->arena, struct symbol);

		*s = (struct symbol){ .kind = SYMBOL_LOST, .name = name };
		table_add(&r->names, name->text, name->len, s);
	}
}

static void declare_all(struct resolver *r)
{
	struct process_decl **last_process = &r->ast->processes;
	struct define_decl **last_define = &r->ast->defines;
	struct param_decl **last_param = &r->ast->params;
	struct signal_decl **last_signal = &r->ast->signals;
	const struct stmt *tick = NULL, *mode = NULL;
	uint32_t process_count = 0, param_count = 0;

	for (struct stmt *s = r->ast->first; s; s = s->next) {
		switch (s->kind) {
		case STMT_CGROUP:
			resolve_cgroup_declaration(r, &s->cgroup);
			break;
		case STMT_PROCESS:
			declare_process(r, &s->process, &last_process, &process_count);
			break;
		case STMT_DEFINE:
			declare_define(r, &s->define, &last_define);
			break;
		case STMT_PARAM:
			declare_param(r, &s->param, &last_param, &param_count);
			break;
		case STMT_SIGNAL:
			declare_signal(r, &s->signal, &last_signal);
			break;
		case STMT_TICK:
			declare_once(r, s, &tick, "tick");
			break;
		case STMT_MODE:
			declare_once(r, s, &mode, "mode");
			break;
		case STMT_RULE:
			declare_rule(r, &s->rule);
			break;
		case STMT_INCLUDE:
		case STMT_KIND_COUNT:
			break;
		}
	}
	declare_lost(r);
}

/* Second pass: what the declarations say. */

#define TICK_MIN 10000000LL
#define TICK_MAX 10000000000LL

static void resolve_tick(struct resolver *r, struct expr *e)
{
	const struct param_decl *param;
	int64_t value;

	if (!resolve_value(r, e, QUANTITY_DURATION, "the tick") ||
	    !expr_constant(e, &value, &param))
		return;
	if (param) {
		struct diag *d = diag_add(
			r->ds, DIAG_OUT_OF_RANGE, e->span,
			"the tick cannot be a param: it is fixed when the policy is compiled");

		diag_hint(r->ds, d, "write a duration, such as 'tick 100ms', or a define");
	} else if (value < TICK_MIN || value > TICK_MAX) {
		diag_add(r->ds, DIAG_OUT_OF_RANGE, e->span, "a tick is between 10ms and 10s");
	}
}

static void resolve_mode(struct resolver *r, const struct word *word)
{
	static const char *const modes[] = { "monitor", "enforce" };
	struct diag *d;

	for (size_t i = 0; i < ARRAY_SIZE(modes); i++)
		if (!strcmp(word->text, modes[i]))
			return;
	d = diag_add(r->ds, DIAG_UNKNOWN_NAME, word->span, "there is no mode '%s'", word->text);
	diag_did_you_mean(r->ds, d, nearest_word(word->text, word->len, modes, ARRAY_SIZE(modes)));
	diag_hint(r->ds, d, "a policy is in mode 'enforce' (the default) or 'monitor'");
}

static void resolve_declarations(struct resolver *r)
{
	for (struct define_decl *d = r->ast->defines; d; d = d->next)
		resolve_define(r, d);
	for (struct param_decl *p = r->ast->params; p; p = p->next)
		resolve_param(r, p);
	for (struct process_decl *p = r->ast->processes; p; p = p->next)
		resolve_process(r, p);
	for (struct signal_decl *s = r->ast->signals; s; s = s->next)
		resolve_named_condition(r, s);
}

static void resolve_statements(struct resolver *r)
{
	for (struct stmt *s = r->ast->first; s; s = s->next) {
		if (s->kind == STMT_TICK)
			resolve_tick(r, s->tick.value);
		else if (s->kind == STMT_MODE)
			resolve_mode(r, &s->mode.word);
		else if (s->kind == STMT_RULE)
			resolve_rule(r, &s->rule);
	}
}

void resolve(struct arena *a, struct ast *ast, struct sources *sources,
	     const char *const *definitions, struct diags *ds)
{
	struct resolver r = {
		.arena = a,
		.ast = ast,
		.sources = sources,
		.ds = ds,
		.last_cgroup = &ast->cgroups,
		.hints_left = HINT_BUDGET,
	};

	r.last = &r.first;
	table_init(&r.names, a);
	table_reserve(&r.names, ast->count);
	table_init(&r.rule_names, a);
	declare_all(&r);
	if (definitions)
		apply_overrides(&r, definitions);
	resolve_declarations(&r);
	resolve_statements(&r);
}
