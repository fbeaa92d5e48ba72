// SPDX-License-Identifier: GPL-2.0
#include "generate.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/bug.h"

#define KIB (1LL << 10)
#define MIB (1LL << 20)
#define GIB (1LL << 30)

static const struct landmark counts[] = {
	{ "0", 0 }, { "1", 1 }, { "2", 2 }, { "5", 5 }, { "100", 100 }
};
static const struct landmark rates[] = { { "0", 0 },
					 { "1/s", 1 },
					 { "10/s", 10 },
					 { "100/s", 100 },
					 { "101", 101 },
					 { "1000/s", 1000 },
					 { "9000000000000000000/s", 9000000000000000000 } };
static const struct landmark sizes[] = { { "0", 0 },
					 { "4KiB", 4 * KIB },
					 { "1MiB", MIB },
					 { "64MiB", 64 * MIB },
					 { "65MiB", 65 * MIB },
					 { "1GiB", GIB },
					 { "4T", 4096 * GIB } };
static const struct landmark size_rates[] = {
	{ "0", 0 }, { "1KiB/s", KIB }, { "1MiB/s", MIB }, { "256MiB/s", 256 * MIB }
};
static const struct landmark percents[] = { { "0", 0 },	     { "0.5%", 50 },	 { "5%", 500 },
					    { "10%", 1000 }, { "10.01%", 1001 }, { "50%", 5000 },
					    { "90%", 9000 }, { "100%", 10000 } };

#define LIST(list) (*ret_count = ARRAY_SIZE(list), list)

const struct landmark *landmarks(enum quantity q, uint32_t *ret_count)
{
	switch ((int)q) {
	case QUANTITY_COUNT:
		return LIST(counts);
	case QUANTITY_RATE:
		return LIST(rates);
	case QUANTITY_SIZE:
		return LIST(sizes);
	case QUANTITY_SIZE_RATE:
		return LIST(size_rates);
	case QUANTITY_PERCENT:
		return LIST(percents);
	}
	BUG("no landmarks of quantity %d", q);
}

static const char *const count_signals[] = { "events.high", "events.max", "events.oom_kill" };
static const char *const rate_signals[] = { "pgfault_rate", "refault_rate[5s]", "pgscan_rate",
					    "pgmajfault_rate[2s]" };
static const char *const size_signals[] = {
	"anon", "file", "swap", "max", "limit", "usage", "usage"
};
static const char *const size_rate_signals[] = { "usage_growth", "charge_rate[2s]" };
static const char *const percent_signals[] = { "psi", "psi.full.avg60", "usage",
					       "psi.some.avg300" };
static const char *const groups[] = { "web", "db", "batch", "web", "pods" };
static const char *const system_percents[] = { "system.psi", "system.mem_available",
					       "system.swap_free" };

struct generator {
	struct arena *arena;
	struct random random;
	uint32_t conditions; /* named ones so far */
	bool has_target; /* a signal may go without its scope */
	bool asks_call; /* a condition may ask about the call */
	bool has_asked;
};

static struct node *new_node(struct generator *g, enum quantity q, const char *format,
			     struct node *a, struct node *b)
{
	struct node *n = arena_new(g->arena, struct node);

	*n = (struct node){ format, a, b, q };
	return n;
}

static const char *signal_text(struct generator *g, enum quantity q)
{
	const char *name;

	if (g->has_target && q == QUANTITY_PERCENT && random_percent(&g->random, 10))
		return "parent.psi";
	if (q == QUANTITY_PERCENT && random_percent(&g->random, 25))
		return RANDOM_OF(&g->random, system_percents);
	name = q == QUANTITY_COUNT     ? RANDOM_OF(&g->random, count_signals)
	       : q == QUANTITY_RATE    ? RANDOM_OF(&g->random, rate_signals)
	       : q == QUANTITY_SIZE    ? RANDOM_OF(&g->random, size_signals)
	       : q == QUANTITY_PERCENT ? RANDOM_OF(&g->random, percent_signals)
				       : RANDOM_OF(&g->random, size_rate_signals);
	if (g->has_target && random_percent(&g->random, 40))
		return name;
	/* A call is not asked together with any match of a glob: the compiler says so. */
	return arena_printf(g->arena, "%s.%s",
			    g->asks_call ? groups[0] : RANDOM_OF(&g->random, groups), name);
}

static struct node *make_constant(struct generator *g, enum quantity q)
{
	uint32_t count;
	const struct landmark *list = landmarks(q, &count);

	if (q == QUANTITY_RATE && random_percent(&g->random, 20))
		return new_node(g, q, "$enter", NULL, NULL);
	if (q == QUANTITY_SIZE && random_percent(&g->random, 20))
		return new_node(g, q, "$room", NULL, NULL);
	return new_node(g, q, list[random_below(&g->random, count)].text, NULL, NULL);
}

