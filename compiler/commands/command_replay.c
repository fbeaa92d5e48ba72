// SPDX-License-Identifier: GPL-2.0
/* mmpc replay: what a policy would have done on recorded signals. */
#include "command.h"

#include <getopt.h>
#include <string.h>

#include "base/output_file.h"
#include "base/shown.h"
#include "replay/replay.h"
#include "replay_input.h"
#include "sweep_option.h"

#define SWEEP_STEPS 20
#define SWEEP_STEPS_OF_TWO 8

static const char usage_text[] =
	"usage: mmpc replay FILE.mmp TRACE.csv|-\n"
	"       mmpc replay --sweep PARAM=LOW..HIGH[:STEPS] FILE.mmp TRACE.csv...\n"
	"\n"
	"  --sweep RANGE     try a param at 20 values, or STEPS, from LOW to HIGH; twice: two "
	"params\n"
	"  --format=FORMAT   text (default) or json\n"
	"  --svg FILE        draw it, too: signals and states over time, or the sweep's curves;\n"
	"                    '-' is standard output\n"
	"  -D NAME=VALUE     give a define or a param another value\n"
	"  -I DIR            where included files are looked for, too\n"
	"  --config FILE     read the defaults there, not in the nearest .mmpc.conf above\n"
	"  --no-config       read no .mmpc.conf\n"
	"\n"
	"'mmpctl record' writes traces; their format is described in docs/traces.md.\n";

struct replay_options {
	struct replay_input in;
	bool is_json;
	const char *svg, *sweeps[SWEEP_AXES];
	uint32_t sweep_count;
};

static int add_sweep(struct replay_options *o, const char *text)
{
	if (o->sweep_count == SWEEP_AXES)
		return replay_input_usage(&o->in,
					  "--sweep can be given twice, not a third time:", text);
	o->sweeps[o->sweep_count++] = text;
	return -1;
}

static int parse_one(struct replay_options *o, int option)
{
	switch (option) {
	case 'f':
		o->is_json = !strcmp(optarg, "json");
		if (o->is_json || !strcmp(optarg, "text"))
			return -1;
		return replay_input_usage(&o->in, "--format is text or json, not", optarg);
	case 's':
		o->svg = optarg;
		return -1;
	case 'w':
		return add_sweep(o, optarg);
	case 'D':
	case OPTION_CONFIG:
	case OPTION_NO_CONFIG:
	case 'I':
		return options_take_input(&o->in.front, option, optarg);
	default: /* 'h' */
		fputs(usage_text, stdout);
		return STATUS_OK;
	}
}

static int parse(struct replay_options *o, int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "format", required_argument, NULL, 'f' }, { "svg", required_argument, NULL, 's' },
		{ "sweep", required_argument, NULL, 'w' },  OPTIONS_INPUT_LONG,
		{ "help", no_argument, NULL, 'h' },	    { 0 }
	};
	int option, status;

	optind = opterr = 0;
	while ((option = getopt_long(argc, argv, ":" OPTIONS_INPUT "h", long_options, NULL)) >= 0) {
		status = option == ':' || option == '?'
				 ? options_refused(argv[0], option, argv, long_options)
				 : parse_one(o, option);
		if (status >= 0)
			return status;
	}
	status = replay_input_operands(&o->in, argc, argv);
	if (status < 0 && !o->sweep_count && o->in.trace_count > 1)
		return replay_input_usage(&o->in,
					  "several traces are for --sweep; here one is too many:",
					  o->in.traces[1]);
	return status;
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
}

/* What people read goes to standard error where standard output is the drawing's. */
static FILE *text_output(const struct replay_options *o)
{
	return o->svg && !strcmp(o->svg, "-") ? stderr : stdout;
}

static int written(int error, const char *path)
{
	if (!error)
		return STATUS_OK;
	shown_print(stderr, "mmpc replay: cannot write '%s': %s\n", path, strerror(-error));
	return STATUS_USAGE;
}

static int draw(const struct replay_options *o, struct arena *a, const struct replay *r,
		const struct sweep *s)
{
	const char *more = o->in.trace_count > 1 ? " and others" : "";
	const char *title = arena_printf(a, "%s on %s%s", o->in.policy, o->in.traces[0], more);
	struct output_file out;
	int error = output_file_begin(&out, o->svg);

	if (error)
		return written(error, o->svg);
	if (s)
		sweep_svg(out.stream, s, title);
	else
		timeline_svg(out.stream, &r->recording, title);
	return written(output_file_end(&out, true), o->svg);
}

