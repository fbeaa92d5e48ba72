// SPDX-License-Identifier: GPL-2.0
/*
 * clang runs in a private folder that is removed afterwards, and all names are relative to it. It
 * holds the headers, the C text, and the policy's texts under the names that #line uses, so that
 * clang can put the policy's lines into the object. Neither the folder's name nor any name that a
 * user chose becomes part of the object: equal input gives equal bytes.
 */
#include "clang.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/bug.h"
#include "base/output_file.h"
#include "base/temporary_folder.h"
#include "bpf-templates/mmp_abi.h"
#include "emit.h"
#include "report/source.h"
#include "template.h"

extern char **environ;

#define INPUT "mmpc-input.c"
#define OUTPUT "mmpc-output.o"

struct run {
	struct arena *arena;
	const struct sources *policy; /* or NULL */
	struct temporary_folder folder;
	const char *object; /* in it */
	const char *problem;
};

static int fail(struct run *r, int error, const char *problem)
{
	if (!r->problem)
		r->problem = problem;
	return error;
}

static int write_file(struct run *r, const char *path, const char *text, size_t len)
{
	FILE *f = fopen(path, "we");
	int error = 0;

	if (!f)
		error = -errno;
	else if (fwrite(text, 1, len, f) != len)
		error = -EIO;
	if (f && fclose(f) && !error)
		error = -errno;
	if (!error)
		return 0;
	return fail(r, error,
		    arena_printf(r->arena, "cannot write '%s': %s", path, strerror(-error)));
}

static const char *inside(struct run *r, const char *name)
{
	return arena_printf(r->arena, "%s/%s", r->folder.path, name);
}

static const char *policy_file(struct run *r, uint32_t index)
{
	return inside(r, arena_printf(r->arena, MMP_POLICY_FILE, index));
}

static int write_policy(struct run *r)
{
	int error = 0;

	for (uint32_t i = 0; r->policy && i < r->policy->count && !error; i++)
		error = write_file(r, policy_file(r, i), r->policy->files[i].text,
				   r->policy->files[i].len);
	return error;
}

static int make_folder(struct run *r)
{
	int error = temporary_folder_make(&r->folder);

	if (!error)
		return 0;
	fail(r, error,
	     arena_printf(r->arena, "cannot make a temporary folder '%s': %s", r->folder.path,
			  strerror(-error)));
	*r->folder.path = '\0';
	return error;
}

static int write_sources(struct run *r, const char *text)
{
	int error = make_folder(r);

	for (size_t i = 0; i < embedded_count && !error; i++) {
		const struct embedded *f = &embedded_files[i];

		error = write_file(r, inside(r, f->name), f->text, (size_t)(f->end - f->text));
	}
	if (!error)
		error = write_file(r, inside(r, INPUT), text, strlen(text));
	return error ? error : write_policy(r);
}

/* Exit status of the program, or -errno. Signals of the terminal end the program at once. */
static int run_program(const struct run *r, char *const argv[], bool is_quiet)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t mask;
	int status, error;
	pid_t pid;

	temporary_folder_child_mask(&mask);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setsigmask(&attributes, &mask);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addchdir_np(&actions, r->folder.path);
	if (is_quiet)
		posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	error = posix_spawnp(&pid, argv[0], &actions, &attributes, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	if (error)
		return -error;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	return WTERMSIG(status) == SIGINT || WTERMSIG(status) == SIGTERM ? -EINTR : -EIO;
}

static const char *clang_name(void)
{
	const char *name = getenv("MMPC_CLANG");

	return name && *name ? name : "clang";
}

/* A program that is named with folders: clang runs in another folder than its caller. */
static char *absolute(struct run *r, const char *program)
{
	char here[PATH_MAX];

	if (program[0] == '/' || !strchr(program, '/') || !getcwd(here, sizeof(here)))
		return arena_strdup(r->arena, program);
	return arena_join(r->arena, here, "/", program);
}

#define CLANG_WORDS_MAX 16

/* clang's command line: the words of MMPC_CLANG, which may be "ccache clang", then the arguments.
 */
