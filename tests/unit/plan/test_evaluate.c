// SPDX-License-Identifier: GPL-2.0
/* The evaluator, on plans made by hand: no front end takes part. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/bug.h"
#include "plan/evaluate.h"

#define SECOND 1000000000LL

static struct plan_expr number(int64_t n)
{
	return (struct plan_expr){ .op = PLAN_CONST, .value = n };
}

static struct plan_expr signal_of(uint32_t index)
{
	return (struct plan_expr){ .op = PLAN_SIGNAL, .index = index };
}

static struct plan_expr call_signal(enum signal_id id)
{
	return (struct plan_expr){ .op = PLAN_CALL_SIGNAL, .signal = id };
}

static struct plan_expr two(enum plan_op op, struct plan_expr *a, struct plan_expr *b)
{
	return (struct plan_expr){ .op = op, .a = a, .b = b };
}

static struct plan_value given(int64_t n)
{
	return (struct plan_value){ .is_given = true, .value = n };
}

/* One group with two signals and room for four rules, all on it unless a test says otherwise. */
struct made {
	struct arena arena;
	struct plan plan;
	struct plan_group groups[2];
	struct plan_signal signals[2];
	struct plan_rule rules[4];
	struct plan_param params[1];
	struct plan_process processes[1];
	const char *strings[1];
	struct evaluation e;
};

static void make(struct made *m, uint32_t rules)
{
	*m = (struct made){ 0 };
	arena_init(&m->arena);
	m->groups[0] =
		(struct plan_group){ .name = "web", .absolute = "/sys/fs/cgroup/web", .rows = 1 };
	m->groups[1] = (struct plan_group){ .name = "pods",
					    .absolute = "/sys/fs/cgroup/pods",
					    .is_glob = true,
					    .row_base = 1,
					    .rows = 3 };
	m->signals[0] = (struct plan_signal){ .name = "web.pgfault_rate", .rows = 1 };
	m->signals[1] =
		(struct plan_signal){ .name = "pods.usage", .group = 1, .row_base = 1, .rows = 3 };
	m->params[0] = (struct plan_param){ .name = "enter", .value = 100 };
	m->strings[0] = "redis";
	m->processes[0] = (struct plan_process){ .name = "db", .text = "postgres" };
	for (uint32_t i = 0; i < rules; i++) {
		m->rules[i].any_group = PLAN_NONE;
		m->rules[i].process = PLAN_NONE;
		m->rules[i].row_base = i;
		m->rules[i].rows = 1;
	}
	m->plan = (struct plan){
		.groups = m->groups,
		.group_count = 2,
		.signals = m->signals,
		.signal_count = 2,
		.rules = m->rules,
		.rule_count = rules,
		.params = m->params,
		.param_count = 1,
		.processes = m->processes,
		.process_count = 1,
		.strings = m->strings,
		.string_count = 1,
		.slot_rows = 4,
		.signal_rows = 4,
		.rule_rows = rules,
		.tick_ns = SECOND,
	};
	evaluation_init(&m->e, &m->arena, &m->plan);
}

static void unmake(struct made *m)
{
	arena_finish(&m->arena);
}

static struct mmp_value value_of(struct made *m, enum plan_op op, int64_t x, int64_t y)
{
	struct plan_expr a = number(x), b = number(y), e = two(op, &a, &b);

	return evaluate_number(&m->e, &e, 0, NULL);
}

static void arithmetic_saturates(void **state)
{
	struct made m;

	make(&m, 0);
	assert_int_equal(value_of(&m, PLAN_ADD, INT64_MAX, 1).n, INT64_MAX);
	assert_int_equal(value_of(&m, PLAN_SUB, INT64_MIN, 1).n, INT64_MIN);
	assert_int_equal(value_of(&m, PLAN_MUL, INT64_MAX, -2).n, INT64_MIN);
	assert_int_equal(value_of(&m, PLAN_MUL, 1LL << 40, 1LL << 40).n, INT64_MAX);
	assert_int_equal(value_of(&m, PLAN_DIV, INT64_MIN, -1).n, INT64_MAX);
	assert_int_equal(value_of(&m, PLAN_DIV, -7, 2).n, -3);
	assert_false(value_of(&m, PLAN_DIV, 7, 0).is_known);
	unmake(&m);
}

