// SPDX-License-Identifier: GPL-2.0
#include "replay_input.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/shown.h"
#include "outputs.h"

#define PROGRESS_AFTER_NS 1000000000

int replay_input_usage(const struct replay_input *in, const char *what, const char *text)
{
	shown_print(stderr, "mmpc %s: %s '%s'\n", in->command, what, text);
	return STATUS_USAGE;
}

static bool is_twice(const struct replay_input *in, uint32_t which)
{
	for (uint32_t i = 0; i < which; i++)
		if (!strcmp(in->traces[i], in->traces[which]))
			return true;
	return false;
}

int replay_input_operands(struct replay_input *in, int argc, char **argv)
{
	if (argc - optind < 2) {
		fprintf(stderr, "mmpc %s: give a policy and a trace; try 'mmpc %s --help'\n",
			in->command, in->command);
		return STATUS_USAGE;
	}
	in->policy = argv[optind];
	in->traces = argv + optind + 1;
	in->trace_count = (uint32_t)(argc - optind - 1);
	for (uint32_t i = 1; i < in->trace_count; i++)
		if (is_twice(in, i))
			return replay_input_usage(in, "this trace is given twice:", in->traces[i]);
	return -1;
}

int replay_input_policy(const struct replay_input *in, struct compilation *c)
{
	int status = compile_front(c, &in->front.compile, in->policy);
	struct report_unit unit = { .sources = &c->sources, .diags = &c->diags };

	if (status == STATUS_ERRORS)
		report_write(&in->front.report, stderr, &unit, 1);
	if (c->trouble)
		shown_print(stderr, "mmpc %s: %s\n", in->command, c->trouble);
	return status;
}

int replay_input_trace(const struct replay_input *in, struct compilation *c, uint32_t which,
		       struct trace *trace)
{
	const char *path = in->traces[which], *trouble = NULL;
	bool is_stdin = !strcmp(path, "-"), is_right;
	FILE *file = is_stdin ? stdin : fopen(path, "re");

	if (!file) {
		shown_print(stderr, "mmpc %s: cannot read '%s': %s\n", in->command, path,
			    source_error(-errno));
		return STATUS_USAGE;
	}
	is_right = trace_read(&c->arena, c->plan, file, is_stdin ? "<stdin>" : path, trace,
			      &trouble);
	if (!is_stdin)
		fclose(file);
	if (is_right)
		return STATUS_OK;
	shown_print(stderr, "%s\n", trouble);
	return STATUS_USAGE;
}

void replay_input_strangers(const struct replay_input *in, const struct trace *trace)
{
	for (uint32_t i = 0; i < trace->column_count; i++)
		if (!trace->columns[i].is_of_policy)
			shown_print(stderr, "mmpc %s: column '%s' is of no cgroup of the policy\n",
				    in->command, trace->columns[i].name);
}

int replay_input_outputs(const struct replay_input *in, struct compilation *c, bool is_json,
			 const char *drawing)
{
	struct file_uses uses = { 0 };
	char *trouble = NULL;

	outputs_read_policy(&uses, c);
	for (uint32_t i = 0; i < in->trace_count; i++)
		file_uses_read(&uses, in->traces[i]);
	if (is_json)
		trouble = outputs_write(&uses, &c->arena, "-");
	if (drawing && !trouble)
		trouble = outputs_write(&uses, &c->arena, drawing);
	file_uses_finish(&uses);
	if (trouble)
		shown_print(stderr, "mmpc %s: %s\n", in->command, trouble);
	return trouble ? STATUS_USAGE : STATUS_OK;
}

void replay_progress(void *who, uint64_t rows)
{
	struct replay_progress *p = who;
	int64_t now = clock_now_ns();
	uint64_t percent;

	p->done += rows;
	if (!p->began_ns)
		p->began_ns = now;
	if (now - p->began_ns < PROGRESS_AFTER_NS || !isatty(STDERR_FILENO))
		return;
	percent = p->done * 100 / p->all;
	fprintf(stderr, "\rmmpc %s: %3u %%", p->command, (unsigned)(percent < 100 ? percent : 100));
	p->is_shown = true;
}

void replay_progress_end(struct replay_progress *p)
{
	if (p->is_shown)
		fputs("\r\033[K", stderr);
}
