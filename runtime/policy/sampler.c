// SPDX-License-Identifier: GPL-2.0
#include "sampler.h"

#include "failure.h"
#include "machine/capability.h"
#include "object/manifest.h"
#include "object/object.h"
#include "object/program.h"
#include "plan/plan_needs.h"
#include "policy.h"
#include "policy_maps.h"

#include <bpf/libbpf.h>
#include <stdlib.h>
#include <sys/mman.h>

static int check_kernel(const struct kernel *k, const struct plan *p, struct failure *f)
{
	uint64_t missing = plan_eyes_need(p) & ~needs_usable(k->has);
	enum kernel_need n;

	if (!k->btf)
		return fail(f, STATUS_UNSUPPORTED, "this kernel does not describe its types (BTF)");
	if (!missing)
		return 0;
	n = (enum kernel_need)__builtin_ctzll(missing);
	fail(f, STATUS_UNSUPPORTED, "this kernel lacks '%s' (%s), which eyes in BPF need",
	     need_name(n), need_infos[n].what);
	fail_hint(f, "%s", need_hint(n));
	return -1;
}

/* As policy_configure() leaves it, without any target: slots are filled in later. */
static struct policy *make(const struct object *object)
{
	struct policy *p = calloc(1, sizeof(*p));
	uint32_t i;

	if (!p)
		return NULL;
	p->manifest = object->manifest;
	p->groups = calloc(p->manifest->group_count + 1, sizeof(*p->groups));
	p->anchors = calloc(p->manifest->anchors.count + 1, sizeof(*p->anchors));
	p->params = calloc(p->manifest->param_count + 1, sizeof(*p->params));
	if (!p->groups || !p->anchors || !p->params) {
		policy_close(p);
		return NULL;
	}
	for (i = 0; i < p->manifest->group_count; i++)
		p->groups[i].cgroup.fd = -1;
	for (i = 0; i < p->manifest->anchors.count; i++)
		p->anchors[i].fd = -1;
	p->state = POLICY_CONFIGURED;
	return p;
}

int sampler_load(struct policy **ret, const struct object *object, struct failure *f)
{
	struct machine m = { .mount.fd = -1 };
	struct policy *p;
	int error;

	if (capability_check_load(f))
		return -1;
	p = make(object);
	if (!p)
		return fail(f, STATUS_USAGE, "out of memory");
	kernel_probe(&m.kernel);
	p->object = (struct object *)object;
	error = check_kernel(&m.kernel, p->manifest->plan, f) || policy_load(p, &m, f);
	p->object = NULL;
	kernel_finish(&m.kernel);
	if (error) {
		policy_close(p);
		return -1;
	}
	*ret = p;
	return 0;
}

int sampler_map_fd(const struct policy *p, const char *name)
{
	return bpf_object__find_map_fd_by_name(p->bpf, name);
}

void *sampler_map(const struct policy *p, const char *name, size_t size)
{
	int fd = sampler_map_fd(p, name);
	void *map = fd < 0 ? MAP_FAILED
			   : mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	return map == MAP_FAILED ? NULL : map;
}

int sampler_start(struct policy *p, struct failure *f)
{
	if (program_start(p->bpf, f))
		return -1;
	return policy_maps_is_started(p)
		       ? 0
		       : fail(f, STATUS_UNSUPPORTED, "the sampler of the policy did not start");
}

void sampler_close(struct policy *p)
{
	policy_close(p);
}
