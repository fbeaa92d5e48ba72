// SPDX-License-Identifier: GPL-2.0
#include "trial_suite.h"

#include <errno.h>
#include <string.h>

/* The policy's path as the tests name it: relative to the file of tests. */
static const char *beside(struct suite *s, const char *name)
{
	const char *slash = strrchr(s->path, '/');

	if (name[0] == '/' || !slash)
		return name;
	return arena_printf(&s->arena, "%.*s/%s", (int)(slash - s->path), s->path, name);
}

static bool is_policy(const char *path)
{
	size_t len = strlen(path);

	return len > 4 && !strcmp(path + len - 4, ".mmp");
}

static int read_tests(struct suite *s)
{
	uint32_t bad = 0;
	int file;

	if (is_policy(s->path)) {
		s->trouble = arena_printf(&s->arena,
					  "'%s' is a policy: its tests are in a file of "
					  "their own, such as '%st'",
					  s->path, s->path);
		return STATUS_USAGE;
	}
	file = sources_read(&s->sources, s->path, &bad);
	if (file == -EILSEQ) {
		diag_add(&s->diags, DIAG_BAD_CHARACTER,
			 (struct span){ s->sources.count - 1, bad, bad },
			 "the text contains a NUL byte");
		return STATUS_ERRORS;
	}
	if (file < 0) {
		s->trouble = arena_printf(&s->arena, "cannot read '%s': %s", s->path,
					  source_error(file));
		return STATUS_USAGE;
	}
	s->file = trial_read(&s->arena, &s->sources, (uint32_t)file, &s->diags);
	if (!s->file->use.text && !s->diags.errors) {
		struct diag *d = diag_add(&s->diags, DIAG_SYNTAX,
					  (struct span){ (uint32_t)file, 0, 0 },
					  "these tests name no policy");

		diag_hint(&s->diags, d, "begin with: use \"NAME.mmp\"");
	}
	return s->file->use.text ? STATUS_OK : STATUS_ERRORS;
}

static int read_policy(struct suite *s, const struct compile_options *o)
{
	int status;

	s->policy_path = beside(s, s->file->use.text);
	s->has_policy = true;
	compilation_init(&s->policy, o);
	status = compile_front(&s->policy, o, s->policy_path);
	if (status == STATUS_OK)
		coverage_init(&s->coverage, &s->arena, s->policy.plan);
	return status;
}

static bool bind_all(struct suite *s)
{
	uint32_t count = 0;
	bool is_right = true;

	for (const struct trial *t = s->file->trials; t; t = t->next)
		count++;
	s->trials = arena_array(&s->arena, struct bound_trial *, count + 1);
	for (const struct trial *t = s->file->trials; t; t = t->next) {
		struct bound_trial *b = trial_bind(&s->arena, &s->diags, &s->sources,
						   s->policy.plan, t);

		if (b)
			s->trials[s->trial_count++] = b;
		else
			is_right = false;
	}
	return is_right;
}

static int report_no_test(struct suite *s)
{
	struct diag *d = diag_add(&s->diags, DIAG_SYNTAX, s->file->use.span,
				  "there is no test in this file");

	diag_hint(&s->diags, d, "write one: test \"NAME\" tick 1s { ... }");
	return STATUS_ERRORS;
}

static int check(struct suite *s, const struct compile_options *o)
{
	int status = read_tests(s);

	if (status == STATUS_OK)
		status = read_policy(s, o);
	if (status == STATUS_OK && (!bind_all(s) || s->diags.errors))
		status = STATUS_ERRORS;
	if (status == STATUS_OK && !s->trial_count)
		status = report_no_test(s);
	diags_sort(&s->diags);
	return status;
}

int suite_check(struct suite *s, const struct compile_options *o, const char *path)
{
	*s = (struct suite){ .path = path };
	arena_init(&s->arena);
	sources_init(&s->sources, &s->arena);
	s->sources.overlay = o->overlay;
	diags_init(&s->diags, &s->arena);
	return s->status = check(s, o);
}

int suite_run(struct suite *s, const struct compile_options *o, const char *path)
{
	if (suite_check(s, o, path) != STATUS_OK)
		return s->status;
	for (uint32_t i = 0; i < s->trial_count; i++)
		s->failed += trial_run(&s->arena, s->trials[i], &s->coverage) > 0;
	return s->status = s->failed ? STATUS_DIFFERENCE : STATUS_OK;
}

void suite_finish(struct suite *s)
{
	if (s->has_policy)
		compilation_finish(&s->policy);
	arena_finish(&s->arena);
	*s = (struct suite){ 0 };
}

uint32_t trial_failures(const struct bound_trial *b)
{
	uint32_t wrong = 0;

	for (uint32_t i = 0; i < b->check_count; i++)
		wrong += b->checks[i].is_wrong;
	return wrong;
}
