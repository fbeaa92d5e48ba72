// SPDX-License-Identifier: GPL-2.0
/*
 * hold_cgroup PATH OBJECT MAP: attach a memcg_bpf_ops of some object to a cgroup as another program
 * would, pin nothing, say so and wait to be killed.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int quiet(enum libbpf_print_level level, const char *fmt, va_list args)
{
	return 0;
}

/* Only this map and the programs it needs. */
static struct bpf_map *choose(struct bpf_object *object, const char *name)
{
	struct bpf_map *map, *chosen = NULL;
	struct bpf_program *program;

	bpf_object__for_each_map(map, object) if (bpf_map__type(map) == BPF_MAP_TYPE_STRUCT_OPS)
	{
		bpf_map__set_autocreate(map, !strcmp(bpf_map__name(map), name));
		if (bpf_map__autocreate(map))
			chosen = map;
	}
	bpf_object__for_each_program(program, object) if (bpf_program__type(program) !=
							  BPF_PROG_TYPE_STRUCT_OPS)
		bpf_program__set_autoload(program, false);
	return chosen;
}

int main(int argc, char **argv)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = 1 << 7);
	struct bpf_object *object;
	struct bpf_map *map;
	int cgroup, link;

	libbpf_set_print(quiet);
	object = argc == 4 ? bpf_object__open(argv[2]) : NULL;
	map = object ? choose(object, argv[3]) : NULL;
	cgroup = argc == 4 ? open(argv[1], O_RDONLY | O_DIRECTORY) : -1;
	if (!map || cgroup < 0 || bpf_object__load(object))
		return 2;
	bpf_link__destroy(
		bpf_map__attach_struct_ops(map)); /* fills the map; see runtime/attach.c */
	link = bpf_link_create(bpf_map__fd(map), cgroup, 44, &opts);
	printf("holding %d\n", link);
	fflush(stdout);
	for (;;)
		pause();
}