static void unknown_follows_kleene(void **state)
{
	struct plan_expr unread = signal_of(0), one = number(1), two_ = number(2);
	struct plan_expr unknown = two(PLAN_GT, &unread, &one);
	struct plan_expr yes = two(PLAN_GT, &two_, &one), no = two(PLAN_GT, &one, &two_);
	struct {
		struct plan_expr x;
		enum mmp_truth truth;
	} rows[] = {
		{ two(PLAN_AND, &unknown, &no), MMP_FALSE },
		{ two(PLAN_AND, &unknown, &yes), MMP_UNKNOWN },
		{ two(PLAN_OR, &yes, &unknown), MMP_TRUE },
		{ two(PLAN_OR, &no, &unknown), MMP_UNKNOWN },
		{ two(PLAN_NOT, &unknown, NULL), MMP_UNKNOWN },
		{ two(PLAN_NOT, &no, NULL), MMP_TRUE },
	};
	struct made m;

	make(&m, 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(evaluate_condition(&m.e, &rows[i].x, 0, NULL), rows[i].truth);
	unmake(&m);
}

static void every_comparison_compares(void **state)
{
	static const struct {
		enum plan_op op;
		bool less, equal, greater;
	} rows[] = {
		{ PLAN_GT, false, false, true }, { PLAN_GE, false, true, true },
		{ PLAN_LT, true, false, false }, { PLAN_LE, true, true, false },
		{ PLAN_EQ, false, true, false }, { PLAN_NE, true, false, true },
	};
	struct plan_expr one = number(1), five = number(5);
	struct made m;

	make(&m, 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct plan_expr less = two(rows[i].op, &one, &five);
		struct plan_expr equal = two(rows[i].op, &five, &five);
		struct plan_expr greater = two(rows[i].op, &five, &one);

		assert_int_equal(evaluate_condition(&m.e, &less, 0, NULL), rows[i].less);
		assert_int_equal(evaluate_condition(&m.e, &equal, 0, NULL), rows[i].equal);
		assert_int_equal(evaluate_condition(&m.e, &greater, 0, NULL), rows[i].greater);
	}
	unmake(&m);
}

/* when web.pgfault_rate > $enter for 2s: the values, one a second, and the states they lead to. */
static void for_counts_and_stands_still(void **state)
{
	static const struct {
		int64_t n; /* negative: missing */
		enum mmp_state state;
	} rows[] = {
		{ 50, MMP_IDLE },    { 200, MMP_PENDING }, { 200, MMP_PENDING },
		{ 50, MMP_IDLE },    { 200, MMP_PENDING }, { 200, MMP_PENDING },
		{ -1, MMP_PENDING }, { 200, MMP_PENDING }, { 200, MMP_ACTIVE },
		{ -1, MMP_ACTIVE },  { 50, MMP_IDLE },
	};
	struct plan_expr signal = signal_of(0);
	struct plan_expr enter = { .op = PLAN_PARAM, .index = 0 };
	struct plan_expr when = two(PLAN_GT, &signal, &enter);
	struct made m;

	make(&m, 1);
	m.rules[0].action = ACTION_PROTECT;
	m.rules[0].when = &when;
	m.rules[0].when_for = given(2 * SECOND);
	m.e.params[0] = 199;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		m.e.signals[0] = rows[i].n < 0 ? mmp_unknown() : mmp_known(rows[i].n);
		evaluation_step(&m.e, i * SECOND);
		assert_int_equal(m.e.machines[0].state, rows[i].state);
		assert_int_equal(m.e.fired[0], i == 8);
		assert_int_equal(evaluation_protects(&m.e, 0, 0, false),
				 rows[i].state == MMP_ACTIVE);
		assert_false(evaluation_protects(&m.e, 0, 0, true));
	}
	unmake(&m);
}

static void protection_ends_above_up_to(void **state)
{
	struct made m;

	make(&m, 1);
	m.rules[0].action = ACTION_PROTECT;
	m.rules[0].protect.at_min = true;
	m.rules[0].protect.up_to = given(1000);
	evaluation_step(&m.e, 0);
	assert_false(evaluation_protects(&m.e, 0, 0, true)); /* usage is not known */
	m.e.usage[0] = mmp_known(1000);
	assert_true(evaluation_protects(&m.e, 0, 0, true));
	m.e.usage[0] = mmp_known(1001);
	assert_false(evaluation_protects(&m.e, 0, 0, true));
	unmake(&m);
}

