// SPDX-License-Identifier: GPL-2.0
#include "kernel.h"

#include "failure.h"
#include "object/manifest.h"

#include <bpf/btf.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define RECLAIM_KFUNC "bpf_try_to_free_mem_cgroup_pages"

static const struct btf_type *find_type(const struct btf *btf, const char *name, unsigned kind)
{
	int id = btf ? btf__find_by_name_kind(btf, name, kind) : -1;

	return id > 0 ? btf__type_by_id(btf, (__u32)id) : NULL;
}

static bool has_member(const struct btf *btf, const char *type_name, const char *member)
{
	const struct btf_type *type = find_type(btf, type_name, BTF_KIND_STRUCT);
	int i;

	for (i = 0; type && i < btf_vlen(type); i++)
		if (!strcmp(btf__name_by_offset(btf, btf_members(type)[i].name_off), member))
			return true;
	return false;
}

static bool has_struct(const struct btf *btf, const char *name)
{
	return find_type(btf, name, BTF_KIND_STRUCT) != NULL;
}

/* The name alone proves nothing: a struct may exist without being registered as struct_ops. */
static enum memcg_shape probe_memcg(const struct btf *btf)
{
	if (!has_struct(btf, "bpf_struct_ops_memcg_bpf_ops"))
		return MEMCG_SHAPE_NONE;
	if (has_member(btf, "memcg_bpf_ops", "memcg_charged"))
		return MEMCG_SHAPE_CHARGED;
	if (has_member(btf, "memcg_bpf_ops", "get_high_delay_ms"))
		return MEMCG_SHAPE_HIGH_DELAY;
	return MEMCG_SHAPE_UNKNOWN;
}

void kernel_probe_btf(struct kernel *k, struct btf *btf)
{
	k->btf = btf;
	k->memcg = probe_memcg(btf);
	k->has_thp = has_struct(btf, "bpf_struct_ops_bpf_thp_ops") &&
		     has_member(btf, "bpf_thp_ops", "thp_get_order");
	k->has_mthp = has_struct(btf, "bpf_struct_ops_bpf_mthp_ops");
}

void kernel_probe(struct kernel *k)
{
	kernel_probe_btf(k, btf__load_vmlinux_btf());
}

void kernel_finish(struct kernel *k)
{
	btf__free(k->btf);
	k->btf = NULL;
}

bool kernel_has_hook(const struct kernel *k, const char *hook)
{
	static const char memcg[] = "memcg_bpf_ops.", thp[] = "bpf_thp_ops.";

	if (!strncmp(hook, thp, strlen(thp)))
		return k->has_thp;
	if (strncmp(hook, memcg, strlen(memcg)) != 0)
		return false;
	hook += strlen(memcg);
	if (k->memcg == MEMCG_SHAPE_CHARGED)
		return has_member(k->btf, "memcg_bpf_ops", hook);
	if (k->memcg == MEMCG_SHAPE_HIGH_DELAY) /* there a delay is asked for by another name */
		return !strcmp(hook, "memcg_charged") || has_member(k->btf, "memcg_bpf_ops", hook);
	return false;
}

bool kernel_has_kfunc(const struct kernel *k, const char *name)
{
	return find_type(k->btf, name, BTF_KIND_FUNC) != NULL;
}

static bool has_psi(const struct kernel *k)
{
	return !access("/proc/pressure/memory", R_OK);
}

static bool has_wq(const struct kernel *k)
{
	return kernel_has_kfunc(k, "bpf_wq_init") &&
	       (kernel_has_kfunc(k, "bpf_wq_set_callback") ||
		kernel_has_kfunc(k, "bpf_wq_set_callback_impl"));
}

static bool has_symbol(const char *wanted)
{
	FILE *file = fopen("/proc/kallsyms", "re");
	char line[512], name[256];
	bool found = false;

	while (file && !found && fgets(line, sizeof(line), file))
		found = sscanf(line, "%*s %*s %255s", name) == 1 && !strcmp(name, wanted);
	if (file)
		fclose(file);
	return found;
}

static bool has_psi_system(const struct kernel *k)
{
	return has_psi(k) && has_symbol("psi_system");
}

static bool has_vm_stat(const struct kernel *k)
{
	return has_symbol("vm_zone_stat") && has_symbol("totalreserve_pages");
}

static bool has_swap_count(const struct kernel *k)
{
	return has_symbol("nr_swap_pages");
}

static const struct kernel_feature {
	const char *name;
	bool (*test)(const struct kernel *k);
	const char *lack; /* "this kernel ..." */
	const char *hint;
} kernel_features[] = {
	{ "psi", has_psi, "does not measure memory pressure (PSI is off)",
	  "boot with psi=1, on a kernel built with CONFIG_PSI=y" },
	{ "psi_system", has_psi_system, "does not show the system's memory pressure to BPF",
	  "boot with psi=1, on a kernel built with CONFIG_PSI=y and CONFIG_KALLSYMS_ALL=y" },
	{ "mem_available", has_vm_stat, "does not show its free memory to BPF",
	  "use a kernel built with CONFIG_KALLSYMS_ALL=y" },
	{ "swap_free", has_swap_count, "does not show its free swap to BPF",
	  "use a kernel built with CONFIG_KALLSYMS_ALL=y and CONFIG_SWAP=y" },
	{ "bpf_wq", has_wq, "has no BPF workqueues", "use Linux 6.10 or newer" },
};

static const struct kernel_feature *find_feature(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(kernel_features) / sizeof(kernel_features[0]); i++)
		if (!strcmp(kernel_features[i].name, name))
			return &kernel_features[i];
	return NULL;
}

