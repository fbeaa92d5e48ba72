// SPDX-License-Identifier: GPL-2.0
/*
 * Completion takes from the parser which symbols may replace the word that is being typed, and
 * offers them as words of the language, of the tables and of the policy.
 */
#include "complete.h"

#include <string.h>

#include "base/bug.h"
#include "parse/expected.h"
#include "report/diag.h"
#include "resolve/resolve.h"
#include "mmp.tab.h"

/* The words of the text, and the one that is typed. */
struct cursor {
	struct completion *c;
	struct tokens tokens;
	struct sources sources;
	uint32_t index; /* of the typed word, or of the one after the cursor */
	int kind; /* of the typed word; 0: none is */
	struct parse_answer answer;
};

static int kind_before(const struct cursor *p, uint32_t back)
{
	return p->index >= back ? p->tokens.items[p->index - back].kind : 0;
}

static bool has(const struct cursor *p, const char *name)
{
	for (unsigned i = 0; i < p->answer.count; i++)
		if (!strcmp(p->answer.expected[i], name))
			return true;
	return false;
}

/* The action of the rule that is typed, or ACTION_COUNT. */
static enum action action_of(const struct cursor *p)
{
	for (uint32_t i = p->answer.start; i < p->index && i < p->answer.start + 4; i++)
		switch (p->tokens.items[i].kind) {
		case TOK_PROTECT:
			return ACTION_PROTECT;
		case TOK_THROTTLE:
			return ACTION_THROTTLE;
		case TOK_RECLAIM:
			return ACTION_RECLAIM;
		case TOK_THP:
			return ACTION_THP;
		case TOK_NOTIFY:
			return ACTION_NOTIFY;
		}
	return ACTION_COUNT;
}

/* ---- Words of the language ---- */

static const char *word_help(const char *word)
{
	for (int i = 0; i < ACTION_COUNT; i++)
		if (!strcmp(action_infos[i].word, word))
			return action_infos[i].help;
	for (int i = 0; i < MODIFIER_COUNT; i++)
		if (!strcmp(modifier_infos[i].word, word))
			return modifier_infos[i].help;
	return NULL;
}

static bool is_first_word(const char *words, const char *word)
{
	size_t len = strlen(word);

	return !strncmp(words, word, len) && (!words[len] || words[len] == ' ');
}

/* A modifier that the action takes and that the rule does not have yet. */
static bool may_modify(const struct cursor *p, const char *word)
{
	enum action action = action_of(p);
	int token = word_token(word, strlen(word));
	bool is_taken = false;

	for (int i = 0; i < MODIFIER_COUNT; i++)
		if (is_first_word(modifier_infos[i].word, word))
			is_taken |= action == ACTION_COUNT ||
				    (modifier_infos[i].actions & 1u << action);
	for (uint32_t i = p->answer.start; i < p->index && token != TOK_NO; i++)
		is_taken &= p->tokens.items[i].kind != token;
	return is_taken;
}

/*
 * Soft words are also names: where a name may stand, they are offered only where they have a
 * meaning of their own.
 */
static bool is_offered(const struct cursor *p, const char *word)
{
	int token = word_token(word, strlen(word));

	if (token >= TOK_WHEN && token <= TOK_ON && token != TOK_FOR)
		return may_modify(p, word);
	if (token < TOK_ALL || token > TOK_TO || !has(p, "a name"))
		return token != TOK_NAME;
	if (kind_before(p, 1) == TOK_THP)
		return token == TOK_ORDER || token == TOK_NEVER || token == TOK_DEFAULT;
	return false;
}

static const char *modifier_detail(const char *word)
{
	for (int i = 0; i < MODIFIER_COUNT; i++)
		if (is_first_word(modifier_infos[i].word, word))
			return modifier_infos[i].form;
	return NULL;
}

