// SPDX-License-Identifier: GPL-2.0
/*
 * record: a trace of a policy's signals from the cgroup files, for `mmpc replay` (docs/traces.md).
 * It needs no kernel with the hooks and loads nothing, so that a policy can be tried on what a
 * machine really does before it is in force anywhere.
 */
#include "base/shown.h"
#include "commands.h"

#include "base/file_id.h"
#include "base/output_file.h"

#include "machine/cgroup.h"
#include "machine/cgroup_match.h"
#include "failure.h"
#include "object/manifest.h"
#include "files/policy_file.h"
#include "options.h"
#include "output.h"
#include "machine/source_file.h"
#include "policy/value.h"
#include "base/clock.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define COLUMNS_MAX 4096
#define MATCHES_MAX PLAN_GLOB_SLOTS

struct column {
	struct source_signal source;
	double whole; /* written as a percentage of that; 0: as it is */
	char name[300];
};

struct recorder {
	const struct manifest *m;
	const struct options *o;
	struct cgroup_mount mount;
	int64_t duration_ns; /* 0: until interrupted */
	struct column *columns;
	size_t count;
	struct output out;
	struct output_file trace;
	struct failure *f;
};

static volatile sig_atomic_t is_interrupted;

static void interrupt(int signal)
{
	is_interrupted = 1;
}

static int add_column(struct recorder *r, const char *scope, enum signal_id id, int dir)
{
	struct column *c = &r->columns[r->count];
	size_t i;

	if (r->count == COLUMNS_MAX)
		return fail(r->f, STATUS_USAGE, "the policy has more than %d signals to record",
			    COLUMNS_MAX);
	snprintf(c->name, sizeof(c->name), "%s.%s", scope, signal_infos[id].name);
	for (i = 0; i < r->count; i++)
		if (!strcmp(r->columns[i].name, c->name))
			return 0; /* windows of one signal share a column */
	c->source = (struct source_signal){ .id = id, .dir = dir < 0 ? -1 : dup(dir) };
	r->count++;
	return 0;
}

/* A share of a limit is computed from both. */
static int add_signal(struct recorder *r, const char *scope, enum signal_id id, int dir)
{
	if (add_column(r, scope, id, dir))
		return -1;
	return id == SIGNAL_USAGE ? add_column(r, scope, SIGNAL_LIMIT, dir) : 0;
}

/* A line of /proc/meminfo in bytes; 0 where there is none. */
static double memory_total(const char *key)
{
	FILE *f = fopen("/proc/meminfo", "re");
	unsigned long long kib = 0;
	char line[128];

	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, key, strlen(key)))
			kib = strtoull(line + strlen(key), NULL, 10);
	if (f)
		fclose(f);
	return (double)kib * 1024;
}

/* A policy may compare free memory or swap with a percentage; its column needs the total, which no
 * other column has. */
static int add_system(struct recorder *r, const struct manifest_signal *s, enum signal_id id)
{
	size_t before = r->count;
	struct column *c;
	size_t len;

	if (add_column(r, "system", id, -1))
		return -1;
	if (r->count == before || s->quantity != QUANTITY_PERCENT ||
	    signal_infos[id].quantity == QUANTITY_PERCENT)
		return 0;
	c = &r->columns[before];
	len = strlen(c->name);
	snprintf(c->name + len, sizeof(c->name) - len, "%%");
	c->whole = memory_total(id == SIGNAL_SWAP_FREE ? "SwapTotal:" : "MemTotal:");
	return 0;
}

struct matches {
	uint64_t ids[MATCHES_MAX];
	size_t count; /* of all, also of those that have no room */
};

static int add_match(unsigned depth, uint64_t id, int dir, void *arg)
{
	struct matches *m = arg;

	if (!depth && m->count < MATCHES_MAX)
		m->ids[m->count] = id;
	m->count += !depth;
	return 0;
}

