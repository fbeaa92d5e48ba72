// SPDX-License-Identifier: GPL-2.0
/*
 * Both programs have the same limits: what is just within one compiles and is read again; one more
 * is a finding at the line that asks for it, and the reader refuses as many.
 */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/bug.h"
#include "base/text.h"
#include "compile.h"
#include "emit/emit.h"
#include "plan/plan_json.h"

struct limit {
	const char *of;
	void (*write)(struct text *t, uint32_t n); /* a policy with n of them */
	uint32_t most, line; /* line: of the first that is too many */
};

static void rules(struct text *t, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		text_printf(t, "protect web when psi > 1\n");
}

/* Two for each rule, so that rules are no limit. */
static void groups(struct text *t, uint32_t n)
{
	for (uint32_t i = 0; i < n; i += 2)
		text_printf(t, "notify \"x\" when g%u.psi > 1 and g%u.psi > 1\n", i,
			    i + 1 < n ? i + 1 : i);
}

static void signals(struct text *t, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		text_printf(t, "%sg%u.pgscan_rate[%us] > 1%s",
			    i % 8 ? " and " : "notify \"x\" when ", i / 8, i % 8 + 1,
			    i % 8 == 7 || i + 1 == n ? "\n" : "");
}

/* A glob's rule has a row for each slot. */
static void rows(struct text *t, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		text_printf(t, "protect \"g%u/*\" when psi > 1\n", i);
}

static void strings(struct text *t, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		text_printf(t, "%scomm == \"c%u\"%s", i % 32 ? " or " : "thp never when ", i,
			    i % 32 == 31 || i + 1 == n ? "\n" : "");
}

static void params(struct text *t, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		text_printf(t, "param p%u = 1\n", i);
	text_printf(t, "protect web when psi > 1\n");
}

static char *repeated(struct text *t, char c, uint32_t n)
{
	char *bytes = arena_alloc(t->arena, n + 1);

	memset(bytes, c, n);
	return bytes;
}

static void names(struct text *t, uint32_t n)
{
	text_printf(t, "mode enforce\nprotect \"%s\" when psi > 1\n", repeated(t, 'n', n));
}

static void rule_names(struct text *t, uint32_t n)
{
	text_printf(t, "mode enforce\nrule %s: protect web when psi > 1\n", repeated(t, 'n', n));
}

/* One for each character; named, so that no expression is high. */
static void terms(struct text *t, uint32_t n)
{
	text_printf(t, "signal both = pid == 1 and uid == 1\nthp never when pid == 1");
	for (uint32_t i = 1; i + 1 < n; i += 2)
		text_printf(t, "\n and both");
	if (n % 2 == 0)
		text_printf(t, "\n and uid == 2");
	text_printf(t, "\n");
}

static const struct limit limits[] = {
	{ "rules", rules, PLAN_RULES_MAX, PLAN_RULES_MAX + 1 },
	{ "groups", groups, PLAN_GROUPS_MAX, PLAN_GROUPS_MAX / 2 + 1 },
	{ "signals", signals, PLAN_SIGNALS_MAX, PLAN_SIGNALS_MAX / 8 + 1 },
	{ "rows", rows, PLAN_ROWS_MAX / PLAN_GLOB_SLOTS_LEAST,
	  PLAN_ROWS_MAX / PLAN_GLOB_SLOTS_LEAST + 1 },
	{ "strings", strings, PLAN_STRINGS_MAX, PLAN_STRINGS_MAX / 32 + 1 },
	{ "params", params, PLAN_PARAMS_MAX, PLAN_PARAMS_MAX + 1 },
	{ "bytes of a name", names, PLAN_NAME_MAX, 2 },
	{ "bytes of a rule's name", rule_names, PLAN_NAME_MAX, 2 },
	{ "terms", terms, PLAN_TERMS_MAX, 2 },
};

static void compile(struct compilation *c, const struct limit *l, uint32_t n)
{
	struct compile_options o = { 0 };
	struct text t;

	/* No lints: a thousand equal rules are not what is asked about. */
	o.levels[DIAG_TOO_LARGE] = DIAG_ERROR;
	compilation_init(c, &o);
	text_init(&t, &c->arena);
	l->write(&t, n);
	compile_text(c, &o, "limit.mmp", t.data, t.len);
}

static const struct plan *read_again(struct compilation *c)
{
	json_t *written = plan_to_json(c->plan);
	const char *problem = NULL;
	const struct plan *read = plan_from_json(&c->arena, written, &problem);

	if (!read)
		fail_msg("not read again: %s", problem);
	json_decref(written);
	return read;
}