static void protection_ends_above_a_share(void **state)
{
	struct plan_expr part = number(8000), whole = signal_of(0), share;
	struct made m;

	share = two(PLAN_OF, &part, &whole);
	make(&m, 1);
	m.rules[0].action = ACTION_PROTECT;
	m.rules[0].protect.up_to = (struct plan_value){ .is_given = true, .share = &share };
	m.e.usage[0] = mmp_known(80);
	m.e.signals[0] = mmp_unknown();
	evaluation_step(&m.e, 0);
	assert_false(evaluation_protects(&m.e, 0, 0, false)); /* the whole is not known */
	m.e.signals[0] = mmp_known(100);
	assert_true(evaluation_protects(&m.e, 0, 0, false));
	m.e.signals[0] = mmp_known(99);
	assert_false(evaluation_protects(&m.e, 0, 0, false));
	m.e.signals[0] = mmp_known(INT64_MAX); /* no limit */
	assert_true(evaluation_protects(&m.e, 0, 0, false));
	unmake(&m);
}

static void the_longest_delay_wins(void **state)
{
	struct plan_expr signal = signal_of(0);
	struct made m;

	make(&m, 3);
	for (int i = 0; i < 3; i++)
		m.rules[i].action = ACTION_THROTTLE;
	m.rules[0].throttle.delay = given(20000000);
	m.rules[1].throttle.delay = given(10000000);
	m.rules[1].throttle.is_ramp = true;
	m.rules[1].throttle.to = given(110000000);
	m.rules[1].throttle.from = given(100);
	m.rules[1].throttle.until = given(200);
	m.rules[1].throttle.signal = &signal;
	m.rules[2].group = 1; /* another group's */
	m.rules[2].throttle.delay = given(SECOND);
	evaluation_step(&m.e, 0);
	assert_int_equal(evaluation_delay(&m.e, 0, 0), 20000000);
	m.e.signals[0] = mmp_known(150);
	assert_int_equal(evaluation_delay(&m.e, 0, 0), 60000000);
	m.e.signals[0] = mmp_known(105);
	assert_int_equal(evaluation_delay(&m.e, 0, 0), 20000000);
	assert_int_equal(evaluation_rule_delay(&m.e, &m.rules[1], 0), 15000000);
	m.e.signals[0] = mmp_known(900);
	assert_int_equal(evaluation_delay(&m.e, 0, 0), 110000000);
	unmake(&m);
}

static void a_ramp_between_shares(void **state)
{
	struct plan_expr signal = signal_of(0), whole = signal_of(1), from, until;
	struct plan_expr parts[] = { number(8000), number(9000) };
	const int64_t ms = 1000000;
	struct made m;

	from = two(PLAN_OF, &parts[0], &whole);
	until = two(PLAN_OF, &parts[1], &whole);
	make(&m, 1);
	m.rules[0].action = ACTION_THROTTLE;
	m.rules[0].throttle.delay = given(20 * ms);
	m.rules[0].throttle.is_ramp = true;
	m.rules[0].throttle.to = given(120 * ms);
	m.rules[0].throttle.from = (struct plan_value){ .is_given = true, .share = &from };
	m.rules[0].throttle.until = (struct plan_value){ .is_given = true, .share = &until };
	m.rules[0].throttle.signal = &signal;
	m.e.signals[0] = mmp_known(850);
	m.e.signals[1] = mmp_unknown();
	evaluation_step(&m.e, 0);
	assert_int_equal(evaluation_delay(&m.e, 0, 0), 0); /* the whole is not known */
	m.e.signals[1] = mmp_known(1000);
	assert_int_equal(evaluation_delay(&m.e, 0, 0), 70 * ms);
	m.e.signals[0] = mmp_known(799);
	assert_int_equal(evaluation_delay(&m.e, 0, 0), 0);
	m.e.signals[0] = mmp_known(1LL << 40);
	assert_int_equal(evaluation_delay(&m.e, 0, 0), 120 * ms);
	m.e.signals[1] = mmp_known(INT64_MAX); /* no limit: the ramp never begins */
	assert_int_equal(evaluation_delay(&m.e, 0, 0), 0);
	m.e.signals[1] = mmp_known(0);
	assert_int_equal(evaluation_delay(&m.e, 0, 0), 120 * ms);
	unmake(&m);
}

