// SPDX-License-Identifier: GPL-2.0
#include "hold.h"

#include "base/clock.h"
#include "event_log.h"
#include "failure.h"
#include "give_back.h"
#include "installed/pin.h"
#include "object/manifest.h"
#include "runner_notes.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#define SECOND 1000000000ull
#define THP_DIR "/sys/kernel/mm/transparent_hugepage"

/* A path as written in the policy or on the command line, below the root. */
static int bind(struct hold *h, uint32_t group, struct failure *f)
{
	const char *path = h->options->paths[group] ? h->options->paths[group]
						    : h->file->plan->groups[group].path;
	size_t len = strlen(h->options->root_path);
	const char *problem;

	if (!h->options->paths[group] && h->file->plan->groups[group].is_glob)
		return 0;
	if (!strncmp(path, h->options->root_path, len) && (path[len] == '/' || !path[len]))
		path += len;
	else if (!strncmp(path, "/sys/fs/cgroup/", 15))
		path += 14;
	if (places_bind(&h->runner.places, group, path, &problem))
		return 0;
	return fail(f, STATUS_TARGET, "the cgroup's path '%.60s' cannot be used: %s", path,
		    problem);
}

static char *record_of(const struct hold *h)
{
	const struct place_group *g = h->runner.places.groups;
	const struct plan *p = h->file->plan;
	bool has_name = strncmp(h->file->path, "/proc/self/fd/", 14) != 0;
	json_t *root = json_pack("{s:s, s:I, s:I, s:s, s:s, s:o, s:[]}", "object",
				 has_name ? h->file->path : p->files[p->file].name, "time",
				 (json_int_t)time(NULL), "since_ns",
				 (json_int_t)(uint64_t)clock_now_ns(), "policy", h->options->name,
				 "eyes", h->has_bpf ? "bpf" : "files", "groups", json_array(),
				 "attachments");
	char *text;
	uint32_t i;

	for (i = 0; i < p->group_count; i++)
		json_array_append_new(json_object_get(root, "groups"),
				      json_pack("{s:s, s:s, s:i}", "name", p->groups[i].name,
						"path", g[i].path, "id", 0));
	text = json_dumps(root, JSON_COMPACT);
	json_decref(root);
	return text;
}

static bool taken(void *arg, const char *path, char *owner, size_t size)
{
	const struct hold *h = arg;

	return give_back_owner(h->options->name, path, owner, size) ||
	       grants_owner(h->runner.grants.path, h->options->name, path, owner, size);
}

static bool owned(void *arg, const char *path, char *owner, size_t size)
{
	const struct hold *h = arg;

	return give_back_owner(h->options->name, path, owner, size);
}

static int check_name(const struct hold *h, struct failure *f)
{
	const char *name = h->options->name;
	bool is_pinned = pin_exists(name);

	if (!is_pinned && (h->options->replace || !run_process(name)))
		return 0;
	fail(f, STATUS_CONFLICT, "a policy '%s' is in force already, by %s", name,
	     is_pinned ? "hooks" : "files");
	fail_hint(f, "%srun under another --name, or first: mmpctl unload %s",
		  is_pinned ? "" : "replace it with --replace, ", name);
	return -1;
}

static void set_config(struct hold *h)
{
	const struct plan *p = h->file->plan;
	struct mmp_config *config = h->state.config;
	uint32_t i;

	*config = (struct mmp_config){ .abi = MMP_ABI_VERSION,
				       .mode = h->options->is_monitor ? MMP_MONITOR : MMP_ENFORCE,
				       .tick_ns = (uint64_t)p->tick_ns };
	for (i = 0; i < p->param_count && i < MMP_PARAMS_MAX; i++)
		config->params[i] = h->options->params[i];
	h->state.run->is_started = 1;
}

static bool is_made_tree(int root)
{
	struct statfs fs;

	return fstatfs(root, &fs) || fs.f_type != CGROUP2_SUPER_MAGIC;
}

static void on_event(void *arg, const struct mmp_event *e)
{
	struct hold *h = arg;

	if (e->rule < h->file->plan->rule_count && e->slot <= h->file->plan->slot_rows)
		runner_note_event(&h->runner, e);
}