/* Two words that mean one thing together are offered together. */
static void add_word(struct cursor *p, const char *word)
{
	bool is_phrase = false;

	for (const char *const *phrase = all_phrases; *phrase; phrase++) {
		enum action action = action_of(p);

		if (!expected_begins(word, *phrase) ||
		    (!strcmp(word, "or") && action != ACTION_THP) ||
		    (!strcmp(word, "or") && !has(p, "end of file")))
			continue;
		if (!strcmp(word, "or") && p->tokens.items[p->index - 2].kind != TOK_ORDER)
			continue;
		complete_add(p->c, ITEM_KEYWORD, *phrase, NULL, word_help(*phrase));
		is_phrase = true;
	}
	if (!is_phrase)
		complete_add(p->c, ITEM_KEYWORD, word, modifier_detail(word), word_help(word));
}

static void add_words(struct cursor *p)
{
	for (unsigned i = 0; i < p->answer.count; i++)
		if (expected_is_word(p->answer.expected[i]) && is_offered(p, p->answer.expected[i]))
			add_word(p, p->answer.expected[i]);
}

/* ---- Names ---- */

static void add_enumeration(struct completion *c, int kind, enum action action)
{
	if (kind == TOK_MODE) {
		complete_add(c, ITEM_ENUM, "enforce", NULL, "decide and act");
		complete_add(c, ITEM_ENUM, "monitor", NULL, "decide and count, act on nothing");
	} else if (kind == TOK_AT && action == ACTION_PROTECT) {
		complete_add(c, ITEM_ENUM, "low", NULL, "as memory.low protects");
		complete_add(c, ITEM_ENUM, "min", NULL, "as memory.min protects");
	} else if (kind == TOK_AT) {
		for (int i = 0; i < NOTIFY_LEVEL_COUNT; i++)
			complete_add(c, ITEM_ENUM, notify_level_infos[i].word, NULL, NULL);
	} else {
		for (int i = 0; i < THP_KIND_COUNT; i++)
			complete_add(c, ITEM_ENUM, thp_kind_infos[i].word, thp_kind_infos[i].kernel,
				     thp_kind_infos[i].help);
	}
}

static bool is_word_at(const struct cursor *p, uint32_t index, const char *text)
{
	const struct token *t = &p->tokens.items[index];

	return t->end - t->start == strlen(text) &&
	       !memcmp(p->c->document->text + t->start, text, strlen(text));
}

/* web.us: the signals of the scope before the dot, from the name's first part on. */
static void add_members(struct cursor *p)
{
	static const struct {
		const char *word;
		enum scope scope;
	} scopes[] = { { "self", SCOPE_SELF },
		       { "parent", SCOPE_PARENT },
		       { "system", SCOPE_SYSTEM } };
	enum scope scope = SCOPE_CGROUP;
	uint32_t first = p->index;
	const struct token *items = p->tokens.items;

	while (first >= 2 && items[first - 1].kind == '.')
		first -= 2;
	for (size_t i = 0; i < ARRAY_SIZE(scopes); i++)
		if (is_word_at(p, first, scopes[i].word))
			scope = scopes[i].scope;
	/*
	 * psi.some.avg10 has dots of its own: the typed part begins after the scope, if there is
	 * one.
	 */
	if (is_word_at(p, first, "psi") || is_word_at(p, first, "events") ||
	    is_word_at(p, first, "vma")) {
		p->c->from = items[first].start;
		complete_signals(p->c, SCOPE_TARGET, PLACE_COUNT);
		return;
	}
	p->c->from = items[first + 1].end;
	complete_signals(p->c, scope, PLACE_COUNT);
}

static void add_conditions(struct completion *c)
{
	const struct ast *ast = c->analysis->policy ? c->analysis->policy->ast : NULL;

	for (const struct signal_decl *s = ast ? ast->signals : NULL; s; s = s->next)
		complete_add(c, ITEM_CONSTANT, s->name.text, "condition", NULL);
}