static void ramps_hold_at_both_ends(void **state)
{
	const int64_t ms = 1000000, gib = 1LL << 30, tib = 1LL << 40;

	assert_int_equal(mmp_ramp(mmp_known(-5), 0, 10, ms, 3 * ms), ms);
	assert_int_equal(mmp_ramp(mmp_known(0), 0, 10, ms, 3 * ms), ms);
	assert_int_equal(mmp_ramp(mmp_known(5), 0, 10, ms, 3 * ms), 2 * ms);
	assert_int_equal(mmp_ramp(mmp_known(5), 0, 10, 3 * ms, ms), 2 * ms);
	assert_int_equal(mmp_ramp(mmp_known(10), 0, 10, ms, 3 * ms), 3 * ms);
	assert_int_equal(mmp_ramp(mmp_known(INT64_MAX), 0, 10, ms, 3 * ms), 3 * ms);
	assert_int_equal(mmp_ramp(mmp_unknown(), 0, 10, ms, 3 * ms), ms);
	/* falling: more delay as less is left */
	assert_int_equal(mmp_ramp(mmp_known(20), 20, 10, ms, 3 * ms), ms);
	assert_int_equal(mmp_ramp(mmp_known(15), 20, 10, ms, 3 * ms), 2 * ms);
	assert_int_equal(mmp_ramp(mmp_known(5), 20, 10, ms, 3 * ms), 3 * ms);
	/* no range: a step */
	assert_int_equal(mmp_ramp(mmp_known(9), 10, 10, ms, 3 * ms), ms);
	assert_int_equal(mmp_ramp(mmp_known(10), 10, 10, ms, 3 * ms), 3 * ms);
	/* without a condition there is no delay before the start */
	assert_int_equal(mmp_ramp_from(mmp_known(9), 10, 20, ms, 3 * ms), 0);
	assert_int_equal(mmp_ramp_from(mmp_known(10), 10, 20, ms, 3 * ms), ms);
	assert_int_equal(mmp_ramp_from(mmp_known(20), 10, 20, ms, 3 * ms), 3 * ms);
	assert_int_equal(mmp_ramp_from(mmp_known(21), 20, 10, ms, 3 * ms), 0);
	assert_int_equal(mmp_ramp_from(mmp_unknown(), 10, 20, ms, 3 * ms), 0);
	/* large ranges, delays beyond the kernel's limit */
	assert_int_equal(mmp_ramp(mmp_known(5 * gib), 0, 10 * gib, 0, 2000 * ms), 1000 * ms);
	assert_int_equal(mmp_ramp(mmp_known(512 * tib), 0, 1024 * tib, 0, 9000 * ms), 1000 * ms);
	assert_int_equal(mmp_ramp(mmp_known(0), INT64_MIN, INT64_MAX, -ms, 0), 0);
}

/* A batch costs its price however it is charged, but for huge pages, which only owe. */
static void debts_are_paid_in_batches(void **state)
{
	struct made m;

	make(&m, 1);
	m.rules[0].action = ACTION_THROTTLE;
	m.rules[0].throttle.delay = given(30000000);
	assert_int_equal(evaluation_charge(&m.e, 0, 0, 64), 0); /* not active yet */
	evaluation_step(&m.e, 0);
	assert_int_equal(evaluation_charge(&m.e, 0, 0, 63), 0);
	assert_int_equal(evaluation_charge(&m.e, 0, 0, 1), 30);
	assert_int_equal(evaluation_charge(&m.e, 0, 0, 512), 0);
	assert_int_equal(m.e.debt[0], 512);
	assert_int_equal(evaluation_charge(&m.e, 0, 0, 1), 240);
	assert_int_equal(m.e.debt[0], 1);
	evaluation_charge(&m.e, 0, 0, 100 * 64);
	assert_int_equal(evaluation_charge(&m.e, 0, 0, 63),
			 1980); /* 66 batches are the most in 2 s */
	assert_int_equal(m.e.debt[0], 35 * 64);
	evaluation_step(&m.e, SECOND);
	assert_int_equal(m.e.debt[0], 35 * 64);
	m.e.machines[0].state = MMP_COOLING;
	m.rules[0].cooldown = given(10 * SECOND);
	evaluation_step(&m.e, 2 * SECOND);
	assert_int_equal(m.e.debt[0], 0);
	unmake(&m);
}

