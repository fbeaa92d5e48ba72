// SPDX-License-Identifier: GPL-2.0
#include "kernels.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "btf.h"
#include "plan/plan_ways.h"
#include "report/diag.h"

/* By name: one of the table, or several joined by '+'. */

static const struct kernel_info *find_kernel(const char *name, size_t len)
{
	for (size_t i = 0; i < kernel_count; i++)
		if (strlen(kernel_infos[i].name) == len &&
		    !strncmp(kernel_infos[i].name, name, len))
			return &kernel_infos[i];
	return NULL;
}

static char *unknown_kernel(struct arena *a, const char *name, size_t len)
{
	const char **names = arena_array(a, const char *, kernel_count), *nearest, *all = "";

	for (size_t i = 0; i < kernel_count; i++) {
		names[i] = kernel_infos[i].name;
		all = arena_printf(a, "%s%s%s", all, i ? ", " : "", names[i]);
	}
	nearest = nearest_word(name, len, names, kernel_count);
	if (nearest)
		return arena_printf(a, "no kernel '%.*s' is known; did you mean '%s'?", (int)len,
				    name, nearest);
	return arena_printf(a, "no kernel '%.*s' is known; there are %s, and A+B for both",
			    (int)len, name, all);
}

/* By the report of mmpctl doctor on a machine. */

static bool is_report(const char *name, size_t len)
{
	static const char end[] = ".json";

	return len > strlen(end) && !strncmp(name + len - strlen(end), end, strlen(end));
}

static int add_report(struct kernel_facts *facts, struct arena *a, const char *path,
		      char **ret_trouble)
{
	json_error_t error = { .text = "" };
	json_t *report = json_load_file(path, 0, &error), *words, *word;
	size_t i;

	words = json_object_get(report, "has");
	if (!json_is_array(words)) {
		*ret_trouble =
			arena_printf(a, "cannot use '%s': %s", path,
				     report ? "it is not what 'mmpctl doctor --format=json' writes"
					    : error.text);
		json_decref(report);
		return -1;
	}
	json_array_foreach (words, i, word) {
		enum kernel_need n = NEED_COUNT;

		if (json_is_string(word))
			n = need_find(json_string_value(word));
		if (n != NEED_COUNT) /* a newer mmpctl knows more */
			facts->has |= 1ULL << n;
	}
	json_decref(report);
	return 0;
}

static int add_kernel(struct kernel_facts *facts, struct arena *a, const char *name, size_t len,
		      char **ret_trouble)
{
	const struct kernel_info *info;

	if (is_report(name, len))
		return add_report(facts, a, arena_strndup(a, name, len), ret_trouble);
	info = find_kernel(name, len);
	if (!info) {
		*ret_trouble = unknown_kernel(a, name, len);
		return -1;
	}
	facts->has |= kernel_info_has(info);
	return 0;
}

int kernel_by_name(struct kernel_facts *ret, struct arena *a, const char *name, char **ret_trouble)
{
	struct kernel_facts facts = { .name = arena_printf(a, "kernel %s", name) };

	for (const char *part = name;; part++) {
		size_t len = strcspn(part, "+");

		if (add_kernel(&facts, a, part, len, ret_trouble))
			return -1;
		part += len;
		if (!*part)
			break;
	}
	*ret = facts;
	return 0;
}

/* By BTF. */

/* Whether BTF's name, or a struct's member, is the need that has that name. */
static bool is_named(const struct need_info *need, const char *name, const char *member)
{
	const char *words = *need->names ? need->names : need->word;
	size_t len = strlen(name);

	if (need->kind == FUNCTION || need->kind == ENUMERATOR)
		return !member && !strcmp(words, name);
	return need->kind == STRUCT_MEMBER && member && !strncmp(words, name, len) &&
	       words[len] == '.' && !strcmp(words + len + 1, member);
}

static void note_need(void *context, const char *name, const char *member)
{
	struct kernel_facts *facts = context;

	for (int i = 0; i < NEED_COUNT; i++)
		if (is_named(&need_infos[i], name, member))
			facts->has |= 1ULL << i;
}

static const char *read_features(struct kernel_facts *facts, const unsigned char *data, size_t len)
{
	struct btf_names names;
	const char *problem = btf_open(&names, data, len);

	if (problem)
		return problem;
	return btf_walk(&names, note_need, facts) ? NULL : "its types are damaged";
}

