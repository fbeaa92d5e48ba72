// SPDX-License-Identifier: GPL-2.0
#include "kernels.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "btf.h"
#include "base/bug.h"
#include "report/diag.h"

#define HAS(id) (1ULL << KERNEL_##id)

/* What came together: with a release, or with a posting of the hooks. */
#define SINCE_6_4 HAS(CGROUP_FROM_ID)
#define SINCE_6_10 (SINCE_6_4 | HAS(WORKQUEUE))
#define SINCE_7_0                                                                                  \
	(SINCE_6_10 | HAS(GET_MEMCG) | HAS(MEMCG_USAGE) | HAS(VM_EVENTS) | HAS(MEMORY_EVENTS) |    \
	 HAS(PAGE_STATE))
#define MEMCG_V6                                                                                   \
	(SINCE_7_0 | HAS(OPS_ONLINE) | HAS(OPS_OFFLINE) | HAS(OPS_BELOW_LOW) |                     \
	 HAS(OPS_BELOW_MIN) | HAS(OPS_HIGH_DELAY))
#define MEMCG_V7                                                                                   \
	(SINCE_7_0 | HAS(OPS_ONLINE) | HAS(OPS_OFFLINE) | HAS(OPS_BELOW_LOW) |                     \
	 HAS(OPS_BELOW_MIN) | HAS(OPS_CHARGED) | HAS(OPS_UNCHARGED) | HAS(RECLAIM))
#define THP_V11 (SINCE_6_10 | HAS(THP_GET_ORDER) | HAS(TVA_SWAP))

static const struct {
	enum { MEMBER, FUNCTION, ENUMERATOR } kind;
	const char *name, *member, *help;
} features[] = {
#define FEATURE(id, kind, name, member, help) [KERNEL_##id] = { kind, name, member, help },
#include "kernels.def"
};

const struct kernel_info kernel_infos[] = {
#define KERNEL(name, features, help) { name, help, features },
#include "kernels.def"
};

const unsigned kernel_count = ARRAY_SIZE(kernel_infos);

const char *kernel_feature_name(struct arena *a, enum kernel_feature f)
{
	if (features[f].kind == MEMBER)
		return arena_printf(a, "%s.%s", features[f].name, features[f].member);
	return features[f].name;
}

const char *kernel_feature_help(enum kernel_feature f)
{
	return features[f].help;
}

/* By name: one of the table, or several joined by '+'. */

static const struct kernel_info *find_kernel(const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(kernel_infos); i++)
		if (strlen(kernel_infos[i].name) == len &&
		    !strncmp(kernel_infos[i].name, name, len))
			return &kernel_infos[i];
	return NULL;
}

static char *unknown_kernel(struct arena *a, const char *name, size_t len)
{
	const char *names[ARRAY_SIZE(kernel_infos)], *nearest, *all = "";

	for (size_t i = 0; i < ARRAY_SIZE(kernel_infos); i++) {
		names[i] = kernel_infos[i].name;
		all = arena_printf(a, "%s%s%s", all, i ? ", " : "", names[i]);
	}
	nearest = nearest_word(name, len, names, ARRAY_SIZE(kernel_infos));
	if (nearest)
		return arena_printf(a, "no kernel '%.*s' is known; did you mean '%s'?", (int)len,
				    name, nearest);
	return arena_printf(a, "no kernel '%.*s' is known; there are %s, and A+B for both",
			    (int)len, name, all);
}

int kernel_by_name(struct kernel_facts *ret, struct arena *a, const char *name, char **ret_trouble)
{
	struct kernel_facts facts = { .name = arena_printf(a, "kernel %s", name) };

	for (const char *part = name;; part++) {
		size_t len = strcspn(part, "+");
		const struct kernel_info *info = find_kernel(part, len);

		if (!info) {
			*ret_trouble = unknown_kernel(a, part, len);
			return -1;
		}
		facts.features |= info->features;
		part += len;
		if (!*part)
			break;
	}
	*ret = facts;
	return 0;
}