/* A live rule acts before it is evaluated, but not while it cools. */
static void live_rules_act_at_once(void **state)
{
	struct plan_expr signal = signal_of(0), bound = number(100);
	struct plan_expr when = two(PLAN_GT, &signal, &bound);
	struct made m;

	make(&m, 1);
	m.rules[0].action = ACTION_THROTTLE;
	m.rules[0].when = &when;
	m.rules[0].throttle.delay = given(30000000);
	m.e.signals[0] = mmp_known(50);
	evaluation_step(&m.e, 0);
	m.e.signals[0] = mmp_known(150);
	assert_int_equal(evaluation_delay(&m.e, 0, 0), 0);
	m.rules[0].is_live = true;
	assert_int_equal(evaluation_delay(&m.e, 0, 0), 30000000);
	m.e.machines[0].state = MMP_COOLING;
	assert_int_equal(evaluation_delay(&m.e, 0, 0), 0);
	m.e.machines[0].state = MMP_IDLE;
	m.e.signals[0] = mmp_unknown();
	assert_int_equal(evaluation_delay(&m.e, 0, 0), 0);
	unmake(&m);
}

static void reclaim_paces_near_the_limit(void **state)
{
	const int64_t page = 4096;
	struct made m;

	make(&m, 1);
	m.rules[0].action = ACTION_RECLAIM;
	m.rules[0].reclaim.trigger = given(8000);
	m.rules[0].reclaim.trigger_is_percent = true;
	evaluation_step(&m.e, 0);
	m.e.usage[0] = mmp_known(1000 * page);
	assert_int_equal(evaluation_delay(&m.e, 0, 0), 0); /* the limit is not known */
	m.e.limit[0] = mmp_known(1000 * page);
	assert_int_equal(evaluation_delay(&m.e, 0, 0), 200000000);
	m.e.usage[0] = mmp_known(900 * page); /* halfway from 80 % to the limit */
	assert_int_equal(evaluation_delay(&m.e, 0, 0), 0);
	m.e.usage[0] = mmp_known(925 * page); /* halfway from there to 95 % */
	assert_int_equal(evaluation_delay(&m.e, 0, 0), 106000000);
	m.rules[0].reclaim.no_pace = true;
	assert_int_equal(evaluation_delay(&m.e, 0, 0), 0);
	unmake(&m);
}

static void pace_counts_from_a_share(void **state)
{
	struct plan_expr part = number(8000), whole = signal_of(0), share;
	const int64_t page = 4096;
	struct made m;

	share = two(PLAN_OF, &part, &whole);
	make(&m, 1);
	m.rules[0].action = ACTION_RECLAIM;
	m.rules[0].reclaim.trigger = (struct plan_value){ .is_given = true, .share = &share };
	m.e.signals[0] = mmp_known(1000 * page);
	m.e.limit[0] = mmp_known(1000 * page);
	evaluation_step(&m.e, 0);
	m.e.usage[0] = mmp_known(900 * page);
	assert_int_equal(evaluation_delay(&m.e, 0, 0), 0);
	m.e.usage[0] = mmp_known(925 * page);
	assert_int_equal(evaluation_delay(&m.e, 0, 0), 106000000);
	m.e.signals[0] = mmp_known(500 * page); /* of another size: from 400, halfway to 1000 */
	m.e.usage[0] = mmp_known(825 * page); /* halfway from 700 to 950 */
	assert_int_equal(evaluation_delay(&m.e, 0, 0), 106000000);
	m.e.signals[0] = mmp_unknown(); /* only the limit itself is known to be near */
	assert_int_equal(evaluation_delay(&m.e, 0, 0), 0);
	unmake(&m);
}

