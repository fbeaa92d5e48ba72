// SPDX-License-Identifier: GPL-2.0
/* The run of a pair: the same series for the evaluator and for the other side, and their answers.
 */
#include "pair.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "plan/words.h"
#include "replay/recording.h"
#include "walk.h"

#define SHOWN_TICKS 12
#define MATCHES 3 /* of a glob */

struct run {
	struct pair *pair;
	struct side *side;
	const struct plan *plan;
	struct evaluation e;
	struct evaluation read; /* of the plan that was read; given what e is given */
	struct walk *walks; /* one a signal row */
	uint64_t *limits; /* one a group, in pages */
	struct random time, hooks;
	uint64_t now;
	bool is_rehearsal;
	struct difference *difference;
	uint32_t tick;
};

uint32_t pair_used_rows(uint32_t rows)
{
	return rows > 1 ? MATCHES : rows; /* what hooks read has none */
}

/* What it is given is the same memory; machines and debts are its own. */
static void start_read(struct run *r)
{
	evaluation_init(&r->read, &r->pair->arena, r->pair->read);
	r->read.signals = r->e.signals;
	r->read.self = r->e.self;
	r->read.usage = r->e.usage;
	r->read.limit = r->e.limit;
	r->read.used = r->e.used;
	r->read.params = r->e.params;
}

static struct evaluation *read_side(struct run *r)
{
	r->read.is_monitor = r->e.is_monitor;
	r->read.sampled = r->e.sampled;
	return &r->read;
}

static void start(struct run *r)
{
	const struct plan *p = r->plan;

	evaluation_init(&r->e, &r->pair->arena, p);
	start_read(r);
	r->walks = arena_array(&r->pair->arena, struct walk, p->signal_rows + 1);
	for (uint32_t i = 0; i < p->group_count; i++)
		for (uint32_t row = 0; row < pair_used_rows(p->groups[i].rows); row++)
			r->e.used[p->groups[i].row_base + row] = true;
	for (uint32_t i = 0; i < p->signal_count; i++)
		for (uint32_t row = 0; row < pair_used_rows(p->signals[i].rows); row++)
			walk_start(&r->walks[p->signals[i].row_base + row], r->pair->seed,
				   &p->signals[i], row);
	r->limits = arena_array(&r->pair->arena, uint64_t, p->group_count + 1);
	r->time.state = r->pair->seed ^ 1;
	r->hooks.state = r->pair->seed ^ 2;
	r->now = 1000000000ULL + random_next(&r->time) % 1000000000000ULL;
}

/* Ticks come on time, but now and then late. */
static uint64_t next_time(struct run *r)
{
	uint64_t step = (uint64_t)r->plan->tick_ns;

	if (random_percent(&r->time, 5))
		step += random_next(&r->time) % 3000000000ULL;
	return r->now += step;
}

static void give_signal(struct run *r, uint32_t row)
{
	struct mmp_value v = walk_next(&r->walks[row]);

	r->e.signals[row] = v;
	if (!r->side)
		return;
	r->side->signals[row].value = v.n;
	r->side->signals[row].is_known = v.is_known;
}

static void give_signals(struct run *r)
{
	for (uint32_t i = 0; i < r->plan->signal_count; i++)
		for (uint32_t row = 0; row < pair_used_rows(r->plan->signals[i].rows); row++)
			give_signal(r, r->plan->signals[i].row_base + row);
}

/* As `mmpctl set NAME mode=` does. */
static void maybe_set_mode(struct run *r)
{
	if (!random_percent(&r->time, 2))
		return;
	r->e.is_monitor = !r->e.is_monitor;
	if (r->side)
		r->side->config->mode = r->e.is_monitor ? MMP_MONITOR : MMP_ENFORCE;
}

