// SPDX-License-Identifier: GPL-2.0
/* Every precondition of a policy, each with the command that mends it. */
#include "base/shown.h"
#include "commands.h"

#include "machine/capability.h"
#include "machine/cgroup.h"
#include "failure.h"
#include "installed/installed.h"
#include "machine/file_way.h"
#include "machine/kernel.h"
#include "machine/lru.h"
#include "options.h"
#include "output.h"
#include "policy/attach.h"
#include "policy/setting.h"
#include "machine/thp.h"

#include <linux/magic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>

enum verdict { GOOD, NOTE, BAD };

struct finding {
	enum verdict verdict;
	char text[512];
	const char *fix; /* NULL where nothing need or can be done */
	char fix_text[640]; /* where `fix` is made for this machine */
};

struct doctor {
	struct kernel kernel;
	struct cgroup_mount mount;
	struct failure mount_failure;
};

static struct finding good(const char *text)
{
	struct finding r = { .verdict = GOOD };

	snprintf(r.text, sizeof(r.text), "%.500s", text);
	return r;
}

static struct finding trouble(enum verdict verdict, const char *text, const char *fix)
{
	struct finding r = { .verdict = verdict, .fix = fix };

	snprintf(r.text, sizeof(r.text), "%.500s", text);
	return r;
}

static struct finding check_kernel(struct doctor *d)
{
	struct finding r = { .verdict = GOOD };
	struct utsname name;

	uname(&name);
	snprintf(r.text, sizeof(r.text), "%s %s %s", name.sysname, name.release, name.machine);
	return r;
}

static struct finding check_btf(struct doctor *d)
{
	if (d->kernel.btf)
		return good("the kernel describes its types");
	return trouble(BAD, "the kernel does not describe its types",
		       "use a kernel built with CONFIG_DEBUG_INFO_BTF=y");
}

static struct finding check_memcg_hooks(struct doctor *d)
{
	switch (d->kernel.memcg) {
	case MEMCG_SHAPE_CHARGED:
		return good(kernel_memcg_words(&d->kernel));
	case MEMCG_SHAPE_HIGH_DELAY:
		return trouble(NOTE, kernel_memcg_words(&d->kernel),
			       "'reclaim' and charge rates need a kernel with the newest posting");
	default:
		return trouble(
			BAD, kernel_memcg_words(&d->kernel),
			"for protect, throttle and reclaim: boot a kernel with the "
			"memory-controller BPF series (no release has it; see tests/kernel)");
	}
}

static struct finding check_thp_hooks(struct doctor *d)
{
	if (kernel_has(&d->kernel, NEED_BIT(GET_ORDER)))
		return good("present");
	return trouble(NOTE, "absent",
		       "for thp rules: boot a kernel with the huge-page BPF series (no release has "
		       "it; see tests/kernel)");
}

/* An interface that no rule uses yet. */
static struct finding check_candidate(struct doctor *d, const struct attach_info *info)
{
	char text[256];

	if (!kernel_has(&d->kernel, 1ULL << info->need)) {
		snprintf(text, sizeof(text), "not in this kernel (%s)", info->type);
		return good(text);
	}
	snprintf(text, sizeof(text), "present (%s); no rule of this mmpc uses it yet", info->type);
	return trouble(NOTE, text, NULL);
}

/* What the samplers of most policies call. */
static uint64_t kernel_statistics(void)
{
	return NEEDS_OF_A_CGROUP | NEED_BIT(PUT_MEMCG) | NEED_BIT(ROOT_MEMCG) |
	       NEED_BIT(VM_EVENTS) | NEED_BIT(PAGE_STATE) | NEED_BIT(MEMORY_EVENTS) |
	       NEED_BIT(FLUSH);
}

static struct finding check_kfuncs(struct doctor *d)
{
	uint64_t missing = kernel_statistics() & ~d->kernel.has;
	char text[512] = "";
	int i;

	for (i = 0; i < NEED_COUNT; i++)
		if (missing & 1ULL << i)
			snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s",
				 text[0] ? ", " : "missing: ", need_name((enum kernel_need)i));
	if (!missing)
		return good("all are there");
	return trouble(BAD, text, need_hint(NEED_GET_MEMCG));
}

