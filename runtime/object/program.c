// SPDX-License-Identifier: GPL-2.0
#include "program.h"

#include "failure.h"
#include "machine/kernel.h"
#include "manifest.h"
#include "object.h"
#include "verifier_log.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define START_EXACT "mmp_start_exact"
#define START_PLAIN "mmp_start_plain"
#define SET_UP_WORKS "mmp_set_up_works"
#define SET_UP_TRIES 2000 /* a millisecond each */
#define LOG_SIZE (1u << 20)

/* libbpf's callback has no argument that we could choose. */
static char last_words[1024];

static int keep_words(enum libbpf_print_level level, const char *fmt, va_list args)
{
	if (level == LIBBPF_WARN)
		vsnprintf(last_words, sizeof(last_words), fmt, args);
	return 0;
}

void program_quiet(void)
{
	libbpf_set_print(keep_words);
}

int program_open(struct bpf_object **ret, const struct object *o, struct program_log *log,
		 struct failure *f)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = "mmp");

	log->size = LOG_SIZE;
	log->text = calloc(1, log->size);
	if (!log->text)
		return fail(f, STATUS_USAGE, "out of memory");
	opts.kernel_log_buf = log->text;
	opts.kernel_log_size = log->size;
	last_words[0] = '\0';
	*ret = bpf_object__open_mem(o->data, o->size, &opts);
	if (*ret)
		return 0;
	fail(f, STATUS_USAGE, "'%s' is damaged: libbpf cannot read it", o->path);
	snprintf(f->detail, sizeof(f->detail), "%s", last_words);
	fail_hint(f, "compile the policy again");
	return -1;
}

bool program_exists(const struct bpf_object *bpf, const char *name)
{
	return bpf_object__find_program_by_name(bpf, name) != NULL;
}

static void set_autoload(struct bpf_object *bpf, const char *name, bool wanted)
{
	struct bpf_program *program = bpf_object__find_program_by_name(bpf, name);

	if (program)
		bpf_program__set_autoload(program, wanted);
}

bool program_has_exact_starter(const struct bpf_object *bpf, const struct kernel *k)
{
	return program_exists(bpf, START_EXACT) &&
	       kernel_has(k, NEED_BIT(FLUSH_EXACT) | NEED_BIT(START_EXACT));
}

void program_choose_starter(struct bpf_object *bpf, bool exact)
{
	set_autoload(bpf, START_EXACT, exact);
	set_autoload(bpf, START_PLAIN, !exact);
}

int program_load(struct bpf_object *bpf, const struct manifest *m, const struct program_log *log,
		 struct failure *f)
{
	int error = bpf_object__load(bpf);

	if (!error)
		return 0;
	if (log->text[0]) {
		fail(f, STATUS_REFUSED, "the kernel's verifier refused the policy '%s'", m->name);
		verifier_log_quote(m, log->text, f);
		fail_hint(f, "this is a mistake of mmpc, or this kernel is unlike any it was tried "
			     "on: please report it, with the lines above, what --verbose adds and "
			     "'mmpctl doctor'");
		return -1;
	}
	if (error == -EPERM || error == -EACCES) {
		fail(f, STATUS_UNSUPPORTED, "no permission to load BPF programs");
		fail_hint(f, "run mmpctl as root, or with CAP_BPF, CAP_PERFMON and CAP_SYS_ADMIN; "
			     "'mmpctl doctor' shows whether lockdown forbids it");
		return -1;
	}
	fail(f, STATUS_UNSUPPORTED, "the kernel does not take the policy '%s': %s", m->name,
	     errno_words(error));
	snprintf(f->detail, sizeof(f->detail), "%s", last_words);
	fail_hint(f, "'mmpctl doctor' shows what this kernel lacks");
	return -1;
}

/* BPF_PROG_RUN of a tracing program runs the function it is attached to. */
static int run_exact(struct bpf_program *program)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);
	struct bpf_link *link = bpf_program__attach(program);
	int error = link ? 0 : -errno;

	if (!error)
		error = bpf_prog_test_run_opts(bpf_program__fd(program), &opts);
	bpf_link__destroy(link);
	return error;
}

static int run_plain(struct bpf_program *program)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);
	int error = bpf_prog_test_run_opts(bpf_program__fd(program), &opts);

	return error ? error : opts.retval ? -EINVAL : 0;
}

/*
 * The kernel makes work items from memory that is free on this processor at that moment, which is
 * soon there again.
 */
int program_set_up_works(struct bpf_object *bpf, struct failure *f)
{
	struct bpf_program *works = bpf_object__find_program_by_name(bpf, SET_UP_WORKS);
	LIBBPF_OPTS(bpf_test_run_opts, opts);
	int error, tries = 0;

	if (!works)
		return 0;
	do {
		if (tries)
			usleep(1000);
		error = bpf_prog_test_run_opts(bpf_program__fd(works), &opts);
	} while (!error && opts.retval && ++tries < SET_UP_TRIES);
	if (error)
		return fail(f, STATUS_UNSUPPORTED, "the policy's reclaim cannot be set up: %s",
			    errno_words(error));
	if (opts.retval)
		return fail(f, STATUS_UNSUPPORTED,
			    "the kernel has no memory for %u work items of the policy's reclaim",
			    opts.retval);
	return 0;
}

int program_start(struct bpf_object *bpf, struct failure *f)
{
	struct bpf_program *exact = bpf_object__find_program_by_name(bpf, START_EXACT);
	struct bpf_program *plain = bpf_object__find_program_by_name(bpf, START_PLAIN);
	int error = 0;

	if (exact && bpf_program__autoload(exact))
		error = run_exact(exact);
	else if (plain && bpf_program__autoload(plain))
		error = run_plain(plain);
	if (error)
		return fail(f, STATUS_UNSUPPORTED, "the policy's sampler does not start: %s",
			    errno_words(error));
	return 0;
}
