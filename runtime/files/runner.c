// SPDX-License-Identifier: GPL-2.0
#include "runner.h"

#include "base/arena.h"
#include "failure.h"
#include "runner_guard.h"
#include "runner_notes.h"
#include "runner_see.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define LOOK_NS 1000000000u /* how often cgroups are looked for */

static struct mmp_rule *counters(void *arg, uint32_t rule, uint32_t row)
{
	const struct runner *r = arg;

	return &r->state->rules[r->plan->rules[rule].row_base + row];
}

/* The group's own usage, in either form, as it is now: between two steps of reclaim. */
static void set_usage(struct runner *r, uint32_t group, uint32_t row, int64_t usage)
{
	const struct plan *p = r->plan;
	uint32_t slot = p->groups[group].row_base + row, i;
	struct mmp_value limit = r->evaluation.limit[slot];

	for (i = 0; i < p->signal_count; i++) {
		const struct plan_signal *s = &p->signals[i];
		struct mmp_value *v = &r->recent_signals[s->row_base + (s->rows > 1 ? row : 0)];

		if (s->id != SIGNAL_USAGE || s->scope != PLAN_OF_GROUP || s->group != group)
			continue;
		if (!s->is_percent)
			*v = mmp_known(usage);
		else if (limit.is_known)
			*v = mmp_known(limit.n < 4096 ? 0
						      : usage / 4096 * 10000 / (limit.n / 4096));
	}
}

/* Would the rule stay active with this usage? All else is as last sampled; `hold` still counts. */
static bool goes_on(void *arg, uint32_t rule, uint32_t row, int64_t usage)
{
	struct runner *r = arg;
	const struct plan_rule *m = &r->plan->rules[rule];
	struct evaluation *e = &r->recent;
	const struct mmp_machine *machine = evaluation_machine(&r->evaluation, m, row);
	int64_t hold = m->hold.is_given ? evaluate_value(&r->evaluation, &m->hold) : 0;

	*e = r->evaluation;
	e->signals = r->recent_signals;
	memcpy(e->signals, r->evaluation.signals, r->plan->signal_rows * sizeof(*e->signals));
	set_usage(r, m->group, row, usage);
	if (machine->last - machine->since < (uint64_t)hold)
		return true;
	if (m->until)
		return evaluate_rule_condition(e, m, m->until, row, NULL) != MMP_TRUE;
	return evaluate_rule_condition(e, m, m->when, row, NULL) != MMP_FALSE;
}

uint32_t runner_file_count(const struct plan *p)
{
	return 3 * (2 * p->slot_rows + 4 * PROTECT_DEPTH_MAX) + 32;
}

/* The levels at which a rule protects the group. */
static unsigned levels_of(const struct runner *r, uint32_t group)
{
	const struct plan *p = r->plan;
	unsigned low = 1u << PROTECT_LOW | (r->guard.is_possible ? PROTECT_MAY_MIN : 0);
	unsigned levels = 0;
	uint32_t i;

	for (i = 0; i < p->rule_count; i++)
		if (p->rules[i].action == ACTION_PROTECT && p->rules[i].group == group)
			levels |= p->rules[i].protect.at_min ? 1u << PROTECT_MIN : low;
	return levels;
}

/* What the worker writes for the group. */
static bool throttles(const struct plan *p, uint32_t group)
{
	uint32_t i;

	for (i = 0; i < p->rule_count; i++)
		if (p->rules[i].group == group &&
		    (p->rules[i].action == ACTION_THROTTLE ||
		     (p->rules[i].action == ACTION_RECLAIM && !p->rules[i].reclaim.no_pace)))
			return true;
	return false;
}

static bool reclaims(const struct plan *p, uint32_t group)
{
	uint32_t i;

	for (i = 0; i < p->rule_count; i++)
		if (p->rules[i].group == group && p->rules[i].action == ACTION_RECLAIM)
			return true;
	return false;
}