/* In the kernel where that is wanted, or possible and nothing else is wanted. */
static int open_eyes(struct hold *h, struct failure *f)
{
	struct failure why = { 0 };
	int error;

	if (h->options->eyes == HOLD_EYES_FILES)
		return 0;
	if (is_made_tree(h->root))
		error = fail(&why, STATUS_USAGE,
			     "'%s' is not a mount of cgroup2, and eyes in BPF see nothing else",
			     h->options->root_path);
	else
		error = bpf_eyes_load(&h->bpf, h->file, &why);
	h->has_bpf = !error;
	h->bpf.on_event = on_event;
	h->bpf.arg = h;
	if (error && h->options->eyes == HOLD_EYES_BPF) {
		*f = why;
		return -1;
	}
	snprintf(h->why_files, sizeof(h->why_files), "%s", why.text);
	return 0;
}

/* Its slots are given: it may sample, and wake us. */
static int start_eyes(struct hold *h, struct failure *f)
{
	char path[RUN_PATH_MAX];
	int error;

	if (!h->has_bpf)
		return 0;
	bpf_eyes_configure(&h->bpf, h->state.config, h->state.config->tick_ns);
	error = sleeper_watch(&h->sleeper, run_path(path, h->state.name, PIN_CONFIG),
			      bpf_eyes_fd(&h->bpf));
	if (error)
		return fail(f, STATUS_UNSUPPORTED, "cannot wait for the policy's verdicts: %s",
			    errno_words(error));
	if (!bpf_eyes_start(&h->bpf, f))
		return 0;
	fail_hint(f, "run it with --eyes=files");
	return -1;
}

static int prepare(struct hold *h, struct failure *f)
{
	const struct plan *p = h->file->plan;
	char *record;
	uint32_t i;
	int error;

	h->root = open(h->options->root_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (h->root < 0)
		return fail(f, STATUS_TARGET, "cannot open '%s': %s", h->options->root_path,
			    errno_words(errno));
	if (open_eyes(h, f))
		return -1;
	runner_init(&h->runner, &h->file->arena, p, &h->state, h->root, h->options->root_path,
		    h->has_bpf ? &h->bpf : NULL);
	if (!is_made_tree(h->root))
		guard_open(&h->runner.guard, &guard_usual_paths);
	h->runner.event_log = event_log_open();
	grants_init(&h->runner.grants, run_path(h->grants_path, RUN_GRANTS, NULL),
		    h->options->name);
	h->runner.hands.grants = &h->runner.grants;
	h->runner.hands.is_owned = owned;
	h->runner.hands.is_taken = taken;
	h->runner.hands.arg = h;
	h->runner.worker.hands.is_taken = taken;
	h->runner.worker.hands.arg = h;
	for (i = 0; i < p->group_count; i++)
		if (bind(h, i, f))
			return -1;
	if (runner_find(&h->runner, f))
		return -1;
	record = record_of(h);
	if (!record)
		return fail(f, STATUS_USAGE, "out of memory");
	error = state_create(&h->state, p, h->file->text, record, f);
	free(record);
	if (error)
		return -1;
	runner_connect(&h->runner);
	set_config(h);
	return 0;
}

/* The process before us leaves what it wrote: from here on its journal is ours. */
static int take_over(struct hold *h, struct failure *f)
{
	const char *name = h->options->name;

	if (!run_stop(name, SIGUSR1))
		return fail(f, STATUS_CONFLICT, "the process %d that holds '%s' does not end",
			    run_process(name), name);
	return state_place(&h->state, name, runner_file_count(h->file->plan), f);
}

/* Only root may write the huge pages' settings: without them the other rules work. */
static int enter_huge(struct hold *h, struct failure *f)
{
	const char *dir = getenv("MMP_THP_DIR");
	int error;

	if (!huge_is_needed(h->file->plan))
		return 0;
	error = runner_enter_huge(&h->runner, dir && *dir ? dir : THP_DIR);
	if (error == -EBUSY) {
		fail(f, STATUS_CONFLICT, "the policy '%s' writes the settings of huge pages",
		     h->runner.hands.owner);
		fail_hint(f, "write all thp rules in one policy, or first: mmpctl unload %s",
			  h->runner.hands.owner);
		return -1;
	}
	if (error)
		h->options->note("thp rules do nothing: writing " THP_DIR " needs root, and a "
				 "kernel with huge pages");
	return 0;
}

static int enter(struct hold *h, struct failure *f)
{
	struct pin_lock lock;
	int error;

	if (run_lock(&lock, true, f))
		return -1;
	sleeper_init(&h->sleeper);
	error = check_name(h, f) || prepare(h, f) || take_over(h, f) ||
		runner_enter(&h->runner, (uint64_t)clock_now_ns(), f) || enter_huge(h, f) ||
		start_eyes(h, f);
	if (!error)
		h->state.config->is_armed = 1;
	pin_unlock(&lock);
	return error ? -1 : 0;
}

static bool needs_worker(const struct plan *p)
{
	uint32_t i;

	for (i = 0; i < p->rule_count; i++)
		if (p->rules[i].action == ACTION_THROTTLE || p->rules[i].action == ACTION_RECLAIM)
			return true;
	return false;
}

/* A watcher that is throttled acts late, and can delay other users of cgroup files. */
static void tell_throttled(const struct hold *h)
{
	char line[512] = "", path[1100], value[JOURNAL_VALUE], *slash;
	FILE *file = fopen("/proc/self/cgroup", "re");
	int fd;

	while (file && fgets(line, sizeof(line), file) && strncmp(line, "0::/", 4) != 0)
		line[0] = '\0';
	if (file)
		fclose(file);
	line[strcspn(line, "\n")] = '\0';
	while (strlen(line) > 4 && (slash = strrchr(line, '/'))) {
		snprintf(path, sizeof(path), "%s%s/memory.high", h->options->root_path, line + 3);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd >= 0 && !journal_read_value(fd, value) && strcmp(value, "max")) {
			snprintf(
				path, sizeof(path),
				"the process itself is below '%s', which has a memory.high: it may "
				"be delayed, and its ticks come late",
				line + 3);
			h->options->note(path);
			line[0] = '\0';
		}
		if (fd >= 0)
			close(fd);
		if (line[0])
			*slash = '\0';
	}
}

