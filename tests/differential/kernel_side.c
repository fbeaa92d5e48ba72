// SPDX-License-Identifier: GPL-2.0
/*
 * The side that runs the object in this kernel, whether or not it has the hooks: the evaluation is a
 * program that may be run at will, and those hooks that look at nothing but numbers are made such
 * programs. Signals are written into their map, machines read from theirs.
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

static struct kernel_side *printing;

static int keep_last(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	size_t len = strlen(printing->problem), room = sizeof(printing->problem) - len;

	if (level == LIBBPF_WARN && room > 1)
		vsnprintf(printing->problem + len, room, fmt, ap);
	return 0;
}

static void replace_all(char *text, const char *from, const char *to)
{
	size_t from_len = strlen(from), to_len = strlen(to);

	if (to_len > from_len)
		BUG("'%s' is longer than '%s'", to, from);
	while ((text = strstr(text, from))) {
		memcpy(text, to, to_len);
		memset(text + to_len, ' ', from_len - to_len);
	}
}

/* The kernel's tables of hooks go: nothing is attached. */
static void cut_tables(char *text)
{
	char *end;

	while ((text = strstr(text, "SEC(\".struct_ops.link\")"))) {
		end = strstr(text, "};");
		if (!end)
			BUG("a table of hooks has no end");
		for (; text < end + 2; text++)
			if (*text != '\n')
				*text = ' ';
	}
}

static bool compile(struct kernel_side *k, struct pair *p, const char *object)
{
	char *text = arena_strdup(&p->arena, p->emitted);
	const char *problem = NULL;

	replace_all(text, "SEC(\"struct_ops/below_low\")", "SEC(\"syscall\")");
	replace_all(text, "SEC(\"struct_ops/below_min\")", "SEC(\"syscall\")");
	cut_tables(text);
	if (!clang_compile(&p->arena, "random.bpf.c", text, object, &problem))
		return true;
	snprintf(k->problem, sizeof(k->problem), "%s", problem ? problem : "clang failed");
	return false;
}

static bool reads_self(const struct plan *p, uint32_t group)
{
	for (uint32_t i = 0; i < p->rule_count; i++)
		if (p->rules[i].group == group && p->rules[i].call)
			return true;
	return false;
}

/*
 * A hook of a named cgroup asks for nothing but numbers; one of a glob, or with a rule about `self`,
 * looks at the cgroup.
 */
static bool is_number_hook(const struct plan *p, const char *name)
{
	for (uint32_t i = 0; i < p->group_count; i++) {
		size_t len = strlen(p->groups[i].id);

		if (!p->groups[i].is_glob && !reads_self(p, i) && !strncmp(name, p->groups[i].id, len) &&
		    (!strcmp(name + len, "_below_low") || !strcmp(name + len, "_below_min")))
			return true;
	}
	return false;
}

/* What starts the sampler, and hooks that need the kernel's own arguments, stay unloaded. */
static void choose_programs(struct bpf_object *o, const struct plan *p)
{
	struct bpf_program *prog;

	bpf_object__for_each_program(prog, o) {
		const char *name = bpf_program__name(prog);

		bpf_program__set_autoload(prog, !strcmp(name, "mmp_tick") ||
							is_number_hook(p, name));
	}
}

/* The values of the first map whose name has that in it, as they are in the kernel. */
static void *map_values(struct bpf_object *o, const char *name, size_t *ret_size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct bpf_map *map;
	void *values;

	bpf_object__for_each_map(map, o)
		if (strstr(bpf_map__name(map), name))
			break;
	if (!map)
		BUG("there is no map '%s'", name);
	*ret_size = ((size_t)bpf_map__value_size(map) + 7) / 8 * 8 * bpf_map__max_entries(map);
	*ret_size = (*ret_size + page - 1) / page * page;
	values = mmap(NULL, *ret_size, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map), 0);
	if (values == MAP_FAILED)
		BUG("the map '%s' cannot be mapped", name);
	return values;
}

static void kernel_tick(struct side *s, uint64_t now)
{
	struct kernel_side *k = s->data;
	struct mmp_tick context = { .now = now };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = &context, .ctx_size_in = sizeof(context));

	if (bpf_prog_test_run_opts(k->tick_fd, &opts))
		BUG("the tick cannot be run");
}

static int kernel_ask(struct side *s, const char *hook, const struct hook_call *call)
{
	unsigned long long arguments[] = { 0, call->arguments[0], call->arguments[1] };
	struct kernel_side *k = s->data;
	struct bpf_program *prog = bpf_object__find_program_by_name(k->object, hook);
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = arguments,
		    .ctx_size_in = sizeof(arguments));

	if (!prog || !bpf_program__autoload(prog))
		return -1;
	if (bpf_prog_test_run_opts(bpf_program__fd(prog), &opts))
		BUG("the hook '%s' cannot be run", hook);
	return (int)opts.retval;
}

static bool load(struct kernel_side *k, const struct plan *p, const char *path)
{
	k->object = bpf_object__open_file(path, NULL);
	if (!k->object)
		return false;
	choose_programs(k->object, p);
	if (!bpf_object__load(k->object))
		return true;
	bpf_object__close(k->object);
	return false;
}

bool kernel_load(struct kernel_side *k, struct pair *p)
{
	char path[256];
	bool is_loaded;

	printing = k;
	k->problem[0] = '\0';
	libbpf_set_print(keep_last);
	snprintf(path, sizeof(path), "%s/random-%d.bpf.o", k->folder, (int)getpid());
	if (!compile(k, p, path))
		return false;
	is_loaded = load(k, p->compilation.plan, path);
	unlink(path);
	if (!is_loaded)
		return false;
	k->tick_fd = bpf_program__fd(bpf_object__find_program_by_name(k->object, "mmp_tick"));
	k->side = (struct side){
		.config = map_values(k->object, ".data.mmp_cfg", &k->config_size),
		.rules = map_values(k->object, "mmp_rules", &k->rules_size),
		.signals = map_values(k->object, "mmp_signals", &k->signals_size),
		.slots = map_values(k->object, "mmp_slots", &k->slots_size),
		.tick = kernel_tick,
		.ask = kernel_ask,
		.data = k,
	};
	return true;
}

void kernel_unload(struct kernel_side *k)
{
	munmap((void *)k->side.config, k->config_size);
	munmap(k->side.rules, k->rules_size);
	munmap(k->side.signals, k->signals_size);
	munmap(k->side.slots, k->slots_size);
	bpf_object__close(k->object);
}
