// SPDX-License-Identifier: GPL-2.0
/* Which rule can read which signal; and how large a condition becomes when it is expanded. */
#include "resolve_impl.h"

#include "base/arena.h"
#include "base/bug.h"

#define ALL_PLACES ((1u << PLACE_COUNT) - 1)

enum rule_place rule_place(enum action action)
{
	switch (action) {
	case ACTION_PROTECT:
	case ACTION_THROTTLE:
		return PLACE_HOOK;
	case ACTION_RECLAIM:
		return PLACE_RECLAIM;
	case ACTION_THP:
		return PLACE_THP;
	case ACTION_NOTIFY:
		return PLACE_NOTIFY;
	case ACTION_COUNT:
		break;
	}
	BUG("action %d", action);
}

unsigned signal_places(enum signal_id id, enum scope scope)
{
	unsigned scopes = signal_infos[id].scopes;
	unsigned of_cgroup = 1u << PLACE_HOOK | 1u << PLACE_RECLAIM;

	switch (scope) {
	case SCOPE_TARGET:
	case SCOPE_CALL:
		return (scopes & OF_CGROUP ? of_cgroup : 0) |
		       (scopes & OF_CALL ? 1u << PLACE_THP : 0) |
		       (scopes & OF_SYSTEM ? 1u << PLACE_THP | 1u << PLACE_NOTIFY : 0);
	case SCOPE_SELF:
		return 1u << PLACE_HOOK;
	case SCOPE_PARENT:
		return of_cgroup;
	case SCOPE_CGROUP:
	case SCOPE_SYSTEM:
		return ALL_PLACES;
	case SCOPE_COUNT:
		break;
	}
	BUG("scope %d", scope);
}

static unsigned name_places(const struct expr *e)
{
	switch (e->name.ref) {
	case REF_SIGNAL:
		return signal_places(e->name.signal, e->name.scope);
	case REF_CONDITION:
		/* While it is being resolved, it contains itself. */
		return e->name.condition->is_being_resolved ? ALL_PLACES
							    : e->name.condition->places;
	case REF_UNRESOLVED:
	case REF_WORD:
	case REF_CGROUP:
	case REF_COUNT:
		return ALL_PLACES;
	}
	BUG("reference %d", e->name.ref);
}

/* Most expressions are words or numbers, and have no operands. */
static bool is_leaf(const struct expr *e)
{
	return e->kind >= EXPR_NUMBER;
}

/* Up to three operands; the rest NULL. */
static void operands(const struct expr *e, const struct expr *ret[3])
{
	ret[0] = ret[1] = ret[2] = NULL;
	switch (e->kind) {
	case EXPR_OR:
	case EXPR_AND:
	case EXPR_NOT:
	case EXPR_COMPARE:
	case EXPR_ADD:
	case EXPR_SUB:
	case EXPR_MUL:
	case EXPR_DIV:
	case EXPR_OF:
	case EXPR_NEG:
		ret[0] = e->left;
		ret[1] = e->right;
		break;
	case EXPR_IN:
		ret[0] = e->in.value;
		ret[1] = e->in.low;
		ret[2] = e->in.high;
		break;
	case EXPR_NUMBER:
	case EXPR_STRING:
	case EXPR_DOLLAR:
	case EXPR_NAME:
	case EXPR_KIND_COUNT:
		break;
	}
}

unsigned expr_places(const struct expr *e)
{
	const struct expr *parts[3];
	unsigned places = e->kind == EXPR_NAME ? name_places(e) : ALL_PLACES;

	operands(e, parts);
	for (int i = 0; i < 3 && parts[i]; i++)
		places &= expr_places(parts[i]);
	return places;
}

bool expr_reads_call(const struct expr *e)
{
	const struct expr *parts[3];

	if (e->kind == EXPR_NAME && e->name.ref == REF_SIGNAL)
		return e->name.scope == SCOPE_CALL || e->name.scope == SCOPE_SELF;
	if (e->kind == EXPR_NAME && e->name.ref == REF_CONDITION)
		return e->name.condition->reads_call;
	if (is_leaf(e))
		return false;
	operands(e, parts);
	for (int i = 0; i < 3 && parts[i]; i++)
		if (expr_reads_call(parts[i]))
			return true;
	return false;
}

/* Sizes. */

void expr_measure(const struct expr *e, uint32_t *ret_size, uint32_t *ret_height)
{
	const struct expr *parts[3];
	uint32_t size = 1, height = 0;

	if (e->kind == EXPR_NAME && e->name.ref == REF_CONDITION) {
		*ret_size = e->name.condition->size;
		*ret_height = e->name.condition->height;
		return;
	}
	*ret_size = *ret_height = 1;
	if (is_leaf(e))
		return;
	operands(e, parts);
	for (int i = 0; i < 3 && parts[i]; i++) {
		uint32_t part_size, part_height;

		expr_measure(parts[i], &part_size, &part_height);
		size += part_size;
		height = part_height > height ? part_height : height;
	}
	*ret_size = size > RESOLVE_MAX_EXPANDED ? RESOLVE_MAX_EXPANDED + 1 : size;
	*ret_height = height + 1;
}