static int add_glob(struct recorder *r, uint32_t group, const char *bound, enum signal_id id)
{
	const struct manifest_group *g = &r->m->groups[group];
	struct matches *matches = calloc(1, sizeof(*matches));
	struct cgroup child;
	char scope[200];
	int error = -1;
	size_t i;

	if (matches)
		error = cgroup_each_match(&r->mount, &r->m->plan->groups[group], bound, add_match,
					  matches, r->f);
	if (!error && matches->count > MATCHES_MAX)
		error = fail(r->f, STATUS_TARGET,
			     "%zu cgroups match '%s', more than the %d that can be recorded",
			     matches->count, g->name, MATCHES_MAX);
	for (i = 0; !error && i < matches->count; i++) {
		const char *found = cgroup_path_of_id(&r->mount, matches->ids[i]);

		snprintf(scope, sizeof(scope), "%.150s[%zu]", g->name, i);
		if (!found || cgroup_open(&r->mount, found + 1, &child, r->f))
			continue; /* removed meanwhile */
		error = add_signal(r, scope, id, child.fd);
		cgroup_close(&child);
	}
	free(matches);
	return error;
}

static int add_group(struct recorder *r, const struct manifest_signal *s, enum signal_id id)
{
	const struct manifest_group *g = &r->m->groups[s->group];
	const char *bound = bindings_find(&r->o->cgroups, g->name);
	/* All matches of a glob may have one parent: that of the first pattern's. */
	const char *path = bound	? bound
			   : g->is_glob ? r->m->plan->groups[s->group].patterns[0]
					: g->path;
	bool is_parent = s->scope == PLAN_OF_PARENT;
	struct cgroup cgroup;
	char scope[200];
	int error;

	snprintf(scope, sizeof(scope), "%.150s", is_parent ? "parent" : g->name);
	if (g->is_glob && !is_parent)
		error = add_glob(r, s->group, bound, id);
	else if (is_parent ? cgroup_open_parent(&r->mount, path, &cgroup, r->f)
			   : cgroup_open(&r->mount, path, &cgroup, r->f))
		error = -1;
	else {
		error = add_signal(r, scope, id, cgroup.fd);
		cgroup_close(&cgroup);
	}
	if (error)
		fail_at(r->f, g->file, g->line);
	return error;
}

static int add_columns(struct recorder *r)
{
	const struct manifest_signal *s;
	int error = 0;

	for (s = r->m->signals; !error && s < r->m->signals + r->m->signal_count; s++) {
		enum signal_id id = s->id;
		size_t added = r->count;

		if (!source_is_known(id) || s->scope == PLAN_OF_SELF)
			shown_print(stderr, "mmpctl: note: no file shows '%s': it stays unknown\n",
				    s->name);
		else if (s->group == MANIFEST_NONE)
			error = add_system(r, s, id);
		else
			error = add_group(r, s, id);
		for (; added < r->count; added++)
			r->columns[added].source.window_ns = s->window_ns;
	}
	if (!error && !r->count)
		error = fail(r->f, STATUS_USAGE,
			     "the policy '%s' reads no signal that can be recorded", r->m->name);
	return error;
}

static void write_header(const struct recorder *r)
{
	size_t i;

	fprintf(r->out.file, "time");
	for (i = 0; i < r->count; i++)
		if (isatty(fileno(r->out.file)))
			shown_print(r->out.file, ",%s", r->columns[i].name);
		else /* just as it is, for mmpc replay */
			fprintf(r->out.file, ",%s", r->columns[i].name);
	fputc('\n', r->out.file);
}

/* psi and shares are known to hundredths; everything else is whole. */
static json_t *number(double value)
{
	if (value == (double)(int64_t)value)
		return json_integer((json_int_t)value);
	return json_real((double)(int64_t)(value * 100 + 0.5) / 100);
}

static json_t *read_column(struct column *c, int64_t now)
{
	bool is_share = c->name[strlen(c->name) - 1] == '%';
	double value;

	if (!source_read(&c->source, now, &value))
		return json_null();
	return number(!is_share ? value : c->whole > 0 ? value / c->whole * 100 : 0);
}

