// SPDX-License-Identifier: GPL-2.0
#include "pair.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bug.h"
#include "emit/emit.h"
#include "plan/plan_json.h"

static struct {
	const char *from, *to;
} bug;

void pair_put_bug(const char *from, const char *to)
{
	bug.from = from;
	bug.to = to;
}

static char *with_bug(struct arena *a, const char *text)
{
	char *all = arena_strdup(a, "");
	const char *found;

	for (; (found = strstr(text, bug.from)); text = found + strlen(bug.from))
		all = arena_printf(a, "%s%.*s%s", all, (int)(found - text), text, bug.to);
	return arena_printf(a, "%s%s", all, text);
}

/* As mmpctl has it: by way of text. */
static const struct plan *read_again(struct arena *a, const struct plan *plan)
{
	json_t *written = plan_to_json(plan), *parsed;
	const struct plan *read;
	const char *problem;

	parsed = json_loads(plan_json_dump(a, written), JSON_REJECT_DUPLICATES, NULL);
	read = plan_from_json(a, parsed, &problem);
	if (!read)
		BUG("a plan cannot be read again: %s", problem);
	json_decref(written);
	json_decref(parsed);
	return read;
}

static void compile(struct pair *p)
{
	struct compile_options o = { 0 };
	struct diags defaults;
	char path[64];
	FILE *f;

	diags_profile(&defaults, PROFILE_DEFAULT);
	memcpy(o.levels, defaults.levels, sizeof(o.levels));
	compilation_init(&p->compilation, &o);
	snprintf(path, sizeof(path), "/tmp/mmp-random-%d.mmp", (int)getpid());
	f = fopen(path, "we");
	if (!f || fputs(p->text, f) < 0 || fclose(f))
		BUG("cannot write '%s'", path);
	compile_front(&p->compilation, &o, path);
	unlink(path);
	if (p->compilation.plan) {
		p->read = read_again(&p->compilation.arena, p->compilation.plan);
		p->emitted = emit_c(&p->compilation.arena, p->compilation.plan,
				    &p->compilation.sources, &p->compilation.diags);
	}
	if (p->emitted && bug.from)
		p->emitted = with_bug(&p->arena, p->emitted);
	if (!p->emitted)
		for (struct diag *d = p->compilation.diags.first; d; d = d->next)
			if (d->level == DIAG_ERROR)
				p->why_not = d->text;
}

void pair_make(struct pair *p, uint64_t seed)
{
	*p = (struct pair){ .seed = seed };
	arena_init(&p->arena);
	generate(&p->arena, &p->generated, seed);
	p->text = generated_text(&p->arena, &p->generated);
	compile(p);
}

void pair_remake(struct pair *p, uint64_t seed, const struct generated *g)
{
	*p = (struct pair){ .seed = seed, .generated = *g };
	arena_init(&p->arena);
	p->text = generated_text(&p->arena, &p->generated);
	compile(p);
}

void pair_read(struct pair *p, uint64_t seed, const char *text)
{
	*p = (struct pair){ .seed = seed };
	arena_init(&p->arena);
	p->text = arena_strdup(&p->arena, text);
	compile(p);
}

void pair_finish(struct pair *p)
{
	compilation_finish(&p->compilation);
	arena_finish(&p->arena);
}
