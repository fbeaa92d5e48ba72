// SPDX-License-Identifier: GPL-2.0
#include "attach.h"

#include "failure.h"
#include "machine/kernel.h"
#include "object/manifest.h"
#include "installed/owner.h"
#include "base/bug.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Names that older headers lack. */
#define ATTACH_TYPE_STRUCT_OPS 44
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

static int no_map(const struct attachment *a, struct failure *f)
{
	return fail(f, STATUS_USAGE, "the object is damaged: its part '%s' is missing", a->ops);
}

static bool is_struct_ops(const struct bpf_map *map)
{
	return map && bpf_map__type(map) == BPF_MAP_TYPE_STRUCT_OPS;
}

static int memcg_prepare(struct attachment *a, struct bpf_object *bpf, const struct kernel *k,
			 struct failure *f)
{
	a->map = choose_twin(bpf, a->ops, k->memcg);
	return is_struct_ops(a->map) ? 0 : no_map(a, f);
}

/*
 * Fill the map. libbpf has no call for that alone: its attach fills the map and then fails to make
 * a link, because it names no cgroup. Should a kernel take that, the link goes at once.
 */
static void fill_map(const struct attachment *a)
{
	bpf_link__destroy(bpf_map__attach_struct_ops(a->map));
}

/* The older shape names the cgroup by a field that libbpf has no option for. */
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

static int memcg_link(const struct attachment *a, const struct kernel *k)
{
	unsigned override = a->allow_override ? FLAG_ALLOW_OVERRIDE : 0;
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = FLAG_CGROUP_FD | override);
	int fd;

	if (k->memcg == MEMCG_SHAPE_HIGH_DELAY)
		return link_create_relative(a->map_fd, a->cgroup.fd, override);
	fd = bpf_link_create(a->map_fd, a->cgroup.fd, ATTACH_TYPE_STRUCT_OPS, &opts);
	return fd < 0 ? -errno : fd;
}

static int memcg_attach(const struct attachment *a, const struct kernel *k)
{
	fill_map(a);
	return memcg_link(a, k);
}

static void memcg_explain(const struct attachment *a, const struct cgroup_mount *mount, int error,
			  struct failure *f)
{
	const char *path = a->cgroup.path[0] ? a->cgroup.path : "/";

	switch (-error) {
	case EBUSY:
		fail(f, STATUS_CONFLICT, "another policy is in force at the cgroup '%s'", path);
		owner_of_cgroup(mount, &a->cgroup, f);
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

static int thp_prepare(struct attachment *a, struct bpf_object *bpf, const struct kernel *k,
		       struct failure *f)
{
	size_t size;
	void *value;

	a->map = bpf_object__find_map_by_name(bpf, a->ops);
	if (!is_struct_ops(a->map))
		return no_map(a, f);
	value = bpf_map__initial_value(a->map, &size);
	if (!value || size < sizeof(a->pid))
		return no_map(a, f);
	memcpy(value, &a->pid, sizeof(a->pid));
	return 0;
}

static int thp_link(const struct attachment *a)
{
	int fd = bpf_link_create(a->map_fd, 0, ATTACH_TYPE_STRUCT_OPS, NULL);

	return fd < 0 ? -errno : fd;
}

/* Here libbpf's own attach does it all. */
static int thp_attach(const struct attachment *a, const struct kernel *k)
{
	struct bpf_link *link = bpf_map__attach_struct_ops(a->map);
	int fd = link ? dup(bpf_link__fd(link)) : -errno;

	bpf_link__destroy(link);
	return fd;
}

static void thp_explain(const struct attachment *a, const struct cgroup_mount *mount, int error,
			struct failure *f)
{
	char words[256];

	attachment_words(a, words, sizeof(words));
	switch (-error) {
	case EBUSY:
		fail(f, STATUS_CONFLICT, "another huge-page policy is in force for %s", words);
		owner_of_process(a->pid, f);
		break;
	case ESRCH:
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

const struct attach_info attach_infos[ATTACH_KIND_COUNT] = {
	[ATTACH_MEMCG] = { "memcg_bpf_ops", false, memcg_prepare, memcg_attach, memcg_explain },
	[ATTACH_THP] = { "bpf_thp_ops", true, thp_prepare, thp_attach, thp_explain },
};

/* The map is filled before libbpf tries a link, which a policy in force there makes fail. */
void attachment_fill(const struct attachment *a)
{
	fill_map(a);
}

int attachment_attach_again(const struct attachment *a, const struct kernel *k)
{
	return a->kind == ATTACH_MEMCG ? memcg_link(a, k) : thp_link(a);
}

static unsigned depth(const struct attachment *a)
{
	const char *at = a->cgroup.path;
	unsigned n = *at != '\0';

	for (; *at; at++)
		n += *at == '/';
	return n;
}

int attachment_compare(const void *a, const void *b)
{
	const struct attachment *x = *(struct attachment *const *)a;
	const struct attachment *y = *(struct attachment *const *)b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (depth(x) != depth(y))
		return depth(x) < depth(y) ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

void attachment_place(const struct attachment *a, struct failure *f)
{
	const struct manifest *m = a->manifest;
	const struct manifest_rule *rule = a->kind == ATTACH_MEMCG
						   ? manifest_rule_of_group(m, a->index)
						   : manifest_rule_of_process(m, a->index);

	if (rule)
		fail_at(f, rule->file, rule->line);
	else if (a->kind == ATTACH_MEMCG)
		fail_at(f, m->groups[a->index].file, m->groups[a->index].line);
}

const char *attachment_words(const struct attachment *a, char *buf, size_t size)
{
	if (a->kind == ATTACH_MEMCG)
		snprintf(buf, size, "cgroup '/%s'", a->cgroup.path);
	else if (a->pid)
		snprintf(buf, size, "process %d", a->pid);
	else
		snprintf(buf, size, "all processes");
	return buf;
}

void attachment_finish(struct attachment *a)
{
	if (a->link_fd >= 0)
		close(a->link_fd);
	if (a->owns_map && a->map_fd >= 0)
		close(a->map_fd);
	a->link_fd = a->map_fd = -1;
	cgroup_close(&a->cgroup);
}
