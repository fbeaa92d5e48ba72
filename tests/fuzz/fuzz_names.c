// SPDX-License-Identifier: GPL-2.0
/*
 * Names and texts that a user chooses: a file's, cgroups', a process's and a message's, split at
 * each byte 0x01. The C text is the same for every file name but for the manifest, and what is
 * printed for people holds nothing that a terminal obeys.
 */
#include "fuzz.h"

#include <stdio.h>

#include "base/shown.h"
#include "base/text.h"
#include "commands/describe.h"
#include "commands/plan_shown.h"
#include "emit/emit.h"
#include "plan/plan.h"

#define PARTS 5

static void add_quoted(struct text *t, const char *bytes, size_t len)
{
	text_add(t, "\"", 1);
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] == '"' || bytes[i] == '\\')
			text_add(t, "\\", 1);
		text_add(t, bytes[i] == '\n' ? " " : &bytes[i], 1);
	}
	text_add(t, "\"", 1);
}

static void require_shown(struct compilation *c)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	plan_make_shown(&c->arena, c->plan);
	describe_text(out, c->plan);
	plan_print(out, c->plan);
	fclose(out);
	for (size_t at = 0; at < len; at++) {
		const char *end = memchr(text + at, '\n', len - at);
		size_t line = end ? (size_t)(end - text) - at : len - at;

		require(shown_bad_offset(text + at, line) == line, "a line that a terminal obeys");
		at += line;
	}
	free(text);
}

/* The C text without its manifest; NULL where the policy has errors. */
static char *program(struct compilation *c, const char *name, const struct text *policy)
{
	struct compile_options o = { .include_dirs = NULL };
	struct diags all;
	char *text, *manifest, *end;

	diags_profile(&all, PROFILE_ALL);
	memcpy(o.levels, all.levels, sizeof(o.levels));
	compilation_init(c, &o);
	compile_text(c, &o, name, policy->data, policy->len);
	diags_sort(&c->diags);
	require_findings(&c->sources, &c->diags);
	text = c->plan ? emit_c(&c->arena, c->plan, &c->sources, &c->diags) : NULL;
	if (!text)
		return NULL;
	manifest = strstr(text, "const char mmp_manifest[]");
	end = manifest ? strstr(manifest, ";\n") : NULL;
	require(end, "a C text without its manifest");
	*manifest = '\0';
	return arena_join(&c->arena, text, end, "");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const before[PARTS] = { "", "protect ", "\nthrottle ", "\nnotify ",
						   "\nthp never when comm == " };
	static const char *const after[PARTS] = { "", " when pgfault_rate > 100 hold 3s",
						  " 20ms when usage > 1GiB until usage < 1MiB",
						  " when system.psi > 50 hold 1s", "\n" };
	const char *parts[PARTS], *at = (const char *)data, *end = at + size;
	struct compilation plain, named;
	size_t lens[PARTS];
	struct text policy;
	struct arena a;
	char *name, *one, *two;

	if (memchr(data, '\0', size))
		return 0;
	for (int i = 0; i < PARTS; i++) {
		const char *stop = memchr(at, 1, (size_t)(end - at));

		parts[i] = at;
		lens[i] = (size_t)((stop ? stop : end) - at);
		at = stop ? stop + 1 : end;
	}
	arena_init(&a);
	text_init(&policy, &a);
	for (int i = 1; i < PARTS; i++) {
		text_add(&policy, before[i], strlen(before[i]));
		add_quoted(&policy, parts[i], lens[i]);
		text_add(&policy, after[i], strlen(after[i]));
	}
	name = arena_strndup(&a, parts[0], lens[0]);
	one = program(&plain, "plain.mmp", &policy);
	two = program(&named, name, &policy);
	require(!one == !two, "a file name that decides whether a policy compiles");
	require(!one || !strcmp(one, two), "a file name that reaches the program");
	if (two)
		require_shown(&named);
	compilation_finish(&plain);
	compilation_finish(&named);
	arena_finish(&a);
	return 0;
}
