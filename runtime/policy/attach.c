// SPDX-License-Identifier: GPL-2.0
#include "attach.h"

#include "attach_rows.h"
#include "failure.h"
#include "policy.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

/* clang-format off */
const struct attach_info attach_infos[ATTACH_KIND_COUNT] = {
	[ATTACH_MEMCG] = { "memcg_bpf_ops", TARGET_CGROUP, NEED_MEMCG_OPS,
			   "memory-controller hooks", false,
			   attach_memcg_prepare, attach_memcg, attach_memcg_again,
			   attach_memcg_explain },
	[ATTACH_THP] = { "bpf_thp_ops", TARGET_PROCESS, NEED_GET_ORDER,
			 "huge-page hooks", true,
			 attach_thp_prepare, attach_thp, attach_thp_again, attach_thp_explain },
	[ATTACH_MTHP] = { "bpf_mthp_ops", TARGET_CGROUP, NEED_MTHP_CHOOSE,
			  "huge-page sizes by cgroup", false, NULL, NULL, NULL, NULL },
	[ATTACH_MEMCG_EXT] = { "bpf_memcg_ops", TARGET_CGROUP, NEED_HIGH_POLICY,
			       "memory.high by policy", false, NULL, NULL, NULL, NULL },
};
/* clang-format on */

static const struct target_info *target_of(const struct attachment *a)
{
	return &target_infos[attach_infos[a->kind].target];
}

int attach_no_map(const struct attachment *a, struct failure *f)
{
	return fail(f, STATUS_USAGE, "the object is damaged: its part '%s' is missing", a->ops);
}

int attach_check_map(const struct attachment *a, struct failure *f)
{
	if (a->map && bpf_map__type(a->map) == BPF_MAP_TYPE_STRUCT_OPS)
		return 0;
	return attach_no_map(a, f);
}

/*
 * libbpf has no call for this alone: its attach fills the map and then fails to make a link,
 * because it names no target, or because a policy is in force there. Where a
 * kernel does make a link, it is destroyed at once.
 */
void attachment_fill(const struct attachment *a)
{
	bpf_link__destroy(bpf_map__attach_struct_ops(a->map));
}

int attachment_attach_again(struct attachment *a, const struct machine *m)
{
	struct failure ignored;

	if (target_of(a)->find_again(a, m, &ignored))
		return -ENOENT;
	a->owns_cgroup = true;
	return attach_infos[a->kind].attach_again(a, &m->kernel);
}

bool attachment_is_same(const struct attachment *a, const struct attachment *b)
{
	return a->kind == b->kind && target_of(a)->is_same(a, b);
}

bool attachment_can_move(const struct attachment *from, const struct attachment *to)
{
	return from->kind == to->kind && target_of(to)->can_move(from, to);
}

int attachment_conflict(const struct attachment *a, const struct attachment *b, struct failure *f)
{
	return a->kind == b->kind ? target_of(a)->conflict(a, b, f) : 0;
}

json_t *attachment_record(const struct attachment *a)
{
	json_t *record = target_of(a)->record(a);

	json_object_set_new(record, "pin", json_string(a->pin));
	json_object_set_new(record, "type", json_string(attach_infos[a->kind].type));
	return record;
}

bool attachment_recall(struct attachment *a, const json_t *record)
{
	const char *type = json_string_value(json_object_get(record, "type"));
	int kind = 0;

	while (kind < ATTACH_KIND_COUNT && (!type || strcmp(attach_infos[kind].type, type) != 0))
		kind++;
	if (kind == ATTACH_KIND_COUNT || !attach_infos[kind].attach_again)
		return false;
	a->kind = (enum attach_kind)kind;
	return target_of(a)->recall(a, record);
}

int attachment_compare(const void *a, const void *b)
{
	const struct attachment *x = *(struct attachment *const *)a;
	const struct attachment *y = *(struct attachment *const *)b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (target_of(x)->depth(x) != target_of(y)->depth(y))
		return target_of(x)->depth(x) < target_of(y)->depth(y) ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

void attachment_place(const struct attachment *a, struct failure *f)
{
	target_of(a)->place(a, f);
}

const char *attachment_words(const struct attachment *a, char *buf, size_t size)
{
	target_of(a)->words(a, buf, size);
	return buf;
}

void attachment_finish(struct attachment *a)
{
	if (a->link_fd >= 0)
		close(a->link_fd);
	if (a->owns_map && a->map_fd >= 0)
		close(a->map_fd);
	a->link_fd = a->map_fd = -1;
	if (a->owns_cgroup)
		cgroup_close(&a->cgroup);
}