static const enum quantity quantities[] = {
	QUANTITY_COUNT,	  QUANTITY_RATE,    QUANTITY_SIZE,
	QUANTITY_PERCENT, QUANTITY_PERCENT, QUANTITY_SIZE_RATE
};

/* A number that reads at least one signal. */
static struct node *make_number(struct generator *g, enum quantity q, int depth)
{
	/* A percentage is only ever compared: neither usage / max nor sums of shares are meant. */
	uint32_t what = depth <= 0 || q == QUANTITY_PERCENT ? 0 : random_below(&g->random, 14);
	struct node *a;

	if (what < 5)
		return new_node(g, q, signal_text(g, q), NULL, NULL);
	a = make_number(g, q, depth - 1);
	switch (what) {
	case 5:
		return new_node(g, q, "(%s + %s)", a, make_number(g, q, depth - 1));
	case 6:
		return new_node(g, q, "(%s - %s)", a, make_number(g, q, depth - 1));
	case 7:
		return new_node(g, q, "(%s - %s)", a, make_constant(g, q));
	case 8:
		return new_node(g, q, "- %s", a, NULL);
	case 9:
		return new_node(g, q, "(%s * 3)", a, NULL);
	case 10:
		return new_node(g, q, "(%s / 7)", a, NULL);
	case 11:
		return new_node(g, q, "80%% of (%s)", a, NULL);
	case 12:
		return new_node(g, q, "$part of (%s)", a, NULL);
	default:
		return new_node(g, q, "(%s * %s)", a, make_number(g, QUANTITY_COUNT, depth - 1));
	}
}

static struct node *make_comparison(struct generator *g, int depth)
{
	static const char *const forms[] = { "%s > %s",	 "%s >= %s", "%s < %s", "%s <= %s",
					     "%s == %s", "%s != %s", "%s > %s", "%s < %s" };
	enum quantity q = RANDOM_OF(&g->random, quantities);
	struct node *number = make_number(g, q, depth);

	if (q == QUANTITY_COUNT && random_percent(&g->random, 25))
		number = new_node(g, q, "%s / %s", make_number(g, QUANTITY_SIZE, 0),
				  make_number(g, QUANTITY_SIZE, 0));
	if (q != QUANTITY_PERCENT && random_percent(&g->random, 15))
		return new_node(g, QUANTITY_CONDITION, RANDOM_OF(&g->random, forms), number,
				make_number(g, q, 0));
	return new_node(g, QUANTITY_CONDITION, RANDOM_OF(&g->random, forms), number,
			make_constant(g, q));
}

/* NUMBER in LOW .. HIGH */
static struct node *make_range(struct generator *g)
{
	enum quantity q = RANDOM_OF(&g->random, quantities);
	uint32_t count, low, high;
	const struct landmark *list = landmarks(q, &count);

	low = random_below(&g->random, count - 1);
	high = low + 1 + random_below(&g->random, count - low - 1);
	return new_node(
		g, QUANTITY_CONDITION, "%s in %s", make_number(g, q, 1),
		new_node(g, q, arena_printf(g->arena, "%s .. %s", list[low].text, list[high].text),
			 NULL, NULL));
}

static struct node *make_call_question(struct generator *g)
{
	static const char *const questions[] = {
		"comm == \"redis-server\"",
		"comm != \"java\"",
		"comm == \"a-comm-of-15-by\"",
		"pid == 7",
		"uid >= 1000",
		"vma.anon",
		"not vma.anon",
		"vma.size > 64MiB",
		"vma.size <= 1MiB",
		"vma.advice == hugepage",
		"vma.advice != none",
		"orders >= 4",
		"orders == 9",
		"memcg == web",
		"memcg != db",
	};

	static const char *const self_questions[] = { "self.usage > 64MiB", "self.usage <= 1MiB",
						      "self.max > 64MiB", "self.usage < 50%" };

	g->has_asked = true;
	if (g->has_target)
		return new_node(g, QUANTITY_CONDITION, RANDOM_OF(&g->random, self_questions), NULL,
				NULL);
	return new_node(g, QUANTITY_CONDITION, RANDOM_OF(&g->random, questions), NULL, NULL);
}

static struct node *make_condition(struct generator *g, int depth)
{
	uint32_t what = depth <= 0 ? 0 : random_below(&g->random, 10);
	struct node *a;

	if (g->asks_call && random_percent(&g->random, 40))
		return make_call_question(g);