bool check_measure(struct resolver *r, const struct expr *e, uint32_t *ret_size,
		   uint32_t *ret_height)
{
	expr_measure(e, ret_size, ret_height);
	if (*ret_size > RESOLVE_MAX_EXPANDED) {
		diag_add(r->ds, DIAG_TOO_LARGE, e->span,
			 "the condition has more than %d parts once its named conditions are "
			 "written out",
			 RESOLVE_MAX_EXPANDED);
		return false;
	}
	if (*ret_height > AST_MAX_HEIGHT) {
		diag_add(r->ds, DIAG_TOO_DEEP, e->span,
			 "the condition is more than %d levels high once its named conditions are "
			 "written out",
			 AST_MAX_HEIGHT);
		return false;
	}
	return true;
}

/* Findings. */

static const char *rule_noun(enum action action)
{
	static const char *const nouns[ACTION_COUNT] = {
		[ACTION_PROTECT] = "a protect rule", [ACTION_THROTTLE] = "a throttle rule",
		[ACTION_RECLAIM] = "a reclaim rule", [ACTION_THP] = "a thp rule",
		[ACTION_NOTIFY] = "a notify rule",
	};

	return nouns[action];
}

static void report_target_signal(struct resolver *r, struct span at, const struct signal_info *info,
				 struct diag **ret_d, const char **ret_hint)
{
	const char *noun = rule_noun(r->rule->action);

	if (info->scopes & OF_CGROUP) {
		*ret_d = diag_add(r->ds, DIAG_SIGNAL_NOT_HERE, at,
				  "'%s' belongs to a cgroup, and %s has none of its own",
				  info->name, noun);
		*ret_hint = arena_printf(r->arena, "write a cgroup's name before it: 'NAME.%s'",
					 info->name);
	} else if (info->scopes & OF_SYSTEM) {
		*ret_d = diag_add(r->ds, DIAG_SIGNAL_NOT_HERE, at,
				  "'%s' belongs to the system, not to a cgroup", info->name);
		*ret_hint = arena_printf(r->arena, "write 'system.%s'", info->name);
	} else {
		*ret_d = diag_add(r->ds, DIAG_SIGNAL_NOT_HERE, at,
				  "'%s' is known only to thp rules, and this is %s", info->name,
				  noun);
		*ret_hint = NULL;
	}
}

static void report_place(struct resolver *r, const struct expr *e, const struct span *use)
{
	const struct signal_info *info = &signal_infos[e->name.signal];
	const char *noun = rule_noun(r->rule->action), *hint = NULL;
	struct span at = use ? *use : e->span;
	struct diag *d;

	if (e->name.scope == SCOPE_SELF) {
		d = diag_add(
			r->ds, DIAG_SIGNAL_NOT_HERE, at,
			"'self' is the cgroup that a call is about, and %s is not asked per call",
			noun);
		hint = "only protect and throttle rules have 'self'";
		if (r->rule->action == ACTION_THP)
			hint = "in a thp rule, compare 'memcg' with a cgroup's name";
	} else if (e->name.scope == SCOPE_PARENT) {
		d = diag_add(r->ds, DIAG_SIGNAL_NOT_HERE, at,
			     "'parent' is that of the rule's cgroup, and %s has none", noun);
		hint = arena_printf(r->arena, "write a cgroup's name before it: 'NAME.%s'",
				    info->name);
	} else {
		report_target_signal(r, at, info, &d, &hint);
	}
	if (use)
		diag_note(r->ds, d, e->span, "the named condition reads it here");
	if (hint)
		diag_hint(r->ds, d, "%s", hint);
}

static bool check_places_in(struct resolver *r, const struct expr *e, enum rule_place place,
			    const struct span *use);

/* A named condition that contains itself has been reported: here the walk must only end. */
static bool check_places_of(struct resolver *r, struct signal_decl *condition,
			    enum rule_place place, const struct span *use)
{
	bool is_good;

	if (condition->is_broken || condition->is_being_resolved)
		return true;
	condition->is_being_resolved = true;
	is_good = check_places_in(r, condition->condition, place, use);
	condition->is_being_resolved = false;
	return is_good;
}

static bool check_places_in(struct resolver *r, const struct expr *e, enum rule_place place,
			    const struct span *use)
{
	const struct expr *parts[3];
	bool is_good = true;

	if (e->kind == EXPR_NAME && !(name_places(e) & 1u << place)) {
		if (e->name.ref == REF_CONDITION)
			return check_places_of(r, e->name.condition, place, use ? use : &e->span);
		report_place(r, e, use);
		return false;
	}
	if (is_leaf(e))
		return true;
	operands(e, parts);
	for (int i = 0; i < 3 && parts[i]; i++)
		is_good &= check_places_in(r, parts[i], place, use);
	return is_good;
}

bool check_places(struct resolver *r, const struct expr *e, enum rule_place place)
{
	return check_places_in(r, e, place, NULL);
}