/* By BTF. */

static void note_feature(void *context, const char *name, const char *member)
{
	struct kernel_facts *facts = context;

	for (size_t i = 0; i < ARRAY_SIZE(features); i++)
		if ((features[i].kind == MEMBER) == (member != NULL) &&
		    !strcmp(features[i].name, name) &&
		    (!member || !strcmp(features[i].member, member)))
			facts->features |= 1ULL << i;
}

static const char *read_features(struct kernel_facts *facts, const unsigned char *data, size_t len)
{
	struct btf_names names;
	const char *problem = btf_open(&names, data, len);

	if (problem)
		return problem;
	return btf_walk(&names, note_feature, facts) ? NULL : "its types are damaged";
}

int kernel_by_btf(struct kernel_facts *ret, struct arena *a, const char *path, char **ret_trouble)
{
	struct kernel_facts facts = { .name = arena_printf(a, "the kernel of '%s'", path) };
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	const char *problem;
	struct stat st;
	void *data;

	if (fd < 0 || fstat(fd, &st) < 0) {
		*ret_trouble = arena_printf(a, "cannot read '%s': %s", path,
					    errno == ENOENT ? "there is no such file"
							    : strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	data = S_ISREG(st.st_mode) && st.st_size
		       ? mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0)
		       : MAP_FAILED;
	close(fd);
	if (data == MAP_FAILED) {
		*ret_trouble = arena_printf(a, "cannot use '%s': it is not a file with BTF in it",
					    path);
		return -1;
	}
	problem = read_features(&facts, data, (size_t)st.st_size);
	munmap(data, (size_t)st.st_size);
	if (problem) {
		*ret_trouble = arena_printf(a, "cannot use '%s': %s", path, problem);
		return -1;
	}
	*ret = facts;
	return 0;
}

/* Needs: the same as what mmpctl asks of the kernel that it loads on (kernel_check()). */

#define OF_A_CGROUP (HAS(CGROUP_FROM_ID) | HAS(GET_MEMCG))
#define OF_A_GLOB (HAS(OPS_ONLINE) | HAS(OPS_OFFLINE))

static uint64_t signal_needs(const struct plan_signal *s)
{
	if (s->scope == PLAN_OF_SYSTEM || s->scope == PLAN_OF_SELF)
		return 0;
	switch (signal_infos[s->id].reads) {
	case READS_VM_EVENTS:
		return OF_A_CGROUP | HAS(VM_EVENTS);
	case READS_PAGE_STATE:
		return OF_A_CGROUP | HAS(PAGE_STATE);
	case READS_MEMORY_EVENTS:
		return OF_A_CGROUP | HAS(MEMORY_EVENTS);
	case READS_USAGE:
		return OF_A_CGROUP | HAS(MEMCG_USAGE);
	case READS_HOOK:
		return OF_A_CGROUP |
		       (s->id == SIGNAL_CHARGE_RATE ? HAS(OPS_CHARGED) : HAS(OPS_UNCHARGED));
	default:
		return OF_A_CGROUP;
	}
}

/* A named cgroup has its slot from mmpctl, the matches of a glob claim theirs by hooks. */
static uint64_t group_needs(const struct plan *p, uint32_t group)
{
	if (group == PLAN_NONE)
		return 0;
	return OF_A_CGROUP |
	       (p->groups[group].is_glob && p->groups[group].is_watched ? OF_A_GLOB : 0);
}

static uint64_t expr_needs(const struct plan *p, const struct plan_expr *x)
{
	if (!x)
		return 0;
	if (x->op == PLAN_SIGNAL)
		return signal_needs(&p->signals[x->index]) |
		       group_needs(p, p->signals[x->index].group);
	if (x->op == PLAN_IN_CGROUP)
		return group_needs(p, x->index);
	return expr_needs(p, x->a) | expr_needs(p, x->b);
}

static uint64_t reclaim_needs(const struct plan_rule *r)
{
	bool is_asked = !r->reclaim.no_pace || r->is_live;

	return HAS(RECLAIM) | HAS(MEMCG_USAGE) | (is_asked ? HAS(OPS_CHARGED) : 0);
}

static uint64_t action_needs(const struct plan *p, const struct plan_rule *r)
{
	switch (r->action) {
	case ACTION_PROTECT:
		return r->protect.at_min ? HAS(OPS_BELOW_MIN) : HAS(OPS_BELOW_LOW);
	case ACTION_THROTTLE:
		return HAS(OPS_CHARGED) | expr_needs(p, r->throttle.signal);
	case ACTION_RECLAIM:
		return reclaim_needs(r);
	case ACTION_THP:
		return HAS(THP_GET_ORDER) |
		       (r->thp.kinds & 1u << THP_KIND_SWAP ? HAS(TVA_SWAP) : 0);
	case ACTION_NOTIFY:
		return 0;
	case ACTION_COUNT:
		break;
	}
	BUG("action %d", r->action);
}

/* Every policy has a sampler, which a timer starts by way of a work queue. */
uint64_t rule_needs(const struct plan *p, const struct plan_rule *r)
{
	uint64_t needs = HAS(WORKQUEUE) | action_needs(p, r) | group_needs(p, r->group);

	if (r->action == ACTION_THP && r->process != PLAN_NONE)
		needs |= group_needs(p, p->processes[r->process].group);
	return needs | expr_needs(p, r->when) | expr_needs(p, r->until) | expr_needs(p, r->call);
}

/* Lacks. */

static const char *missing_text(struct arena *a, uint64_t missing)
{
	const char *text = "";

	for (int i = 0; i < KERNEL_FEATURE_COUNT; i++)
		if (missing & 1ULL << i)
			text = arena_printf(a, "%s%s%s (%s)", text, *text ? ", " : "",
					    kernel_feature_name(a, i), features[i].help);
	return text;
}

static bool is_older(uint64_t features)
{
	return !(features & HAS(OPS_CHARGED)) && features & HAS(OPS_HIGH_DELAY);
}

/*
 * Revisions three to six ask for a delay by another name, and mmpc writes each hook for them as
 * well. What has neither name is of a revision that mmpctl attaches nothing to.
 */
static uint64_t usable(uint64_t features)
{
	if (is_older(features))
		return features | HAS(OPS_CHARGED);
	if (!(features & HAS(OPS_CHARGED)))
		return features & ~(HAS(OPS_BELOW_LOW) | HAS(OPS_BELOW_MIN) | OF_A_GLOB);
	return features;
}

static void hint_revision(struct diags *ds, struct diag *d, uint64_t missing, uint64_t features)
{
	if (is_older(features) && missing & (HAS(OPS_UNCHARGED) | HAS(RECLAIM)))
		diag_hint(ds, d, "its memory hooks are an earlier revision; memcg-v7 is needed");
	else if (missing & features)
		diag_hint(ds, d, "its memory hooks are of a revision that mmpctl does not know");
}

void check_kernel(struct arena *a, const struct plan *plan, const struct kernel_facts *k,
		  struct diags *ds)
{
	for (uint32_t i = 0; i < plan->rule_count; i++) {
		const struct plan_rule *r = &plan->rules[i];
		uint64_t missing = rule_needs(plan, r) & ~usable(k->features);
		struct diag *d;

		if (!missing)
			continue;
		d = diag_add(ds, DIAG_HOOK_MISSING, r->span, "%s lacks what this %s rule needs",
			     k->name, action_infos[r->action].word);
		if (missing & ~k->features)
			diag_hint(ds, d, "it has no %s", missing_text(a, missing & ~k->features));
		hint_revision(ds, d, missing, k->features);
	}
}
