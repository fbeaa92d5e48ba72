// SPDX-License-Identifier: GPL-2.0
/* mmpc replay: what a policy would have done on recorded signals. */
#include "command.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "base/output_file.h"
#include "base/shown.h"
#include "options.h"
#include "outputs.h"
#include "replay/replay.h"

static const char usage_text[] =
	"usage: mmpc replay FILE.mmp TRACE.csv|-\n"
	"\n"
	"  --format=FORMAT   text (default) or json\n"
	"  --svg FILE        draw signals and states over time, too; '-' is standard output\n"
	"  -D NAME=VALUE     give a define or a param another value\n"
	"  -I DIR            where included files are looked for, too\n"
	"  --config FILE     read the defaults there, not in the nearest .mmpc.conf above\n"
	"  --no-config       read no .mmpc.conf\n"
	"\n"
	"'mmpctl record' writes traces; their format is described in docs/traces.md.\n";

struct replay_options {
	struct options front;
	bool is_json;
	const char *svg, *policy, *trace;
};

static int usage_error(const char *what, const char *text)
{
	shown_print(stderr, "mmpc replay: %s '%s'\n", what, text);
	return STATUS_USAGE;
}

static int parse_one(struct replay_options *o, int option)
{
	switch (option) {
	case 'f':
		o->is_json = !strcmp(optarg, "json");
		if (o->is_json || !strcmp(optarg, "text"))
			return -1;
		return usage_error("--format is text or json, not", optarg);
	case 's':
		o->svg = optarg;
		return -1;
	case 'D':
	case OPTION_CONFIG:
	case OPTION_NO_CONFIG:
	case 'I':
		return options_take_input(&o->front, option, optarg);
	default: /* 'h' */
		fputs(usage_text, stdout);
		return STATUS_OK;
	}
}

static int parse(struct replay_options *o, int argc, char **argv)
{
	static const struct option long_options[] = { { "format", required_argument, NULL, 'f' },
						      { "svg", required_argument, NULL, 's' },
						      OPTIONS_INPUT_LONG,
						      { "help", no_argument, NULL, 'h' },
						      { 0 } };
	int option, status;

	optind = opterr = 0;
	while ((option = getopt_long(argc, argv, ":" OPTIONS_INPUT "h", long_options, NULL)) >= 0) {
		status = option == ':' || option == '?'
				 ? options_refused(argv[0], option, argv, long_options)
				 : parse_one(o, option);
		if (status >= 0)
			return status;
	}
	if (argc - optind != 2) {
		fputs("mmpc replay: give a policy and a trace; try 'mmpc replay --help'\n", stderr);
		return STATUS_USAGE;
	}
	o->policy = argv[optind];
	o->trace = argv[optind + 1];
	return -1;
}

static int read_policy(const struct replay_options *o, struct compilation *c)
{
	int status = compile_front(c, &o->front.compile, o->policy);
	struct report_unit unit = { .sources = &c->sources, .diags = &c->diags };

	if (status == STATUS_ERRORS)
		report_write(&o->front.report, stderr, &unit, 1);
	if (c->trouble)
		shown_print(stderr, "mmpc replay: %s\n", c->trouble);
	return status;
}

static int read_trace(const struct replay_options *o, struct compilation *c, struct trace *trace)
{
	bool is_stdin = !strcmp(o->trace, "-");
	FILE *in = is_stdin ? stdin : fopen(o->trace, "re");
	const char *trouble = NULL;
	bool is_right;

	if (!in) {
		shown_print(stderr, "mmpc replay: cannot read '%s': %s\n", o->trace,
			    source_error(-errno));
		return STATUS_USAGE;
	}
	is_right = trace_read(&c->arena, c->plan, in, is_stdin ? "<stdin>" : o->trace, trace,
			      &trouble);
	if (!is_stdin)
		fclose(in);
	if (is_right)
		return STATUS_OK;
	shown_print(stderr, "%s\n", trouble);
	return STATUS_USAGE;
}