bool kernel_has(const struct kernel *k, const char *need)
{
	const struct kernel_feature *feature = find_feature(need);

	return feature ? feature->test(k) : kernel_has_kfunc(k, need);
}

static int lacks_need(const char *need, struct failure *f)
{
	const struct kernel_feature *feature = find_feature(need);

	if (feature) {
		fail(f, STATUS_UNSUPPORTED, "this kernel %s", feature->lack);
		fail_hint(f, "%s", feature->hint);
		return -1;
	}
	fail(f, STATUS_UNSUPPORTED,
	     "this kernel lacks '%s', which the policy's signals or actions need", need);
	if (!strcmp(need, RECLAIM_KFUNC))
		fail_hint(f,
			  "'reclaim' needs a kernel with the memory-controller BPF series, in its "
			  "seventh posting");
	else if (!strncmp(need, "bpf_mem_cgroup_", 15) || !strcmp(need, "bpf_get_mem_cgroup"))
		fail_hint(f, "use Linux 7.0 or newer");
	else
		fail_hint(f, "use a newer kernel; 'mmpctl doctor' lists what this one has");
	return -1;
}

static void place_first(const struct manifest *m, const char *action, struct failure *f)
{
	size_t i;

	for (i = 0; i < m->rule_count; i++)
		if (!strcmp(m->rules[i].action, action)) {
			fail_at(f, m->rules[i].file, m->rules[i].line);
			return;
		}
}

static int lacks_hook(const struct kernel *k, const char *hook, struct failure *f)
{
	const char *member = strchr(hook, '.');
	bool is_thp = !strncmp(hook, "bpf_thp_ops.", 12);

	member = member ? member + 1 : hook;
	if (!is_thp && k->memcg != MEMCG_SHAPE_NONE) {
		fail(f, STATUS_UNSUPPORTED,
		     "this kernel's memory-controller hooks are an older version, without '%s'",
		     member);
		fail_hint(f, "use a kernel with the series' seventh posting");
		return -1;
	}
	fail(f, STATUS_UNSUPPORTED, "this kernel has no hook '%s'%s", member,
	     is_thp ? "" : " for memory cgroups");
	fail_hint(f,
		  "no released kernel has it yet: boot one with the %s BPF series, as tests/kernel "
		  "builds",
		  is_thp ? "huge-page" : "memory-controller");
	return -1;
}

static bool uses_hook(const struct manifest_rule *r, const char *member)
{
	if (!strncmp(member, "below_", 6))
		return !strcmp(r->action, "protect");
	return !strcmp(r->action, "throttle") || !strcmp(r->action, "reclaim");
}

static void place_group(const struct manifest *m, uint32_t group, const char *hook,
			struct failure *f)
{
	const struct manifest_rule *rule = manifest_rule_of_group(m, group);
	const char *member = strchr(hook, '.');
	size_t i;

	member = member ? member + 1 : hook;
	for (i = 0; i < m->rule_count; i++)
		if (m->rules[i].group == group && uses_hook(&m->rules[i], member)) {
			rule = &m->rules[i];
			break;
		}
	if (rule)
		fail_at(f, rule->file, rule->line);
	else /* its charges are only read */
		fail_at(f, m->groups[group].file, m->groups[group].line);
}

/* The manifest may write a hook with its type or without. */
static const char *full_hook(const json_t *name, char *buf, size_t size)
{
	const char *text = json_string_value(name);

	snprintf(buf, size, "%s%s", strchr(text, '.') ? "" : "memcg_bpf_ops.", text);
	return buf;
}

static int check_groups(const struct kernel *k, const struct manifest *m, struct failure *f)
{
	const json_t *name;
	char hook[128];
	uint32_t g;
	size_t i;

	for (g = 0; g < m->group_count; g++)
		json_array_foreach (m->groups[g].hooks, i, name) {
			if (kernel_has_hook(k, full_hook(name, hook, sizeof(hook))))
				continue;
			lacks_hook(k, hook, f);
			place_group(m, g, hook, f);
			return -1;
		}
	return 0;
}

static int check_hooks(const struct kernel *k, const struct manifest *m, struct failure *f)
{
	const json_t *name;
	char hook[128];
	size_t i;

	json_array_foreach (m->hooks, i, name) {
		if (kernel_has_hook(k, full_hook(name, hook, sizeof(hook))))
			continue;
		lacks_hook(k, hook, f);
		place_first(m, "thp", f);
		return -1;
	}
	return 0;
}

int kernel_check(const struct kernel *k, const struct manifest *m, struct failure *f)
{
	const json_t *need;
	size_t i;

	if (!k->btf) {
		fail(f, STATUS_UNSUPPORTED, "this kernel does not describe its types (BTF)");
		fail_hint(f, "use a kernel built with CONFIG_DEBUG_INFO_BTF=y");
		return -1;
	}
	if (check_groups(k, m, f) || check_hooks(k, m, f))
		return -1;
	json_array_foreach (m->needs, i, need) {
		if (kernel_has(k, json_string_value(need)))
			continue;
		lacks_need(json_string_value(need), f);
		if (!strcmp(json_string_value(need), RECLAIM_KFUNC))
			place_first(m, "reclaim", f);
		return -1;
	}
	return 0;
}

const char *kernel_memcg_words(const struct kernel *k)
{
	switch (k->memcg) {
	case MEMCG_SHAPE_NONE:
		return "absent";
	case MEMCG_SHAPE_CHARGED:
		return "present (charge and uncharge hooks, the series' 7th posting)";
	case MEMCG_SHAPE_HIGH_DELAY:
		return "present (an older version, the series' 3rd to 6th posting)";
	case MEMCG_SHAPE_UNKNOWN:
		return "present, in a version that this mmpctl does not know";
	}
	return "";
}