static void any_match_is_enough(void **state)
{
	struct plan_expr usage = signal_of(1), limit = number(100);
	struct plan_expr when = two(PLAN_GT, &usage, &limit);
	struct made m;

	make(&m, 1);
	m.rules[0].action = ACTION_NOTIFY;
	m.rules[0].group = PLAN_NONE;
	m.rules[0].any_group = 1;
	m.rules[0].when = &when;
	m.e.signals[3] = mmp_known(500); /* of a row that stands for nothing */
	evaluation_step(&m.e, 0);
	assert_int_equal(m.e.machines[0].state, MMP_IDLE);
	m.e.used[1] = m.e.used[3] = true;
	evaluation_step(&m.e, SECOND);
	assert_int_equal(m.e.machines[0].state, MMP_ACTIVE);
	m.e.signals[3] = mmp_known(50);
	m.e.signals[1] = mmp_known(50);
	evaluation_step(&m.e, 2 * SECOND);
	assert_int_equal(m.e.machines[0].state, MMP_IDLE);
	unmake(&m);
}

static void ramp_over_matches_gives_the_longest(void **state)
{
	struct plan_expr usage = signal_of(1);
	struct made m;

	make(&m, 1);
	m.rules[0].action = ACTION_THROTTLE;
	m.rules[0].any_group = 1;
	m.rules[0].throttle.is_ramp = true;
	m.rules[0].throttle.delay = given(20000000);
	m.rules[0].throttle.to = given(120000000);
	m.rules[0].throttle.from = given(100);
	m.rules[0].throttle.until = given(200);
	m.rules[0].throttle.signal = &usage;
	m.e.signals[3] = mmp_known(200); /* of a row that stands for nothing */
	evaluation_step(&m.e, 0);
	assert_int_equal(evaluation_delay(&m.e, 0, 0), 0);
	m.e.used[1] = m.e.used[2] = true;
	m.e.signals[1] = mmp_known(110);
	m.e.signals[2] = mmp_known(150);
	assert_int_equal(evaluation_delay(&m.e, 0, 0), 70000000);
	m.e.signals[2] = mmp_unknown();
	assert_int_equal(evaluation_delay(&m.e, 0, 0), 30000000);
	unmake(&m);
}

static void matches_of_a_glob_are_apart(void **state)
{
	struct plan_expr usage = signal_of(1), limit = number(100);
	struct plan_expr when = two(PLAN_GT, &usage, &limit);
	struct made m;

	make(&m, 1);
	m.plan.rule_rows = 3;
	m.rules[0].action = ACTION_RECLAIM;
	m.rules[0].group = 1;
	m.rules[0].rows = 3;
	m.rules[0].when = &when;
	evaluation_init(&m.e, &m.arena, &m.plan);
	m.e.used[1] = m.e.used[2] = true;
	m.e.signals[1] = mmp_known(50);
	m.e.signals[2] = m.e.signals[3] = mmp_known(500);
	evaluation_step(&m.e, 0);
	assert_false(evaluation_reclaims(&m.e, 1, 0));
	assert_true(evaluation_reclaims(&m.e, 1, 1));
	assert_int_equal(m.e.machines[2].evaluated, 0);
	unmake(&m);
}

static void thp_priority_then_order_in_the_file(void **state)
{
	struct plan_expr is_redis = { .op = PLAN_COMM_IS };
	struct plan_expr size = call_signal(SIGNAL_VMA_SIZE), large = number(1 << 21);
	struct plan_expr is_large = two(PLAN_GE, &size, &large);
	struct evaluation_call call = { .comm = "redis", .orders = 1 << 9 | 1 << 4 | 1 << 2 };
	struct made m;

	make(&m, 4);
	for (int i = 0; i < 4; i++)
		m.rules[i].action = ACTION_THP;
	m.rules[0].thp.answer = PLAN_THP_NEVER;
	m.rules[0].thp.kinds = 1 << THP_KIND_SWAP;
	m.rules[1].thp.answer = PLAN_THP_OR_SMALLER;
	m.rules[1].thp.order = given(5);
	m.rules[1].call = &is_redis;
	m.rules[2].thp.answer = PLAN_THP_DEFAULT;
	m.rules[3].thp.answer = PLAN_THP_EXACT;
	m.rules[3].thp.order = given(3);
	m.rules[3].thp.priority = given(1);
	m.rules[3].call = &is_large;
	evaluation_step(&m.e, 0);
	assert_int_equal(evaluation_thp_order(&m.e, PLAN_NONE, &call), 4);
	call.kind = THP_KIND_SWAP;
	assert_int_equal(evaluation_thp_order(&m.e, PLAN_NONE, &call), 0);
	call.kind = THP_KIND_PAGEFAULT;
	call.comm = "memcached";
	assert_int_equal(evaluation_thp_order(&m.e, PLAN_NONE, &call), 9);
	call.vma_size = mmp_known(1 << 22);
	assert_ptr_equal(evaluation_thp_rule(&m.e, PLAN_NONE, &call), &m.rules[3]);
	assert_int_equal(evaluation_thp_order(&m.e, PLAN_NONE, &call), 0); /* 3 is not offered */
	m.rules[3].process = 0; /* now of a process, which is not the caller */
	assert_int_equal(evaluation_thp_order(&m.e, PLAN_NONE, &call), 9);
	assert_int_equal(evaluation_thp_order(&m.e, 0, &call), 0);
	call.comm = "postgres"; /* whose comm is what makes it that process */
	assert_int_equal(evaluation_thp_order(&m.e, PLAN_NONE, &call), 0);
	unmake(&m);
}

