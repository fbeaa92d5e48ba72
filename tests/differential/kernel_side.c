// SPDX-License-Identifier: GPL-2.0
/*
 * The side that runs the object in this kernel, whether or not it has the hooks. The policy's whole
 * series is one run of a program that stands behind the emitted text (series.bpf.h): in rehearsal
 * the signals are written into the program's maps, afterwards the answers are read from them.
 */
#include "kernel_side.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/bug.h"
#include "emit/clang.h"

#define PROGRAM "series_run"

static struct kernel_side *printing;

static int keep_last(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	size_t len = strlen(printing->problem), room = sizeof(printing->problem) - len;

	if (level == LIBBPF_WARN && room > 1)
		vsnprintf(printing->problem + len, room, fmt, ap);
	return 0;
}

static bool compile(struct kernel_side *k, struct pair *p, const char *object)
{
	const char *problem = NULL;

	if (!clang_compile(&p->arena, NULL, kernel_text(k, p), object, &problem))
		return true;
	snprintf(k->problem, sizeof(k->problem), "%s", problem ? problem : "clang failed");
	return false;
}

static struct bpf_map *find_map(const struct kernel_side *k, const char *name)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, k->object) if (strstr(bpf_map__name(map), name)) return map;
	BUG("there is no map '%s'", name);
}

static size_t mapped_size(const struct bpf_map *map)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t size = ((size_t)bpf_map__value_size(map) + 7) / 8 * 8 * bpf_map__max_entries(map);

	return (size + page - 1) / page * page;
}

/* The values of the first map whose name has that in it, as they are in the kernel. */
static void *map_in(const struct kernel_side *k, const char *name)
{
	struct bpf_map *map = find_map(k, name);
	void *values = mmap(NULL, mapped_size(map), PROT_READ | PROT_WRITE, MAP_SHARED,
			    bpf_map__fd(map), 0);

	if (values == MAP_FAILED)
		BUG("the map '%s' cannot be mapped", name);
	return values;
}

static void map_out(const struct kernel_side *k, const char *name, void *values)
{
	munmap(values, mapped_size(find_map(k, name)));
}

static void note_values(struct kernel_side *k)
{
	struct series_value *v = &k->map_values[k->tick * k->values];
	const struct plan *p = k->plan;

	*v++ = (struct series_value){ SERIES_MODE, 0, k->config.mode, 1 };
	for (uint32_t i = 0; i < p->group_count; i++)
		*v++ = (struct series_value){ SERIES_LIMIT, p->groups[i].row_base,
					      (int64_t)k->limits[p->groups[i].row_base], 1 };
	for (uint32_t i = 0; i < p->param_count; i++)
		*v++ = (struct series_value){ SERIES_PARAM, i, k->config.params[i], 1 };
	for (uint32_t i = 0; i < p->signal_count; i++)
		for (uint32_t row = 0; row < pair_used_rows(p->signals[i].rows); row++) {
			const struct mmp_signal *s = &k->side.signals[p->signals[i].row_base + row];

			*v++ = (struct series_value){ SERIES_SIGNAL, p->signals[i].row_base + row,
						      s->value, s->is_known };
		}
}

/* Which rows of rules are looked at. */
static void note_machines(struct kernel_side *k)
{
	struct series_machine *m = &k->map_machines[k->tick * k->machines];
	const struct plan *p = k->plan;

	for (uint32_t i = 0; i < p->rule_count; i++)
		for (uint32_t row = 0; row < pair_used_rows(p->rules[i].rows); row++)
			(m++)->row = p->rules[i].row_base + row;
}

/* What came of the tick; of the last one, all there is. */
static void tell_machines(struct kernel_side *k)
{
	const struct series_machine *m = &k->map_machines[k->tick * k->machines];

	for (uint32_t i = 0; i < k->machines; i++)
		k->side.rules[m[i].row].machine = m[i].machine;
	if (k->tick == k->ticks - 1)
		for (uint32_t i = 0; i < k->plan->rule_rows; i++)
			k->side.rules[i].machine = k->map_rules[i].machine;
}

static void kernel_tick(struct side *s, uint64_t now)
{
	struct kernel_side *k = s->data;

	k->tick++;
	k->call = 0;
	if (k->has_run) {
		tell_machines(k);
		return;
	}
	k->map_times[k->tick] = now;
	note_values(k);
	note_machines(k);
}

static void kernel_set_limit(struct side *s, uint32_t slot, uint64_t pages)
{
	((struct kernel_side *)s->data)->limits[slot] = pages;
}

