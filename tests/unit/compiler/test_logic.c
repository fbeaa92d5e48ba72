// SPDX-License-Identifier: GPL-2.0
/*
 * What the checks say of a policy's logic, held against the evaluator: random policies, random
 * values, a million conditions. A rule called impossible is never active, one called always true
 * holds whenever it is asked, a shadowed one is never active alone, an unreachable one never
 * decides. The seed is fixed; MMP_SEED gives another.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "check/check.h"
#include "plan/evaluate.h"
#include "parse/parse.h"
#include "lower/lower.h"
#include "plan/plan.h"
#include "resolve/resolve.h"

#define POLICIES 2500
#define RULES 8
#define STEPS 64
#define TICK 1000000000ULL

static uint64_t random_state;

static uint64_t random_next(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static unsigned pick(unsigned n)
{
	return (unsigned)(random_next() % n);
}

/* A policy's text. */

struct text {
	char bytes[16384];
	size_t len;
};

static void __attribute__((format(printf, 2, 3))) put(struct text *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	t->len += (size_t)vsnprintf(t->bytes + t->len, sizeof(t->bytes) - t->len, fmt, ap);
	va_end(ap);
	assert_true(t->len < sizeof(t->bytes));
}

enum asks { ASKS_GROUP, ASKS_CALL };

static const char *const compares[] = { ">", ">=", "<", "<=", "==", "!=" };
static const int percents[] = { 0, 5, 10, 20, 50, 100 };
static const int rates[] = { 0, 1, 10, 100 };
static const int sizes[] = { 0, 1, 2, 5 };

#define ANY(array) (array)[pick(sizeof(array) / sizeof((array)[0]))]

static void put_pressure(struct text *t)
{
	static const char *const names[] = { "psi", "psi.full.avg10", "psi.some.avg60" };

	if (pick(6) == 0)
		put(t, "psi in 5%% .. %d%%", 10 + 5 * (int)pick(10));
	else if (pick(6) == 0)
		put(t, "2 * psi - 5 %s %d", ANY(compares), ANY(percents));
	else
		put(t, "%s %s %d", ANY(names), ANY(compares), ANY(percents));
}

static void put_group_term(struct text *t)
{
	static const char *const memory[] = { "usage", "anon", "file", "usage - anon" };

	switch (pick(4)) {
	case 0:
		put(t, "pgfault_rate %s %d", ANY(compares), ANY(rates));
		break;
	case 1:
		put(t, "%s %s %dMiB", ANY(memory), ANY(compares), ANY(sizes));
		break;
	case 2:
		put(t, "usage %s anon", ANY(compares));
		break;
	default:
		put_pressure(t);
	}
}

static void put_call_term(struct text *t)
{
	static const char *const words[] = { "hugepage", "nohugepage", "none" };
	static const char *const comms[] = { "a", "b" };
	static const char *const groups[] = { "web", "\"web/php\"", "db" };

	switch (pick(6)) {
	case 0:
		put(t, "comm %s \"%s\"", pick(2) ? "==" : "!=", ANY(comms));
		break;
	case 1:
		put(t, "memcg %s %s", pick(2) ? "==" : "!=", ANY(groups));
		break;
	case 2:
		put(t, "vma.advice %s %s", pick(2) ? "==" : "!=", ANY(words));
		break;
	case 3:
		put(t, "%s", pick(2) ? "vma.anon" : "not vma.anon");
		break;
	default:
		put_pressure(t);
	}
}

static void put_condition(struct text *t, enum asks asks, unsigned depth)
{
	if (!depth || pick(4) == 0) {
		if (asks == ASKS_GROUP)
			put_group_term(t);
		else
			put_call_term(t);
		return;
	}
	put(t, pick(5) ? "(" : "not (");
	put_condition(t, asks, depth - 1);
	put(t, pick(2) ? " and " : " or ");
	put_condition(t, asks, depth - 1);
	put(t, ")");
}

static void put_timing(struct text *t)
{
	if (pick(4) == 0)
		put(t, " for %us", pick(3));
	if (pick(4) == 0) {
		put(t, " until ");
		put_condition(t, ASKS_GROUP, pick(2));
		if (pick(3) == 0)
			put(t, " for %us", pick(3));
	}
	if (pick(5) == 0)
		put(t, " hold %us", pick(4));
	if (pick(5) == 0)
		put(t, " cooldown %us", pick(4));
}