/* In a condition: signals that this rule can read, named conditions, scopes. */
static void add_operands(struct cursor *p)
{
	enum action action = action_of(p);
	enum rule_place place = action == ACTION_COUNT ? PLACE_COUNT : rule_place(action);

	complete_signals(p->c, SCOPE_TARGET, place);
	add_conditions(p->c);
	complete_cgroups(p->c);
	complete_add(p->c, ITEM_MODULE, "system", "scope", "the whole machine");
	if (place == PLACE_HOOK)
		complete_add(p->c, ITEM_MODULE, "self", "scope",
			     "the descendant that the kernel asked about");
	if (place == PLACE_HOOK || place == PLACE_RECLAIM)
		complete_add(p->c, ITEM_MODULE, "parent", "scope", "the target's parent");
}

static void add_advice(struct completion *c)
{
	for (int i = 0; i < ADVICE_COUNT; i++)
		complete_add(c, ITEM_ENUM, advice_infos[i].word, "advice", NULL);
}

static void add_names(struct cursor *p)
{
	int before = kind_before(p, 1);

	if (before == '.')
		add_members(p);
	else if (before == TOK_PROTECT || before == TOK_THROTTLE || before == TOK_RECLAIM)
		complete_cgroups(p->c);
	else if (before == TOK_CGROUP && kind_before(p, 2) == '=')
		complete_cgroups(p->c);
	else if (before == TOK_THP)
		complete_processes(p->c);
	else if (before == TOK_MODE || before == TOK_AT || before == TOK_ON || before == ',')
		add_enumeration(p->c, before, action_of(p));
	else if (before == TOK_EQ && p->index >= 2 && is_word_at(p, p->index - 2, "memcg"))
		complete_cgroups(p->c);
	else if (before == TOK_EQ && p->index >= 2 && is_word_at(p, p->index - 2, "advice"))
		add_advice(p->c);
	else if (!(before >= TOK_INCLUDE && before <= TOK_RULE))
		add_operands(p);
}

/* ---- Numbers: their units ---- */

/* up to 80% of limit */
static bool is_up_to(const struct cursor *p)
{
	return kind_before(p, 1) == TOK_TO && kind_before(p, 2) == TOK_UP;
}

/* What the number measures, as far as the word before it shows. */
static enum quantity wanted_quantity(const struct cursor *p)
{
	switch (kind_before(p, 1)) {
	case TOK_FOR:
	case TOK_HOLD:
	case TOK_COOLDOWN:
	case TOK_TICK:
	case TOK_BY:
	case '[':
		return QUANTITY_DURATION;
	case TOK_STEP:
		return QUANTITY_SIZE;
	case TOK_BUDGET:
		return QUANTITY_SIZE_RATE;
	case TOK_TO:
		return is_up_to(p) ? QUANTITY_SIZE : QUANTITY_UNKNOWN;
	default:
		return QUANTITY_UNKNOWN;
	}
}

/* usage > 8: the signal before the comparison shows what is measured. */
static const struct signal_info *compared_signal(const struct cursor *p)
{
	uint32_t last = p->index >= 2 ? p->index - 2 : 0, first = last;
	const struct token *items = p->tokens.items;
	int op = kind_before(p, 1);

	if (p->index < 2 || op < TOK_IN || op > TOK_NE)
		return NULL;
	while (first >= 2 && items[first - 1].kind == '.')
		first -= 2;
	for (; first <= last; first += 2) {
		enum signal_id id = signal_find(p->c->document->text + items[first].start,
						items[last].end - items[first].start);

		if (id != SIGNAL_COUNT)
			return &signal_infos[id];
	}
	return NULL;
}

static void add_units(struct cursor *p)
{
	const struct signal_info *s = compared_signal(p);
	enum quantity wanted = s ? s->quantity : wanted_quantity(p);
	bool or_percent = is_up_to(p) || (s && s->traits & OR_PERCENT);
	const char *text = p->c->document->text + p->c->from;
	size_t digits = strspn(text, "0123456789.");

	for (size_t i = 0; i < unit_count; i++) {
		const struct unit_info *u = &unit_infos[i];

		if (u->quantity == QUANTITY_UNKNOWN ||
		    (wanted != QUANTITY_UNKNOWN && u->quantity != wanted &&
		     !(or_percent && u->quantity == QUANTITY_PERCENT)))
			continue;
		complete_add(p->c, ITEM_UNIT,
			     arena_printf(&p->c->arena, "%.*s%s", (int)digits, text, u->text),
			     quantity_name(u->quantity), NULL);
	}
}