	if (what < 3)
		return make_comparison(g, 2);
	if (what == 3)
		return make_range(g);
	if (what == 4 && g->conditions && !g->asks_call)
		return new_node(g, QUANTITY_CONDITION,
				arena_printf(g->arena, "hurt%u",
					     random_below(&g->random, g->conditions)),
				NULL, NULL);
	a = make_condition(g, depth - 1);
	if (what == 5)
		return new_node(g, QUANTITY_CONDITION, "not (%s)", a, NULL);
	return new_node(g, QUANTITY_CONDITION, what < 8 ? "(%s) and (%s)" : "(%s) or (%s)", a,
			make_condition(g, depth - 1));
}

static void print_node(struct arena *a, const struct node *n, char **text)
{
	char *left = "", *right = "";

	if (n->a)
		print_node(a, n->a, &left);
	if (n->b)
		print_node(a, n->b, &right);
	if (n->b)
		*text = arena_printf(a, n->format, left, right);
	else if (n->a)
		*text = arena_printf(a, n->format, left);
	else
		*text = arena_strdup(a, n->format);
}

static const char *maybe_duration(struct generator *g, unsigned percent)
{
	static const char *const durations[] = { "100ms", "250ms", "300ms", "1s", "2s", "$wait" };

	return random_percent(&g->random, percent) ? RANDOM_OF(&g->random, durations) : NULL;
}

/* The ends of a ramp: percentages of one size. */
static const char *share_ends(struct generator *g)
{
	static const char *const ends[] = { "80% of %s to 95% of %s", "95% of %s to 1% of %s",
					    "$part of %s to 100% of %s", "0 to 250% of %s" };
	static const char *const wholes[] = { "limit", "max", "db.limit", "system.mem_total",
					      "(max - 64MiB)" };
	const char *whole = RANDOM_OF(&g->random, wholes), *text = "";

	for (const char *end = RANDOM_OF(&g->random, ends); *end; end++)
		if (end[0] == '%' && end[1] == 's')
			text = arena_printf(g->arena, "%s%s", text, whole), end++;
		else
			text = arena_printf(g->arena, "%s%c", text, *end);
	return text;
}

static const char *ramp(struct generator *g, enum quantity q)
{
	uint32_t count, low, high;
	const struct landmark *list = landmarks(q, &count);
	const char *ends;

	low = random_below(&g->random, count - 1);
	high = low + 1 + random_below(&g->random, count - low - 1);
	ends = arena_printf(g->arena, "%s to %s", list[low].text, list[high].text);
	if (q == QUANTITY_SIZE && random_percent(&g->random, 60))
		ends = share_ends(g);
	return arena_printf(g->arena, "%s to %s as %s from %s",
			    random_percent(&g->random, 50) ? "20ms" : "1900ms",
			    random_percent(&g->random, 50) ? "150ms" : "2s", signal_text(g, q),
			    ends);
}

static const char *throttle_head(struct generator *g)
{
	static const char *const delays[] = { "12ms", "50ms", "200ms", "2s", "$pause" };
	const char *group = RANDOM_OF(&g->random, groups);

	if (random_percent(&g->random, 50))
		return arena_printf(g->arena, "throttle %s %s", group,
				    RANDOM_OF(&g->random, delays));
	return arena_printf(g->arena, "throttle %s %s", group,
			    ramp(g, RANDOM_OF(&g->random, quantities)));
}

/* A percentage of a size. */
static const char *share(struct generator *g)
{
	static const char *const parts[] = { "1%", "80%", "100%", "250%", "$part" };
	static const char *const wholes[] = {
		"limit", "max", "db.limit", "usage", "system.mem_total", "(max - 64MiB)"
	};
	const char *whole = RANDOM_OF(&g->random, wholes), *part = RANDOM_OF(&g->random, parts);

	/* Usage is never above what the cgroup can get: the compiler says so. */
	if (!strcmp(part, "250%") && (!strcmp(whole, "limit") || !strcmp(whole, "max")))
		part = "99%";
	return arena_printf(g->arena, "%s of %s", part, whole);
}

static void make_thp(struct generator *g, struct generated_rule *r)
{
	static const char *const processes[] = {
		"", "", " redis", " seven", " inweb", " everybody"
	};
	static const char *const answers[] = { "order 9",	    "order 4 or smaller",
					       "order 3",	    "never",
					       "default",	    "order 9 or smaller",
					       "order 8 or smaller" };
	static const char *const kinds[] = { "", "", " on pagefault", " on khugepaged, swap",
					     " on collapse, pagefault" };

	g->has_target = false;
	g->asks_call = random_percent(&g->random, 60);
	r->head = arena_printf(g->arena, "thp%s %s", RANDOM_OF(&g->random, processes),
			       RANDOM_OF(&g->random, answers));
	r->tail = arena_printf(g->arena, "%s%s", RANDOM_OF(&g->random, kinds),
			       random_percent(&g->random, 30) ? " priority 3" : "");
}

