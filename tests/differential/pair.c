// SPDX-License-Identifier: GPL-2.0
#include "pair.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bug.h"
#include "emit/emit.h"

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
	if (p->compilation.plan)
		p->emitted = emit_c(&p->compilation.arena, p->compilation.plan,
				    &p->compilation.sources, &p->compilation.diags);
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