static struct finding check_workqueues(struct doctor *d)
{
	if (kernel_has(&d->kernel, NEED_BIT(WORKQUEUE)))
		return good("BPF workqueues are there");
	return trouble(BAD, "BPF workqueues are missing", need_hint(NEED_WORKQUEUE));
}

static struct finding check_exact(struct doctor *d)
{
	if (kernel_has(&d->kernel, NEED_BIT(FLUSH_EXACT) | NEED_BIT(START_EXACT)))
		return good("counters are flushed exactly before each reading");
	return trouble(NOTE, "counters move in steps of up to 2 s; rates lag by that much", NULL);
}

static struct finding check_reclaim(struct doctor *d)
{
	if (d->kernel.has & NEED_BIT(PROACTIVE_RECLAIM) && d->kernel.memcg == MEMCG_SHAPE_NONE)
		return good(
			"background reclaim is there (bpf_proactive_reclaim): without pace, and "
			"triggered at ticks, since there is no hook for charges");
	if (kernel_has(&d->kernel, NEED_BIT(RECLAIM)))
		return good("background reclaim is there");
	return trouble(NOTE, "background reclaim is missing",
		       "for reclaim rules: boot a kernel with the memory-controller BPF series");
}

static struct finding check_cgroup2(struct doctor *d)
{
	char text[1200];

	if (d->mount.fd >= 0 && !strcmp(d->mount.root, "/"))
		return good(d->mount.path);
	snprintf(text, sizeof(text), "%s shows only '%s' of the tree", d->mount.path,
		 d->mount.root);
	if (d->mount.fd >= 0)
		return trouble(NOTE, text,
			       "for policies on cgroups elsewhere: mount -t cgroup2 none "
			       "/sys/fs/cgroup");
	return trouble(BAD, d->mount_failure.text, "mount -t cgroup2 none /sys/fs/cgroup");
}

static struct finding check_controller(struct doctor *d)
{
	char path[600], line[512];
	struct finding r;

	if (d->mount.fd < 0)
		return trouble(BAD, "unknown without a mount", NULL);
	snprintf(path, sizeof(path), "%s/cgroup.controllers", d->mount.path);
	if (!strstr(setting_line(path, line, sizeof(line)), "memory"))
		return trouble(BAD, "not available to cgroup2", CGROUP_MEMORY_FIX);
	snprintf(path, sizeof(path), "%s/cgroup.subtree_control", d->mount.path);
	if (strstr(setting_line(path, line, sizeof(line)), "memory"))
		return good("enabled");
	r = trouble(NOTE, "available, but not enabled for the mount's children", "");
	snprintf(r.fix_text, sizeof(r.fix_text), "echo +memory > %s", path);
	return r;
}

static struct finding check_psi(struct doctor *d)
{
	if (kernel_has(&d->kernel, NEED_BIT(PSI)))
		return good("measured");
	return trouble(NOTE, "off: conditions on psi stay unknown", need_hint(NEED_PSI));
}

static struct finding check_thp_mode(struct doctor *d)
{
	char words[512];

	if (!thp_mode(words, sizeof(words))[0])
		return trouble(
			NOTE, "this kernel has no transparent huge pages",
			"for thp rules: use a kernel built with CONFIG_TRANSPARENT_HUGEPAGE=y");
	if (!thp_is_off())
		return good(thp_words(words, sizeof(words)));
	return trouble(NOTE, "never: thp rules cannot act",
		       "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled");
}

/* Adds the processes of a policy that asked for no huge pages. */
static int name_refusing(struct installed *p, void *arg)
{
	const json_t *list = json_object_get(p->record, "attachments"), *entry;
	char *text = arg;
	size_t i, len, size = 512;

	json_array_foreach (list, i, entry) {
		pid_t pid = (pid_t)json_integer_value(json_object_get(entry, "pid"));

		len = strlen(text);
		if (pid && thp_is_refused_by(pid))
			snprintf(text + len, size - len, "%s%d of '%s'", len ? ", " : "process ",
				 pid, p->name);
	}
	return 0;
}

static struct finding check_thp_processes(struct doctor *d)
{
	struct failure f = { 0 };
	char text[512] = "";

	if (installed_each(name_refusing, text, &f))
		return trouble(NOTE, f.text, "run mmpctl as root");
	if (!text[0])
		return good("none that a policy manages has switched them off");
	return trouble(
		NOTE, text,
		"it called prctl(PR_SET_THP_DISABLE), or a parent did: thp rules cannot act on it");
}