static void make_action(struct generator *g, struct generated_rule *r, uint32_t number)
{
	const char *group = RANDOM_OF(&g->random, groups);

	g->has_target = true;
	g->has_asked = false;
	g->asks_call = random_percent(&g->random, 10);
	r->tail = "";
	switch (random_below(&g->random, 10)) {
	case 0:
	case 1:
	case 2:
		r->head = arena_printf(g->arena, "protect %s%s", group,
				       random_percent(&g->random, 30) ? " at min" : "");
		if (random_percent(&g->random, 40))
			r->tail = arena_printf(g->arena, " up to %s",
					       random_percent(&g->random, 60)	? share(g)
					       : random_percent(&g->random, 50) ? "64MiB"
										: "$room");
		return;
	case 3:
	case 4:
		r->head = throttle_head(g);
		return;
	case 5:
	case 6:
		g->asks_call = false;
		r->head = arena_printf(g->arena, "reclaim %s", group);
		r->tail = random_percent(&g->random, 30) ? " no pace" : "";
		return;
	case 7:
	case 8:
		make_thp(g, r);
		return;
	default:
		g->has_target = g->asks_call = false;
		r->head = arena_printf(g->arena, "notify \"event %u\"", number);
		return;
	}
}

static void make_rule(struct generator *g, struct generated_rule *r, uint32_t number)
{
	make_action(g, r, number);
	if (!strncmp(r->head, "reclaim", 7) && random_percent(&g->random, 25))
		r->when = new_node(g, QUANTITY_CONDITION,
				   arena_printf(g->arena, "usage > %s", share(g)), NULL, NULL);
	else if (random_percent(&g->random, 95))
		r->when = make_condition(g, 3);
	g->asks_call = false;
	if (g->has_asked)
		return; /* what a call decides has no time */
	if (r->when) {
		r->when_for = maybe_duration(g, 35);
	}
	if (random_percent(&g->random, 40)) {
		r->until = make_condition(g, 2);
		r->until_for = maybe_duration(g, 30);
	}
	r->hold = maybe_duration(g, 30);
	r->cooldown = maybe_duration(g, 30);
}

static const char *make_declarations(struct generator *g)
{
	uint32_t count = random_below(&g->random, 3);
	const char *text, *mode = random_percent(&g->random, 15) ? "mode monitor\n" : "";

	text = arena_printf(
		g->arena, "%s%s", mode,
		"tick 100ms\nparam enter = 100/s in 0/s .. 100000/s\n"
		"param room = 64MiB in 0B .. 1GiB\nparam part = 80% in 0% .. 100%\nparam wait = "
		"500ms in 0ms .. 10s\n"
		"param pause = 30ms in 0ms .. 2s\n"
		"cgroup pods = \"pods/*\"\nprocess redis = comm \"redis-server\"\n"
		"process seven = pid 7\nprocess inweb = cgroup web\nprocess everybody = all\n");
	for (uint32_t i = 0; i < count; i++) {
		char *condition;

		print_node(g->arena, make_condition(g, 2), &condition);
		text = arena_printf(g->arena, "%ssignal hurt%u = %s\n", text, i, condition);
		g->conditions = i + 1;
	}
	return text;
}

void generate(struct arena *a, struct generated *g, uint64_t seed)
{
	struct generator maker = { .arena = a, .random = { seed } };

	*g = (struct generated){ .declarations = make_declarations(&maker) };
	g->rule_count = 1 + random_below(&maker.random, GENERATED_RULES_MAX - 2);
	for (uint32_t i = 0; i < g->rule_count; i++)
		make_rule(&maker, &g->rules[i], i);
}

static char *rule_text(struct arena *a, const struct generated_rule *r)
{
	char *text = arena_printf(a, "%s%s", r->head, r->tail), *condition;

	if (r->when) {
		print_node(a, r->when, &condition);
		text = arena_printf(a, "%s\n\twhen %s", text, condition);
		if (r->when_for)
			text = arena_printf(a, "%s for %s", text, r->when_for);
	}
	if (r->until) {
		print_node(a, r->until, &condition);
		text = arena_printf(a, "%s\n\tuntil %s", text, condition);
		if (r->until_for)
			text = arena_printf(a, "%s for %s", text, r->until_for);
	}
	if (r->hold)
		text = arena_printf(a, "%s hold %s", text, r->hold);
	if (r->cooldown)
		text = arena_printf(a, "%s cooldown %s", text, r->cooldown);
	return text;
}

char *generated_text(struct arena *a, const struct generated *g)
{
	char *text = arena_strdup(a, g->declarations);

	for (uint32_t i = 0; i < g->rule_count; i++)
		if (!g->rules[i].is_left_out)
			text = arena_printf(a, "%s%s\n", text, rule_text(a, &g->rules[i]));
	return text;
}
