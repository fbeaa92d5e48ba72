// SPDX-License-Identifier: GPL-2.0
/* A plan that was written and read again is the same plan, for every policy of the tree. */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/bug.h"
#include "compile.h"
#include "plan/evaluate.h"
#include "plan/plan_json.h"

#define SECOND 1000000000LL

struct pair {
	struct evaluation a, b; /* of the plan, and of what was read */
	uint64_t random;
};

static uint64_t next(struct pair *p)
{
	p->random ^= p->random << 13;
	p->random ^= p->random >> 7;
	p->random ^= p->random << 17;
	return p->random;
}

static struct mmp_value any_value(struct pair *p)
{
	static const int64_t scales[] = { 20, 200, 20000, 1 << 20, 1LL << 32 };

	if (next(p) % 16 == 0)
		return mmp_unknown();
	return mmp_known((int64_t)(next(p) % (uint64_t)scales[next(p) % ARRAY_SIZE(scales)]));
}

static void set_values(struct pair *p, struct mmp_value *a, struct mmp_value *b, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		a[i] = b[i] = any_value(p);
}

static void set_inputs(struct pair *p)
{
	const struct plan *plan = p->a.plan;

	set_values(p, p->a.signals, p->b.signals, plan->signal_rows);
	set_values(p, p->a.self, p->b.self, plan->signal_count);
	set_values(p, p->a.usage, p->b.usage, plan->slot_rows);
	set_values(p, p->a.limit, p->b.limit, plan->slot_rows);
	for (uint32_t i = 0; i < plan->slot_rows; i++)
		if (next(p) % 4 == 0)
			p->a.used[i] = p->b.used[i] = next(p) % 2;
}

static void compare_rules(struct pair *p)
{
	for (uint32_t i = 0; i < p->a.plan->rule_count; i++) {
		const struct plan_rule *r = &p->a.plan->rules[i], *s = &p->b.plan->rules[i];

		for (uint32_t row = 0; row < r->rows; row++) {
			assert_int_equal(evaluation_is_active(&p->a, r, row),
					 evaluation_is_active(&p->b, s, row));
			if (r->group == PLAN_NONE)
				continue;
			assert_int_equal(evaluation_rule_delay(&p->a, r, row),
					 evaluation_rule_delay(&p->b, s, row));
			assert_int_equal(evaluation_rule_protects(&p->a, r, row),
					 evaluation_rule_protects(&p->b, s, row));
		}
	}
}

static void compare_calls(struct pair *p)
{
	struct evaluation_call call = {
		.comm = next(p) % 2 ? "redis-server" : "postgres",
		.cgroup = "/sys/fs/cgroup/batch.slice/x",
		.pid = any_value(p),
		.uid = any_value(p),
		.vma_anon = mmp_known(next(p) % 2),
		.vma_size = any_value(p),
		.vma_advice = mmp_known((int64_t)(next(p) % ADVICE_COUNT)),
		.orders = next(p) & 0x3fc,
		.kind = next(p) % THP_KIND_COUNT,
	};

	assert_int_equal(evaluation_thp_order(&p->a, PLAN_NONE, &call),
			 evaluation_thp_order(&p->b, PLAN_NONE, &call));
}

static void evaluate_both(struct arena *a, const struct plan *plan, const struct plan *read)
{
	struct pair p = { .random = 88172645463325252 };

	evaluation_init(&p.a, a, plan);
	evaluation_init(&p.b, a, read);
	for (int tick = 0; tick < 50; tick++) {
		set_inputs(&p);
		evaluation_step(&p.a, (uint64_t)tick * SECOND / 2);
		evaluation_step(&p.b, (uint64_t)tick * SECOND / 2);
		compare_rules(&p);
		compare_calls(&p);
	}
}

static void compare_policy(const char *path)
{
	struct compile_options o = { 0 };
	struct compilation c;
	const char *problem = "";
	json_t *written, *parsed, *again;
	struct plan *read;
	char *text;

	compilation_init(&c, &o);
	compile_front(&c, &o, path);
	if (c.plan) {
		written = plan_to_json(c.plan);
		text = json_dumps(written, 0);
		parsed = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
		read = plan_from_json(&c.arena, parsed, &problem);
		if (!read)
			fail_msg("%s: %s", path, problem);
		again = plan_to_json(read);
		assert_true(json_equal(written, again));
		evaluate_both(&c.arena, c.plan, read);
		free(text);
		json_decref(written);
		json_decref(parsed);
		json_decref(again);
	}
	compilation_finish(&c);
}

/* How many policies of a folder have a plan is for cases.t; here it is that there are some. */
static void compare_folder(const char *pattern)
{
	glob_t found;

	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++)
		compare_policy(found.gl_pathv[i]);
	globfree(&found);
}

static void examples_are_the_same_after_reading(void **state)
{
	compare_folder("examples/*.mmp");
}

static void cases_are_the_same_after_reading(void **state)
{
	compare_folder("tests/cases/ok/*.mmp");
	compare_folder("tests/cases/emit/*.mmp");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(examples_are_the_same_after_reading),
		cmocka_unit_test(cases_are_the_same_after_reading),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