static struct finding check_bpffs(struct doctor *d)
{
	struct statfs fs;

	if (!statfs(PIN_BPFFS, &fs) && fs.f_type == BPF_FS_MAGIC)
		return good(PIN_BPFFS);
	return trouble(BAD, "not mounted on " PIN_BPFFS, "mount -t bpf bpf " PIN_BPFFS);
}

static struct finding check_capabilities(struct doctor *d)
{
	if (!capability_has_bpf() || !capability_has_perfmon())
		return trouble(BAD, "CAP_BPF and CAP_PERFMON are needed to load",
			       "run mmpctl as root");
	if (!capability_has_admin())
		return trouble(NOTE,
			       "enough to load; naming the owner of a conflict needs CAP_SYS_ADMIN",
			       NULL);
	return good("all that is needed");
}

static struct finding check_lockdown(struct doctor *d)
{
	char mode[64];

	setting_chosen("/sys/kernel/security/lockdown", mode, sizeof(mode));
	if (!mode[0] || !strcmp(mode, "none"))
		return good("none");
	if (!strcmp(mode, "integrity"))
		return good("integrity, which does not matter here");
	return trouble(BAD, "confidentiality: BPF may not read kernel memory",
		       "boot without lockdown=confidentiality");
}

static int name_leftover(struct installed *p, void *arg)
{
	char *text = arg;
	size_t len = strlen(text), size = 512;

	if (p->condition != INSTALLED_WHOLE)
		snprintf(text + len, size - len, "%s%s (%s)", len ? ", " : "", p->name,
			 installed_condition_words(p));
	else if (installed_dead_links(p))
		snprintf(text + len, size - len, "%s%s (%zu of %zu links dead)", len ? ", " : "",
			 p->name, installed_dead_links(p), p->link_count);
	return 0;
}

static struct finding check_leftovers(struct doctor *d)
{
	struct failure f = { 0 };
	char text[512] = "";

	if (installed_each(name_leftover, text, &f))
		return trouble(NOTE, f.text, "run mmpctl as root");
	if (!text[0])
		return good("none");
	return trouble(BAD, text, "mmpctl unload NAME, or --all");
}

/* Protection at low holds on either LRU, memory.low itself does not. */
static struct finding check_lru(struct doctor *d)
{
	if (!lru_is_multi_gen())
		return good("the classic LRU: protection at low is memory.low's");
	if (d->kernel.memcg != MEMCG_SHAPE_NONE)
		return good(LRU_BY_HOOKS);
	return trouble(NOTE, LRU_HINT, LRU_INSTEAD);
}

static const struct check {
	const char *name;
	struct finding (*run)(struct doctor *d);
} checks[] = {
	{ "kernel", check_kernel },
	{ "type information", check_btf },
	{ "memory-controller hooks", check_memcg_hooks },
	{ "huge-page hooks", check_thp_hooks },
	{ "memory statistics", check_kfuncs },
	{ "workqueues", check_workqueues },
	{ "exact rates", check_exact },
	{ "reclaim", check_reclaim },
	{ "LRU", check_lru },
	{ "cgroup2", check_cgroup2 },
	{ "memory controller", check_controller },
	{ "pressure", check_psi },
	{ "huge pages", check_thp_mode },
	{ "huge pages, processes", check_thp_processes },
	{ "bpf file system", check_bpffs },
	{ "capabilities", check_capabilities },
	{ "lockdown", check_lockdown },
	{ "leftovers", check_leftovers },
};

/* For `mmpc --check --kernel FILE.json`, elsewhere. */
static json_t *list_needs(uint64_t has)
{
	json_t *words = json_array();
	int i;

	for (i = 0; i < NEED_COUNT; i++)
		if (has & 1ULL << i)
			json_array_append_new(words, json_string(need_infos[i].word));
	return words;
}

/* What a rule of the action needs: the hooks, for signals of cgroups and for acting. */
static bool works_by_hooks(const struct doctor *d, enum action a)
{
	uint64_t needs = NEEDS_OF_A_CGROUP;

	switch (a) {
	case ACTION_PROTECT:
		needs |= NEED_BIT(BELOW_LOW);
		break;
	case ACTION_THROTTLE:
		needs |= NEED_BIT(CHARGED);
		break;
	case ACTION_RECLAIM:
		needs |= NEED_BIT(CHARGED) | NEED_BIT(RECLAIM);
		break;
	case ACTION_THP:
		needs = NEED_BIT(GET_ORDER);
		break;
	default: /* notify asks for no hook: what it needs is in the kernel, or is not */
		return false;
	}
	return kernel_has(&d->kernel, needs);
}

