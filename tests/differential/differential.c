// SPDX-License-Identifier: GPL-2.0
/*
 * Random policies on random series, through the evaluator and through the emitted C. Prints TAP; a
 * difference prints the smallest policy that shows it, the series and the tick.
 *
 *	differential host|kernel POLICIES TICKS [SEED]
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "host_side.h"
#include "kernel_side.h"
#include "minimise.h"

#define BATCH 50

struct job {
	bool is_kernel;
	uint32_t policies, ticks;
	uint64_t seed;
	struct host_side host;
	struct kernel_side kernel;
	uint32_t run, refused; /* policies so far; refused: not compiled */
};

/* One policy alone, as the minimiser and the kernel need it. False where it cannot be run at all. */
static bool alone_differs(struct job *j, struct pair *p, struct difference *ret, bool *ret_is_run)
{
	bool differs;

	*ret_is_run = false;
	if (!p->emitted)
		return false;
	if (j->is_kernel) {
		if (!kernel_load(&j->kernel, p, j->ticks))
			return false;
		*ret_is_run = true;
		differs = pair_differs(p, &j->kernel.side, j->ticks, ret);
		kernel_unload(&j->kernel);
		return differs;
	}
	if (!host_load(&j->host, p, 1))
		return false;
	*ret_is_run = true;
	host_start(&j->host, 0);
	differs = pair_differs(p, &j->host.side, j->ticks, ret);
	host_unload(&j->host);
	return differs;
}

struct search {
	struct job *job;
	uint64_t seed;
};

static bool still_differs(const struct generated *g, void *context)
{
	struct search *s = context;
	struct difference d;
	struct pair p;
	bool is_run, differs;

	pair_remake(&p, s->seed, g);
	differs = alone_differs(s->job, &p, &d, &is_run);
	pair_finish(&p);
	return differs;
}

static void print_lines(const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		printf("#   %.*s\n", (int)len, text);
		text += len + (text[len] == '\n');
	}
}

static void print_series(struct pair *p, uint32_t tick)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	pair_print_series(out, p, tick);
	fclose(out);
	print_lines(text);
	free(text);
}

static void report(struct job *j, struct pair *p)
{
	struct search search = { .job = j, .seed = p->seed };
	struct generated smallest = p->generated;
	struct difference d = { 0 };
	struct pair small;
	bool is_run;

	minimise(&smallest, still_differs, &search);
	pair_remake(&small, p->seed, &smallest);
	alone_differs(j, &small, &d, &is_run);
	printf("# policy %u (seed %" PRIu64 ") differs at tick %u; the smallest that does:\n",
	       j->run, p->seed, d.tick);
	print_lines(small.text);
	printf("# %s\n# the last series:\n", d.what);
	print_series(&small, d.tick);
	pair_finish(&small);
}

static bool is_not_compiled(struct job *j, const struct pair *p)
{
	if (p->emitted)
		return false;
	if (!j->refused++)
		printf("# not compiled: %s (seed %" PRIu64 ")\n", p->why_not, p->seed);
	return true;
}

/* True where one differed or could not be run. */
static bool run_host_batch(struct job *j, uint32_t count)
{
	struct pair pairs[BATCH];
	struct difference d;
	uint32_t kept = 0, bad = count;

	for (uint32_t i = 0; i < count; i++) {
		pair_make(&pairs[kept], j->seed + j->run + i);
		if (is_not_compiled(j, &pairs[kept]))
			pair_finish(&pairs[kept]);
		else
			kept++;
	}
	if (kept && !host_load(&j->host, pairs, kept))
		return true;
	for (uint32_t i = 0; i < kept && bad == count; i++) {
		host_start(&j->host, i);
		if (pair_differs(&pairs[i], &j->host.side, j->ticks, &d))
			bad = i;
	}
	if (kept)
		host_unload(&j->host);
	if (bad < count) {
		j->run += bad + 1;
		report(j, &pairs[bad]);
	} else {
		j->run += count;
	}
	for (uint32_t i = 0; i < kept; i++)
		pair_finish(&pairs[i]);
	return bad < count;
}

static bool run_kernel_one(struct job *j)
{
	struct difference d;
	struct pair p;
	bool is_run = true, differs = false;

	pair_make(&p, j->seed + j->run++);
	if (!is_not_compiled(j, &p)) {
		differs = alone_differs(j, &p, &d, &is_run);
		if (differs)
			report(j, &p);
		else if (!is_run)
			printf("# cannot be loaded: %s\n", j->kernel.problem);
	}
	pair_finish(&p);
	return differs || !is_run;
}

static bool run_all(struct job *j)
{
	while (j->run < j->policies) {
		uint32_t left = j->policies - j->run;

		if (j->is_kernel ? run_kernel_one(j) : run_host_batch(j, left < BATCH ? left : BATCH))
			return false;
	}
	return true;
}

static const char *from_environment(const char *name, const char *otherwise)
{
	const char *value = getenv(name);

	return value && *value ? value : otherwise;
}

int main(int argc, char **argv)
{
	struct job j = { .seed = 1 };
	bool is_right;

	if (argc < 4) {
		fputs("usage: differential host|kernel POLICIES TICKS [SEED]\n", stderr);
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	j.is_kernel = !strcmp(argv[1], "kernel");
	j.policies = (uint32_t)strtoul(argv[2], NULL, 10);
	j.ticks = (uint32_t)strtoul(argv[3], NULL, 10);
	if (argc > 4)
		j.seed = strtoull(argv[4], NULL, 10);
	j.host.compiler = from_environment("CC", "cc");
	j.host.folder = from_environment("MMP_DIFFERENTIAL", "build/differential");
	j.host.include = from_environment("MMP_DIFFERENTIAL_INCLUDE", "build/differential/include");
	j.kernel.folder = j.host.folder;
	is_right = run_all(&j);
	printf("# %u policies of %u ticks from seed %" PRIu64 ", %u of them not compiled\n", j.run,
	       j.ticks, j.seed, j.refused);
	/* Policies that cannot be compiled compare nothing. */
	if (j.refused)
		is_right = false;
	printf("%s 1 - the evaluator and the %s agree\n1..1\n", is_right ? "ok" : "not ok",
	       j.is_kernel ? "kernel" : "emitted C");
	return !is_right;
}