static json_t *read_row(struct recorder *r, int64_t now, int64_t since_start)
{
	double time = (double)(since_start / 1000) / 1e6;
	json_t *signals = json_object();
	size_t i;

	for (i = 0; i < r->count; i++)
		json_object_set_new(signals, r->columns[i].name, read_column(&r->columns[i], now));
	return json_pack("{s:f, s:o}", "time", time, "signals", signals);
}

/* A row of CSV; members keep the order in which they were set. */
static void print_row(FILE *file, const json_t *row)
{
	const char *name;
	json_t *value;

	fprintf(file, "%.6f", json_real_value(json_object_get(row, "time")));
	json_object_foreach (json_object_get(row, "signals"), name, value)
		if (json_is_integer(value))
			fprintf(file, ",%" JSON_INTEGER_FORMAT, json_integer_value(value));
		else if (json_is_real(value))
			fprintf(file, ",%.2f", json_real_value(value));
		else
			fputc(',', file);
	fputc('\n', file);
}

static int write_rows(struct recorder *r)
{
	int64_t tick = r->m->tick_ns > 1000000 ? r->m->tick_ns : 1000000;
	int64_t start = clock_now_ns(), next = start, now;
	struct timespec until;

	if (r->out.format == OUTPUT_TEXT)
		write_header(r);
	while (!is_interrupted && !ferror(r->out.file)) {
		now = clock_now_ns();
		if (r->duration_ns && now - start > r->duration_ns)
			break;
		output_record(&r->out, read_row(r, now, now - start), print_row);
		next += tick;
		if (next < now)
			next = now;
		until = (struct timespec){ .tv_sec = next / 1000000000,
					   .tv_nsec = next % 1000000000 };
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
	}
	return ferror(r->out.file) ? fail(r->f, STATUS_USAGE, "cannot write the trace") : 0;
}

static int open_output(struct recorder *r)
{
	struct file_uses uses = { 0 };
	const char *other;
	bool is_read, is_free;
	int error;

	if (!r->o->output)
		return 0;
	file_uses_read(&uses, r->o->operands[0]);
	is_free = file_uses_write(&uses, r->o->output, &other, &is_read);
	file_uses_finish(&uses);
	if (!is_free)
		return fail(r->f, STATUS_USAGE, "'%s' is the policy: it would be overwritten",
			    r->o->output);
	error = output_file_begin(&r->trace, r->o->output);
	if (error)
		return fail(r->f, STATUS_USAGE, "cannot write '%s': %s", r->o->output,
			    errno_words(-error));
	r->out.file = r->trace.stream;
	return 0;
}

static int record(struct recorder *r)
{
	struct sigaction action = { .sa_handler = interrupt };
	int error, written;

	if (r->o->duration && value_parse_duration(r->o->duration, &r->duration_ns, r->f))
		return -1;
	if (cgroup_mount_open(&r->mount, r->f) || add_columns(r) || open_output(r))
		return -1;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	error = write_rows(r);
	written = r->o->output ? output_file_end(&r->trace, !error) : 0;
	if (written)
		error = fail(r->f, STATUS_USAGE, "cannot write '%s': %s", r->o->output,
			     errno_words(-written));
	return error;
}

int command_record(const struct options *o, struct output *out, struct failure *f)
{
	struct recorder r = { .o = o, .f = f, .out = *out, .mount.fd = -1 };
	struct policy_file file;
	int error;
	size_t i;

	if (policy_file_open(&file, o->operands[0], f)) {
		policy_file_close(&file);
		return -1;
	}
	r.m = file.manifest;
	r.columns = calloc(COLUMNS_MAX + 1, sizeof(*r.columns));
	error = r.columns ? record(&r) : fail(f, STATUS_USAGE, "out of memory");
	for (i = 0; i < r.count; i++)
		if (r.columns[i].source.dir >= 0)
			close(r.columns[i].source.dir);
	cgroup_mount_close(&r.mount);
	free(r.columns);
	policy_file_close(&file);
	return error;
}
