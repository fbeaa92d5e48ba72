// SPDX-License-Identifier: GPL-2.0
/*
 * differential POLICIES TICKS DAY: holds random policies by files, on a made tree whose numbers
 * wander, and compares, tick by tick, every state machine and every protection with an evaluator of
 * its own that is told the numbers as they were written. Meanwhile nothing may be allocated. Then
 * one policy runs for DAY ticks (864,000 at 100 ms are 24 hours), in which the process may not
 * grow.
 */
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/bug.h"
#include "bpf-templates/mmp_rate.h"
#include "files/runner.h"
#include "machine/effective_limit.h"
#include "pair.h"
#include "tests/unit/runtime/made_tree.h"

#define TICK 100000000ull

/* An allocator that refuses, while a tick runs. The sanitizers have one of their own. */
static bool is_forbidden;
#ifndef __SANITIZE_ADDRESS__
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);

static void allow(void)
{
	if (is_forbidden)
		BUG("memory is allocated in a tick");
}

void *malloc(size_t size)
{
	allow();
	return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	allow();
	return __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
	allow();
	return __libc_realloc(old, size);
}
#endif

/* What stands in a made cgroup's files. */
enum number { CURRENT, MAX, SWAP, ANON, FAULTS, MAJOR, REFAULTS, EVENTS, SOME, FULL, NUMBER_COUNT };

struct made {
	char path[64];
	int64_t numbers[NUMBER_COUNT];
	int64_t above; /* the limit of what is above it, when the other side last looked */
};

#define MADE_MAX 32

struct trial {
	struct pair pair;
	struct random random;
	const struct plan *plan;
	struct made made[MADE_MAX];
	unsigned made_count;
	struct state state;
	struct runner runner;
	struct evaluation evaluation; /* the other side */
	struct mmp_signal *signals; /* its rates */
	struct arena arena;
	uint64_t now;
};

