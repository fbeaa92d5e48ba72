// SPDX-License-Identifier: GPL-2.0
/*
 * kill_at N COMMAND...: run a command and kill it (SIGKILL) just before its Nth call that changes
 * the state of the system: making, filling, running, pinning, attaching and detaching by bpf(),
 * mkdir, rename, unlink, rmdir. Prints the call's name. Exit status: 0 killed, 3 the command ended
 * before: then its last line is "ended after CALLS". kill_at any:N COMMAND...: before its Nth
 * system call of any kind. kill_at count COMMAND...: kill nothing, count both kinds; its last line
 * is "calls=CALLS changes=CHANGES".
 *
 * kill_at victims:PID,... COMMAND...: kills those processes instead, just before the command's
 * first call of bpf() that makes a link, and lets the command go on. Its exit status is the
 * command's.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *bpf_call(unsigned long command)
{
	switch (command) {
	case 2:
		return "map update";
	case 6:
		return "pin";
	case 10:
		return "run";
	case 28:
		return "link create";
	case 29:
		return "link update";
	case 34:
		return "link detach";
	default:
		return NULL;
	}
}

/* NULL: it changes nothing. */
static const char *changing_call(const struct __ptrace_syscall_info *info)
{
	switch (info->entry.nr) {
	case SYS_bpf:
		return bpf_call(info->entry.args[0]);
	case SYS_mkdir:
	case SYS_mkdirat:
		return "mkdir";
	case SYS_rename:
	case SYS_renameat:
	case SYS_renameat2:
		return "rename";
	case SYS_unlink:
	case SYS_unlinkat:
		return "unlink";
	case SYS_rmdir:
		return "rmdir";
	default:
		return NULL;
	}
}

static int run(char **command)
{
	ptrace(PTRACE_TRACEME, 0, 0, 0);
	raise(SIGSTOP);
	execvp(command[0], command);
	perror(command[0]);
	_exit(127);
}

/* To the next system call's entry; -1: the command has ended. */
static int next_call(pid_t child, struct __ptrace_syscall_info *info)
{
	int status;

	for (;;) {
		if (ptrace(PTRACE_SYSCALL, child, 0, 0) || waitpid(child, &status, 0) < 0 ||
		    WIFEXITED(status) || WIFSIGNALED(status))
			return -1;
		if (WSTOPSIG(status) != (SIGTRAP | 0x80))
			continue;
		if (ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof(*info), info) > 0 &&
		    info->op == PTRACE_SYSCALL_INFO_ENTRY)
			return 0;
	}
}

/* Two processors would wake each other at each call, which takes an emulated machine milliseconds.
 */
static void stay_here(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(sched_getcpu(), &set);
	sched_setaffinity(0, sizeof(set), &set);
}

/* Until only the entry is left that its parent has not read yet. */
static void end_process(pid_t pid)
{
	char path[64], line[512], *close;
	FILE *file;

	kill(pid, SIGKILL);
	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	for (;; usleep(1000)) {
		file = fopen(path, "re");
		if (!file)
			return;
		close = fgets(line, sizeof(line), file) ? strrchr(line, ')') : NULL;
		fclose(file);
		if (!close || close[2] == 'Z' || close[2] == 'X')
			return;
	}
}

static void end_processes(const char *list)
{
	char *end;

	for (; *list; list = *end ? end + 1 : end)
		end_process((pid_t)strtol(list, &end, 10));
}

static int end_before_link(pid_t child, const char *victims)
{
	struct __ptrace_syscall_info info;
	const char *name;
	int status;

	while (!next_call(child, &info)) {
		name = changing_call(&info);
		if (!name || strcmp(name, "link create") != 0)
			continue;
		end_processes(victims);
		ptrace(PTRACE_DETACH, child, 0, 0);
		waitpid(child, &status, 0);
		return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
	}
	fprintf(stderr, "kill_at: no link was made\n");
	return 1;
}

static pid_t start_traced(char **command)
{
	pid_t child = fork();
	int status;

	if (!child)
		run(command);
	waitpid(child, &status, 0);
	ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
	return child;
}

int main(int argc, char **argv)
{
	int any = argc > 1 && !strncmp(argv[1], "any:", 4), status;
	int is_count = argc > 2 && !strcmp(argv[1], "count");
	long left = argc > 2 ? atol(argv[1] + (any ? 4 : 0)) : 0, calls = 0, changes = 0;
	struct __ptrace_syscall_info info;
	const char *name;
	pid_t child;

	if (argc > 2 && !strncmp(argv[1], "victims:", 8))
		return end_before_link(start_traced(argv + 2), argv[1] + 8);
	if (is_count) {
		left = LONG_MAX;
		stay_here();
	}
	if (left <= 0) {
		fprintf(stderr, "usage: kill_at [any:]N|count|victims:PID,... COMMAND...\n");
		return 2;
	}
	child = start_traced(argv + 2);
	while (!next_call(child, &info)) {
		name = changing_call(&info);
		calls++;
		changes += name != NULL;
		if (any)
			name = "any";
		if (!name || --left)
			continue;
		kill(child, SIGKILL);
		waitpid(child, &status, 0);
		printf("%s\n", name);
		return 0;
	}
	if (is_count) {
		printf("calls=%ld changes=%ld\n", calls, changes);
		return 0;
	}
	printf("ended after %ld\n", any ? calls : changes);
	return 3;
}