static int write_svg(const struct replay_options *o, struct arena *a, const struct replay *r)
{
	struct output_file out;
	int error = output_file_begin(&out, o->svg);

	if (error)
		return error;
	timeline_svg(out.stream, &r->recording, arena_printf(a, "%s on %s", o->policy, o->trace));
	return output_file_end(&out, true);
}

/* Names without a window and without the mark of a share. */
static bool is_one_signal(const char *a, const char *b)
{
	size_t len = strcspn(a, "[%");

	return len == strcspn(b, "[%") && !strncmp(a, b, len);
}

static void print_missing(const struct replay *r, const char *name)
{
	for (uint32_t i = 0; i < r->trace->column_count; i++) {
		if (r->trace->columns[i].known || !is_one_signal(r->trace->columns[i].name, name))
			continue;
		shown_print(stderr,
			    "mmpc replay: the trace has no sample of '%s' (all %u fields are "
			    "empty): it is unknown throughout\n",
			    name, r->trace->rows);
		return;
	}
	shown_print(stderr, "mmpc replay: '%s' is not in the trace: it is unknown throughout\n",
		    name);
}

/* What was not looked at, so that nobody takes silence for an answer. */
static void print_gaps(const struct replay *r)
{
	for (const char **name = r->missing; *name; name++)
		print_missing(r, *name);
	for (uint32_t i = 0; i < r->trace->column_count; i++)
		if (!r->trace->columns[i].is_of_policy)
			shown_print(stderr,
				    "mmpc replay: column '%s' is of no cgroup of the policy\n",
				    r->trace->columns[i].name);
}

/* The drawing goes onto neither the policy, its includes, the trace nor the results. */
static int check_outputs(const struct replay_options *o, struct compilation *c)
{
	struct file_uses uses = { 0 };
	char *trouble = NULL;

	outputs_read_policy(&uses, c);
	file_uses_read(&uses, o->trace);
	if (o->is_json)
		trouble = outputs_write(&uses, &c->arena, "-");
	if (o->svg && !trouble)
		trouble = outputs_write(&uses, &c->arena, o->svg);
	file_uses_finish(&uses);
	if (trouble)
		shown_print(stderr, "mmpc replay: %s\n", trouble);
	return trouble ? STATUS_USAGE : STATUS_OK;
}

/* What people read goes to standard error where standard output is the drawing's. */
static FILE *text_output(const struct replay_options *o)
{
	return o->svg && !strcmp(o->svg, "-") ? stderr : stdout;
}

static int run(const struct replay_options *o, struct compilation *c)
{
	struct replay replay;
	struct trace trace;
	int status = read_policy(o, c);
	int err;

	if (status == STATUS_OK)
		status = check_outputs(o, c);
	if (status == STATUS_OK)
		status = read_trace(o, c, &trace);
	if (status != STATUS_OK)
		return status;
	replay_run(&c->arena, c->plan, &trace, &replay);
	print_gaps(&replay);
	if (o->is_json)
		err = replay_write_json(stdout, &replay);
	else
		err = (replay_print(text_output(o), &replay), 0);
	if (err)
		fputs("mmpc replay: writing the results failed\n", stderr);
	err = o->svg ? write_svg(o, &c->arena, &replay) : 0;
	if (!err)
		return STATUS_OK;
	shown_print(stderr, "mmpc replay: cannot write '%s': %s\n", o->svg, strerror(-err));
	return STATUS_USAGE;
}

int command_replay(int argc, char **argv)
{
	struct replay_options o = { 0 };
	struct compilation c;
	int status;

	options_init(&o.front, argc);
	status = parse(&o, argc, argv);
	if (status < 0) {
		compilation_init(&c, &o.front.compile);
		status = run(&o, &c);
		compilation_finish(&c);
	}
	options_finish(&o.front);
	return status;
}
