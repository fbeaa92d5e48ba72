// SPDX-License-Identifier: GPL-2.0
#include "analysis.h"

#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "document.h"
#include "lower/lower.h"
#include "uri.h"

static bool is_of_tests(const char *path)
{
	size_t len = strlen(path);

	return len > 5 && !strcmp(path + len - 5, ".mmpt");
}

static void view_file(const struct documents *ds, const struct source *f, struct file_view *view)
{
	const struct document *d = documents_find_path(ds, f->name);
	char *real = source_real_path(f->name);

	if (!real)
		real = strdup(f->name);
	view->path = d ? strdup(d->path) : real;
	view->uri = d ? strdup(d->uri) : uri_of_path(real);
	if (d)
		free(real);
	line_index_init(&view->lines, f->text, f->len);
}

static void add_unit(struct analysis *a, const struct documents *ds, const struct sources *sources,
		     const struct diags *diags)
{
	struct unit *u = &a->units[a->unit_count++];

	*u = (struct unit){ .sources = sources, .diags = diags, .page = ds->page };
	u->files = calloc(sources->count + 1, sizeof(*u->files));
	if (!u->files)
		NO_MEMORY();
	for (uint32_t i = 0; i < sources->count; i++)
		view_file(ds, &sources->files[i], &u->files[i]);
}

static void analyse_policy(struct analysis *a, const struct compile_options *o, const char *path)
{
	compilation_init(&a->own, o);
	a->status = compile_front(&a->own, o, path);
	a->policy = &a->own;
}

static void analyse_tests(struct analysis *a, const struct compile_options *o, const char *path)
{
	struct compile_options named = *o;

	named.is_check_only = false; /* tests name the policy's rules */
	a->status = suite_check(&a->suite, &named, path);
	if (a->suite.has_policy)
		a->policy = &a->suite.policy;
}

struct analysis *analysis_new(const struct documents *ds, const struct document *d,
			      const struct compile_options *o)
{
	struct analysis *a = calloc(1, sizeof(*a));

	if (!a)
		NO_MEMORY();
	a->is_of_tests = is_of_tests(d->path);
	if (a->is_of_tests) {
		analyse_tests(a, o, d->path);
		add_unit(a, ds, &a->suite.sources, &a->suite.diags);
	} else {
		analyse_policy(a, o, d->path);
	}
	if (a->policy)
		add_unit(a, ds, &a->policy->sources, &a->policy->diags);
	a->findings = findings_json(a, d);
	return a;
}

static void free_unit(struct unit *u)
{
	for (uint32_t i = 0; i < u->sources->count; i++) {
		free(u->files[i].uri);
		free(u->files[i].path);
		line_index_finish(&u->files[i].lines);
	}
	free(u->files);
}

void analysis_free(struct analysis *a)
{
	if (!a)
		return;
	json_decref(a->findings);
	for (unsigned i = 0; i < a->unit_count; i++)
		free_unit(&a->units[i]);
	if (a->is_of_tests)
		suite_finish(&a->suite);
	else
		compilation_finish(&a->own);
	free(a);
}

const struct plan *analysis_plan(struct analysis *a)
{
	if (!a->policy || !a->policy->plan)
		return NULL;
	if (!a->is_named && !a->is_of_tests)
		plan_name(&a->own.arena, a->own.plan, &a->own.sources);
	a->is_named = true;
	return a->policy->plan;
}

bool analysis_has(const struct analysis *a, const char *path)
{
	for (unsigned i = 0; i < a->unit_count; i++)
		for (uint32_t j = 0; j < a->units[i].sources->count; j++)
			if (!strcmp(a->units[i].files[j].path, path))
				return true;
	return false;
}

json_t *range_json(const struct unit *u, struct span span)
{
	const struct line_index *lines = &u->files[span.file].lines;

	return json_pack("{s:o, s:o}", "start", position_json(position_of(lines, span.start)),
			 "end", position_json(position_of(lines, span.end)));
}

json_t *location_json(const struct unit *u, struct span span)
{
	return json_pack("{s:s, s:o}", "uri", u->files[span.file].uri, "range",
			 range_json(u, span));
}
