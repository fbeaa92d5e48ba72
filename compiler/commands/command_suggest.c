// SPDX-License-Identifier: GPL-2.0
/* mmpc suggest: numbers for a policy's thresholds, from recorded signals. */
#include "command.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/shown.h"
#include "replay/suggest.h"
#include "replay_input.h"

static const char usage_text[] =
	"usage: mmpc suggest FILE.mmp TRACE.csv...\n"
	"\n"
	"For each threshold of the policy: what its signal was in the traces, and at which numbers "
	"the\n"
	"rule would have been active 0.1, 1 and 5 % of the time, with how often it would have "
	"changed.\n"
	"\n"
	"  --format=FORMAT   text (default) or json\n"
	"  -D NAME=VALUE     give a define or a param another value\n"
	"  -I DIR            where included files are looked for, too\n"
	"  --config FILE     read the defaults there, not in the nearest .mmpc.conf above\n"
	"  --no-config       read no .mmpc.conf\n"
	"\n"
	"'mmpctl record' writes traces. 'mmpc replay --sweep' tries a param at many values.\n";

struct suggest_options {
	struct replay_input in;
	bool is_json;
};

static int parse_one(struct suggest_options *o, int option)
{
	switch (option) {
	case 'f':
		o->is_json = !strcmp(optarg, "json");
		if (o->is_json || !strcmp(optarg, "text"))
			return -1;
		return replay_input_usage(&o->in, "--format is text or json, not", optarg);
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

static int parse(struct suggest_options *o, int argc, char **argv)
{
	static const struct option long_options[] = { { "format", required_argument, NULL, 'f' },
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
	return replay_input_operands(&o->in, argc, argv);
}

static int read_traces(const struct suggest_options *o, struct compilation *c, struct trace *traces,
		       uint64_t *ret_rows)
{
	int status = STATUS_OK;

	for (uint32_t i = 0; status == STATUS_OK && i < o->in.trace_count; i++) {
		status = replay_input_trace(&o->in, c, i, &traces[i]);
		if (status == STATUS_OK)
			*ret_rows += traces[i].rows;
	}
	return status;
}

/* A threshold after another: how many passes each needs is not known beforehand. */
static void suggest_all(struct suggest *s, struct arena *a)
{
	struct replay_progress progress = { .command = "suggest", .all = s->count };

	for (uint32_t i = 0; i < s->count; i++) {
		suggest_one(s, a, i);
		replay_progress(&progress, 1);
	}
	replay_progress_end(&progress);
}

static int write_results(const struct suggest_options *o, const struct suggest *s, struct arena *a)
{
	if (!o->is_json) {
		suggest_print(stdout, s, a);
		return STATUS_OK;
	}
	if (!suggest_write_json(stdout, s, a))
		return STATUS_OK;
	fputs("mmpc suggest: writing the results failed\n", stderr);
	return STATUS_USAGE;
}

static int run(const struct suggest_options *o, struct compilation *c)
{
	struct trace *traces = arena_array(&c->arena, struct trace, o->in.trace_count);
	struct suggest s = { .traces = traces,
			     .trace_count = o->in.trace_count,
			     .sources = &c->sources };
	int status = replay_input_policy(&o->in, c);
	uint64_t rows = 0;

	if (status == STATUS_OK)
		status = replay_input_outputs(&o->in, c, o->is_json, NULL);
	if (status == STATUS_OK)
		status = read_traces(o, c, traces, &rows);
	if (status != STATUS_OK)
		return status;
	s.plan = c->plan;
	suggest_begin(&s, &c->arena);
	if (!s.count) {
		shown_print(stderr,
			    "mmpc suggest: '%s' compares no signal with a number in a rule that a "
			    "trace decides\n",
			    o->in.policy);
		return STATUS_USAGE;
	}
	suggest_all(&s, &c->arena);
	return write_results(o, &s, &c->arena);
}

int command_suggest(int argc, char **argv)
{
	struct suggest_options o = { .in.command = "suggest" };
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
