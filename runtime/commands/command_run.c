// SPDX-License-Identifier: GPL-2.0
/* run: hold a policy in force by files, in the foreground, until a signal ends it. */
#include "commands.h"

#include "base/lang.h"
#include "base/shown.h"
#include "failure.h"
#include "files/hold.h"
#include "files/notify_socket.h"
#include "machine/cgroup.h"
#include "machine/lru.h"
#include "machine/open_files.h"
#include "object/manifest.h"
#include "options.h"
#include "output.h"
#include "plan/plan_ways.h"
#include "policy/value.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct run {
	const struct options *options;
	struct policy_file file;
	struct hold_options hold;
	char root[512];
	int64_t params[MMP_PARAMS_MAX];
	const char **paths;
};

static void note(const char *text)
{
	fprintf(stderr, "mmpctl: note: %s\n", text);
}

static int settle_name(struct run *r, struct failure *f)
{
	r->hold.name = r->options->name ? r->options->name : r->file.manifest->name;
	if (manifest_name_is_valid(r->hold.name))
		return 0;
	fail(f, STATUS_USAGE, "'%s' is not a name for a policy", r->hold.name);
	fail_hint(f, "letters, digits, '-' and '_', at most 64, and not tmp_...");
	return -1;
}

static int settle_params(struct run *r, struct failure *f)
{
	const struct manifest *m = r->file.manifest;
	const struct bindings *given = &r->options->params;
	size_t i, n;

	for (i = 0; i < m->param_count; i++)
		r->params[m->params[i].index] = m->params[i].value;
	for (i = 0; i < given->count; i++) {
		for (n = 0; n < m->param_count; n++)
			if (!strcmp(m->params[n].name, given->list[i].name))
				break;
		if (n == m->param_count)
			return value_no_param(m, given->list[i].name, f);
		if (value_parse_param(&m->params[n], given->list[i].value,
				      &r->params[m->params[n].index], f))
			return -1;
	}
	r->hold.params = r->params;
	r->hold.is_monitor = r->options->mode ? !strcmp(r->options->mode, "monitor")
					      : m->is_monitor;
	return 0;
}

static int settle_cgroups(struct run *r, struct failure *f)
{
	const struct manifest *m = r->file.manifest;
	const struct bindings *given = &r->options->cgroups;
	size_t i;

	r->paths = calloc(m->group_count + 1, sizeof(*r->paths));
	if (!r->paths)
		return fail(f, STATUS_USAGE, "out of memory");
	r->hold.paths = r->paths;
	for (i = 0; i < given->count; i++) {
		uint32_t group = manifest_find_group(m, given->list[i].name);

		if (group == MANIFEST_NONE)
			return fail(f, STATUS_USAGE, "the policy '%s' has no cgroup '%s'", m->name,
				    given->list[i].name);
		r->paths[group] = given->list[i].value;
	}
	return 0;
}

static int settle_root(struct run *r, struct failure *f)
{
	struct cgroup_mount mount;
	char full[4096];

	r->hold.root_path = r->root;
	if (r->options->root) {
		if (!realpath(r->options->root, full) || strlen(full) >= sizeof(r->root))
			return fail(f, STATUS_TARGET, "cannot use '%s' as the cgroup root",
				    r->options->root);
		strcpy(r->root, full);
		return 0;
	}
	if (cgroup_mount_open(&mount, f))
		return -1;
	strcpy(r->root, mount.path);
	cgroup_mount_close(&mount);
	return 0;
}

static int settle_end(struct run *r, struct failure *f)
{
	return r->options->duration ? value_parse_duration(r->options->duration, &r->hold.for_ns, f)
				    : 0;
}

static int settle_cpu(struct run *r, struct failure *f)
{
	const char *text = r->options->most_cpu;
	char *end;

	r->hold.most_cpu = 0.01;
	if (!text)
		return 0;
	r->hold.most_cpu = strtod(text, &end) / 100;
	if (end != text && (!*end || !strcmp(end, "%")) && r->hold.most_cpu > 0 &&
	    r->hold.most_cpu <= 1)
		return 0;
	return fail(f, STATUS_USAGE, "--cpu '%s' is not a percentage such as 2%%", text);
}

static int settle_eyes(struct run *r, struct failure *f)
{
	static const char *const kinds[] = {
		[HOLD_EYES_AUTO] = "auto", [HOLD_EYES_FILES] = "files", [HOLD_EYES_BPF] = "bpf"
	};
	const char *text = r->options->eyes;
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!text || !strcmp(text, kinds[i])) {
			r->hold.eyes = (enum hold_eyes)i;
			return 0;
		}
	return fail(f, STATUS_USAGE, "there are no eyes '%s': files, bpf or auto", text);
}

