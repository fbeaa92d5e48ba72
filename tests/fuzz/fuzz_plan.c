// SPDX-License-Identifier: GPL-2.0
/*
 * The reader of plans. An input is a list of edits, five bytes each, of the plan of one of the
 * tree's policies, which the first byte picks: where in the JSON, and what comes there. What is
 * taken can be evaluated, and is the same when it was written and read once more.
 */
#include <glob.h>

#include "fuzz.h"

#include "plan/evaluate.h"
#include "plan/plan_json.h"
#include "plan/words.h"

#define PLANS_MAX 64
#define VALUES_MAX 65536
#define EDITS_MAX 24

int LLVMFuzzerInitialize(int *argc, char ***argv);

static json_t *plans[PLANS_MAX];
static size_t plan_count;

static void number(uint32_t *base, uint32_t *rows, uint32_t wanted, uint32_t *next)
{
	*base = *next;
	*rows = wanted;
	*next += wanted;
}

/* Globs of three slots in place of hundreds, which only cost time here. */
static void make_small(struct plan *p)
{
	p->slot_rows = p->signal_rows = p->rule_rows = 0;
	for (uint32_t i = 0; i < p->group_count; i++)
		number(&p->groups[i].row_base, &p->groups[i].rows, p->groups[i].is_glob ? 3 : 1,
		       &p->slot_rows);
	for (uint32_t i = 0; i < p->signal_count; i++) {
		struct plan_signal *s = &p->signals[i];
		uint32_t rows = s->group == PLAN_NONE ? 1 : p->groups[s->group].rows;

		number(&s->row_base, &s->rows, s->scope == PLAN_OF_SELF ? 0 : rows,
		       &p->signal_rows);
	}
	for (uint32_t i = 0; i < p->rule_count; i++) {
		struct plan_rule *r = &p->rules[i];

		number(&r->row_base, &r->rows, r->group == PLAN_NONE ? 1 : p->groups[r->group].rows,
		       &p->rule_rows);
	}
}

static void keep_plan(const char *path)
{
	struct compile_options o = { .is_check_only = false };
	struct compilation c;

	compilation_init(&c, &o);
	if (!compile_front(&c, &o, path) && c.plan && plan_count < PLANS_MAX) {
		make_small(c.plan);
		plans[plan_count++] = plan_to_json(c.plan);
	}
	compilation_finish(&c);
}

/* Tests run in their own folder, and people run them from the top. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const char *const patterns[] = { "tests/cases/ok/*.mmp", "examples/*.mmp",
						"../cases/ok/*.mmp", "../../examples/*.mmp" };
	glob_t found = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++)
		glob(patterns[i], i ? GLOB_APPEND : 0, NULL, &found);
	for (size_t i = 0; i < found.gl_pathc; i++)
		keep_plan(found.gl_pathv[i]);
	globfree(&found);
	require(plan_count > 1, "no policy of the tree was found");
	return 0;
}

/* Where a value stands: a member of an object or an entry of an array. */
struct place_of_value {
	json_t *holder;
	const char *key;
	size_t index;
};

struct places {
	struct place_of_value list[VALUES_MAX];
	size_t count;
};

static void find_places(struct places *p, json_t *value)
{
	const char *key;
	json_t *entry;
	size_t i;

	if (p->count + json_object_size(value) + json_array_size(value) > VALUES_MAX)
		return;
	json_object_foreach (value, key, entry) {
		p->list[p->count++] = (struct place_of_value){ value, key, 0 };
		find_places(p, entry);
	}
	json_array_foreach (value, i, entry) {
		p->list[p->count++] = (struct place_of_value){ value, NULL, i };
		find_places(p, entry);
	}
}

static json_t *value_at(const struct place_of_value *at)
{
	return at->key ? json_object_get(at->holder, at->key)
		       : json_array_get(at->holder, at->index);
}

static json_t *some_integer(uint8_t which)
{
	static const int64_t odd[] = { INT64_MIN,  INT64_MAX,  UINT32_MAX, INT32_MIN, -1,
				       1LL << 32,  262144,     262145,	   16384,     512,
				       0x7fffffff, 0x80000000, 10000,	   64,	      65 };

	return json_integer(which < ARRAY_SIZE(odd) ? odd[which] : which - 100);
}

static json_t *some_word(uint8_t which)
{
	static const struct plan_words *const lists[] = {
		&plan_signal_words, &plan_scope_words,	&plan_process_words, &plan_answer_words,
		&plan_action_words, &plan_notify_words, &plan_thp_words,     &plan_hook_words,
	};
	const struct plan_words *words = lists[which % ARRAY_SIZE(lists)];

	if (which % 3 == 0)
		return json_string(plan_op_infos[which % PLAN_OP_COUNT].word);
	return json_string(words->list[which % words->count]);
}