static uint32_t hook_number(const struct kernel_side *k, const char *hook)
{
	for (uint32_t i = 0; i < k->hooks.count; i++)
		if (!strcmp(k->hooks.names[i], hook))
			return i + 1;
	return 0;
}

static int kernel_ask(struct side *s, const char *hook, const struct hook_call *call)
{
	struct kernel_side *k = s->data;
	uint32_t number = hook_number(k, hook);
	struct series_call *noted;

	if (!number)
		return -1;
	if (k->call == k->calls)
		BUG("more than %u calls at a tick", k->calls);
	noted = &k->map_calls[k->tick * k->calls + k->call++];
	if (!k->has_run)
		*noted = (struct series_call){ .hook = number,
					       .answer = -1,
					       .usage = call->usage,
					       .limit = call->limit,
					       .arguments = { call->arguments[0],
							      call->arguments[1] } };
	return noted->answer;
}

static bool kernel_run(struct side *s)
{
	struct kernel_side *k = s->data;
	struct bpf_program *program = bpf_object__find_program_by_name(k->object, PROGRAM);
	LIBBPF_OPTS(bpf_test_run_opts, opts);

	*k->map_config = k->config;
	if (bpf_prog_test_run_opts(bpf_program__fd(program), &opts) || opts.retval != k->ticks)
		return false;
	k->has_run = true;
	k->tick = UINT32_MAX;
	return true;
}

/* What starts the sampler, and hooks of globs and processes, stay unloaded. */
static bool load(struct kernel_side *k, const char *path)
{
	struct bpf_program *program;

	k->object = bpf_object__open_file(path, NULL);
	if (!k->object)
		return false;
	bpf_object__for_each_program(program, k->object)
		bpf_program__set_autoload(program, !strcmp(bpf_program__name(program), PROGRAM));
	if (!bpf_object__load(k->object))
		return true;
	bpf_object__close(k->object);
	return false;
}

/* Arrays have at least one element. */
static void count_rows(struct kernel_side *k, uint32_t ticks)
{
	const struct plan *p = k->plan;

	k->ticks = ticks;
	k->values = p->param_count + p->group_count + 1;
	for (uint32_t i = 0; i < p->signal_count; i++)
		k->values += pair_used_rows(p->signals[i].rows);
	k->machines = 0;
	for (uint32_t i = 0; i < p->rule_count; i++)
		k->machines += pair_used_rows(p->rules[i].rows);
	k->calls = p->group_count * (2 + PAIR_CHARGES) + 1;
}

static void map_all(struct kernel_side *k)
{
	k->map_times = map_in(k, "series_times");
	k->map_values = map_in(k, "series_values");
	k->map_machines = map_in(k, "series_machines");
	k->map_calls = map_in(k, "series_calls");
	k->map_config = map_in(k, ".data.mmp_cfg");
	k->map_rules = map_in(k, "mmp_rules");
}

bool kernel_load(struct kernel_side *k, struct pair *p, uint32_t ticks)
{
	char path[256];
	bool is_loaded;

	printing = k;
	k->problem[0] = '\0';
	k->plan = p->compilation.plan;
	count_rows(k, ticks);
	libbpf_set_print(keep_last);
	snprintf(path, sizeof(path), "%s/random-%d.bpf.o", k->folder, (int)getpid());
	if (!compile(k, p, path))
		return false;
	is_loaded = load(k, path);
	unlink(path);
	if (!is_loaded)
		return false;
	map_all(k);
	k->config = *k->map_config;
	k->limits = arena_array(&p->arena, uint64_t, k->plan->slot_rows + 1);
	k->has_run = false;
	k->tick = UINT32_MAX;
	k->side = (struct side){
		.run = kernel_run,
		.config = &k->config,
		.rules = arena_array(&p->arena, struct mmp_rule, k->plan->rule_rows + 1),
		.signals = arena_array(&p->arena, struct mmp_signal, k->plan->signal_rows + 1),
		.slots = map_in(k, "mmp_slots"),
		.used = map_in(k, "mmp_used"),
		.tick = kernel_tick,
		.set_limit = kernel_set_limit,
		.ask = kernel_ask,
		.data = k,
	};
	return true;
}

void kernel_unload(struct kernel_side *k)
{
	map_out(k, "series_times", k->map_times);
	map_out(k, "series_values", k->map_values);
	map_out(k, "series_machines", k->map_machines);
	map_out(k, "series_calls", k->map_calls);
	map_out(k, ".data.mmp_cfg", k->map_config);
	map_out(k, "mmp_rules", k->map_rules);
	map_out(k, "mmp_slots", k->side.slots);
	map_out(k, "mmp_used", k->side.used);
	bpf_object__close(k->object);
}