void runner_init(struct runner *r, struct arena *a, const struct plan *p, struct state *s, int root,
		 const char *root_path, struct bpf_eyes *bpf)
{
	uint32_t i;

	*r = (struct runner){ .plan = p, .state = s, .bpf = bpf, .event_log = -1, .stretch = 1 };
	places_init(&r->places, a, p, root);
	eyes_init(&r->eyes, a, p, &r->places, !bpf);
	evaluation_init(&r->evaluation, a, p);
	r->hands = (struct hands){ .journal = &s->journal, .root = root, .root_path = root_path };
	protect_init(&r->protect, a, &r->hands, p->slot_rows);
	worker_init(&r->worker, a, &r->hands, p->slot_rows);
	r->worker.goes_on = goes_on;
	r->worker.counters = counters;
	r->worker.arg = r;
	r->works = arena_array(a, bool, p->group_count + 1);
	for (i = 0; i < p->group_count; i++)
		r->has_works |= r->works[i] = p->groups[i].is_target &&
					      (throttles(p, i) || reclaims(p, i));
	r->recent_signals = arena_array(a, struct mmp_value, p->signal_rows + 1);
	guard_init(&r->guard);
	r->guarded = arena_array(a, struct guarded_slot, p->slot_rows + 1);
	r->anchors = arena_array(a, int64_t, p->slot_rows + 1);
	r->generations = arena_array(a, uint32_t, p->slot_rows + 1);
}

static int enter_work(struct runner *r, uint32_t group, uint32_t slot, const char *path)
{
	bool high = throttles(r->plan, group), reclaim = reclaims(r->plan, group);
	int error = high || reclaim ? worker_enter(&r->worker, slot, path, high, reclaim) : 0;

	if (error == -EBUSY)
		strcpy(r->hands.owner, r->worker.hands.owner);
	if (error)
		protect_leave(&r->protect, slot);
	return error;
}

/* The hands follow the slot's place. 0 or -errno. */
static int enter_slot(struct runner *r, uint32_t group, uint32_t slot)
{
	const struct cgroup_place *place = &r->places.rows[slot];
	unsigned levels = levels_of(r, group);
	uint32_t generation = place->dir >= 0 ? place->generation : 0;
	int error = 0;

	if (r->generations[slot] == generation)
		return 0;
	protect_leave(&r->protect, slot);
	worker_leave(&r->worker, slot);
	if (generation && levels)
		error = protect_enter(&r->protect, slot, place->path, levels);
	if (!error && generation)
		error = enter_work(r, group, slot, place->path);
	r->generations[slot] = generation;
	return error;
}

static int no_entry(const struct runner *r, uint32_t slot, int error, struct failure *f)
{
	const char *path = r->places.rows[slot].path;

	if (error == -EBUSY) {
		fail(f, STATUS_CONFLICT,
		     "the policy '%s' writes a file that is needed for the cgroup '/%s'",
		     r->hands.owner, path);
		fail_hint(f, "write the rules for both in one policy, or first: mmpctl unload %s",
			  r->hands.owner);
		return -1;
	}
	fail(f, error == -EACCES || error == -EPERM ? STATUS_UNSUPPORTED : STATUS_TARGET,
	     "cannot write the memory settings of the cgroup '/%s': %s", path, errno_words(error));
	fail_hint(f, "the memory controller must be enabled in it, and it must be yours: run as "
		     "root, or on a subtree that is delegated to you");
	return -1;
}

static int enter_all(struct runner *r, struct failure *f)
{
	const struct plan *p = r->plan;
	uint32_t i, slot;
	int error;

	r->refused = 0;
	for (i = 0; i < p->group_count; i++)
		for (slot = p->groups[i].row_base;
		     p->groups[i].is_target && slot < p->groups[i].row_base + p->groups[i].rows;
		     slot++) {
			error = enter_slot(r, i, slot);
			if (error && f)
				return no_entry(r, slot, error, f);
			r->refused += error != 0;
		}
	return 0;
}

/* For readers of the state: where the slots are. */
static void note_places(struct runner *r)
{
	uint32_t i;

	for (i = 0; i < r->plan->slot_rows; i++)
		if (strcmp(r->state->places[i], r->places.rows[i].path))
			strcpy(r->state->places[i], r->places.rows[i].path);
}

static int check_memory(const struct runner *r, uint32_t group, struct failure *f)
{
	const struct cgroup_place *place = &r->places.rows[r->plan->groups[group].row_base];

	if (!*place->path || !faccessat(place->dir, "memory.current", F_OK, 0))
		return 0;
	fail(f, STATUS_TARGET, "the memory controller is not enabled in the cgroup '%s'",
	     place->path);
	fail_hint(f, "echo +memory > cgroup.subtree_control, in every cgroup above it");
	return -1;
}

