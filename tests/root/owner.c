// SPDX-License-Identifier: GPL-2.0
/*
 * owner OBJECT TYPE...: attach the object's struct_ops as a link that has no cgroup, and print whom
 * mmpctl takes for the owner of a process, for each struct_ops type.
 */
#include "runtime/failure.h"
#include "runtime/installed/owner.h"

#include <bpf/libbpf.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	struct bpf_object *object = argc > 2 ? bpf_object__open_file(argv[1], NULL) : NULL;
	struct bpf_map *map;
	struct bpf_link *link;
	int failed;

	if (!object || bpf_object__load(object))
		return 2;
	map = bpf_object__next_map(object, NULL);
	while (map && bpf_map__type(map) != BPF_MAP_TYPE_STRUCT_OPS)
		map = bpf_object__next_map(object, map);
	link = map ? bpf_map__attach_struct_ops(map) : NULL;
	failed = !link;
	for (int i = 2; !failed && i < argc; i++) {
		struct failure f = { 0 };

		owner_of_process(argv[i], &f);
		printf("%s: %s%s\n", argv[i], f.detail[0] ? f.detail : "nobody\n", f.hint);
	}
	bpf_link__destroy(link);
	bpf_object__close(object);
	return failed;
}