static struct made *find_made(struct trial *t, const char *path)
{
	for (unsigned i = 0; i < t->made_count; i++)
		if (!strcmp(t->made[i].path, path))
			return &t->made[i];
	return NULL;
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* The limits above a cgroup are looked at now and then. */
static void look_above(struct trial *t)
{
	for (unsigned i = 0; i < t->made_count; i++) {
		struct made *m = &t->made[i];
		char path[64];
		char *slash;

		m->above = machine_memory();
		snprintf(path, sizeof(path), "%.60s", m->path);
		while ((slash = strrchr(path, '/'))) {
			*slash = '\0';
			if (find_made(t, path))
				m->above = least(m->above, find_made(t, path)->numbers[MAX]);
		}
	}
}

static int64_t limit_of(const struct made *m)
{
	return least(m->above, m->numbers[MAX]);
}

static const char *number_text(char buf[24], int64_t n)
{
	snprintf(buf, 24, n == INT64_MAX ? "max" : "%" PRId64, n);
	return buf;
}

static void write_made(const struct made *m)
{
	const int64_t *n = m->numbers;
	char text[1024], buf[24];

	tree_put(m->path, "memory.current", number_text(buf, n[CURRENT]));
	tree_put(m->path, "memory.max", number_text(buf, n[MAX]));
	tree_put(m->path, "memory.swap.current", number_text(buf, n[SWAP]));
	snprintf(text, sizeof(text),
		 "anon %" PRId64 "\nfile %" PRId64 "\nshmem %" PRId64 "\nslab %" PRId64
		 "\nworkingset_refault_anon %" PRId64 "\nworkingset_refault_file %" PRId64
		 "\npswpin %" PRId64 "\npswpout %" PRId64 "\npgscan %" PRId64 "\npgsteal %" PRId64
		 "\npgfault %" PRId64 "\npgmajfault %" PRId64,
		 n[ANON], n[ANON] / 2, n[ANON] / 3, n[ANON] / 5, n[REFAULTS], n[REFAULTS] / 2,
		 n[MAJOR], n[MAJOR] / 2, n[FAULTS] / 3, n[FAULTS] / 5, n[FAULTS], n[MAJOR]);
	tree_put(m->path, "memory.stat", text);
	snprintf(text, sizeof(text),
		 "low %" PRId64 "\nhigh %" PRId64 "\nmax %" PRId64 "\noom %" PRId64
		 "\noom_kill %" PRId64,
		 n[EVENTS], n[EVENTS] / 2, n[EVENTS] / 3, n[EVENTS] / 5, n[EVENTS] / 7);
	tree_put(m->path, "memory.events", text);
	snprintf(text, sizeof(text),
		 "some avg10=%" PRId64 ".%02d avg60=%" PRId64 ".%02d avg300=0.10 total=1\n"
		 "full avg10=%" PRId64 ".%02d avg60=%" PRId64 ".%02d avg300=0.20 total=1",
		 n[SOME] / 100, (int)(n[SOME] % 100), n[SOME] / 200, (int)(n[SOME] / 2 % 100),
		 n[FULL] / 100, (int)(n[FULL] % 100), n[FULL] / 200, (int)(n[FULL] / 2 % 100));
	tree_put(m->path, "memory.pressure", text);
}

/* What signals.def says of the signal, of the numbers themselves. */
static bool number_of(const struct made *m, enum signal_id id, int64_t *ret)
{
	const int64_t *n = m->numbers;
	static const char *const limits[] = { [SIGNAL_HIGH] = "memory.high",
					      [SIGNAL_LOW] = "memory.low",
					      [SIGNAL_MIN] = "memory.min" };

	switch ((int)id) {
#define IS(id, value)                                                                              \
	case SIGNAL_##id:                                                                          \
		*ret = value;                                                                      \
		return true;
		IS(PGFAULT_RATE, n[FAULTS])
		IS(PGMAJFAULT_RATE, n[MAJOR])
		IS(REFAULT_RATE, n[REFAULTS] + n[REFAULTS] / 2)
		IS(REFAULT_ANON_RATE, n[REFAULTS])
		IS(REFAULT_FILE_RATE, n[REFAULTS] / 2)
		IS(PGSCAN_RATE, n[FAULTS] / 3)
		IS(PGSTEAL_RATE, n[FAULTS] / 5)
		IS(SWAPIN_RATE, n[MAJOR])
		IS(SWAPOUT_RATE, n[MAJOR] / 2)
		IS(USAGE, n[CURRENT])
		IS(USAGE_GROWTH, n[CURRENT])
		IS(ANON, n[ANON])
		IS(FILE, n[ANON] / 2)
		IS(SHMEM, n[ANON] / 3)
		IS(SLAB, n[ANON] / 5)
		IS(SWAP, n[SWAP])
		IS(PSI, n[SOME])
		IS(PSI_SOME_AVG10, n[SOME])
		IS(PSI_SOME_AVG60, n[SOME] / 200 * 100 + n[SOME] / 2 % 100)
		IS(PSI_SOME_AVG300, 10)
		IS(PSI_FULL_AVG10, n[FULL])
		IS(PSI_FULL_AVG60, n[FULL] / 200 * 100 + n[FULL] / 2 % 100)
		IS(PSI_FULL_AVG300, 20)
		IS(EVENTS_LOW, n[EVENTS])
		IS(EVENTS_HIGH, n[EVENTS] / 2)
		IS(EVENTS_MAX, n[EVENTS] / 3)
		IS(EVENTS_OOM, n[EVENTS] / 5)
		IS(EVENTS_OOM_KILL, n[EVENTS] / 7)
		IS(MAX, n[MAX])
		IS(LIMIT, limit_of(m))
#undef IS
	case SIGNAL_HIGH:
	case SIGNAL_LOW:
	case SIGNAL_MIN:
		*ret = !strcmp(tree_get(m->path, limits[id]), "max")
			       ? INT64_MAX
			       : strtoll(tree_get(m->path, limits[id]), NULL, 10);
		return true;
	}
	return false;
}

static struct mmp_value share(int64_t n, int64_t limit)
{
	return mmp_known(limit ? n * 10000 / limit : 0);
}

static struct mmp_value expected(struct trial *t, const struct plan_signal *s, uint32_t row,
				 const struct made *m)
{
	struct mmp_signal *own = &t->signals[s->row_base + row];
	enum signal_reads reads = signal_infos[s->id].reads;
	int64_t n;

	if (!m || !number_of(m, s->id, &n))
		return mmp_unknown();
	if (s->is_percent)
		return share(n, limit_of(m));
	if (reads == READS_MEMORY_EVENTS) {
		own->value = n - (int64_t)own->raw;
		own->is_known = own->raw_time != 0;
		own->raw = (uint64_t)n;
		own->raw_time = t->now;
	} else if (signal_infos[s->id].quantity == QUANTITY_RATE) {
		mmp_rate_sample(own, (uint64_t)n, t->now, (uint64_t)s->window_ns, 0);
	} else if (s->id == SIGNAL_USAGE_GROWTH) {
		mmp_rate_sample(own, (uint64_t)n, t->now, (uint64_t)s->window_ns,
				MMP_RATE_EXACT | MMP_RATE_SIGNED);
	} else {
		return mmp_known(n);
	}
	return own->is_known ? mmp_known(own->value) : mmp_unknown();
}

static struct made *parent_of(struct trial *t, const char *path)
{
	char parent[64];
	char *slash;