static void maybe_set_param(struct run *r)
{
	const struct plan_param *p;
	uint32_t index, count;
	const struct landmark *list;
	int64_t value;

	if (!r->plan->param_count || !random_percent(&r->time, 2))
		return;
	index = random_below(&r->time, r->plan->param_count);
	p = &r->plan->params[index];
	if (p->quantity == QUANTITY_DURATION) {
		value = (int64_t)random_below(&r->time, 20) * 100000000;
	} else {
		list = landmarks(p->quantity, &count);
		value = list[random_below(&r->time, count)].value;
	}
	if (value < p->low || value > p->high)
		return;
	r->e.params[index] = value;
	if (r->side)
		r->side->config->params[index] = value;
}

static bool differ(struct run *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static bool differ(struct run *r, const char *fmt, ...)
{
	va_list ap;

	if (r->is_rehearsal)
		return false;
	r->difference->tick = r->tick;
	va_start(ap, fmt);
	vsnprintf(r->difference->what, sizeof(r->difference->what), fmt, ap);
	va_end(ap);
	return true;
}

static bool machine_differs(struct run *r, const struct plan_rule *rule, uint32_t row)
{
	const struct mmp_machine *here = &r->e.machines[rule->row_base + row];
	const struct mmp_machine *there = &r->side->rules[rule->row_base + row].machine;

	if (!memcmp(here, there, sizeof(*here)))
		return false;
	return differ(r,
		      "rule %s: the evaluator says %s (since %" PRIu64 ", entered %" PRIu64
		      ", unknown %" PRIu64 ", held %" PRIu64 ", cooled %" PRIu64
		      "), the other side %s "
		      "(since %" PRIu64 ", entered %" PRIu64 ", unknown %" PRIu64 ", held %" PRIu64
		      ", cooled %" PRIu64 ")",
		      rule->name, plan_state_words.list[here->state & 3], (uint64_t)here->since,
		      (uint64_t)here->entered, (uint64_t)here->unknown, (uint64_t)here->held,
		      (uint64_t)here->cooled, plan_state_words.list[there->state & 3],
		      (uint64_t)there->since, (uint64_t)there->entered, (uint64_t)there->unknown,
		      (uint64_t)there->held, (uint64_t)there->cooled);
}

static bool read_differs(struct run *r)
{
	return memcmp(r->e.machines, r->read.machines,
		      r->plan->rule_rows * sizeof(*r->e.machines)) != 0 &&
	       differ(r, "the plan that was read has other machines");
}

static bool answer_differs(struct run *r, const char *hook, int here, int read)
{
	return here != read &&
	       differ(r, "%s: the evaluator answers %d, on the plan read %d", hook, here, read);
}

static bool machines_differ(struct run *r)
{
	if (read_differs(r))
		return true;
	for (uint32_t i = 0; i < r->plan->rule_count; i++)
		for (uint32_t row = 0; row < r->plan->rules[i].rows; row++)
			if (machine_differs(r, &r->plan->rules[i], row))
				return true;
	return false;
}

/* Usage in pages, near a size that policies ask about. */
static uint64_t some_pages(struct random *r)
{
	uint32_t count;
	const struct landmark *list = landmarks(QUANTITY_SIZE, &count);
	uint64_t pages = (uint64_t)list[random_below(r, count)].value / 4096;

	pages += random_below(r, 3);
	return pages ? pages - 1 : 0;
}

/* What a hook reads of the cgroup that it is asked about: the group's own. */
static void see_self(struct run *r, uint32_t group, const struct hook_call *call)
{
	bool has_limit = call->limit != NO_LIMIT;
	struct mmp_value limit = r->e.limit[r->plan->groups[group].row_base];

	for (uint32_t i = 0; i < r->plan->signal_count; i++) {
		const struct plan_signal *s = &r->plan->signals[i];

		if (s->scope != PLAN_OF_SELF)
			continue;
		if (s->id == SIGNAL_MAX)
			r->e.self[i] = mmp_known(has_limit ? (int64_t)call->limit * 4096
							   : INT64_MAX);
		else if (s->id == SIGNAL_LIMIT)
			r->e.self[i] = limit;
		else if (!s->is_percent)
			r->e.self[i] = mmp_known((int64_t)call->usage * 4096);
		else
			r->e.self[i] = limit.is_known
					       ? mmp_known((int64_t)(call->usage * 10000 /
								     (uint64_t)(limit.n / 4096)))
					       : mmp_unknown();
	}
}

static bool protection_differs(struct run *r, uint32_t group, bool at_min)
{
	const struct plan_group *g = &r->plan->groups[group];
	uint64_t pages = some_pages(&r->hooks);
	struct hook_call call = { .usage = pages, .limit = NO_LIMIT, .arguments = { 0, pages } };
	char hook[128];
	int here, there;

	snprintf(hook, sizeof(hook), "%s_%s", g->id, at_min ? "below_min" : "below_low");
	there = r->side->ask(r->side, hook, &call);
	if (there < 0)
		return false;
	r->e.usage[g->row_base] = mmp_known((int64_t)(pages * 4096));
	see_self(r, group, &call);
	here = evaluation_protects(&r->e, group, 0, at_min);
	if (answer_differs(r, hook, here, evaluation_protects(read_side(r), group, 0, at_min)))
		return true;
	return here != !!there && differ(r,
					 "%s at %" PRIu64 " pages: the evaluator answers %d, "
					 "the other side %d",
					 hook, pages, here, there);
}

/* What the hook reads itself: usage, in both its forms. */
static void see_usage(struct run *r, uint32_t group, const struct hook_call *call)
{
	uint32_t slot = r->plan->groups[group].row_base;
	bool has_limit = call->limit != NO_LIMIT;

	r->e.usage[slot] = mmp_known((int64_t)call->usage * 4096);
	r->e.limit[slot] = has_limit ? mmp_known((int64_t)call->limit * 4096) : mmp_unknown();
	for (uint32_t i = 0; i < r->plan->signal_count; i++) {
		const struct plan_signal *s = &r->plan->signals[i];

		if (s->id != SIGNAL_USAGE || s->scope != PLAN_OF_GROUP || s->group != group)
			continue;
		r->e.signals[s->row_base] = !s->is_percent ? r->e.usage[slot]
					    : !has_limit   ? mmp_unknown()
							 : mmp_known((int64_t)(call->usage * 10000 /
									       call->limit));
	}
}

static bool charge_differs(struct run *r, uint32_t group, uint64_t limit)
{
	static const uint32_t charges[] = { 1, 1, 16, 63, 64, 65, 512 };
	const struct plan_group *g = &r->plan->groups[group];
	struct hook_call call = { .limit = limit };
	char hook[128];
	int here, there;

	call.usage = limit == NO_LIMIT || random_percent(&r->hooks, 50)
			     ? some_pages(&r->hooks)
			     : random_below(&r->hooks, (uint32_t)limit + 8);
	call.arguments[0] = RANDOM_OF(&r->hooks, charges);
	snprintf(hook, sizeof(hook), "%s_memcg_charged", g->id);
	there = r->side->ask(r->side, hook, &call);
	if (there < 0)
		return false;
	see_usage(r, group, &call);
	see_self(r, group, &call);
	here = (int)evaluation_charge(&r->e, group, 0, call.arguments[0]);
	if (answer_differs(r, hook, here,
			   (int)evaluation_charge(read_side(r), group, 0, call.arguments[0])))
		return true;
	return here != there &&
	       differ(r,
		      "%s of %llu pages at %" PRIu64 " of %" PRIu64 " pages: the evaluator answers "
		      "%d ms, the other side %d ms",
		      hook, call.arguments[0], call.usage, call.limit, here, there);
}

static uint64_t some_limit(struct run *r)
{
	static const uint64_t limits[] = { NO_LIMIT, 1, 100, 16384, 16640, 262144 };

	return RANDOM_OF(&r->hooks, limits);
}

/* The signals are put back after those of a group. */
static bool charges_differ(struct run *r, uint32_t group)
{
	size_t size = r->plan->signal_rows * sizeof(*r->e.signals);
	struct mmp_value *sampled = malloc(size + 1);
	uint64_t limit = r->limits[group];
	bool differs = false;

	if (!sampled)
		BUG("no memory");
	memcpy(sampled, r->e.signals, size);
	r->e.sampled = sampled;
	for (int i = 0; i < PAIR_CHARGES && !differs; i++)
		differs = charge_differs(r, group, limit);
	r->e.sampled = NULL;
	memcpy(r->e.signals, sampled, size);
	free(sampled);
	return differs;
}

/* A call of the huge-page hook, for both sides. */
static void some_call(struct run *r, struct host_thp *there, struct evaluation_call *here)
{
	static const char *const comms[] = { "redis-server", "java", "a-comm-of-15-by",
					     "redis-serve" };
	static const uint64_t sizes[] = { 4096, 1 << 20, 64 << 20, (64 << 20) + 4096 };
	static const uint64_t flags[] = { 0, 0x20000000, 0x40000000, 0x100 };
	static const enum advice advices[] = { ADVICE_NONE, ADVICE_HUGEPAGE, ADVICE_NOHUGEPAGE,
					       ADVICE_NONE };
	uint32_t advice = random_below(&r->hooks, 4), group = 0;

	*there = (struct host_thp){
		.comm = RANDOM_OF(&r->hooks, comms),
		.size = RANDOM_OF(&r->hooks, sizes),
		.flags = flags[advice],
		.orders = random_next(&r->hooks) & random_next(&r->hooks) & 0x3fc,
		.pid = random_below(&r->hooks, 2) ? 7 : 8,
		.uid = 999 + random_below(&r->hooks, 2),
		.kind = random_below(&r->hooks, THP_KIND_COUNT),
		.is_anon = random_below(&r->hooks, 2),
	};
	*here = (struct evaluation_call){
		.comm = there->comm,
		.cgroup = "/sys/fs/cgroup/elsewhere",
		.pid = mmp_known(there->pid),
		.uid = mmp_known(there->uid),
		.vma_anon = mmp_known(there->is_anon),
		.vma_size = mmp_known((int64_t)there->size),
		.vma_advice = mmp_known(advices[advice]),
		.orders = there->orders,
		.kind = there->kind,
	};
	/* The hook is told of orders that the mapping has no room for. */
	if (there->is_anon)
		here->orders &= (2ULL << mmp_fitting_order(0, there->size, 12)) - 1;
	if (!r->plan->group_count)
		return;
	group = random_below(&r->hooks, r->plan->group_count);
	if (r->plan->groups[group].is_glob)
		return;
	here->cgroup = r->plan->groups[group].absolute;
	there->cgroup_id = r->plan->groups[group].row_base + 1;
}

static bool thp_differs(struct run *r, uint32_t process)
{
	const char *id = process == PLAN_NONE ? "all" : r->plan->processes[process].id;
	struct evaluation_call here_call;
	struct host_thp call;
	char hook[128];
	int here, there;

	some_call(r, &call, &here_call);
	snprintf(hook, sizeof(hook), "thp_%s_get_order", id);
	there = r->side->ask_thp(r->side, hook, &call);
	if (there < 0)
		return false;
	here = evaluation_thp_order(&r->e, process, &here_call);
	if (answer_differs(r, hook, here, evaluation_thp_order(read_side(r), process, &here_call)))
		return true;
	return here != there &&
	       differ(r,
		      "%s by %s (pid %u, uid %u, in %s, %llu bytes, flags %llx, kind %u) of orders "
		      "%llx: the evaluator answers %d, the other side %d",
		      hook, call.comm, call.pid, call.uid, here_call.cgroup, call.size, call.flags,
		      call.kind, call.orders, here, there);
}

static bool thps_differ(struct run *r)
{
	if (!r->side->ask_thp || !(r->plan->hooks & 1u << HOOK_GET_ORDER))
		return false;
	for (int i = 0; i < 4; i++) {
		if (thp_differs(r, PLAN_NONE))
			return true;
		for (uint32_t k = 0; k < r->plan->process_count && !r->plan->has_global_thp; k++)
			if (thp_differs(r, k))
				return true;
	}
	return false;
}

static bool hooks_differ(struct run *r)
{
	if (thps_differ(r))
		return true;
	for (uint32_t i = 0; i < r->plan->group_count; i++) {
		unsigned hooks = r->plan->groups[i].hooks;

		/* Which match a call is of, only the kernel's cgroup storage can say. */
		if (r->plan->groups[i].is_glob)
			continue;
		if ((hooks & 1u << HOOK_BELOW_LOW && protection_differs(r, i, false)) ||
		    (hooks & 1u << HOOK_BELOW_MIN && protection_differs(r, i, true)) ||
		    (hooks & 1u << HOOK_CHARGED && charges_differ(r, i)))
			return true;
	}
	return false;
}

static void set_limits(struct run *r)
{
	for (uint32_t i = 0; i < r->plan->group_count; i++) {
		r->limits[i] = some_limit(r);
		r->e.limit[r->plan->groups[i].row_base] =
			r->limits[i] == NO_LIMIT ? mmp_unknown()
						 : mmp_known((int64_t)r->limits[i] * 4096);
		if (r->side->set_limit)
			r->side->set_limit(r->side, r->plan->groups[i].row_base, r->limits[i]);
	}
}

static void start_side(struct run *r)
{
	r->side->config->is_armed = 1;
	r->side->config->mode = r->plan->is_monitor ? MMP_MONITOR : MMP_ENFORCE;
	for (uint32_t i = 0; i < r->plan->param_count; i++)
		r->side->config->params[i] = r->plan->params[i].value;
	for (uint32_t i = 0; i < r->plan->process_count; i++)
		r->side->config->pids[i] = (int)r->plan->processes[i].pid;
	for (uint32_t i = 0; i < r->plan->slot_rows; i++) {
		if (!r->e.used[i])
			continue;
		r->side->slots[i].cgroup_id = i + 1;
		r->side->slots[i].state = MMP_SLOT_USED;
		r->side->used[i / 64] |= 1ULL << i % 64;
	}
}

static bool walk(struct run *r, uint32_t ticks)
{
	start(r);
	start_side(r);
	for (r->tick = 0; r->tick < ticks; r->tick++) {
		uint64_t now = next_time(r);

		maybe_set_mode(r);
		maybe_set_param(r);
		give_signals(r);
		set_limits(r);
		evaluation_step(&r->e, now);
		evaluation_step(read_side(r), now);
		r->side->tick(r->side, now);
		if (machines_differ(r) || hooks_differ(r))
			return true;
	}
	return false;
}

bool pair_differs(struct pair *p, struct side *s, uint32_t ticks, struct difference *ret)
{
	struct run r = { .pair = p, .side = s, .plan = p->compilation.plan, .difference = ret };

	if (s->run) {
		r.is_rehearsal = true;
		walk(&r, ticks);
		r.is_rehearsal = false;
		if (!s->run(s))
			return differ(&r, "the series cannot be run");
	}
	return walk(&r, ticks);
}

void pair_print_series(FILE *out, struct pair *p, uint32_t last_tick)
{
	struct run r = { .pair = p, .plan = p->compilation.plan };
	char text[64];

	start(&r);
	for (uint32_t tick = 0; tick <= last_tick; tick++) {
		uint64_t now = next_time(&r);

		maybe_set_mode(&r);
		maybe_set_param(&r);
		give_signals(&r);
		if (tick + SHOWN_TICKS <= last_tick)
			continue;
		fprintf(out, "tick %u at %" PRIu64 ":", tick, now);
		for (uint32_t i = 0; i < r.plan->signal_count; i++) {
			const struct plan_signal *s = &r.plan->signals[i];
			struct mmp_value v = r.e.signals[s->row_base];

			if (v.is_known)
				quantity_print(text, sizeof(text), r.walks[s->row_base].quantity,
					       v.n);
			fprintf(out, "  %s %s", s->name, v.is_known ? text : "unknown");
		}
		fputc('\n', out);
	}
}