/* ---- The place ---- */

static bool is_typed(const struct cursor *p, const struct token *t, uint32_t offset)
{
	int kind = t->kind;

	return t->start < offset && offset <= t->end &&
	       (token_is_name(kind) || (kind >= TOK_INCLUDE && kind <= TOK_NOT) || kind == TOK_IN ||
		kind == TOK_NUMBER || kind == TOK_DOLLAR || kind == TOK_BAD_NUMBER ||
		kind == TOK_STRING);
}

static void find_place(struct cursor *p, uint32_t offset)
{
	const struct token *items = p->tokens.items;

	while (p->index + 1 < p->tokens.count && items[p->index].end < offset)
		p->index++;
	if (is_typed(p, &items[p->index], offset)) {
		p->kind = items[p->index].kind;
		p->c->from = items[p->index].start;
	} else if (p->index + 1 < p->tokens.count && items[p->index].start < offset) {
		p->index++;
	}
}

/* White space after a comment's last word belongs to the comment, up to the end of the line. */
static bool is_in_comment(const struct cursor *p, uint32_t offset)
{
	const char *text = p->sources.files[0].text;

	for (uint32_t i = 0; i < p->tokens.comment_count; i++) {
		const struct comment *c = &p->tokens.comments[i];

		if (c->start < offset &&
		    (offset <= c->end || !memchr(text + c->end, '\n', offset - c->end)))
			return true;
	}
	return false;
}

/* # mmpc: ignore CODE */
static void add_codes(struct cursor *p)
{
	const char *text = p->c->document->text;

	while (p->c->from && strchr("abcdefghijklmnopqrstuvwxyz-", text[p->c->from - 1]))
		p->c->from--;
	for (int i = 0; i < DIAG_CODE_COUNT; i++)
		if (diag_default_level(i) != DIAG_ERROR)
			complete_add(p->c, ITEM_ENUM, diag_slug(i), NULL, diag_summary(i));
}

static void complete_word(struct cursor *p)
{
	parse_ask(&p->sources.files[0], &p->tokens, p->index, &p->answer);
	if (p->kind == TOK_NUMBER) {
		add_units(p);
		return;
	}
	if (p->kind != TOK_DOLLAR && p->kind != TOK_BAD_NUMBER)
		add_words(p);
	if (has(p, "a name") && p->kind != TOK_DOLLAR && p->kind != TOK_BAD_NUMBER)
		add_names(p);
	if (has(p, "a '$' name"))
		complete_params(p->c, "$");
}

static void complete_policy(struct completion *c)
{
	struct cursor p = { .c = c };
	struct diags ds;

	sources_init(&p.sources, &c->arena);
	diags_init(&ds, &c->arena);
	sources_add(&p.sources, "completion", c->document->text, strlen(c->document->text));
	tokens_init(&p.tokens, &p.sources, 0, &ds);
	find_place(&p, c->to);
	if (is_in_comment(&p, c->to)) {
		c->from = c->to;
		add_codes(&p);
	} else if (p.kind == TOK_STRING) {
		c->from++;
		if (kind_before(&p, 1) == TOK_INCLUDE)
			complete_files(c, ".mmp");
	} else {
		complete_word(&p);
	}
	tokens_finish(&p.tokens);
}

void lsp_completion(struct server *s, const json_t *params, struct answer *a)
{
	struct completion c = { .server = s };
	struct spot spot;

	if (!spot_read(s, params, &spot, a))
		return;
	c.document = spot.document;
	c.from = c.to = spot.offset;
	c.analysis = server_analysis(s, spot.document);
	c.items = json_array();
	arena_init(&c.arena);
	if (c.document->len > SOURCE_MAX_BYTES)
		json_array_clear(c.items);
	else if (c.analysis->is_of_tests)
		complete_trial(&c);
	else
		complete_policy(&c);
	arena_finish(&c.arena);
	a->result = json_pack("{s:b, s:o}", "isIncomplete", 0, "items", c.items);
}
