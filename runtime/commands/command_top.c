// SPDX-License-Identifier: GPL-2.0
/* top: what policies do, again and again: on the terminal, or as a stream of text or documents. */
#include "commands.h"

#include "base/clock.h"
#include "base/quantity.h"
#include "failure.h"
#include "installed/installed.h"
#include "options.h"
#include "output.h"
#include "policy/value.h"
#include "top/interactive.h"
#include "top/snapshot.h"
#include "top/text.h"

#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define SHORTEST_NS 100000000ll
#define CELL_NS 5000000000ll

static volatile sig_atomic_t is_interrupted;

static void interrupt(int signal)
{
	is_interrupted = 1;
}

struct times {
	int64_t interval_ns, count; /* count 0: until interrupted */
};

static int read_count(const char *text, int64_t *ret, struct failure *f)
{
	char *end;

	errno = 0;
	*ret = strtoll(text, &end, 10);
	if (errno || *end || *ret < 1 || text[0] < '0' || text[0] > '9')
		return fail(f, STATUS_USAGE, "--count '%s' is not a number from 1", text);
	return 0;
}

static int read_times(const struct options *o, struct times *t, struct failure *f)
{
	*t = (struct times){ .interval_ns = 1000000000 };
	if (o->count && read_count(o->count, &t->count, f))
		return -1;
	if (o->interval && value_parse_duration(o->interval, &t->interval_ns, f))
		return -1;
	if (t->interval_ns < SHORTEST_NS)
		return fail(f, STATUS_USAGE, "--interval %s is shorter than 100ms", o->interval);
	return 0;
}

static void wait_until(int64_t ns)
{
	struct timespec at = { .tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000 };

	while (!is_interrupted && clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL))
		;
}

static int stream(struct snapshot *s, const struct times *t, struct output *out, struct failure *f)
{
	int64_t next = clock_now_ns(), i;

	for (i = 0; !is_interrupted && (!t->count || i < t->count); i++) {
		json_t *doc = snapshot_take(s, f);

		if (!doc)
			return -1;
		output_record(out, doc, text_print);
		if (ferror(out->file))
			return fail(f, STATUS_USAGE, "cannot write the output");
		next += t->interval_ns;
		if (i + 1 != t->count)
			wait_until(next);
	}
	return 0;
}

/* A name that is not there at the start is most likely mistyped; later it may go and come. */
static int check_name(const struct options *o, struct failure *f)
{
	struct installed *p;

	if (!o->operand_count)
		return 0;
	if (installed_get(&p, o->operands[0], f))
		return -1;
	installed_close(p);
	return 0;
}

int command_top(const struct options *o, struct output *out, struct failure *f)
{
	struct sigaction action = { .sa_handler = interrupt };
	struct snapshot s;
	struct times t;
	int error;

	if (read_times(o, &t, f) || check_name(o, f))
		return -1;
	setlocale(LC_CTYPE, "");
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	snapshot_init(&s, (uint64_t)(t.interval_ns > CELL_NS ? t.interval_ns : CELL_NS),
		      o->operand_count ? o->operands[0] : NULL);
	if (out->format == OUTPUT_TEXT && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
		error = interactive_run(&s, t.interval_ns, t.count, &is_interrupted, f);
	else
		error = stream(&s, &t, out, f);
	snapshot_finish(&s);
	return error;
}