static void an_exact_order_is_for_its_own_time(void **state)
{
	struct plan_expr psi = signal_of(0), calm = number(1000),
			 is_calm = two(PLAN_LT, &psi, &calm);
	struct evaluation_call call = { .orders = 1 << 9 };
	struct made m;

	make(&m, 1);
	m.rules[0].action = ACTION_THP;
	m.rules[0].thp.answer = PLAN_THP_EXACT;
	m.rules[0].thp.order = given(9);
	m.rules[0].when = &is_calm;
	m.e.signals[0] = mmp_known(500);
	evaluation_step(&m.e, 0);
	assert_int_equal(evaluation_thp_order(&m.e, PLAN_NONE, &call), 9);
	m.e.signals[0] = mmp_known(5000);
	evaluation_step(&m.e, 1);
	assert_int_equal(evaluation_thp_order(&m.e, PLAN_NONE, &call), 0);
	call.orders |= 1 << 4;
	assert_int_equal(evaluation_thp_order(&m.e, PLAN_NONE, &call), 4);
	m.rules[0].thp.answer = PLAN_THP_OR_SMALLER; /* a bound, not a grant */
	assert_int_equal(evaluation_thp_order(&m.e, PLAN_NONE, &call), 9);
	m.rules[0].thp.answer = PLAN_THP_EXACT;
	m.rules[0].thp.kinds = 1 << THP_KIND_SWAP; /* not asked about this one */
	assert_int_equal(evaluation_thp_order(&m.e, PLAN_NONE, &call), 9);
	unmake(&m);
}

static void without_rules_the_kernel_decides(void **state)
{
	struct evaluation_call call = { .orders = 1 << 9 | 1 << 4 };
	struct made m;

	make(&m, 0);
	evaluation_step(&m.e, 0);
	assert_int_equal(evaluation_thp_order(&m.e, PLAN_NONE, &call), 9);
	assert_false(evaluation_protects(&m.e, 0, 0, false));
	assert_int_equal(evaluation_delay(&m.e, 0, 0), 0);
	unmake(&m);
}

/* Everything is decided and counted, debts are paid, and the kernel hears nothing of it. */
static void monitored_hooks_answer_the_default(void **state)
{
	struct evaluation_call call = { .orders = 1 << 9 | 1 << 4 };
	struct made m;

	make(&m, 4);
	m.rules[0].action = ACTION_PROTECT;
	m.rules[1].action = ACTION_THROTTLE;
	m.rules[1].throttle.delay = given(30000000);
	m.rules[2].action = ACTION_RECLAIM;
	m.rules[3].action = ACTION_THP;
	m.rules[3].thp.answer = PLAN_THP_NEVER;
	m.e.is_monitor = true;
	evaluation_step(&m.e, 0);
	for (int i = 0; i < 4; i++)
		assert_true(evaluation_is_active(&m.e, &m.rules[i], 0));
	assert_false(evaluation_protects(&m.e, 0, 0, false));
	assert_int_equal(evaluation_delay(&m.e, 0, 0), 0);
	assert_int_equal(evaluation_rule_delay(&m.e, &m.rules[1], 0), 0);
	assert_int_equal(evaluation_charge(&m.e, 0, 0, 63), 0);
	assert_int_equal(m.e.debt[0], 63);
	assert_int_equal(evaluation_charge(&m.e, 0, 0, 3), 0);
	assert_int_equal(m.e.debt[0], 2);
	assert_false(evaluation_reclaims(&m.e, 0, 0));
	assert_int_equal(evaluation_thp_order(&m.e, PLAN_NONE, &call), 9);
	m.e.is_monitor = false;
	assert_true(evaluation_protects(&m.e, 0, 0, false));
	assert_int_equal(evaluation_delay(&m.e, 0, 0), 30000000);
	assert_true(evaluation_reclaims(&m.e, 0, 0));
	assert_int_equal(evaluation_thp_order(&m.e, PLAN_NONE, &call), 0);
	unmake(&m);
}