static int run_once(const struct replay_options *o, struct compilation *c)
{
	struct replay replay;
	struct trace trace;
	int status = replay_input_trace(&o->in, c, 0, &trace), err = 0;

	if (status != STATUS_OK)
		return status;
	replay_run(&c->arena, c->plan, &trace, &replay);
	print_gaps(&replay);
	replay_input_strangers(&o->in, &trace);
	if (o->is_json)
		err = replay_write_json(stdout, &replay);
	else
		replay_print(text_output(o), &replay);
	if (err)
		fputs("mmpc replay: writing the results failed\n", stderr);
	return o->svg ? draw(o, &c->arena, &replay, NULL) : STATUS_OK;
}

static int read_axes(const struct replay_options *o, struct compilation *c, struct sweep *s)
{
	uint32_t steps = o->sweep_count > 1 ? SWEEP_STEPS_OF_TWO : SWEEP_STEPS;
	const char *trouble;

	for (s->axis_count = 0; s->axis_count < o->sweep_count; s->axis_count++)
		if (!sweep_option_read(&c->arena, c->plan, o->sweeps[s->axis_count], steps,
				       &s->axes[s->axis_count], &trouble)) {
			shown_print(stderr, "mmpc replay: %s\n", trouble);
			return STATUS_USAGE;
		}
	if (s->axis_count > 1 && s->axes[0].param == s->axes[1].param)
		return replay_input_usage(&o->in, "this param is swept already:", o->sweeps[1]);
	if ((uint64_t)s->axes[0].count * sweep_lines(s) > SWEEP_POINTS_MAX)
		return replay_input_usage(&o->in,
					  "together that is more than 10000 points:", o->sweeps[1]);
	return STATUS_OK;
}

static int begin_sweep(const struct replay_options *o, struct compilation *c, struct sweep *s)
{
	int status = read_axes(o, c, s);

	if (status != STATUS_OK || sweep_begin(s, &c->arena, c->plan))
		return status;
	return replay_input_usage(&o->in, "no rule whose state a trace decides reads the param of",
				  o->sweeps[0]);
}

static int run_sweep(const struct replay_options *o, struct compilation *c)
{
	struct replay_progress progress = { .command = "replay" };
	struct trace *traces = arena_array(&c->arena, struct trace, o->in.trace_count);
	struct sweep s = { 0 };
	int status = begin_sweep(o, c, &s), err = 0;

	for (uint32_t i = 0; status == STATUS_OK && i < o->in.trace_count; i++) {
		status = replay_input_trace(&o->in, c, i, &traces[i]);
		progress.all += traces[i].rows;
	}
	if (status != STATUS_OK)
		return status;
	s.variants.progress = replay_progress;
	s.variants.who = &progress;
	for (uint32_t i = 0; i < o->in.trace_count; i++)
		sweep_trace(&s, &c->arena, &traces[i]);
	replay_progress_end(&progress);
	sweep_end(&s, &c->arena);
	if (o->is_json)
		err = sweep_write_json(stdout, &s);
	else
		sweep_print(text_output(o), &s);
	if (err)
		fputs("mmpc replay: writing the results failed\n", stderr);
	return o->svg ? draw(o, &c->arena, NULL, &s) : STATUS_OK;
}

static int run(const struct replay_options *o, struct compilation *c)
{
	int status = replay_input_policy(&o->in, c);

	if (status == STATUS_OK)
		status = replay_input_outputs(&o->in, c, o->is_json, o->svg);
	if (status != STATUS_OK)
		return status;
	return o->sweep_count ? run_sweep(o, c) : run_once(o, c);
}

int command_replay(int argc, char **argv)
{
	struct replay_options o = { .in.command = "replay" };
	struct compilation c;
	int status;

	options_init(&o.in.front, argc);
	status = parse(&o, argc, argv);
	if (status < 0) {
		compilation_init(&c, &o.in.front.compile);
		status = run(&o, &c);
		compilation_finish(&c);
	}
	options_finish(&o.in.front);
	return status;
}