static json_t *some_value(const struct places *p, uint8_t kind, uint8_t which, uint8_t more)
{
	switch (kind % 7) {
	case 0:
		return some_integer(which);
	case 1:
		return some_word(which);
	case 2:
		return json_pack("{s:i}", "param", which % 4);
	case 3:
		return json_pack("[s, i]", plan_op_infos[which % PLAN_OP_COUNT].word, more % 8);
	case 4:
		return which % 2 ? json_null() : json_boolean(which % 4);
	case 5:
		return which % 2 ? json_array() : json_object();
	default:
		return json_deep_copy(value_at(&p->list[(which << 8 | more) % p->count]));
	}
}

static void put_value(const struct place_of_value *at, json_t *value, uint8_t how)
{
	if (at->key)
		json_object_set_new(at->holder, at->key, value);
	else if (how % 4 == 0)
		json_array_insert_new(at->holder, at->index, value);
	else
		json_array_set_new(at->holder, at->index, value);
}

static void take_away(const struct place_of_value *at)
{
	if (at->key)
		json_object_del(at->holder, at->key);
	else
		json_array_remove(at->holder, at->index);
}

static void edit(json_t *root, const uint8_t *bytes)
{
	static struct places p;
	const struct place_of_value *at;

	p.count = 0;
	find_places(&p, root);
	if (!p.count)
		return;
	at = &p.list[(size_t)(bytes[0] << 8 | bytes[1]) % p.count];
	if (bytes[2] % 8 == 7)
		take_away(at);
	else
		put_value(at, some_value(&p, bytes[2], bytes[3], bytes[4]), bytes[2] >> 4);
}

/* Evaluation. */

static struct mmp_value some_number(uint32_t i)
{
	static const int64_t numbers[] = { 0, 1, 100, 5000, 1 << 20, INT64_MAX, INT64_MIN, -7 };

	return i % 9 == 8 ? mmp_unknown() : mmp_known(numbers[i % 9]);
}

static void fill(struct evaluation *e, uint32_t turn)
{
	const struct plan *p = e->plan;

	for (uint32_t i = 0; i < p->signal_rows; i++)
		e->signals[i] = some_number(i + turn);
	for (uint32_t i = 0; i < p->signal_count; i++)
		e->self[i] = some_number(i + 2 * turn);
	for (uint32_t i = 0; i < p->slot_rows; i++) {
		e->usage[i] = some_number(i + 3 * turn);
		e->limit[i] = some_number(i + 5 * turn);
		e->used[i] = (i + turn) % 3 != 0;
	}
}

static void ask_groups(struct evaluation *e)
{
	for (uint32_t i = 0; i < e->plan->group_count; i++) {
		uint32_t last = e->plan->groups[i].rows - 1;

		evaluation_protects(e, i, last, true);
		evaluation_protects(e, i, 0, false);
		evaluation_delay(e, i, last);
		evaluation_charge(e, i, last, 16);
		evaluation_reclaims(e, i, last);
	}
}

static void evaluate(struct arena *a, const struct plan *p)
{
	struct evaluation_call call = { .comm = "redis-server",
					.cgroup = "/sys/fs/cgroup/batch/x",
					.pid = mmp_known(7),
					.vma_size = mmp_known(1 << 21),
					.orders = 0x3fc };
	struct evaluation e;

	evaluation_init(&e, a, p);
	for (uint32_t turn = 0; turn < 3; turn++) {
		fill(&e, turn);
		evaluation_step(&e, turn * 700000000ULL);
		ask_groups(&e);
		evaluation_thp_order(&e, PLAN_NONE, &call);
		if (p->process_count)
			evaluation_thp_order(&e, p->process_count - 1, &call);
	}
}

static void require_same(struct arena *a, const struct plan *p)
{
	json_t *once = plan_to_json(p), *again;
	const char *problem;
	struct plan *read = plan_from_json(a, once, &problem);

	require(read, "what was read and written is not read again");
	again = plan_to_json(read);
	require(json_equal(once, again), "what was read and written is another plan");
	json_decref(once);
	json_decref(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *problem = NULL;
	struct arena arena;
	struct plan *p;
	json_t *root;

	if (!size)
		return 0;
	root = json_deep_copy(plans[*data % plan_count]);
	for (size_t i = 0; i < EDITS_MAX && 5 * i + 6 <= size; i++)
		edit(root, data + 5 * i + 1);
	arena_init(&arena);
	p = plan_from_json(&arena, root, &problem);
	require(p || (problem && *problem), "a refusal without a word");
	if (p) {
		require_same(&arena, p);
		evaluate(&arena, p);
	}
	arena_finish(&arena);
	json_decref(root);
	return 0;
}
