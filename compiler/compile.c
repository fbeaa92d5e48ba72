// SPDX-License-Identifier: GPL-2.0
#include "compile.h"

#include <errno.h>
#include <string.h>
#include "check/check.h"
#include "check/kernels.h"
#include "emit/emit.h"
#include "lower/lower.h"
#include "parse/parse.h"
#include "plan/limits.h"
#include "plan/plan.h"
#include "resolve/resolve.h"
#include "check/suppress.h"

void compilation_init(struct compilation *c, const struct compile_options *o)
{
	*c = (struct compilation){ 0 };
	arena_init(&c->arena);
	sources_init(&c->sources, &c->arena);
	c->sources.include_dirs = o->include_dirs;
	c->sources.overlay = o->overlay;
	diags_init(&c->diags, &c->arena);
	memcpy(c->diags.levels, o->levels, sizeof(c->diags.levels));
}

void compilation_finish(struct compilation *c)
{
	arena_finish(&c->arena);
	*c = (struct compilation){ 0 };
}

static bool is_of_tests(const char *path)
{
	size_t len = strlen(path);

	return len > 5 && !strcmp(path + len - 5, ".mmpt");
}

/* A NUL byte is a mistake in the text and has a place; all else is about the file. */
static int read_file(struct compilation *c, const char *path)
{
	uint32_t bad;
	int file;

	if (is_of_tests(path)) {
		c->trouble = arena_printf(&c->arena,
					  "'%s' has tests of a policy: run 'mmpc test %s'", path,
					  path);
		return STATUS_USAGE;
	}
	file = sources_read(&c->sources, path, &bad);
	if (file == -EILSEQ) {
		c->file = c->sources.count - 1;
		diag_add(&c->diags, DIAG_BAD_CHARACTER, (struct span){ c->file, bad, bad },
			 "the text contains a NUL byte");
		return STATUS_ERRORS;
	}
	if (file < 0) {
		c->trouble = arena_printf(&c->arena, "cannot read '%s': %s", path,
					  source_error(file));
		return STATUS_USAGE;
	}
	c->file = (uint32_t)file;
	return STATUS_OK;
}

static void put_levels(struct compilation *c, const struct compile_options *o)
{
	const struct config *f = &c->config;
	struct diags ds;

	diags_profile(&ds, o->has_profile ? o->profile : f->profile);
	config_levels(ds.levels, f->levels, f->level_count);
	config_levels(ds.levels, o->level_changes, o->level_change_count);
	memcpy(c->diags.levels, ds.levels, sizeof(ds.levels));
}

static void put_include_dirs(struct compilation *c, const struct compile_options *o)
{
	const char *const *given = o->include_dirs;
	const char **dirs;
	unsigned count = 0;

	while (given && given[count])
		count++;
	dirs = arena_array(&c->arena, const char *, count + c->config.include_count + 1);
	if (count)
		memcpy(dirs, given, count * sizeof(*dirs));
	if (c->config.include_count)
		memcpy(dirs + count, c->config.include_dirs,
		       c->config.include_count * sizeof(*dirs));
	c->sources.include_dirs = dirs;
}

/* .mmpc.conf: its findings are among the policy's, so that no command passes over them. */
static int read_config(struct compilation *c, const struct compile_options *o, const char *policy)
{
	const char *path = o->config;

	if (!o->wants_config)
		return STATUS_OK;
	if (!path && config_find(&c->arena, policy, &path, &c->trouble))
		return STATUS_USAGE;
	if (!path)
		return STATUS_OK;
	if (config_read(&c->config, path, &c->sources, &c->diags, &c->trouble))
		return STATUS_USAGE;
	put_levels(c, o);
	put_include_dirs(c, o);
	return STATUS_OK;
}

/* NAME=VALUE as it was written, for places in messages. */
static const char *const *definitions(struct compilation *c, const struct compile_options *o)
{
	const char **texts = arena_array(&c->arena, const char *, o->definition_count + 1);

	for (unsigned i = 0; i < o->definition_count; i++)
		texts[i] = arena_printf(&c->arena, "%s=%s", o->definitions[i].name,
					o->definitions[i].value);
	return texts;
}

/* The kernel that .mmpc.conf names has been looked up already. */
static const char *kernel_name(const struct compilation *c, const struct compile_options *o)
{
	return o->kernel ? o->kernel : o->btf || o->has_own_kernel ? NULL : c->config.kernel;
}

/* --kernel, --btf: a kernel that cannot be looked up is about the world, not the policy. */
static int check_target(struct compilation *c, const struct compile_options *o)
{
	const char *name = kernel_name(c, o);
	struct kernel_facts kernel;

	if (!o->btf && !name)
		return STATUS_OK;
	if (name && !strcmp(name, "files")) {
		if (!c->plan)
			return STATUS_OK;
		plan_list_signals(&c->arena, c->plan);
		check_files(c->plan, &c->diags);
		return STATUS_OK;
	}
	if (o->btf ? kernel_by_btf(&kernel, &c->arena, o->btf, &c->trouble)
		   : kernel_by_name(&kernel, &c->arena, name, &c->trouble))
		return STATUS_USAGE;
	if (c->plan)
		check_kernel(&c->arena, c->plan, &kernel, &c->diags);
	return STATUS_OK;
}

/* Nobody sees the names of a policy that is only checked. */
static void name_and_measure(struct compilation *c, const struct compile_options *o)
{
	bool is_large = manifest_most_bytes(c->plan) > PLAN_FILE_BYTES_MAX;

	if (!o->is_check_only || is_large)
		plan_name(&c->arena, c->plan, &c->sources);
	if (is_large && !manifest_fits(&c->arena, c->plan, &c->diags))
		c->plan = NULL;
}

static int run_stages(struct compilation *c, const struct compile_options *o)
{
	unsigned before = c->diags.errors; /* of .mmpc.conf */
	bool is_whole;
	int status;

	c->ast = parse_file(&c->arena, &c->sources, c->file, &c->diags);
	is_whole = c->diags.errors == before;
	resolve(&c->arena, c->ast, &c->sources, definitions(c, o), &c->diags);
	c->plan = plan_build(&c->arena, c->ast, &c->sources, &c->diags, o->matches);
	/* Of a file that was read in part only, nobody knows what its rules do together. */
	if (c->plan && is_whole)
		check(&c->arena, c->ast, c->plan, &c->sources, &c->diags);
	if (c->plan && o->is_check_only)
		emit_check(&c->arena, c->plan, &c->diags);
	status = check_target(c, o);
	if (c->diags.errors)
		c->plan = NULL;
	if (c->plan)
		name_and_measure(c, o);
	return status;
}

static int run_front(struct compilation *c, const struct compile_options *o)
{
	int status = run_stages(c, o);

	suppress_findings(&c->diags, c->ast);
	return status ? status : c->diags.errors ? STATUS_ERRORS : STATUS_OK;
}

int compile_front(struct compilation *c, const struct compile_options *o, const char *path)
{
	int status = read_file(c, path);

	if (!status)
		status = read_config(c, o, path);
	return status ? status : run_front(c, o);
}

int compile_text(struct compilation *c, const struct compile_options *o, const char *name,
		 const char *text, size_t len)
{
	c->file = (uint32_t)sources_add(&c->sources, name, text, len);
	return run_front(c, o);
}