static void put_rule(struct text *t)
{
	static const char *const answers[] = { "never", "default", "order 9 or smaller",
					       "order 4" };

	if (pick(3)) {
		if (pick(2))
			put(t, "protect web%s%s when ", pick(3) ? "" : " at min",
			    pick(3) ? "" : " up to 3MiB");
		else
			put(t, "throttle web %dms when ", 20 + 10 * (int)pick(3));
		put_condition(t, ASKS_GROUP, pick(3));
		put_timing(t);
	} else {
		put(t, "thp %s%s%s when ", ANY(answers), pick(4) ? "" : " on swap, pagefault",
		    pick(4) ? "" : " priority 3");
		put_condition(t, ASKS_CALL, pick(3));
	}
	put(t, "\n");
}

/* Two that leave at one condition, which the second may be behind until. */
static void put_until_pair(struct text *t)
{
	static const char *const memory[] = { "usage", "anon", "file" };
	const char *name = ANY(memory), *rest = pick(4) ? "" : " hold 1s";
	int until = ANY(sizes), first = ANY(sizes);

	put(t, "throttle web 50ms when %s > %dMiB until %s < %dMiB\n", name, first, name, until);
	put(t, "throttle web %dms when %s > %dMiB%s until %s < %dMiB%s\n", 20 + 10 * (int)pick(5),
	    name, first + (int)pick(2), pick(4) ? "" : " for 1s", name, until, rest);
}

/* The policy and what is said of its rules. */

struct policy {
	struct arena arena;
	struct sources sources;
	struct diags diags;
	struct ast *ast;
	struct plan *plan;
	struct evaluation evaluation;
};

static void policy_init(struct policy *p, const char *text)
{
	int file;

	memset(p, 0, sizeof(*p));
	arena_init(&p->arena);
	sources_init(&p->sources, &p->arena);
	diags_init(&p->diags, &p->arena);
	file = sources_add(&p->sources, "random.mmp", text, strlen(text));
	p->ast = parse_file(&p->arena, &p->sources, (uint32_t)file, &p->diags);
	resolve(&p->arena, p->ast, &p->sources, NULL, &p->diags);
	p->plan = plan_build(&p->arena, p->ast, &p->sources, &p->diags, 0);
	plan_name(&p->arena, p->plan, &p->sources);
	if (p->diags.errors)
		fail_msg("%s\nin:\n%s", p->diags.first->text, text);
	check(&p->arena, p->ast, p->plan, &p->sources, &p->diags);
	evaluation_init(&p->evaluation, &p->arena, p->plan);
}

static const struct plan_rule *rule_at(const struct policy *p, struct span span)
{
	for (uint32_t i = 0; i < p->plan->rule_count; i++) {
		const struct plan_rule *r = &p->plan->rules[i];

		if (span.start >= r->span.start && span.end <= r->span.end)
			return r;
	}
	return NULL;
}

/* Values that the kernel could give: interval.c knows as much of them. */

static int64_t value_near(const int *values, size_t count, int64_t unit, int64_t max)
{
	int64_t value = values[pick((unsigned)count)] * unit + (int64_t)pick(3) - 1;

	if (pick(3) == 0)
		value = (int64_t)(random_next() % (uint64_t)(max + 1));
	return value < 0 ? 0 : value > max ? max : value;
}

static int64_t draw(enum signal_id id)
{
	switch (signal_infos[id].quantity) {
	case QUANTITY_PERCENT:
		return value_near(percents, 6, 100, 10000);
	case QUANTITY_RATE:
		return value_near(rates, 4, 1, 1000);
	default:
		return value_near(sizes, 4, 1 << 20, 8 << 20);
	}
}

static __s64 *value_of_signal(struct policy *p, enum signal_id id, enum plan_scope scope)
{
	for (uint32_t i = 0; i < p->plan->signal_count; i++)
		if (p->plan->signals[i].id == id && p->plan->signals[i].scope == scope)
			return &p->evaluation.signals[p->plan->signals[i].row_base].n;
	return NULL;
}

static void draw_signals(struct policy *p)
{
	enum plan_scope scopes[] = { PLAN_OF_GROUP, PLAN_OF_SYSTEM };

	for (uint32_t i = 0; i < p->plan->signal_count; i++)
		p->evaluation.signals[p->plan->signals[i].row_base] = mmp_known(
			draw(p->plan->signals[i].id));
	for (int i = 0; i < 2; i++) {
		__s64 *full = value_of_signal(p, SIGNAL_PSI_FULL_AVG10, scopes[i]);
		__s64 *some = value_of_signal(p, SIGNAL_PSI_SOME_AVG10, scopes[i]);
		__s64 *anon = value_of_signal(p, SIGNAL_ANON, scopes[i]);
		__s64 *file = value_of_signal(p, SIGNAL_FILE, scopes[i]);
		__s64 *usage = value_of_signal(p, SIGNAL_USAGE, scopes[i]);
		int64_t parts = (anon ? *anon : 0) + (file ? *file : 0);

		if (full && some && *full > *some)
			*full = *some;
		if (usage && *usage < parts)
			*usage = parts;
	}
}

