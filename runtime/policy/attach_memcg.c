// SPDX-License-Identifier: GPL-2.0
/* memcg_bpf_ops: attached to a cgroup, in two shapes. */
#include "attach_rows.h"

#include "attach.h"
#include "failure.h"
#include "installed/owner.h"
#include "machine/kernel.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Names that older headers lack. */
#define FLAG_CGROUP_FD (1u << 7)
#define FLAG_ALLOW_OVERRIDE (1u << 0)

/* The object may have a twin of the map for the hooks' older shape. */
static struct bpf_map *choose_twin(struct bpf_object *bpf, const char *ops, enum memcg_shape shape)
{
	struct bpf_map *twin;
	char name[128];

	snprintf(name, sizeof(name), "%s___v6", ops);
	twin = shape == MEMCG_SHAPE_HIGH_DELAY ? bpf_object__find_map_by_name(bpf, name) : NULL;
	return twin ? twin : bpf_object__find_map_by_name(bpf, ops);
}

int attach_memcg_prepare(struct attachment *a, struct bpf_object *bpf, const struct kernel *k,
			 struct failure *f)
{
	a->map = choose_twin(bpf, a->ops, k->memcg);
	return attach_check_map(a, f);
}

/* The older shape takes the cgroup in a field that libbpf has no option for. */
static int link_create_relative(int map_fd, int cgroup_fd, unsigned flags)
{
	struct {
		uint32_t map_fd, target_fd, attach_type, flags, relative_fd, pad;
		uint64_t expected_revision;
	} attr = { .map_fd = (uint32_t)map_fd,
		   .attach_type = ATTACH_TYPE_STRUCT_OPS,
		   .flags = flags,
		   .relative_fd = (uint32_t)cgroup_fd };
	long fd = syscall(SYS_bpf, BPF_LINK_CREATE, &attr, sizeof(attr));

	return fd < 0 ? -errno : (int)fd;
}

int attach_memcg_again(const struct attachment *a, const struct kernel *k)
{
	unsigned override = a->allow_override ? FLAG_ALLOW_OVERRIDE : 0;
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = FLAG_CGROUP_FD | override);
	int fd;

	if (k->memcg == MEMCG_SHAPE_HIGH_DELAY)
		return link_create_relative(a->map_fd, a->cgroup.fd, override);
	fd = bpf_link_create(a->map_fd, a->cgroup.fd, ATTACH_TYPE_STRUCT_OPS, &opts);
	return fd < 0 ? -errno : fd;
}

int attach_memcg(const struct attachment *a, const struct kernel *k)
{
	attachment_fill(a);
	return attach_memcg_again(a, k);
}

void attach_memcg_explain(const struct attachment *a, const struct cgroup_mount *mount, int error,
			  struct failure *f)
{
	const char *path = a->cgroup.path[0] ? a->cgroup.path : "/";

	switch (-error) {
	case EBUSY:
		fail(f, STATUS_CONFLICT, "another policy is in force at the cgroup '%s'", path);
		owner_of_cgroup(attach_infos[a->kind].type, mount, &a->cgroup, f);
		break;
	case ENOENT:
	case ENODEV:
	case EBADF:
		fail(f, STATUS_TARGET, "the cgroup '%s' was removed meanwhile", path);
		fail_hint(f, "create it again and load again");
		break;
	case EPERM:
	case EACCES:
		fail(f, STATUS_UNSUPPORTED, "no permission to attach to the cgroup '%s'", path);
		fail_hint(f, "run mmpctl as root, or with CAP_BPF, CAP_PERFMON and CAP_SYS_ADMIN");
		break;
	default:
		fail(f, STATUS_UNSUPPORTED, "the kernel refused to attach to the cgroup '%s': %s",
		     path, errno_words(error));
		fail_hint(f, "'mmpctl doctor' shows what this kernel lacks");
	}
}