int hold_begin(struct hold *h, struct policy_file *file, const struct hold_options *o,
	       struct failure *f)
{
	*h = (struct hold){ .options = o, .file = file, .root = -1 };
	h->state.journal.fd = -1;
	h->sleeper.signals = h->sleeper.settings = -1;
	if (enter(h, f)) {
		hold_end(h);
		return -1;
	}
	if (needs_worker(file->plan) && worker_start(&h->runner.worker))
		o->note("no thread can be started: reclaim is done at the ticks");
	tell_throttled(h);
	/* A tick must not wait for memory that another process has taken. */
	if (mlockall(MCL_CURRENT))
		o->note("the process cannot lock its memory: under pressure its ticks come late");
	return 0;
}

/* Of the tick, in this process and in the kernel. */
static uint64_t cpu_ns(const struct hold *h)
{
	return (uint64_t)clock_thread_ns() + (h->has_bpf ? h->bpf.run->sampler_ns : 0);
}

/* Counted at each tick, checked once a second: the process may use only so much of a processor. */
static void weigh(struct hold *h, uint64_t now)
{
	static uint64_t last, last_cpu, counted;
	uint64_t cpu = cpu_ns(h), stretch = h->runner.stretch;
	double used;
	char text[160];

	h->state.run->sampler_ns += counted ? cpu - counted : 0;
	counted = cpu;
	if (now - last < SECOND)
		return;
	used = (double)(cpu - last_cpu) / (double)(now - last);
	if (last && h->options->most_cpu > 0 && used > h->options->most_cpu && stretch < 100)
		stretch += 1 + (uint64_t)((double)stretch * (used / h->options->most_cpu - 1));
	else if (last && stretch > 1 &&
		 used * (double)stretch < h->options->most_cpu * (double)(stretch - 1))
		stretch--;
	if (stretch > 100)
		stretch = 100;
	last = now;
	last_cpu = cpu;
	if (stretch == h->runner.stretch)
		return;
	if (h->runner.stretch == 1 || stretch == 1) {
		snprintf(text, sizeof(text),
			 stretch > 1
				 ? "the tick is stretched to %.1f s: the policy would take more "
				   "than %.1f %% of a processor"
				 : "the tick is %.1f s again",
			 (double)(stretch * h->state.config->tick_ns) / 1e9,
			 h->options->most_cpu * 100);
		h->options->note(text);
	}
	h->runner.stretch = stretch;
}