static char **clang_command(struct run *r, const char *const *arguments)
{
	char **argv = arena_array(r->arena, char *, CLANG_WORDS_MAX + 32);
	char *rest = arena_strdup(r->arena, clang_name()), *word;
	size_t count = 0;

	if (access(rest, X_OK)) /* a path with a space in it is one word */
		while (count < CLANG_WORDS_MAX && (word = strsep(&rest, " \t")))
			if (*word)
				argv[count++] = word;
	if (!count)
		argv[count++] = arena_strdup(r->arena, clang_name());
	argv[0] = absolute(r, argv[0]);
	while (*arguments)
		argv[count++] = (char *)*arguments++;
	return argv;
}

static int cannot_run(struct run *r, int status)
{
	const char *why = status == 127 ? "it ends at once, with exit status 127 (see above)"
					: strerror(-status);

	if (status == -EINTR)
		return fail(r, -EINTR, "interrupted");
	if (status != -ENOENT)
		return fail(r, status < 0 ? status : -ENOEXEC,
			    arena_printf(r->arena, "cannot run '%s': %s", clang_name(), why));
	return fail(r, -ENOENT,
		    arena_printf(r->arena,
				 "there is no '%s' to run; install clang (Debian: apt "
				 "install clang llvm), or name one in MMPC_CLANG",
				 clang_name()));
}

/* Why did it fail: because it does not have the BPF target, or because of the text? */
static int judge_failure(struct run *r, int status)
{
	static const char *const arguments[] = { "-target",   "bpf", "-x",	  "c", "-c",
						 "/dev/null", "-o",  "/dev/null", NULL };

	if (status < 0 || status == 127)
		return cannot_run(r, status);
	if (run_program(r, clang_command(r, arguments), true))
		return fail(
			r, -ENOEXEC,
			arena_printf(
				r->arena,
				"'%s' cannot make BPF objects; install one that has the bpf target",
				clang_name()));
	return fail(r, -EINVAL,
		    arena_printf(r->arena,
				 "'%s' refused the generated C (see above); please report it",
				 clang_name()));
}

static int run_clang(struct run *r)
{
	static const char *const arguments[] = { "-target",
						 "bpf",
						 "-mcpu=v3",
						 "-O2",
						 "-g",
						 "-std=gnu11",
						 "-Wall",
						 "-Werror=implicit-function-declaration",
						 "-Wno-unused-function",
						 "-fno-color-diagnostics",
						 "-fdebug-compilation-dir=.",
						 "-I.",
						 "-c",
						 INPUT,
						 "-o",
						 OUTPUT,
						 NULL };
	int status = run_program(r, clang_command(r, arguments), false);

	return status ? judge_failure(r, status) : 0;
}

/*
 * Debugging sections are half of the object and nothing needs them; the BTF stays. No strip program
 * is not an error.
 */
static void strip(struct run *r)
{
	char *argv[] = { "llvm-strip", "-g", OUTPUT, NULL };

	run_program(r, argv, true);
}

/* 0 or -errno */
static int copy(FILE *from, FILE *to)
{
	char buffer[65536];
	size_t n;

	while ((n = fread(buffer, 1, sizeof(buffer), from)) > 0)
		if (fwrite(buffer, 1, n, to) != n)
			return -errno;
	return ferror(from) ? -errno : 0;
}

static int copy_object(struct run *r, const char *output)
{
	struct output_file out;
	FILE *object = fopen(r->object, "re");
	int error, end;

	if (!object)
		return -errno;
	error = output_file_begin(&out, output);
	if (!error) {
		error = copy(object, out.stream);
		end = output_file_end(&out, !error);
		error = error ? error : end;
	}
	fclose(object);
	return error;
}

static int compile(struct run *r, const char *text, const char *output)
{
	int error = write_sources(r, text);

	if (error)
		return error;
	r->object = inside(r, OUTPUT);
	error = run_clang(r);
	if (error)
		return error;
	strip(r);
	error = copy_object(r, output);
	if (!error)
		return 0;
	return fail(r, -EIO,
		    arena_printf(r->arena, "cannot write '%s': %s", output, strerror(-error)));
}

int clang_compile(struct arena *a, const struct sources *policy, const char *text,
		  const char *output, const char **ret_problem)
{
	struct run r = { .arena = a, .policy = policy };
	int error = compile(&r, arena_printf(a, "#line 1 \"%s\"\n%s", EMIT_FILE_NAME, text),
			    output);
	temporary_folder_remove(&r.folder);
	if (error)
		*ret_problem = r.problem;
	return error;
}
