// SPDX-License-Identifier: GPL-2.0
/*
 * clang runs in the user's own folder, so that the policy's name in #line opens and clang can put
 * the policy's lines into the object; the headers are written to a private folder that is removed
 * again.
 */
#include "clang.h"

#include <errno.h>
#include <fcntl.h>
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
#include "template.h"

extern char **environ;

/*
 * How clang sees the private folder: its own name changes, and the names of the files become part
 * of the object. So equal input gives equal bytes, and clang can still quote the files' lines.
 */
#define FOLDER_FD 9
#define FOLDER "/proc/self/fd/9"
#define INPUT "mmpc-input.c"
#define OUTPUT "mmpc-output.o"

struct run {
	struct arena *arena;
	const char *folder; /* private */
	const char *source; /* in it */
	const char *object; /* in it, too */
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
	return arena_printf(r->arena, "%s/%s", r->folder, name);
}

static int write_sources(struct run *r, const char *text)
{
	const char *tmp = getenv("TMPDIR");
	char *folder = arena_printf(r->arena, "%s/mmpc.XXXXXX", tmp && *tmp ? tmp : "/tmp");
	int error;

	if (!mkdtemp(folder)) {
		error = -errno;
		return fail(r, error,
			    arena_printf(r->arena, "cannot make a temporary folder '%s': %s",
					 folder, strerror(-error)));
	}
	r->folder = folder;
	for (size_t i = 0; i < embedded_count; i++) {
		const struct embedded *f = &embedded_files[i];

		error = write_file(r, inside(r, f->name), f->text, (size_t)(f->end - f->text));
		if (error)
			return error;
	}
	r->source = inside(r, INPUT);
	return write_file(r, r->source, text, strlen(text));
}

static void remove_files(struct run *r)
{
	if (r->object)
		unlink(r->object);
	if (!r->folder)
		return;
	for (size_t i = 0; i < embedded_count; i++)
		unlink(inside(r, embedded_files[i].name));
	if (r->source)
		unlink(r->source);
	rmdir(r->folder);
}

/* Exit status of the program, or -errno. Signals of the terminal go to it and are waited for here.
 */
static int run_program(const struct run *r, char *const argv[], bool is_quiet)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t defaults;
	int status, error;
	pid_t pid;

	sigemptyset(&defaults);
	sigaddset(&defaults, SIGINT);
	sigaddset(&defaults, SIGTERM);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigdefault(&attributes, &defaults);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&actions, FOLDER_FD, r->folder, O_RDONLY | O_DIRECTORY, 0);
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
		return WEXITSTATUS(status) == 127 ? -ENOENT : WEXITSTATUS(status);
	return WTERMSIG(status) == SIGINT || WTERMSIG(status) == SIGTERM ? -EINTR : -EIO;
}

static const char *clang_name(void)
{
	const char *name = getenv("MMPC_CLANG");

	return name && *name ? name : "clang";
}

/* Why did it fail? Because it has no BPF target, or because of the text. */
static int judge_failure(struct run *r, int status)
{
	char *argv[] = { (char *)clang_name(), "-target", "bpf",       "-x", "c", "-c",
			 "/dev/null",	       "-o",	  "/dev/null", NULL };

	if (status == -EINTR)
		return fail(r, -EINTR, "interrupted");
	if (status == -ENOENT)
		return fail(r, -ENOENT,
			    arena_printf(r->arena,
					 "there is no '%s' to run; install clang (Debian: apt "
					 "install clang llvm), "
					 "or name one in MMPC_CLANG",
					 clang_name()));
	if (status < 0)
		return fail(r, status,
			    arena_printf(r->arena, "cannot run '%s': %s", clang_name(),
					 strerror(-status)));
	if (run_program(r, argv, true))
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
	char *argv[] = { (char *)clang_name(),
			 "-target",
			 "bpf",
			 "-mcpu=v3",
			 "-O2",
			 "-g",
			 "-std=gnu11",
			 "-Wall",
			 "-Werror=implicit-function-declaration",
			 "-Wno-unused-function",
			 "-fno-color-diagnostics",
			 "-I" FOLDER,
			 "-c",
			 FOLDER "/" INPUT,
			 "-o",
			 (char *)r->object,
			 NULL };
	int status = run_program(r, argv, false);

	return status ? judge_failure(r, status) : 0;
}

/* Debugging sections are half the object and nobody's need; the BTF stays. Not having it is fine.
 */
static void strip(struct run *r)
{
	char *argv[] = { "llvm-strip", "-g", (char *)r->object, NULL };

	run_program(r, argv, true);
}

/* While clang runs an interrupt must not end us before the temporary files are gone. */
struct patience {
	struct sigaction interrupt, terminate;
};

static void be_patient(struct patience *p)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	sigaction(SIGINT, &ignore, &p->interrupt);
	sigaction(SIGTERM, &ignore, &p->terminate);
}

static void be_impatient(const struct patience *p)
{
	sigaction(SIGINT, &p->interrupt, NULL);
	sigaction(SIGTERM, &p->terminate, NULL);
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

int clang_compile(struct arena *a, const char *name, const char *text, const char *output,
		  const char **ret_problem)
{
	struct run r = { .arena = a };
	struct patience patience;
	int error;

	be_patient(&patience);
	error = compile(&r, arena_printf(a, "#line 1 \"%s\"\n%s", name, text), output);
	remove_files(&r);
	be_impatient(&patience);
	if (error)
		*ret_problem = r.problem;
	return error;
}
