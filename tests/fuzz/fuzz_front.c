// SPDX-License-Identifier: GPL-2.0
/*
 * All stages up to the C text: what has no errors comes to a plan, and the plan to a C text, unless
 * a part of it is said not to be compiled yet.
 */
#include "fuzz.h"

#include "emit/emit.h"
#include "plan/plan.h"

static bool has_code(const struct diags *ds, enum diag_code code)
{
	for (const struct diag *d = ds->first; d; d = d->next)
		if (d->code == code)
			return true;
	return false;
}

static void require_compiled(struct compilation *c)
{
	char *text;

	require(c->plan, "a policy without errors and without a plan");
	text = emit_c(&c->arena, c->plan, &c->sources, &c->diags);
	require(text || has_code(&c->diags, DIAG_NOT_COMPILED_YET),
		"a policy that is not compiled and does not say so");
	if (text)
		require(manifest_json(&c->arena, c->plan), "no manifest");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct compile_options o = { 0 };
	struct compilation c;
	struct diags all;
	int status;

	/* Includes would read the files of this machine. */
	if (memchr(data, '\0', size) || memmem(data, size, "include", 7))
		return 0;
	diags_profile(&all, PROFILE_ALL);
	memcpy(o.levels, all.levels, sizeof(o.levels));
	compilation_init(&c, &o);
	status = compile_text(&c, &o, "fuzz.mmp", (const char *)data, size);
	require((status == STATUS_OK) == !c.diags.errors, "a status that the findings do not give");
	if (status == STATUS_OK)
		require_compiled(&c);
	diags_sort(&c.diags);
	require_findings(&c.sources, &c.diags);
	compilation_finish(&c);
	return 0;
}