int runner_find(struct runner *r, struct failure *f)
{
	const struct plan *p = r->plan;
	uint32_t i;

	places_follow(&r->places, NULL, 0);
	for (i = 0; i < p->group_count; i++) {
		if (p->groups[i].is_glob || !p->groups[i].rows)
			continue;
		if (r->places.rows[p->groups[i].row_base].dir >= 0) {
			if (check_memory(r, i, f))
				return -1;
			continue;
		}
		fail(f, STATUS_TARGET, "there is no cgroup '%s' below '%s'",
		     r->places.groups[i].path, r->hands.root_path);
		fail_hint(f, "create it first, or name another with --cgroup %s=PATH",
			  p->groups[i].name);
		return -1;
	}
	return 0;
}

int runner_enter_huge(struct runner *r, const char *dir)
{
	int error = huge_enter(&r->huge, &r->hands, dir);

	if (error)
		huge_leave(&r->huge);
	if (error == -EBUSY)
		strcpy(r->hands.owner, r->huge.hands.owner);
	return error;
}

void runner_connect(struct runner *r)
{
	r->eyes.signals = r->state->signals;
}

/* Where the cgroups are now; true where anything has changed. */
static bool follow(struct runner *r, uint64_t now)
{
	bool changed = places_follow(&r->places, r->state->slots, now);

	note_places(r);
	if (r->bpf)
		bpf_eyes_give_slots(r->bpf, r->state->slots);
	return changed;
}

int runner_enter(struct runner *r, uint64_t now, struct failure *f)
{
	follow(r, now);
	if (r->places.lost)
		return fail(f, STATUS_TARGET,
			    "%llu cgroups match a name of the policy that has no room for them; "
			    "'mmpctl describe' says how many a name may stand for",
			    (unsigned long long)r->places.lost);
	return enter_all(r, f);
}

/* What a killed or replaced process of this name had written and this one does not write. */
static void give_back_strays(struct runner *r)
{
	struct journal_result result;

	r->has_ticked = true;
	journal_give_back_strays(&r->state->journal, &result);
	if (r->hands.grants)
		grants_give_back_strays(r->hands.grants, &result);
	r->hands.left += result.changed;
	r->hands.failed += result.failed;
}

static void take_config(struct runner *r)
{
	const struct mmp_config *config = r->state->config;
	const struct plan *p = r->plan;
	uint32_t i;

	for (i = 0; i < p->param_count && i < MMP_PARAMS_MAX; i++)
		r->evaluation.params[i] = config->params[i];
	r->evaluation.is_monitor = config->mode == MMP_MONITOR;
	if (r->bpf)
		bpf_eyes_configure(r->bpf, config, config->tick_ns * r->stretch);
}

void runner_count_act(struct runner *r, const struct plan_rule *rule, uint32_t row)
{
	struct mmp_acts *acts = &r->state->acts[rule->row_base + row];

	if (r->evaluation.is_monitor)
		acts->monitored++;
	else
		acts->acted++;
}

static void protect_row(struct runner *r, const struct plan_rule *rule, uint32_t row)
{
	const struct plan_value *up_to = &rule->protect.up_to;
	uint32_t slot = r->plan->groups[rule->group].row_base + row;
	struct mmp_value usage = r->evaluation.usage[slot];
	struct mmp_value bytes = mmp_known(PROTECT_ALL);

	if (r->places.rows[slot].dir < 0 || !evaluation_is_active(&r->evaluation, rule, row))
		return;
	runner_count_act(r, rule, row);
	if (r->evaluation.is_monitor)
		return;
	if (up_to->is_given)
		bytes = evaluate_size(&r->evaluation, up_to, row);
	bytes.n = bytes.is_known ? bytes.n : 0;
	usage.n = usage.is_known ? usage.n : 0;
	if (!rule->protect.at_min)
		protect_want(&r->protect, slot, PROTECT_LOW, bytes.n, usage.n);
	if (rule->protect.at_min || (r->allows_min && r->guarded[slot].is_guarded))
		protect_want(&r->protect, slot, PROTECT_MIN, bytes.n, usage.n);
}

static void throttle_slot(struct runner *r, uint32_t group, uint32_t row)
{
	uint32_t slot = r->plan->groups[group].row_base + row;
	struct work_wish *wish = &r->worker.slots[slot].wish;

	wish->high = throttle_want(&r->evaluation, group, row, &r->anchors[slot]);
	wish->reclaims = false;
}

static int64_t value_or(const struct evaluation *e, const struct plan_value *v, int64_t other)
{
	return v->is_given ? evaluate_value(e, v) : other;
}