static void count_hands(struct hold *h)
{
	const struct hands *all[] = { &h->runner.hands, &h->runner.worker.hands,
				      &h->runner.huge.hands };
	struct run_hands sum = { 0 };
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		sum.writes += all[i]->writes;
		sum.failed += all[i]->failed;
		sum.overwritten += all[i]->overwritten;
		sum.left += all[i]->left;
	}
	*h->state.hands = sum;
}

/* systemd, or a person: whoever runs the policy has to learn that another value is wanted. */
static void tell_overwritten(struct hold *h)
{
	uint64_t all = h->state.hands->overwritten;
	char text[160];

	if (all == h->told)
		return;
	snprintf(text, sizeof(text),
		 "somebody else wrote what the policy holds, %llu times so far: it is written "
		 "again, and theirs is what is put back",
		 (unsigned long long)all);
	h->options->note(text);
	h->told = all;
}

/*
 * When to look again. Eyes in the kernel wake us for a verdict; while a rule acts, usage and limits
 * are followed at each tick, else cgroups are looked for once a second.
 */
static uint64_t next_time(const struct hold *h, uint64_t last, uint64_t now)
{
	uint64_t tick = h->state.config->tick_ns * h->runner.stretch, next = last + tick;

	if (h->has_bpf)
		return now + (h->runner.is_busy && tick < SECOND ? tick : SECOND);
	return next < now ? now : next; /* late: missed ticks are not made up for */
}

void hold_wait(struct hold *h)
{
	uint64_t now = (uint64_t)clock_now_ns(), next = now;
	uint64_t end = h->options->for_ns ? now + (uint64_t)h->options->for_ns : UINT64_MAX;
	int signal;

	do {
		if (h->has_bpf)
			bpf_eyes_drain(&h->bpf);
		runner_tick(&h->runner, now);
		weigh(h, now);
		count_hands(h);
		tell_overwritten(h);
		now = (uint64_t)clock_now_ns();
		next = next_time(h, next, now);
		signal = sleeper_wait(&h->sleeper, next < end ? next : end);
		now = (uint64_t)clock_now_ns();
	} while (!signal && now < end);
	h->is_replaced = signal == SIGUSR1;
}

bool hold_end(struct hold *h)
{
	struct journal_result strays = { 0 };
	char text[128];
	uint64_t left;
	bool is_clean;

	if (h->is_replaced)
		return true;
	if (h->state.journal.entries) {
		runner_leave(&h->runner);
		journal_give_back_strays(&h->state.journal, &strays);
		grants_give_back_strays(&h->runner.grants, &strays);
		left = h->runner.hands.left + h->runner.worker.hands.left +
		       h->runner.huge.hands.left + strays.changed;
		if (left) {
			snprintf(text, sizeof(text),
				 "%llu files are left as they are: somebody else wrote them",
				 (unsigned long long)left);
			h->options->note(text);
		}
	}
	is_clean = !strays.failed && !h->runner.hands.failed_to_leave &&
		   !h->runner.worker.hands.failed_to_leave && !h->runner.huge.hands.failed_to_leave;
	if (h->has_bpf)
		bpf_eyes_close(&h->bpf);
	sleeper_finish(&h->sleeper);
	state_finish(&h->state, is_clean);
	if (h->runner.plan)
		grants_close(&h->runner.grants);
	if (h->runner.plan)
		runner_finish(&h->runner);
	if (h->root >= 0)
		close(h->root);
	return is_clean;
}