/* Sampler and state machines: notify needs nothing else, and `run` can have its eyes there. */
static bool decides_in_kernel(const struct doctor *d)
{
	return kernel_has(&d->kernel,
			  NEEDS_OF_A_CGROUP | NEED_BIT(VM_EVENTS) | NEED_BIT(WORKQUEUE));
}

/* By which way which action works on this machine. */
static json_t *list_ways(const struct doctor *d)
{
	const char *eyes = decides_in_kernel(d) ? "bpf" : "files";
	json_t *list = json_array();
	int a;

	for (a = 0; a < ACTION_COUNT; a++) {
		bool hooks = works_by_hooks(d, (enum action)a);
		bool kernel = a == ACTION_NOTIFY && decides_in_kernel(d);
		bool files = file_way_works(&d->mount, (enum action)a);

		json_array_append_new(list,
				      json_pack("{s:s, s:s, s:s, s:s, s:s}", "action",
						action_infos[a].word, "hooks", hooks ? "load" : "-",
						"kernel", kernel ? "load" : "-", "files",
						files ? "run" : "-", "eyes", files ? eyes : "-"));
	}
	return list;
}

static void print_ways(FILE *file, const json_t *doc)
{
	static const struct output_column columns[] = { { "ACTION", "action", 0 },
							{ "BY HOOKS", "hooks", 0 },
							{ "IN THE KERNEL", "kernel", 0 },
							{ "BY FILES", "files", 0 },
							{ "ITS EYES", "eyes", 0 } };

	fprintf(file, "\n");
	output_table(file, json_object_get(doc, "ways"), columns,
		     sizeof(columns) / sizeof(columns[0]));
}

static void print_checks(FILE *file, const json_t *doc)
{
	const json_t *list = json_object_get(doc, "checks"), *c;
	size_t i;

	json_array_foreach (list, i, c) {
		const char *fix = json_string_value(json_object_get(c, "fix"));

		shown_print(file, "%-5s %-24s ", json_string_value(json_object_get(c, "verdict")),
			    json_string_value(json_object_get(c, "name")));
		output_clean(file, json_string_value(json_object_get(c, "text")));
		fputc('\n', file);
		if (fix)
			shown_print(file, "%30s = fix: %s\n", "", fix);
	}
	print_ways(file, doc);
}

static void add_finding(json_t *list, const char *name, const struct finding *r)
{
	static const char *const verdicts[] = { [GOOD] = "ok", [NOTE] = "note", [BAD] = "bad" };

	json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s*}", "name", name, "verdict",
					      verdicts[r->verdict], "text", r->text, "fix",
					      r->fix_text[0] ? r->fix_text : r->fix));
}

static void add_candidates(json_t *list, struct doctor *d)
{
	const struct attach_info *info;

	for (info = attach_infos; info < attach_infos + ATTACH_KIND_COUNT; info++) {
		struct finding r;

		if (info->attach)
			continue;
		r = check_candidate(d, info);
		add_finding(list, info->title, &r);
	}
}

int command_doctor(const struct options *o, struct output *out, struct failure *f)
{
	struct doctor d = { .mount.fd = -1 };
	json_t *list = json_array(), *ways;
	bool is_bad = false;
	size_t i;

	kernel_probe(&d.kernel);
	cgroup_mount_open(&d.mount, &d.mount_failure);
	for (i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		struct finding r = checks[i].run(&d);

		is_bad |= r.verdict == BAD;
		add_finding(list, checks[i].name, &r);
	}
	add_candidates(list, &d);
	ways = list_ways(&d);
	cgroup_mount_close(&d.mount);
	kernel_finish(&d.kernel);
	output_document(out,
			json_pack("{s:b, s:o, s:o, s:o}", "usable", !is_bad, "checks", list, "has",
				  list_needs(d.kernel.has), "ways", ways),
			print_checks);
	return is_bad ? STATUS_UNSUPPORTED : STATUS_OK;
}