static void print_running(FILE *file, const json_t *doc)
{
	char buf[64];

	fprintf(file, "running %s: ", output_member(doc, "name", buf, sizeof(buf)));
	fprintf(file, "%s rules, ", output_member(doc, "rules", buf, sizeof(buf)));
	fprintf(file, "mode %s, by files, ", output_member(doc, "mode", buf, sizeof(buf)));
	fprintf(file, "eyes %s, ", output_member(doc, "eyes", buf, sizeof(buf)));
	fprintf(file, "process %s; Ctrl-C gives everything back\n",
		output_member(doc, "pid", buf, sizeof(buf)));
}

static void say_running(const struct run *r, const struct hold *h, struct output *out)
{
	json_t *doc = json_pack("{s:s, s:i, s:s, s:s, s:s, s:s*, s:i}", "name", r->hold.name,
				"rules", (int)r->file.manifest->rule_count, "mode",
				r->hold.is_monitor ? "monitor" : "enforce", "by", "files", "eyes",
				h->has_bpf ? "bpf" : "files", "eyes_reason",
				*h->why_files ? h->why_files : NULL, "pid", (int)getpid());

	if (h->runner.protect.is_limited)
		json_object_set_new(doc, "limited_by", json_string(h->runner.protect.limited_by));
	output_record(out, doc, print_running);
	if (h->runner.protect.is_limited)
		fprintf(out->errors,
			"mmpctl: note: '%s' is not yours to write: what is protected below it "
			"counts where a cgroup below it reclaims, not where the whole machine "
			"does\n",
			h->runner.protect.limited_by);
}

/* What rules lose by files: those that never act each by name, and never a policy of such only. */
static int check_ways(const struct run *r, struct failure *f)
{
	const struct plan *p = r->file.plan;
	uint32_t i, n, works = 0;

	for (i = 0; i < p->rule_count; i++) {
		unsigned limits = plan_file_limits(p, &p->rules[i]);

		works += plan_works_by_files(p, &p->rules[i]);
		for (n = 0; n < FILE_LIMIT_COUNT; n++)
			if (limits & 1u << n)
				shown_print(stderr, "mmpctl: note: %s %s; %s\n", p->rules[i].name,
					    file_limit_infos[n].what, file_limit_infos[n].instead);
	}
	if (works || !p->rule_count)
		return 0;
	fail(f, STATUS_UNSUPPORTED, "no rule of the policy can act by cgroup files");
	fail_hint(f, "it needs a kernel with the hooks: mmpctl load");
	return -1;
}

/* Protection at low is memory.low, which the machine may take for a hint. */
static void note_lru(const struct run *r)
{
	const struct plan *p = r->file.plan;
	uint32_t i;

	if (!lru_is_multi_gen())
		return;
	for (i = 0; i < p->rule_count; i++)
		if (plan_protects_at_low(&p->rules[i]))
			shown_print(stderr, "mmpctl: note: %s: %s; %s\n", p->rules[i].name,
				    LRU_HINT, LRU_INSTEAD);
}

static int run_policy(struct run *r, struct output *out, struct failure *f)
{
	struct hold h;

	if (hold_begin(&h, &r->file, &r->hold, f))
		return -1;
	note_lru(r);
	say_running(r, &h, out);
	notify_socket_send("READY=1");
	hold_wait(&h);
	notify_socket_send("STOPPING=1");
	if (hold_end(&h))
		return 0;
	fail(f, STATUS_UNSUPPORTED, "some old values could not be put back");
	fail_hint(f, "mmpctl unload %s tries again", r->hold.name);
	return -1;
}

int command_run(const struct options *o, struct output *out, struct failure *f)
{
	struct run *r = calloc(1, sizeof(*r));
	int error;

	if (!r)
		return fail(f, STATUS_USAGE, "out of memory");
	open_files_allow_many();
	r->options = o;
	r->hold = (struct hold_options){ .replace = o->replace, .note = note };
	error = policy_file_open(&r->file, o->operands[0], f) || settle_name(r, f) ||
		settle_params(r, f) || settle_cgroups(r, f) || settle_root(r, f) ||
		settle_cpu(r, f) || settle_eyes(r, f) || settle_end(r, f) || check_ways(r, f) ||
		run_policy(r, out, f);
	policy_file_close(&r->file);
	free(r->paths);
	free(r);
	return error ? -1 : 0;
}
