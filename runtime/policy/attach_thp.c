// SPDX-License-Identifier: GPL-2.0
/* bpf_thp_ops: attached to a process, or to all. */
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
#include <unistd.h>

int attach_thp_prepare(struct attachment *a, struct bpf_object *bpf, const struct kernel *k,
		       struct failure *f)
{
	size_t size;
	void *value;

	a->map = bpf_object__find_map_by_name(bpf, a->ops);
	if (attach_check_map(a, f))
		return -1;
	value = bpf_map__initial_value(a->map, &size);
	if (!value || size < sizeof(a->pid))
		return attach_no_map(a, f);
	memcpy(value, &a->pid, sizeof(a->pid));
	return 0;
}

int attach_thp_again(const struct attachment *a, const struct kernel *k)
{
	int fd = bpf_link_create(a->map_fd, 0, ATTACH_TYPE_STRUCT_OPS, NULL);

	return fd < 0 ? -errno : fd;
}

/* libbpf's own attach fills the map and links it. */
int attach_thp(const struct attachment *a, const struct kernel *k)
{
	struct bpf_link *link = bpf_map__attach_struct_ops(a->map);
	int fd = link ? dup(bpf_link__fd(link)) : -errno;

	bpf_link__destroy(link);
	return fd;
}

/* Earlier revisions of the series look for a process with pid 0, and find none. */
static void no_global_mode(struct failure *f)
{
	fail(f, STATUS_UNSUPPORTED,
	     "this kernel's huge-page hook cannot be attached to all processes at once");
	fail_hint(
		f,
		"name the processes: process NAME = comm \"...\" in the policy, then thp NAME ...");
}

void attach_thp_explain(const struct attachment *a, const struct cgroup_mount *mount, int error,
			struct failure *f)
{
	char words[256];

	attachment_words(a, words, sizeof(words));
	switch (-error) {
	case EBUSY:
		fail(f, STATUS_CONFLICT, "another huge-page policy is in force for %s", words);
		owner_of_process(attach_infos[a->kind].type, f);
		break;
	case ESRCH:
		if (!a->pid) {
			no_global_mode(f);
			break;
		}
		fail(f, STATUS_TARGET, "%s has ended", words);
		fail_hint(f, "start it and load again, or name another with --process NAME=PID");
		break;
	case EPERM:
	case EACCES:
		fail(f, STATUS_UNSUPPORTED, "no permission to attach to %s", words);
		fail_hint(f, "run mmpctl as root, or with CAP_BPF, CAP_PERFMON and CAP_SYS_ADMIN");
		break;
	default:
		fail(f, STATUS_UNSUPPORTED, "the kernel refused to attach to %s: %s", words,
		     errno_words(error));
		fail_hint(f, "'mmpctl doctor' shows what this kernel lacks");
	}
}
