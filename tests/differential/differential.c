// SPDX-License-Identifier: GPL-2.0
/*
 * Random policies on random series, through the evaluator and through the emitted C. Prints TAP; a
 * difference prints the smallest policy that shows it, the series and the tick, and becomes a file.
 *
 *	differential [--found DIR] [--bug FROM:TO] host|kernel POLICIES TICKS [SEED]
 *	differential [--bug FROM:TO] again host|kernel FILE...
 *
 * `again` runs what was found before. --bug changes what is emitted: the test must find that.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "found.h"
#include "host_side.h"
#include "kernel_side.h"
#include "minimise.h"

#define BATCH 50

struct job {
	bool is_kernel;
	uint32_t policies, ticks;
	uint64_t seed;
	const char *found; /* the folder for what is found */
	struct host_side host;
	struct kernel_side kernel;
	uint32_t run, refused; /* policies so far; refused: not compiled */
};

/* One policy alone, as the minimiser and the kernel need it. False where it cannot be run at all.
 */
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

static const char *side_name(const struct job *j)
{
	return j->is_kernel ? "kernel" : "host";
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

static void print_comment(const char *text)
{
	for (; *text; text += strcspn(text, "\n") + 1)
		printf("# %.*s\n", (int)strcspn(text, "\n"), text);
}

static void report(struct job *j, struct pair *p)
{
	struct search search = { .job = j, .seed = p->seed };
	struct generated smallest = p->generated;
	struct difference d = { 0 };
	char path[256];
	struct pair small;
	bool is_run;

	minimise(&p->arena, &smallest, still_differs, &search);
	pair_remake(&small, p->seed, &smallest);
	alone_differs(j, &small, &d, &is_run);
	printf("# policy %u (seed %" PRIu64 ") differs; the smallest that does, at tick %u:\n",
	       j->run, p->seed, d.tick);
	print_comment(found_text(&small, &d, side_name(j)));
	if (found_write(j->found, &small, &d, side_name(j), path, sizeof(path)))
		printf("# it is in %s now: commit that file with what mends it\n", path);
	else
		printf("# %s cannot be written\n", path);
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

		if (j->is_kernel ? run_kernel_one(j)
				 : run_host_batch(j, left < BATCH ? left : BATCH))
			return false;
	}
	return true;
}

static const char *from_environment(const char *name, const char *otherwise)
{
	const char *value = getenv(name);

	return value && *value ? value : otherwise;
}

static int run_random(struct job *j, char **args, int count)
{
	bool is_right;

	j->policies = (uint32_t)strtoul(args[1], NULL, 10);
	j->ticks = (uint32_t)strtoul(args[2], NULL, 10);
	if (count > 3)
		j->seed = strtoull(args[3], NULL, 10);
	is_right = run_all(j);
	printf("# %u policies of %u ticks from seed %" PRIu64 ", %u of them not compiled\n", j->run,
	       j->ticks, j->seed, j->refused);
	/* Policies that cannot be compiled compare nothing. */
	if (j->refused)
		is_right = false;
	printf("%s 1 - the evaluator and the %s agree\n1..1\n", is_right ? "ok" : "not ok",
	       j->is_kernel ? "kernel" : "emitted C");
	return !is_right;
}

/* True where both sides agree. */
static bool run_file(struct job *j, const char *path)
{
	struct difference d;
	struct pair p;
	bool is_run, differs;

	if (!found_read(path, &p, &j->ticks)) {
		printf("# %s cannot be read\n", path);
		return false;
	}
	differs = alone_differs(j, &p, &d, &is_run);
	if (differs)
		printf("# at tick %u: %s\n", d.tick, d.what);
	else if (!is_run)
		printf("# it cannot be run: %s\n", p.emitted ? j->kernel.problem : p.why_not);
	pair_finish(&p);
	return is_run && !differs;
}

static int run_again(struct job *j, char **paths, int count)
{
	bool is_right = true;

	for (int i = 0; i < count; i++) {
		bool agrees = run_file(j, paths[i]);

		printf("%s %d - %s\n", agrees ? "ok" : "not ok", i + 1, paths[i]);
		is_right &= agrees;
	}
	printf("1..%d\n", count);
	return !is_right;
}

static void put_bug(char *text)
{
	char *to = strchr(text, ':');

	if (!to || to == text)
		BUG("--bug wants FROM:TO");
	*to = '\0';
	pair_put_bug(text, to + 1);
}

static void read_options(struct job *j, int argc, char **argv)
{
	static const struct option options[] = { { "found", required_argument, NULL, 'f' },
						 { "bug", required_argument, NULL, 'b' },
						 { 0 } };
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) >= 0)
		if (option == 'f')
			j->found = optarg;
		else if (option == 'b')
			put_bug(optarg);
		else
			exit(2);
}

int main(int argc, char **argv)
{
	struct job j = { .seed = 1, .found = "tests/differential/found" };
	bool is_again;

	read_options(&j, argc, argv);
	is_again = optind < argc && !strcmp(argv[optind], "again");
	optind += is_again;
	if (argc - optind < (is_again ? 2 : 3)) {
		fputs("usage: differential [--found DIR] [--bug FROM:TO] host|kernel POLICIES "
		      "TICKS "
		      "[SEED]\n       differential [--bug FROM:TO] again host|kernel FILE...\n",
		      stderr);
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	j.is_kernel = !strcmp(argv[optind], "kernel");
	j.host.compiler = from_environment("CC", "cc");
	j.host.folder = from_environment("MMP_DIFFERENTIAL", "build/differential");
	j.host.include = from_environment("MMP_DIFFERENTIAL_INCLUDE", "build/differential/include");
	j.kernel.folder = j.host.folder;
	return is_again ? run_again(&j, argv + optind + 1, argc - optind - 1)
			: run_random(&j, argv + optind, argc - optind);
}