static void draw_call(struct evaluation_call *call)
{
	static const char *const comms[] = { "a", "b", "c" };
	static const char *const groups[] = { "/sys/fs/cgroup/web", "/sys/fs/cgroup/web/php",
					      "/sys/fs/cgroup/db", "/sys/fs/cgroup/other" };

	*call = (struct evaluation_call){
		.comm = ANY(comms),
		.cgroup = ANY(groups),
		.vma_anon = mmp_known(pick(2)),
		.vma_advice = mmp_known(pick(ADVICE_COUNT)),
		.orders = 0x3fc,
		.kind = pick(THP_KIND_COUNT),
	};
}

/* The claims. */

static struct {
	uint64_t conditions, impossible, always, shadowed, shadowed_until, unreachable;
} counted;

static enum mmp_truth holds(const struct policy *p, const struct plan_rule *r,
			    const struct evaluation_call *call)
{
	counted.conditions++;
	return mmp_and(evaluate_condition(&p->evaluation, r->when ? r->when : r->call, 0, call),
		       r->when && r->call ? evaluate_condition(&p->evaluation, r->call, 0, call)
					  : MMP_TRUE);
}

static void check_claim(const struct policy *p, const struct diag *d, const char *text,
			const struct evaluation_call *call)
{
	const struct plan_rule *r = rule_at(p, d->span), *by;
	bool is_true;

	switch ((int)d->code) {
	case DIAG_IMPOSSIBLE_CONDITION:
		counted.impossible++;
		is_true = holds(p, r, call) != MMP_TRUE;
		break;
	case DIAG_ALWAYS_TRUE:
		counted.always++;
		is_true = holds(p, r, call) == MMP_TRUE;
		break;
	case DIAG_SHADOWED_RULE:
		counted.shadowed++;
		by = rule_at(p, d->notes->span);
		counted.shadowed_until += by->until != NULL;
		is_true = !evaluation_is_active(&p->evaluation, r, 0) ||
			  evaluation_is_active(&p->evaluation, by, 0);
		break;
	case DIAG_UNREACHABLE_RULE:
		counted.unreachable++;
		is_true = evaluation_thp_rule(&p->evaluation, PLAN_NONE, call) != r;
		break;
	default:
		return;
	}
	if (!is_true)
		fail_msg("[%s] is wrong about '%s' in:\n%s", diag_slug(d->code), r->text, text);
}

static void try_policy(const char *text)
{
	struct evaluation_call call;
	struct policy p;

	policy_init(&p, text);
	for (uint64_t step = 0; step < STEPS; step++) {
		draw_signals(&p);
		draw_call(&call);
		evaluation_step(&p.evaluation, step * TICK);
		for (uint32_t i = 0; i < p.plan->rule_count; i++)
			holds(&p, &p.plan->rules[i], &call);
		for (const struct diag *d = p.diags.first; d; d = d->next)
			check_claim(&p, d, text, &call);
	}
	arena_finish(&p.arena);
}

static void test_random_policies(void **state)
{
	const char *seed = getenv("MMP_SEED");

	random_state = seed ? strtoull(seed, NULL, 0) * 2 + 1 : 88172645463325252ULL;
	for (int i = 0; i < POLICIES; i++) {
		struct text t = { .len = 0 };

		for (int j = 0; j < RULES; j++)
			put_rule(&t);
		if (pick(4) == 0)
			put_until_pair(&t);
		try_policy(t.bytes);
	}
	print_message("# %llu conditions; claims held: %llu impossible, %llu always true, %llu "
		      "shadowed, %llu of them by one with 'until', %llu unreachable\n",
		      (unsigned long long)counted.conditions,
		      (unsigned long long)counted.impossible, (unsigned long long)counted.always,
		      (unsigned long long)counted.shadowed,
		      (unsigned long long)counted.shadowed_until,
		      (unsigned long long)counted.unreachable);
	/* Nothing is shown where nothing is claimed. */
	assert_true(counted.conditions >= 1000000);
	assert_true(counted.impossible > 10000);
	assert_true(counted.always > 10000);
	assert_true(counted.shadowed > 10000);
	assert_true(counted.shadowed_until > 1000);
	assert_true(counted.unreachable > 10000);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_random_policies) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
