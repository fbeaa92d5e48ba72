// SPDX-License-Identifier: GPL-2.0
#include "anchor.h"

#include "failure.h"
#include "object/manifest.h"
#include "policy.h"

#include <bpf/bpf.h>
#include <stdio.h>
#include <string.h>

/* Where the plan has it, below the mount. */
static const char *own_path(const struct plan_anchor *a)
{
	size_t usual = strlen(CGROUP_MOUNT_USUAL);
	bool is_below = !strncmp(a->path, CGROUP_MOUNT_USUAL, usual);

	if (!is_below || (a->path[usual] && a->path[usual] != '/'))
		return a->path;
	return a->path[usual] ? a->path + usual + 1 : "/";
}

static int not_that_pattern(const struct policy *p, const struct plan_claim *claim,
			    struct failure *f)
{
	const char *name = p->manifest->groups[claim->group].name;

	fail(f, STATUS_USAGE,
	     "'%s' cannot be bound to '%s': its pattern is compiled into the policy", name,
	     p->groups[claim->group].bound);
	if (p->manifest->plan->groups[claim->group].pattern_count > 1)
		fail_hint(f, "it has several paths: change them in the policy");
	else
		fail_hint(f,
			  "only what stands before the pattern can change: --cgroup '%s=PATH/%s'",
			  name, claim->pattern);
	return -1;
}

/* The bound path of a glob up to its pattern. */
static int cut_bound(const struct policy *p, const struct plan_claim *claim, char *buf, size_t size,
		     struct failure *f)
{
	const char *bound = p->groups[claim->group].bound;
	size_t len = strlen(bound), tail = strlen(claim->pattern);

	while (len && bound[len - 1] == '/')
		len--;
	if (p->manifest->plan->groups[claim->group].pattern_count > 1 || len < tail ||
	    strncmp(bound + len - tail, claim->pattern, tail) != 0 ||
	    (tail && len > tail && bound[len - tail - 1] != '/'))
		return not_that_pattern(p, claim, f);
	snprintf(buf, size, "%.*s", (int)(len - tail), bound);
	return 0;
}

/* What one claim wants the anchor to be; buf is "" where it wants nothing. */
static int bound_path(const struct policy *p, const struct plan_claim *claim, char *buf,
		      size_t size, struct failure *f)
{
	const char *bound = p->groups[claim->group].bound;

	*buf = '\0';
	if (!bound)
		return 0;
	if (claim->kind == PLAN_CLAIM_MATCH)
		return cut_bound(p, claim, buf, size, f);
	if (claim->kind == PLAN_CLAIM_NAMED && !*claim->pattern)
		snprintf(buf, size, "%s", bound);
	return 0;
}

/* A named cgroup must be where the hooks look for it. */
static int check_named(const struct policy *p, const struct plan_anchor *a,
		       const struct cgroup *anchor, struct failure *f)
{
	char wanted[2100];

	for (uint32_t i = 0; i < a->claim_count; i++) {
		const struct plan_claim *claim = &a->claims[i];
		const struct cgroup *cgroup = &p->groups[claim->group].cgroup;

		if (claim->kind != PLAN_CLAIM_NAMED)
			continue;
		snprintf(wanted, sizeof(wanted), "%s%s%s", anchor->path,
			 *anchor->path && *claim->pattern ? "/" : "", claim->pattern);
		if (!strcmp(cgroup->path, wanted))
			continue;
		fail(f, STATUS_USAGE,
		     "'%s' is '/%s', but the rules of this policy share an attachment to '/%s', "
		     "where it has to be '/%s'",
		     p->manifest->groups[claim->group].name, cgroup->path, anchor->path, wanted);
		fail_hint(f, "bind all cgroups of one ancestor to one place");
		return -1;
	}
	return 0;
}

static int choose_path(const struct policy *p, const struct plan_anchor *a, char *buf, size_t size,
		       struct failure *f)
{
	char other[1100];

	snprintf(buf, size, "%s", own_path(a));
	for (uint32_t i = 0; i < a->claim_count; i++) {
		if (bound_path(p, &a->claims[i], other, sizeof(other), f))
			return -1;
		if (*other)
			snprintf(buf, size, "%s", other);
	}
	return 0;
}

int anchor_find(struct policy *p, const struct machine *m, uint32_t index, struct failure *f)
{
	const struct plan_anchor *a = &p->manifest->anchors.list[index];
	struct cgroup *ret = &p->anchors[index];
	char path[1100];

	if (choose_path(p, a, path, sizeof(path), f))
		return -1;
	if (cgroup_open(&m->mount, path, ret, f)) {
		snprintf(ret->path, sizeof(ret->path), "%s", path + strspn(path, "/"));
		return cgroup_exists(&m->mount, path) ? -1 : ANCHOR_MISSING;
	}
	return cgroup_check_memory(&m->mount, ret, f) || check_named(p, a, ret, f) ? -1 : 0;
}

static bool is_claimed_elsewhere(const struct policy *p, uint32_t group)
{
	const struct plan_anchors *all = &p->manifest->anchors;

	for (uint32_t i = 0; i < all->count; i++)
		for (uint32_t k = 0; p->anchors[i].fd >= 0 && k < all->list[i].claim_count; k++)
			if (all->list[i].claims[k].group == group &&
			    all->list[i].claims[k].kind == PLAN_CLAIM_MATCH)
				return true;
	return false;
}

bool anchor_is_dispensable(const struct policy *p, uint32_t index)
{
	const struct plan_anchor *a = &p->manifest->anchors.list[index];

	for (uint32_t i = 0; i < a->claim_count; i++)
		if (a->claims[i].kind != PLAN_CLAIM_EXCEPT &&
		    !is_claimed_elsewhere(p, a->claims[i].group))
			return false;
	return true;
}

struct adoption {
	struct policy *policy;
	int program_fd, error;
	uint32_t anchor;
};

/* What is below an anchor that lies deeper is that one's. */
static bool is_of_another(const struct adoption *a, uint64_t id)
{
	const struct policy *p = a->policy;

	for (uint32_t i = 0; i < p->manifest->anchors.count; i++)
		if (i != a->anchor && p->anchors[i].id == id && p->manifest->anchor_ops[i])
			return true;
	return false;
}

static int adopt_one(uint64_t id, void *arg)
{
	struct adoption *adoption = arg;
	struct mmp_adopt request = { .cgroup_id = id, .anchor = adoption->anchor };
	/* The kernel writes the answer back to where the context came from. */
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = &request, .ctx_size_in = sizeof(request));

	if (is_of_another(adoption, id))
		return 1;
	adoption->error = bpf_prog_test_run_opts(adoption->program_fd, &opts);
	if (adoption->error)
		return -1;
	adoption->policy->adopted += request.is_match && request.slot;
	if (request.is_match && !request.slot) {
		adoption->policy->unadopted++;
		adoption->policy->full_base = request.base;
	}
	return 0;
}

int anchor_adopt(struct policy *p, uint32_t index, int program_fd, struct failure *f)
{
	struct adoption adoption = { .policy = p, .program_fd = program_fd, .anchor = index };

	if (!cgroup_each_below(&p->anchors[index], adopt_one, &adoption, f))
		return 0;
	if (adoption.error)
		fail(f, STATUS_UNSUPPORTED, "cannot give the cgroups below '/%s' their slots: %s",
		     p->anchors[index].path, errno_words(adoption.error));
	return -1;
}