static void what_is_within_a_limit_is_read_again(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(limits); i++) {
		struct compilation c;

		compile(&c, &limits[i], limits[i].most);
		if (!c.plan)
			fail_msg("%u %s: %s", limits[i].most, limits[i].of, c.diags.first->text);
		read_again(&c);
		compilation_finish(&c);
	}
}

static void one_more_is_a_finding_at_its_line(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(limits); i++) {
		const struct limit *l = &limits[i];
		const struct diag *d;
		struct compilation c;

		compile(&c, l, l->most + 1);
		d = c.diags.first;
		if (c.plan || !d)
			fail_msg("%u %s are taken", l->most + 1, l->of);
		assert_int_equal(d->code, DIAG_TOO_LARGE);
		if (source_line_of(&c.sources, d->span.file, d->span.start) != l->line)
			fail_msg("%s: at line %u, wanted %u: %s", l->of,
				 source_line_of(&c.sources, d->span.file, d->span.start), l->line,
				 d->text);
		compilation_finish(&c);
	}
}

/* Comments of quotation marks, each of which JSON escapes. */
static void bytes(struct text *t, uint32_t n)
{
	text_printf(t, "protect web when psi > 1\n#%s\n", repeated(t, '"', n));
}

static void a_text_that_is_too_large_as_json_is_a_finding(void **state)
{
	const struct limit l = { .write = bytes };
	struct compilation c;

	compile(&c, &l, PLAN_FILE_BYTES_MAX / 2 - 4096);
	assert_non_null(c.plan);
	compilation_finish(&c);
	compile(&c, &l, PLAN_FILE_BYTES_MAX / 2 - 100);
	assert_null(c.plan);
	assert_int_equal(c.diags.first->code, DIAG_TOO_LARGE);
	assert_int_equal(c.diags.first->span.start, 0);
	compilation_finish(&c);
}

/* A sound plan with one more in a list than the reader takes. */
static void the_reader_counts_as_the_compiler(void **state)
{
	static const struct {
		const char *list;
		uint32_t most;
	} lists[] = { { "files", PLAN_FILES_MAX },	   { "groups", PLAN_GROUPS_MAX },
		      { "processes", PLAN_PROCESSES_MAX }, { "params", PLAN_PARAMS_MAX },
		      { "signals", PLAN_SIGNALS_MAX },	   { "strings", PLAN_STRINGS_MAX },
		      { "rules", PLAN_RULES_MAX } };
	struct compilation c;

	compile(&c, &limits[0], 1);
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		json_t *root = plan_to_json(c.plan), *list = json_array();
		const char *problem = "", *wanted;

		for (uint32_t n = 0; n <= lists[i].most; n++)
			json_array_append_new(list, json_null());
		json_object_set_new(root, lists[i].list, list);
		wanted = arena_printf(&c.arena, "more than %u %s", lists[i].most, lists[i].list);
		assert_null(plan_from_json(&c.arena, root, &problem));
		assert_string_equal(problem, wanted);
		json_decref(root);
	}
	compilation_finish(&c);
}

static void compare_sizes(const char *path)
{
	struct compile_options o = { 0 };
	struct compilation c;
	uint64_t most;
	size_t size;

	compilation_init(&c, &o);
	compile_front(&c, &o, path);
	if (!c.plan)
		fail_msg("%s does not compile", path);
	most = manifest_most_bytes(c.plan);
	size = strlen(manifest_json(&c.arena, c.plan));
	if (size > most)
		fail_msg("%s: %zu bytes, not the %llu at most", path, size,
			 (unsigned long long)most);
	compilation_finish(&c);
}

static void no_manifest_is_larger_than_estimated(void **state)
{
	glob_t found;

	assert_int_equal(glob("tests/cases/ok/*.mmp", 0, NULL, &found), 0);
	assert_int_equal(glob("examples/*.mmp", GLOB_APPEND, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++)
		compare_sizes(found.gl_pathv[i]);
	globfree(&found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_within_a_limit_is_read_again),
		cmocka_unit_test(one_more_is_a_finding_at_its_line),
		cmocka_unit_test(a_text_that_is_too_large_as_json_is_a_finding),
		cmocka_unit_test(the_reader_counts_as_the_compiler),
		cmocka_unit_test(no_manifest_is_larger_than_estimated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
