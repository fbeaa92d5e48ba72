// SPDX-License-Identifier: GPL-2.0
#include "program.h"

#include "failure.h"
#include "kernel.h"
#include "manifest.h"
#include "object.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define START_EXACT "mmp_start_exact"
#define START_PLAIN "mmp_start_plain"
#define LOG_SIZE (1u << 20)

/* libbpf's callback takes no argument of ours. */
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
	return program_exists(bpf, START_EXACT) && kernel_has_kfunc(k, "css_rstat_flush") &&
	       kernel_has_kfunc(k, "bpf_fentry_test1");
}

void program_choose_starter(struct bpf_object *bpf, bool exact)
{
	set_autoload(bpf, START_EXACT, exact);
	set_autoload(bpf, START_PLAIN, !exact);
}

/* A line of the log that quotes source: "; text" or "; text @ file:line". */
struct quoted {
	const char *start; /* in the log; NULL: none */
	char file[256];
	uint32_t line;
};

static void trim(char *text)
{
	size_t len = strlen(text);

	while (len && strchr(" \t\r", text[len - 1]))
		text[--len] = '\0';
}

/* Older verifiers quote the text without its place: find it in the policy's files. */
static bool find_text(const struct manifest *m, const char *text, struct quoted *ret)
{
	char line[1024];
	uint32_t n;
	size_t i;

	for (i = 0; i < m->rule_count && *text; i++)
		for (n = m->rules[i].line; n < m->rules[i].line + 8; n++) {
			manifest_line(m, m->rules[i].file, n, line, sizeof(line));
			trim(line);
			if (strcmp(line + strspn(line, " \t"), text) != 0)
				continue;
			snprintf(ret->file, sizeof(ret->file), "%s", m->rules[i].file);
			ret->line = n;
			return true;
		}
	return false;
}

/* The verifier drops the folders; the policy's files are known with theirs. */
static bool find_file(const struct manifest *m, const char *base, struct quoted *ret)
{
	size_t i;

	for (i = 0; i < m->file_count; i++) {
		const char *slash = strrchr(m->files[i].name, '/');

		if (strcmp(slash ? slash + 1 : m->files[i].name, base) != 0)
			continue;
		snprintf(ret->file, sizeof(ret->file), "%s", m->files[i].name);
		return true;
	}
	return false;
}

static bool parse_quoted(const struct manifest *m, const char *line, size_t len, struct quoted *ret)
{
	char text[1024], base[256], *at = NULL, *next;

	snprintf(text, sizeof(text), "%.*s", (int)len - 1, line + 1);
	trim(text);
	for (next = strstr(text, " @ "); next; next = strstr(next + 3, " @ "))
		at = next;
	if (!at)
		return find_text(m, text + strspn(text, " \t"), ret);
	return sscanf(at, " @ %255[^:]:%u", base, &ret->line) == 2 && find_file(m, base, ret);
}

void program_quote_log(const struct manifest *m, const char *log, struct failure *f)
{
	struct quoted last = { 0 }, quoted;
	const char *line, *end = log + strlen(log), *from;

	for (line = log; *line; line += strcspn(line, "\n") + (line[strcspn(line, "\n")] != '\0'))
		if (*line == ';' && parse_quoted(m, line, strcspn(line, "\n"), &quoted)) {
			last = quoted;
			last.start = line;
		} else if (!strncmp(line, "processed ", 10)) {
			end = line;
		}
	from = last.start ? last.start : log;
	/* The reason stands at the end. */
	if (end - from > 3000)
		from = end - 3000;
	snprintf(f->detail, sizeof(f->detail), "%.*s", (int)(end - from), from);
	if (last.start)
		fail_at(f, last.file, last.line);
}

int program_load(struct bpf_object *bpf, const struct manifest *m, const struct program_log *log,
		 struct failure *f)
{
	int error = bpf_object__load(bpf);

	if (!error)
		return 0;
	if (log->text[0]) {
		fail(f, STATUS_REFUSED, "the kernel's verifier refused the policy '%s'", m->name);
		program_quote_log(m, log->text, f);
		fail_hint(f, "this is a mistake of mmpc, or this kernel is unlike any it was tried "
			     "on: please report it, with the lines above and 'mmpctl doctor'");
		return -1;
	}
	if (error == -EPERM || error == -EACCES) {
		fail(f, STATUS_UNSUPPORTED, "no permission to load BPF programs");
		fail_hint(f, "run mmpctl as root, or with CAP_BPF, CAP_PERFMON and CAP_SYS_ADMIN; "
			     "'mmpctl doctor' tells whether lockdown forbids it");
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
