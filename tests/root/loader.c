// SPDX-License-Identifier: GPL-2.0
/*
 * loader OBJECT [start|tick|wait...]: load a policy object on a kernel that may lack the hooks (the
 * struct_ops maps are left out then), so that the verifier has seen the sampler and mmp_tick. With
 * `start` the sampler runs until its first tick; with `tick` one evaluation runs at
 * a time of 1 s, and the rules' states are printed; with `wait` it stays until it is killed. The
 * verifier's words go to standard error.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "bpf-templates/mmp_abi.h"

static int print(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	return level == LIBBPF_DEBUG && !getenv("LOADER_DEBUG") ? 0 : vfprintf(stderr, fmt, ap);
}

static bool has_member(struct btf *btf, const char *type, const char *member)
{
	int id = btf ? btf__find_by_name_kind(btf, type, BTF_KIND_STRUCT) : -1;
	const struct btf_type *t = id > 0 ? btf__type_by_id(btf, (__u32)id) : NULL;

	for (__u16 i = 0; t && i < btf_vlen(t); i++)
		if (!strcmp(btf__name_by_offset(btf, btf_members(t)[i].name_off), member))
			return true;
	return false;
}

/* Has the kernel the hooks of this struct_ops map, in the revision that it was made for? */
static bool has_hooks(struct btf *btf, const char *map)
{
	if (!strncmp(map, "thp_", 4))
		return has_member(btf, "bpf_thp_ops", "thp_get_order");
	return has_member(btf, "memcg_bpf_ops",
			  strstr(map, "___v6") ? "get_high_delay_ms" : "memcg_charged");
}

/* Leave out what this kernel has no hooks for. */
static void fit(struct bpf_object *o, bool is_exact)
{
	struct btf *btf = btf__load_vmlinux_btf();
	struct bpf_program *p;
	struct bpf_map *m;

	bpf_object__for_each_map(m, o)
	{
		const char *name = bpf_map__name(m);

		if (bpf_map__type(m) != BPF_MAP_TYPE_STRUCT_OPS)
			continue;
		if (!has_hooks(btf, name))
			bpf_map__set_autocreate(m, false);
	}
	bpf_object__for_each_program(p, o)
	{
		const char *name = bpf_program__name(p);

		if (!strcmp(name, is_exact ? "mmp_start_plain" : "mmp_start_exact"))
			bpf_program__set_autoload(p, false);
	}
	btf__free(btf);
}

/* With LOADER_STATS: how much the verifier had to look at, program by program. */
static void ask_stats(struct bpf_object *o)
{
	struct bpf_program *p;

	bpf_object__for_each_program(p, o)
	{
		char *log = malloc(65536);

		if (!log || bpf_program__set_log_buf(p, log, 65536) ||
		    bpf_program__set_log_level(p, 4))
			abort();
		log[0] = '\0';
	}
}

static void print_stats(struct bpf_object *o)
{
	struct bpf_program *p;

	bpf_object__for_each_program(p, o)
	{
		size_t size;
		const char *log = bpf_program__log_buf(p, &size), *line = strstr(log, "processed ");

		if (line)
			printf("%s: %.*s\n", bpf_program__name(p), (int)strcspn(line, "("), line);
	}
}

static int map_fd(struct bpf_object *o, const char *name)
{
	struct bpf_map *m = bpf_object__find_map_by_name(o, name);

	return m ? bpf_map__fd(m) : -ENOENT;
}

static int arm(struct bpf_object *o)
{
	struct mmp_config config;
	int fd = map_fd(o, ".data.mmp_cfg");
	__u32 zero = 0;

	if (bpf_map_lookup_elem(fd, &zero, &config))
		return -errno;
	config.is_armed = 1;
	return bpf_map_update_elem(fd, &zero, &config, BPF_ANY) ? -errno : 0;
}

static int run(struct bpf_object *o, const char *name, void *context, size_t size)
{
	struct bpf_program *p = bpf_object__find_program_by_name(o, name);
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = context, .ctx_size_in = size);
	int error;

	if (!p)
		return -ENOENT;
	error = bpf_prog_test_run_opts(bpf_program__fd(p), &opts);
	return error ? error : (int)opts.retval;
}

static int start(struct bpf_object *o, bool is_exact)
{
	struct bpf_link *link = NULL;
	struct mmp_run state;
	__u32 zero = 0;
	int error, missing = 0;

	if (is_exact) {
		link = bpf_program__attach(bpf_object__find_program_by_name(o, "mmp_start_exact"));
		error = link ? run(o, "mmp_start_exact", NULL, 0) : -errno;
		bpf_link__destroy(link);
	} else {
		error = run(o, "mmp_start_plain", NULL, 0);
	}
	/* As mmpctl does. The host's kernel may have no memory for hundreds at once. */
	for (int i = 0; i < 100 && !error; i++) {
		missing = run(o, "mmp_set_up_works", NULL, 0);
		if (missing <= 0)
			break;
		usleep(1000);
	}
	if (error || missing < 0)
		return error ? error : missing;
	if (missing)
		printf("%d work items are missing\n", missing);
	for (int i = 0; i < 100; i++) {
		usleep(20000);
		if (bpf_map_lookup_elem(map_fd(o, ".data.mmp_run"), &zero, &state))
			return -errno;
		if (state.ticks)
			break;
	}
	printf("started %llu ticks %llu exact %llu\n", state.is_started, state.ticks,
	       state.is_exact);
	return 0;
}

static int tick(struct bpf_object *o)
{
	struct mmp_tick context = { .now = 1000000000 };
	struct mmp_rule rule;
	int error = run(o, "mmp_tick", &context, sizeof(context));

	for (__u32 row = 0; !error && !bpf_map_lookup_elem(map_fd(o, "mmp_rules"), &row, &rule);
	     row++)
		printf("rule %u state %u evaluated %llu\n", row, rule.machine.state,
		       rule.machine.evaluated);
	return error;
}

static struct bpf_object *load(const char *path, bool is_exact)
{
	struct bpf_object *o = bpf_object__open_file(path, NULL);

	if (!o)
		return NULL;
	fit(o, is_exact);
	if (getenv("LOADER_STATS"))
		ask_stats(o);
	if (!bpf_object__load(o)) {
		if (getenv("LOADER_STATS"))
			print_stats(o);
		return o;
	}
	bpf_object__close(o);
	return NULL;
}

int main(int argc, char **argv)
{
	bool is_exact = !getenv("LOADER_PLAIN");
	struct bpf_object *o;
	int error = 0;

	if (argc < 2)
		return 2;
	libbpf_set_print(print);
	o = load(argv[1], is_exact);
	if (!o)
		return 1;
	error = arm(o);
	for (int i = 2; i < argc && !error; i++)
		error = !strcmp(argv[i], "start")  ? start(o, is_exact)
			: !strcmp(argv[i], "wait") ? pause()
						   : tick(o);
	if (error)
		fprintf(stderr, "loader: %s: %s\n", argv[1], strerror(-error));
	bpf_object__close(o);
	return error ? 1 : 0;
}
