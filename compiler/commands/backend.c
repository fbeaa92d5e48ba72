// SPDX-License-Identifier: GPL-2.0
#include "backend.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/output_file.h"
#include "emit/clang.h"
#include "emit/emit.h"
#include "options.h"

static int trouble(struct compilation *c, const char *output, int error)
{
	c->trouble = arena_printf(&c->arena, "cannot write '%s': %s", output, strerror(error));
	return STATUS_USAGE;
}

static int write_text(struct compilation *c, const char *text, const char *output)
{
	struct output_file out;
	int error = output_file_begin(&out, output);

	if (!error) {
		fputs(text, out.stream);
		error = output_file_end(&out, true);
	}
	return error ? trouble(c, output, -error) : STATUS_OK;
}

static int write_standard_output(struct compilation *c, const char *text)
{
	if (fputs(text, stdout) < 0 || fflush(stdout))
		return trouble(c, "standard output", errno);
	return STATUS_OK;
}

static int status_of(int error)
{
	return error == -ENOENT || error == -ENOEXEC || error == -EINVAL || error == -EINTR
		       ? STATUS_CLANG
		       : STATUS_USAGE;
}

static int write_plan(struct compilation *c, const struct options *o, const char *output)
{
	char *text = emit_c(&c->arena, c->plan, &c->diags);
	const char *problem = NULL;
	int error;

	if (!text) {
		diags_sort(&c->diags);
		return STATUS_ERRORS;
	}
	if (o->emit == EMIT_C)
		return o->output ? write_text(c, text, output) : write_standard_output(c, text);
	error = clang_compile(&c->arena, &c->sources, text, output, &problem);
	if (!error)
		return STATUS_OK;
	c->trouble = arena_strdup(&c->arena, problem);
	return status_of(error);
}

int backend_compile(struct compilation *c, const struct options *o, const char *path,
		    const char *output)
{
	int status = compile_front(c, &o->compile, path);

	return status ? status : write_plan(c, o, output);
}