	snprintf(parent, sizeof(parent), "%.60s", path);
	slash = strrchr(parent, '/');
	if (!slash)
		return NULL; /* the root has none of these files */
	*slash = '\0';
	return find_made(t, parent);
}

static void expect_signal(struct trial *t, const struct plan_signal *s)
{
	const struct plan_group *g;
	struct made *m;

	for (uint32_t row = 0; row < s->rows; row++) {
		struct mmp_value *v = &t->evaluation.signals[s->row_base + row];
		const struct cgroup_place *place;

		if (s->scope == PLAN_OF_SYSTEM) { /* of this machine, whatever it says */
			*v = t->runner.evaluation.signals[s->row_base + row];
			continue;
		}
		g = &t->plan->groups[s->group];
		place = &t->runner.places.rows[g->row_base + row];
		m = place->dir < 0 ? NULL : find_made(t, place->path);
		if (m && s->scope == PLAN_OF_PARENT)
			m = parent_of(t, place->path);
		*v = expected(t, s, row, m);
	}
}

/* Before the tick: its own hands write what some signals read. */
static void expect(struct trial *t)
{
	struct evaluation *e = &t->evaluation;

	if (t->now == TICK || t->now - t->runner.looked >= 10 * TICK)
		look_above(t);
	for (uint32_t i = 0; i < t->plan->signal_count; i++)
		if (t->plan->signals[i].scope != PLAN_OF_SELF)
			expect_signal(t, &t->plan->signals[i]);
	for (uint32_t i = 0; i < t->plan->slot_rows; i++) {
		const struct cgroup_place *place = &t->runner.places.rows[i];
		const struct made *m = place->dir < 0 ? NULL : find_made(t, place->path);

		e->used[i] = m != NULL;
		e->usage[i] = m ? mmp_known(m->numbers[CURRENT]) : mmp_unknown();
		e->limit[i] = m ? mmp_known(limit_of(m)) : mmp_unknown();
		e->share[i] = m ? share(m->numbers[CURRENT], limit_of(m)) : mmp_unknown();
	}
}

static void step_system(struct trial *t)
{
	for (uint32_t i = 0; i < t->plan->signal_count; i++)
		if (t->plan->signals[i].scope == PLAN_OF_SYSTEM)
			expect_signal(t, &t->plan->signals[i]);
}

static void wander(struct trial *t)
{
	for (unsigned i = 0; i < t->made_count; i++) {
		int64_t *n = t->made[i].numbers;

		if (random_percent(&t->random, 30))
			n[CURRENT] = (int64_t)random_below(&t->random, 65536) << 12;
		if (random_percent(&t->random, 10))
			n[MAX] = random_percent(&t->random, 40)
					 ? INT64_MAX
					 : (int64_t)(1 + random_below(&t->random, 65536)) << 12;
		if (random_percent(&t->random, 30))
			n[SWAP] = (int64_t)random_below(&t->random, 65536) << 12;
		if (random_percent(&t->random, 30))
			n[ANON] = (int64_t)random_below(&t->random, 65536) << 12;
		if (random_percent(&t->random, 60))
			n[FAULTS] += random_below(&t->random, 400);
		if (random_percent(&t->random, 40))
			n[MAJOR] += random_below(&t->random, 100);
		if (random_percent(&t->random, 40))
			n[REFAULTS] += random_below(&t->random, 100);
		if (random_percent(&t->random, 20))
			n[EVENTS] += random_below(&t->random, 8);
		if (random_percent(&t->random, 30))
			n[SOME] = random_below(&t->random, 10001);
		if (random_percent(&t->random, 30))
			n[FULL] = random_below(&t->random, 10001);
		write_made(&t->made[i]);
	}
}

static void steer(struct trial *t)
{
	struct mmp_config *config = t->state.config;

	for (uint32_t i = 0; i < t->plan->param_count; i++) {
		const struct plan_param *p = &t->plan->params[i];
		uint64_t range = (uint64_t)p->high - (uint64_t)p->low;

		if (random_percent(&t->random, 5))
			config->params[i] = p->low + (int64_t)(random_next(&t->random) %
							       (range ? range : 1));
		t->evaluation.params[i] = config->params[i];
	}
	if (random_percent(&t->random, 5))
		config->mode = config->mode == MMP_MONITOR ? MMP_ENFORCE : MMP_MONITOR;
	t->evaluation.is_monitor = config->mode == MMP_MONITOR;
}

static bool differ(struct trial *t, const char *what, const char *name, const char *detail)
{
	printf("# seed %" PRIu64 ": %s of '%s' differs at %" PRIu64 " ms: %s\n", t->pair.seed, what,
	       name, t->now / 1000000, detail);
	printf("# %s\n", t->pair.text);
	return true;
}

static bool machines_differ(struct trial *t)
{
	for (uint32_t i = 0; i < t->plan->rule_count; i++)
		for (uint32_t row = 0; row < t->plan->rules[i].rows; row++) {
			uint32_t at = t->plan->rules[i].row_base + row;

			if (memcmp(&t->state.rules[at].machine, &t->evaluation.machines[at],
				   sizeof(struct mmp_machine)))
				return differ(t, "the state", t->plan->rules[i].name, "");
		}
	return false;
}

/* What memory.low or memory.min has to be; the old value is 0. */
static void wanted(const struct trial *t, uint32_t group, uint32_t row, bool at_min, char buf[24])
{
	const struct evaluation *e = &t->evaluation;
	int64_t most = 0;

	for (uint32_t i = 0; i < t->plan->rule_count; i++) {
		const struct plan_rule *r = &t->plan->rules[i];
		int64_t bytes = INT64_MAX;

		if (r->action != ACTION_PROTECT || r->group != group ||
		    r->protect.at_min != at_min || e->is_monitor ||
		    !evaluation_is_active(e, r, row))
			continue;
		if (r->protect.up_to.is_given) {
			struct mmp_value size = evaluate_size(e, &r->protect.up_to, row);

			bytes = size.is_known ? size.n : 0;
		}
		most = bytes > most ? bytes : most;
	}
	number_text(buf, most == INT64_MAX ? most : most & ~(int64_t)4095);
}

static bool hands_differ(struct trial *t)
{
	static const char *const files[] = { "memory.low", "memory.min" };
	char want[24], detail[128];

	for (uint32_t g = 0; g < t->plan->group_count; g++)
		for (uint32_t row = 0; row < 2 * t->plan->groups[g].rows; row++) {
			uint32_t slot = t->plan->groups[g].row_base + row / 2;
			const char *path = t->runner.places.rows[slot].path;

			if (!t->plan->groups[g].is_target || t->runner.places.rows[slot].dir < 0)
				continue;
			wanted(t, g, row / 2, row % 2, want);
			if (!strcmp(tree_get(path, files[row % 2]), want))
				continue;
			snprintf(detail, sizeof(detail), "%s is %s, not %s", files[row % 2],
				 tree_get(path, files[row % 2]), want);
			return differ(t, "the protection", path, detail);
		}
	return false;
}

static void make_cgroup(struct trial *t, const char *path)
{
	struct made *m = &t->made[t->made_count];
	char parent[64];
	char *slash;

	if (find_made(t, path))
		return;
	snprintf(parent, sizeof(parent), "%.60s", path);
	slash = strrchr(parent, '/');
	if (slash) {
		*slash = '\0';
		make_cgroup(t, parent);
		m = &t->made[t->made_count];
	}
	if (t->made_count == MADE_MAX)
		BUG("more than %d cgroups", MADE_MAX);
	t->made_count++;
	*m = (struct made){ .numbers = { [MAX] = INT64_MAX } };
	snprintf(m->path, sizeof(m->path), "%.60s", path);
	tree_add(path);
	tree_put(path, "memory.reclaim", "");
	write_made(m);
}

static void make_tree(struct trial *t)
{
	char path[64];

	for (uint32_t i = 0; i < t->plan->group_count; i++) {
		const struct plan_group *g = &t->plan->groups[i];

		if (!g->is_glob) {
			make_cgroup(t, g->path);
			continue;
		}
		for (int n = 0; n < 3; n++) {
			snprintf(path, sizeof(path), "%.*s%d", (int)strcspn(g->path, "*"), g->path,
				 n);
			make_cgroup(t, path);
		}
	}
}

static void make_state(struct trial *t)
{
	const struct plan *p = t->plan;
	struct state *s = &t->state;

#define PART(member, count) s->member = calloc((count) + 1, sizeof(*s->member))
	PART(config, 1);
	PART(run, 1);
	PART(slots, p->slot_rows);
	PART(signals, p->signal_rows);
	PART(rules, p->rule_rows);
	PART(acts, p->rule_rows);
	PART(events, 1);
	PART(places, p->slot_rows);
#undef PART
	if (journal_open(&s->journal, tree_fd, "journal", runner_file_count(p)))
		BUG("no journal");
	s->config->is_armed = 1;
	s->config->mode = p->is_monitor ? MMP_MONITOR : MMP_ENFORCE;
	for (uint32_t i = 0; i < p->param_count; i++)
		s->config->params[i] = p->params[i].value;
}

static void free_state(struct state *s)
{
	journal_close(&s->journal);
	free(s->config);
	free(s->run);
	free(s->slots);
	free(s->signals);
	free(s->rules);
	free(s->acts);
	free(s->events);
	free(s->places);
}

static bool begin(struct trial *t)
{
	struct failure *none = NULL;

	make_tree(t);
	make_state(t);
	runner_init(&t->runner, &t->arena, t->plan, &t->state, tree_fd, tree, NULL);
	runner_connect(&t->runner);
	if (runner_enter(&t->runner, TICK, none))
		return false;
	evaluation_init(&t->evaluation, &t->arena, t->plan);
	t->signals = arena_array(&t->arena, struct mmp_signal, t->plan->signal_rows + 1);
	t->now = TICK;
	return true;
}

static bool tick(struct trial *t)
{
	wander(t);
	steer(t);
	expect(t);
	is_forbidden = true;
	runner_tick(&t->runner, t->now);
	is_forbidden = false;
	step_system(t);
	evaluation_step(&t->evaluation, t->now);
	t->now += TICK + random_below(&t->random, 3) * TICK / 10;
	return machines_differ(t) || hands_differ(t);
}

/* All that was written has its old value: 0 and max. */
static bool leftovers(struct trial *t)
{
	for (unsigned i = 0; i < t->made_count; i++)
		if (strcmp(tree_get(t->made[i].path, "memory.low"), "0") ||
		    strcmp(tree_get(t->made[i].path, "memory.min"), "0") ||
		    strcmp(tree_get(t->made[i].path, "memory.high"), "max"))
			return differ(t, "what is given back", t->made[i].path, "");
	return false;
}

/* 0: no difference; 1: a difference; -1: the policy does not compile. */
static int try(uint64_t seed, unsigned ticks)
{
	struct trial *t = calloc(1, sizeof(*t));
	int result = -1;

	arena_init(&t->arena);
	t->random.state = seed;
	pair_make(&t->pair, seed);
	t->plan = t->pair.emitted ? t->pair.compilation.plan : NULL;
	if (t->plan && !tree_start()) {
		result = begin(t) ? 0 : 1;
		while (!result && ticks--)
			result = tick(t);
		runner_leave(&t->runner);
		result = result || leftovers(t);
		runner_finish(&t->runner);
		free_state(&t->state);
		tree_finish();
		strcpy(tree + strlen(tree) - 6, "XXXXXX");
	}
	pair_finish(&t->pair);
	arena_finish(&t->arena);
	free(t);
	return result;
}

static int open_files(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	while (dir && readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static long resident_pages(void)
{
	FILE *file = fopen("/proc/self/statm", "r");
	long pages = 0;

	if (!file || fscanf(file, "%*d %ld", &pages) != 1)
		BUG("no /proc/self/statm");
	fclose(file);
	return pages;
}

/*
 * As many ticks as a day has, or some of them, by a clock of its own: pages that the process has
 * more at the end than after the first tenth. The numbers wander now and then.
 */
static long growth(uint64_t seed, unsigned ticks)
{
	struct trial *t = calloc(1, sizeof(*t));
	long pages = 0;
	unsigned i;

	arena_init(&t->arena);
	t->random.state = seed;
	pair_make(&t->pair, seed);
	t->plan = t->pair.compilation.plan;
	if (!t->pair.emitted || tree_start() || !begin(t))
		BUG("policy %" PRIu64 " does not run", seed);
	for (i = 0; i < ticks; i++, t->now += TICK) {
		if (i % 500 == 0)
			wander(t);
		if (i == ticks / 10)
			pages = resident_pages();
		is_forbidden = true;
		runner_tick(&t->runner, t->now);
		is_forbidden = false;
	}
	pages = resident_pages() - pages;
	runner_leave(&t->runner);
	runner_finish(&t->runner);
	free_state(&t->state);
	tree_finish();
	pair_finish(&t->pair);
	arena_finish(&t->arena);
	free(t);
	return pages;
}

int main(int argc, char **argv)
{
	unsigned policies = argc > 1 ? (unsigned)atoi(argv[1]) : 100, compiled = 0, wrong = 0;
	unsigned ticks = argc > 2 ? (unsigned)atoi(argv[2]) : 40;
	unsigned day = argc > 3 ? (unsigned)atoi(argv[3]) : 20000;
	int before = open_files();
	long more;

	for (uint64_t seed = 1; compiled < policies && seed < 20 * policies && wrong < 5; seed++) {
		int result = try(seed, ticks);

		compiled += result >= 0;
		wrong += result > 0;
	}
	more = growth(1, day);
	printf("1..4\n");
	printf("%s 1 - %u random policies, %u ticks each: %u differ\n", wrong ? "not ok" : "ok",
	       compiled, ticks, wrong);
	printf("%s 2 - as many as were asked for\n", compiled >= policies ? "ok" : "not ok");
	printf("%s 3 - no file stays open\n", open_files() == before ? "ok" : "not ok");
	printf("%s 4 - after %u ticks the process has not grown: %ld pages\n",
	       more <= 0 ? "ok" : "not ok", day, more);
	return wrong || compiled < policies || more > 0;
}