int kernel_by_btf(struct kernel_facts *ret, struct arena *a, const char *path, char **ret_trouble)
{
	struct kernel_facts facts = { .name = arena_printf(a, "the kernel of '%s'", path),
				      .has = needs_beyond_btf() };
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

/* Lacks. */

static const char *missing_text(struct arena *a, uint64_t missing)
{
	const char *text = "";

	for (int i = 0; i < NEED_COUNT; i++)
		if (missing & 1ULL << i)
			text = arena_printf(a, "%s%s%s (%s)", text, *text ? ", " : "", need_name(i),
					    need_infos[i].what);
	return text;
}

static void hint_revision(struct diags *ds, struct diag *d, uint64_t missing, uint64_t has)
{
	uint64_t later = NEED_BIT(UNCHARGED) | NEED_BIT(RECLAIM);

	if (needs_are_older(has) && missing & later)
		diag_hint(ds, d, "its memory hooks are an earlier revision; memcg-v7 is needed");
	else if (missing & has)
		diag_hint(ds, d, "its hooks are of a revision that mmpctl does not know");
}

/* Another interface of its kind does not help as long as no code is written for it. */
static void hint_other(struct arena *a, struct diags *ds, struct diag *d, uint64_t missing,
		       uint64_t has)
{
	uint64_t others = has & NEEDS_WITHOUT_TEMPLATE;
	bool is_hook = false;

	for (int h = 0; h < HOOK_COUNT; h++)
		is_hook = is_hook || missing & hook_need((enum hook)h);
	if (is_hook && others)
		diag_hint(ds, d, "it has %s, which no rule can use yet", missing_text(a, others));
}

void check_kernel(struct arena *a, const struct plan *plan, const struct kernel_facts *k,
		  struct diags *ds)
{
	for (uint32_t i = 0; i < plan->rule_count; i++) {
		const struct plan_rule *r = &plan->rules[i];
		uint64_t missing = plan_rule_needs(plan, r) & ~needs_usable(k->has);
		struct diag *d;

		if (!missing)
			continue;
		d = diag_add(ds, DIAG_HOOK_MISSING, r->span, "%s lacks what this %s rule needs",
			     k->name, action_infos[r->action].word);
		if (missing & ~k->has)
			diag_hint(ds, d, "it has no %s", missing_text(a, missing & ~k->has));
		hint_revision(ds, d, missing, k->has);
		hint_other(a, ds, d, missing, k->has);
	}
}

static void report_limit(const struct plan_rule *r, enum file_limit limit, struct diags *ds)
{
	const struct file_limit_info *info = &file_limit_infos[limit];
	struct diag *d = diag_add(ds, info->is_nothing ? DIAG_HOOK_MISSING : DIAG_FILES_LESS,
				  r->span, "by cgroup files this %s rule %s",
				  action_infos[r->action].word, info->what);

	diag_hint(ds, d, "%s", info->instead);
}

/* Which LRU the machine uses is not known here, and it is the same for all rules. */
static void report_low(const struct plan *plan, struct diags *ds)
{
	const struct plan_rule *first = NULL;
	uint32_t others = 0;
	struct diag *d;

	for (uint32_t i = 0; i < plan->rule_count; i++) {
		if (!plan_protects_at_low(&plan->rules[i]))
			continue;
		others += first != NULL;
		if (!first)
			first = &plan->rules[i];
	}
	if (!first)
		return;
	d = diag_add(ds, DIAG_LOW_IS_A_HINT, first->span,
		     "by cgroup files this is memory.low, which the multi-generational LRU takes "
		     "for a hint where the whole machine runs short; while the machine has room, "
		     "memory.min stands beside it there");
	if (others)
		diag_hint(ds, d, "so it is for %u more %s", others, others > 1 ? "rules" : "rule");
	diag_hint(ds, d,
		  "below a cgroup with a memory.max it is memory.low alone; 'at min' is always "
		  "kept; 'mmpctl doctor' reports which LRU a machine uses");
}

void check_files(const struct plan *plan, struct diags *ds)
{
	report_low(plan, ds);
	for (uint32_t i = 0; i < plan->rule_count; i++) {
		unsigned limits = plan_file_limits(plan, &plan->rules[i]);

		for (int n = 0; n < FILE_LIMIT_COUNT; n++)
			if (limits & 1u << n)
				report_limit(&plan->rules[i], (enum file_limit)n, ds);
	}
}