static void reclaim_row(struct runner *r, const struct plan_rule *rule, uint32_t row)
{
	const struct evaluation *e = &r->evaluation;
	struct work_wish *wish = &r->worker.slots[r->plan->groups[rule->group].row_base + row].wish;

	if (!evaluation_is_active(e, rule, row))
		return;
	runner_count_act(r, rule, row);
	if (e->is_monitor || wish->reclaims) /* the first rule that is active decides */
		return;
	wish->reclaims = true;
	wish->rule = (uint32_t)(rule - r->plan->rules);
	wish->row = row;
	wish->step = value_or(e, &rule->reclaim.step, 4 << 20);
	wish->swappiness = value_or(e, &rule->reclaim.swappiness, -1);
	wish->budget = value_or(e, &rule->reclaim.budget, 0);
	wish->no_swap = rule->reclaim.no_swap;
}

static void count_delay(struct runner *r, const struct plan_rule *rule, uint32_t row)
{
	if (r->evaluation.is_monitor ? evaluation_is_active(&r->evaluation, rule, row)
				     : evaluation_rule_delay(&r->evaluation, rule, row) > 0)
		runner_count_act(r, rule, row);
}

/* Collect everything that the rules want, then write everything. */
static void act(struct runner *r, uint64_t now)
{
	const struct plan *p = r->plan;
	uint32_t i, row, rows;

	protect_begin(&r->protect);
	runner_guard(r, now);
	for (i = 0; i < p->group_count; i++) {
		rows = r->works[i] ? places_rows(&r->places, i, p->groups[i].rows) : 0;
		for (row = 0; row < rows; row++)
			throttle_slot(r, i, row);
	}
	for (i = 0; i < p->rule_count; i++) {
		rows = places_rows(&r->places, p->rules[i].group, p->rules[i].rows);
		for (row = 0; row < rows; row++)
			switch (p->rules[i].action) {
			case ACTION_PROTECT:
				protect_row(r, &p->rules[i], row);
				break;
			case ACTION_THROTTLE:
				count_delay(r, &p->rules[i], row);
				break;
			case ACTION_RECLAIM:
				reclaim_row(r, &p->rules[i], row);
				break;
			default:
				break;
			}
	}
}

/* Disarmed, everything is given back and the rules start again. */
static void rest(struct runner *r)
{
	if (!r->was_armed)
		return;
	r->was_armed = false;
	memset(r->evaluation.machines, 0, r->plan->rule_rows * sizeof(*r->evaluation.machines));
	protect_begin(&r->protect);
	huge_release(&r->huge);
	for (uint32_t i = 0; i < r->plan->slot_rows; i++)
		r->worker.slots[i].wish = (struct work_wish){ .high = WORK_NO_HIGH };
}

void runner_tick(struct runner *r, uint64_t now)
{
	struct mmp_run *run = r->state->run;
	bool is_look = now - r->looked >= LOOK_NS;

	if (is_look) {
		r->looked = now;
		eyes_look_above(&r->eyes);
		if (follow(r, now) || r->refused)
			enter_all(r, NULL);
		run->slots_lost = r->places.lost + r->refused;
		if (!r->bpf) /* which sees it itself */
			run->is_multi_gen = guard_is_needed(&r->guard);
	}
	take_config(r);
	pthread_mutex_lock(&r->worker.lock);
	runner_see(r, now, is_look);
	if (r->state->config->is_armed) {
		r->was_armed = true;
		act(r, now);
	} else {
		rest(r);
	}
	pthread_mutex_unlock(&r->worker.lock);
	protect_apply(&r->protect, now);
	if (r->was_armed)
		huge_apply(&r->huge, &r->evaluation, now);
	runner_note_rules(r, now);
	if (r->worker.is_running) {
		worker_wake(&r->worker);
		run->reclaim_ns = r->worker.reclaim_ns;
	} else if (r->has_works) {
		worker_pass(&r->worker, now);
	}
	if (!r->has_ticked)
		give_back_strays(r);
	if (r->bpf)
		return;
	run->ticks++;
	run->last_ns = now;
}

void runner_leave(struct runner *r)
{
	uint32_t i;

	worker_finish(&r->worker);
	huge_leave(&r->huge);
	for (i = 0; i < r->plan->slot_rows; i++)
		protect_leave(&r->protect, i);
}

void runner_finish(struct runner *r)
{
	if (r->event_log >= 0)
		close(r->event_log);
	guard_close(&r->guard);
	eyes_finish(&r->eyes);
	places_finish(&r->places);
}
