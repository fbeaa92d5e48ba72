// SPDX-License-Identifier: GPL-2.0
/* mmpc describe: what a policy would do where, before it is loaded. */
#include "command.h"

#include <stdio.h>
#include <string.h>
#include "base/shown.h"

#include "options.h"
#include "describe.h"
#include "emit/emit.h"
#include "plan_shown.h"

static const char usage_text[] =
	"usage: mmpc describe [--format=text|json] [--kernel files] FILE.mmp|-\n"
	"\n"
	"Says in words what the policy would attach where and when its rules act. As JSON it is "
	"the\n"
	"manifest that a compiled policy carries. Takes -I and -D as check does. --kernel files "
	"says\n"
	"also what each rule loses on a kernel without the hooks.\n"
	"\n"
	"  --config FILE           read the defaults there, not in the nearest .mmpc.conf above\n"
	"  --no-config             read no .mmpc.conf\n";

static int describe(const struct options *o, bool by_files, struct compilation *c)
{
	int status = compile_front(c, &o->compile, o->files[0]);
	struct report_unit unit = { o->files[0], &c->sources, &c->diags, c->trouble };
	struct report report = { .format = REPORT_TEXT, .max_findings = o->report.max_findings };

	if (c->trouble)
		shown_print(stderr, "mmpc describe: %s\n", c->trouble);
	if (c->diags.errors)
		report_write(&report, stderr, &unit, 1);
	if (!c->plan)
		return status;
	if (c->config.kernel && !o->compile.has_own_kernel)
		by_files = !strcmp(c->config.kernel, "files");
	if (o->report.format == REPORT_JSON)
		puts(manifest_json(&c->arena, c->plan));
	if (o->report.format == REPORT_TEXT) {
		plan_make_shown(&c->arena, c->plan);
		describe_text(stdout, c->plan);
		if (by_files)
			describe_files(stdout, c->plan);
	}
	return STATUS_OK;
}

int command_describe(int argc, char **argv)
{
	struct compilation c;
	struct options o;
	bool by_files = false;
	int status;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) {
			fputs(usage_text, stdout);
			return STATUS_OK;
		}
	}
	status = options_parse(&o, argc, argv, true);
	if (status < 0 && o.compile.kernel && strcmp(o.compile.kernel, "files") != 0) {
		fputs("mmpc describe: --kernel takes 'files'; other kernels are for --check\n",
		      stderr);
		status = STATUS_USAGE;
	}
	if (status < 0 && o.file_count != 1) {
		fputs("mmpc describe: one file at a time\n", stderr);
		status = STATUS_USAGE;
	}
	if (status < 0) {
		by_files = o.compile.kernel;
		o.compile.has_own_kernel = by_files;
		o.compile.kernel = NULL;
		o.compile.is_check_only = false; /* it wants the plan, with its names */
		compilation_init(&c, &o.compile);
		status = describe(&o, by_files, &c);
		compilation_finish(&c);
	}
	options_finish(&o);
	return status;
}
