// SPDX-License-Identifier: GPL-2.0
#include "backend.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/output_file.h"
#include "emit/clang.h"
#include "emit/emit.h"
#include "options.h"
#include "plan/plan.h"
#include "plan_shown.h"

static int trouble(struct compilation *c, const char *output, int error)
{
	c->trouble = arena_printf(&c->arena, "cannot write '%s': %s", output, strerror(error));
	return STATUS_USAGE;
}

static void print_tree(FILE *out, const struct compilation *c, const char *text)
{
	ast_print(out, c->ast);
}

static void print_plan(FILE *out, const struct compilation *c, const char *text)
{
	plan_make_shown((struct arena *)&c->arena, c->plan);
	plan_print(out, c->plan);
}

static void print_text(FILE *out, const struct compilation *c, const char *text)
{
	fputs(text, out);
}

static void (*const printers[EMIT_COUNT])(FILE *, const struct compilation *, const char *) = {
	[EMIT_AST] = print_tree,
	[EMIT_PLAN] = print_plan,
	[EMIT_MANIFEST] = print_text,
	[EMIT_C] = print_text,
};

static int write_text(struct compilation *c, enum emit emit, const char *text, const char *output)
{
	struct output_file out;
	int error = output_file_begin(&out, output);

	if (!error) {
		printers[emit](out.stream, c, text);
		error = output_file_end(&out, true);
	}
	return error ? trouble(c, output, -error) : STATUS_OK;
}

static int status_of(int error)
{
	return error == -ENOENT || error == -ENOEXEC || error == -EINVAL || error == -EINTR
		       ? STATUS_CLANG
		       : STATUS_USAGE;
}

static int write_object(struct compilation *c, const char *text, const char *output)
{
	const char *problem = NULL;
	int error = clang_compile(&c->arena, &c->sources, text, output, &problem);

	if (!error)
		return STATUS_OK;
	c->trouble = arena_strdup(&c->arena, problem);
	return status_of(error);
}

const char *backend_output(struct arena *a, const struct options *o, const char *path)
{
	const char *base = strrchr(path, '/');
	size_t len;
	bool is_file = o->emit == EMIT_OBJECT || o->emit == EMIT_MANIFEST;

	if (o->output || !is_file)
		return o->output ? o->output : "-";
	base = base ? base + 1 : path;
	if (!strcmp(path, "-"))
		base = "policy";
	len = strlen(base);
	if (len > 4 && !strcmp(base + len - 4, ".mmp"))
		len -= 4;
	return arena_printf(a, "%.*s%s", (int)len, base,
			    o->emit == EMIT_MANIFEST ? ".plan.json" : ".bpf.o");
}

/* NULL where a part cannot be compiled yet. */
static char *text_of(struct compilation *c, const struct options *o)
{
	if (o->emit != EMIT_MANIFEST)
		return emit_c(&c->arena, c->plan, &c->sources, &c->diags);
	return emit_check(&c->arena, c->plan, &c->diags) ? manifest_json(&c->arena, c->plan) : NULL;
}

int backend_write(struct compilation *c, const struct options *o, const char *output)
{
	char *text = NULL;

	if (o->emit != EMIT_AST && !c->plan)
		return STATUS_ERRORS;
	if (o->emit != EMIT_AST && o->emit != EMIT_PLAN) {
		text = text_of(c, o);
		if (!text) {
			diags_sort(&c->diags);
			return STATUS_ERRORS;
		}
	}
	return text && o->emit == EMIT_OBJECT ? write_object(c, text, output)
					      : write_text(c, o->emit, text, output);
}