static void cgroups_are_matched_with_all_below(void **state)
{
	struct plan_expr in_web = { .op = PLAN_IN_CGROUP, .index = 0 };
	struct evaluation_call call = { .cgroup = "/sys/fs/cgroup/web" };
	struct made m;

	make(&m, 0);
	assert_int_equal(evaluate_condition(&m.e, &in_web, 0, &call), MMP_TRUE);
	call.cgroup = "/sys/fs/cgroup/web/a";
	assert_int_equal(evaluate_condition(&m.e, &in_web, 0, &call), MMP_TRUE);
	call.cgroup = "/sys/fs/cgroup/web-1";
	assert_int_equal(evaluate_condition(&m.e, &in_web, 0, &call), MMP_FALSE);
	call.cgroup = NULL;
	assert_int_equal(evaluate_condition(&m.e, &in_web, 0, &call), MMP_UNKNOWN);
	unmake(&m);
}

static void orders_are_picked_from_those_offered(void **state)
{
	const uint64_t offered = 1 << 9 | 1 << 4;

	assert_int_equal(mmp_thp_order(MMP_THP_EXACT, 9, offered), 9);
	assert_int_equal(mmp_thp_order(MMP_THP_EXACT, 8, offered), 0);
	assert_int_equal(mmp_thp_order(MMP_THP_OR_SMALLER, 8, offered), 4);
	assert_int_equal(mmp_thp_order(MMP_THP_OR_SMALLER, 3, offered), 0);
	assert_int_equal(mmp_thp_order(MMP_THP_OR_SMALLER, 1000, offered), 9);
	assert_int_equal(mmp_thp_order(MMP_THP_EXACT, -1, offered), 0);
	assert_int_equal(mmp_thp_order(MMP_THP_DEFAULT, 0, offered), 9);
	assert_int_equal(mmp_thp_order(MMP_THP_DEFAULT, 0, 0), 0);
	assert_int_equal(mmp_thp_order(MMP_THP_NEVER, 9, offered), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arithmetic_saturates),
		cmocka_unit_test(unknown_follows_kleene),
		cmocka_unit_test(every_comparison_compares),
		cmocka_unit_test(for_counts_and_stands_still),
		cmocka_unit_test(protection_ends_above_up_to),
		cmocka_unit_test(protection_ends_above_a_share),
		cmocka_unit_test(the_longest_delay_wins),
		cmocka_unit_test(a_ramp_between_shares),
		cmocka_unit_test(ramps_hold_at_both_ends),
		cmocka_unit_test(debts_are_paid_in_batches),
		cmocka_unit_test(live_rules_act_at_once),
		cmocka_unit_test(reclaim_paces_near_the_limit),
		cmocka_unit_test(pace_counts_from_a_share),
		cmocka_unit_test(any_match_is_enough),
		cmocka_unit_test(ramp_over_matches_gives_the_longest),
		cmocka_unit_test(matches_of_a_glob_are_apart),
		cmocka_unit_test(thp_priority_then_order_in_the_file),
		cmocka_unit_test(an_exact_order_is_for_its_own_time),
		cmocka_unit_test(without_rules_the_kernel_decides),
		cmocka_unit_test(monitored_hooks_answer_the_default),
		cmocka_unit_test(cgroups_are_matched_with_all_below),
		cmocka_unit_test(orders_are_picked_from_those_offered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
