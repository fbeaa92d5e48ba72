// SPDX-License-Identifier: GPL-2.0
/* mmpc compile and mmpc check: run the stages over each file and report. */
#include "command.h"

#include <stdlib.h>
#include <string.h>
#include "check/attach_plan.h"
#include "base/bug.h"
#include "base/shown.h"
#include "backend.h"
#include "options.h"
#include "outputs.h"
#include "plan/plan.h"

/* Errors come before findings at the fail level; what is wrong with a file before both. */
static int final_status(const struct options *o, const struct compilation *c, int status)
{
	enum diag_level from = o->is_fail_level_given || !c->config.fail_level
				       ? o->fail_level
				       : c->config.fail_level;

	if (status)
		return status;
	if ((from <= DIAG_WARNING && c->diags.warnings) ||
	    (from <= DIAG_NOTE && c->diags.note_count))
		return STATUS_FAIL_LEVEL;
	return STATUS_OK;
}

/* Of several files' statuses the gravest is the run's: a file that cannot be read, then errors. */
static int graver(int a, int b)
{
	static const int order[] = { STATUS_USAGE, STATUS_ERRORS, STATUS_CLANG, STATUS_FAIL_LEVEL };

	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		if (a == order[i] || b == order[i])
			return order[i];
	return a ? a : b;
}

static int report_all(const struct options *o, const struct compilation *all)
{
	struct report_unit *units = calloc(o->file_count, sizeof(*units));
	FILE *out = o->compile.is_check_only || o->report.format != REPORT_TEXT ? stdout : stderr;
	int err;

	if (!units)
		NO_MEMORY();
	for (unsigned i = 0; i < o->file_count; i++)
		units[i] = (struct report_unit){ o->files[i], &all[i].sources, &all[i].diags,
						 all[i].trouble };
	err = report_write(&o->report, out, units, o->file_count);
	free(units);
	for (unsigned i = 0; i < o->file_count; i++)
		if (all[i].trouble)
			shown_print(stderr, "mmpc: %s\n", all[i].trouble);
	if (err)
		fputs("mmpc: writing the report failed\n", stderr);
	return err ? STATUS_USAGE : STATUS_OK;
}

/* --together: what the files' policies would be to each other, were they all loaded. */
static void check_together(const struct options *o, struct compilation *all, int *statuses)
{
	struct attach_plan plan;

	attach_plan_init(&plan, &all[0].arena);
	for (unsigned i = 0; i < o->file_count; i++)
		if (all[i].plan)
			attach_plan_add(&plan, all[i].plan, &all[i].diags, o->files[i]);
	attach_plan_check(&plan);
	for (unsigned i = 0; i < o->file_count; i++) {
		diags_sort(&all[i].diags);
		if (all[i].diags.errors && !statuses[i])
			statuses[i] = STATUS_ERRORS;
	}
}

/* The tree is for looking at what was understood, errors or not. */
static bool is_written(const struct options *o, const struct compilation *c, int status)
{
	return !status || (o->emit == EMIT_AST && c->ast);
}

/* Before the first file is written: what would be lost. */
static bool are_outputs_free(const struct options *o, struct compilation *all, int *statuses)
{
	struct file_uses uses = { 0 };
	bool is_free = true;

	if (o->report.format != REPORT_TEXT)
		outputs_write(&uses, &all[0].arena, "-");
	for (unsigned i = 0; i < o->file_count; i++)
		outputs_read_policy(&uses, &all[i]);
	for (unsigned i = 0; i < o->file_count; i++) {
		const char *output = backend_output(&all[i].arena, o, o->files[i]);
		char *trouble = NULL;

		/* Texts on standard output follow each other. */
		if (is_written(o, &all[i], statuses[i]) &&
		    (o->emit == EMIT_OBJECT || o->output || o->report.format != REPORT_TEXT))
			trouble = outputs_write(&uses, &all[i].arena, output);
		if (!trouble)
			continue;
		all[i].trouble = trouble;
		statuses[i] = STATUS_USAGE;
		is_free = false;
	}
	file_uses_finish(&uses);
	return is_free;
}

static void write_all(const struct options *o, struct compilation *all, int *statuses)
{
	if (!are_outputs_free(o, all, statuses))
		return;
	for (unsigned i = 0; i < o->file_count; i++) {
		struct compilation *c = &all[i];
		int status;

		if (!is_written(o, c, statuses[i]))
			continue;
		status = backend_write(c, o, backend_output(&c->arena, o, o->files[i]));
		statuses[i] = statuses[i] ? statuses[i] : status;
	}
}

static int run(const struct options *o)
{
	struct compilation *all = calloc(o->file_count, sizeof(*all));
	int *statuses = calloc(o->file_count, sizeof(*statuses));
	int status = STATUS_OK;

	if (!all || !statuses)
		NO_MEMORY();
	for (unsigned i = 0; i < o->file_count; i++) {
		compilation_init(&all[i], &o->compile);
		statuses[i] = compile_front(&all[i], &o->compile, o->files[i]);
	}
	if (o->is_together && o->file_count)
		check_together(o, all, statuses);
	if (!o->compile.is_check_only)
		write_all(o, all, statuses);
	for (unsigned i = 0; i < o->file_count; i++)
		status = graver(status, final_status(o, &all[i], statuses[i]));
	status = graver(report_all(o, all), status);
	for (unsigned i = 0; i < o->file_count; i++)
		compilation_finish(&all[i]);
	free(all);
	free(statuses);
	return status;
}

static int command(int argc, char **argv, bool is_check, bool is_for_here)
{
	struct options o;
	int status = options_parse(&o, argc, argv, is_check);

	o.compile.has_own_kernel = is_for_here;
	if (status < 0)
		status = run(&o);
	options_finish(&o);
	return status;
}

int command_compile(int argc, char **argv)
{
	return command(argc, argv, false, false);
}

int command_check(int argc, char **argv)
{
	return command(argc, argv, true, false);
}

int compile_for_here(int argc, char **argv)
{
	return command(argc, argv, false, true);
}
