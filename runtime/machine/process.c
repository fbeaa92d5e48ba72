// SPDX-License-Identifier: GPL-2.0
#include "process.h"

#include "cgroup_match.h"
#include "failure.h"
#include "object/manifest.h"
#include "plan/words.h"
#include "policy/policy.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TASK_IS_KERNEL_THREAD 0x00200000

struct process_stat {
	char comm[32];
	unsigned flags;
};

/* A zombie: only its entry is left, for its parent to read; it has no memory. */
static bool is_dead(char state)
{
	return state == 'Z' || state == 'X';
}

/*
 * False where there is no such process, or where it has ended. "12 (a comm) S 1 ...": the comm may
 * hold parentheses and spaces.
 */
static bool read_stat(pid_t pid, struct process_stat *ret)
{
	char path[64], line[1024] = "", *open, *close, state;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	file = fopen(path, "re");
	if (!file)
		return false;
	if (!fgets(line, sizeof(line), file))
		line[0] = '\0';
	fclose(file);
	open = strchr(line, '(');
	close = strrchr(line, ')');
	if (!open || !close ||
	    sscanf(close + 1, " %c %*d %*d %*d %*d %*d %u", &state, &ret->flags) != 2 ||
	    is_dead(state))
		return false;
	snprintf(ret->comm, sizeof(ret->comm), "%.*s", (int)(close - open - 1), open + 1);
	return true;
}

/*
 * What the list has no room for is counted. A cgroup may list a process twice, and one that moves
 * meanwhile stands in two of them.
 */
static void add(struct process_list *list, pid_t pid)
{
	size_t i;

	for (i = 0; i < list->count && i < PROCESSES_MAX; i++)
		if (list->pids[i] == pid)
			return;
	if (list->count < PROCESSES_MAX)
		list->pids[list->count] = pid;
	list->count++;
}

/* The kernel's lookup takes a kernel thread for a process with memory, and may crash on it. */
static int add_pid(struct process_list *list, pid_t pid, const char *name, struct failure *f)
{
	struct process_stat st;

	if (!read_stat(pid, &st)) {
		fail(f, STATUS_TARGET, "there is no process %d, which '%s' stands for", pid, name);
		fail_hint(f, "start it first, or name another with --process %s=PID", name);
		return -1;
	}
	if (st.flags & TASK_IS_KERNEL_THREAD)
		return fail(f, STATUS_TARGET,
			    "process %d ('%s') is a kernel thread: it has no memory of its own",
			    pid, st.comm);
	add(list, pid);
	return 0;
}

static int parse_pid(const char *text, pid_t *ret)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, 10);
	while (isspace((unsigned char)*end))
		end++;
	if (errno || end == text || *end || n <= 0 || n > 1 << 30)
		return -1;
	*ret = (pid_t)n;
	return 0;
}

static int add_pidfile(struct process_list *list, const char *path, const char *name,
		       struct failure *f)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	char text[64];
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	int error = errno;
	pid_t pid;

	if (fd >= 0)
		close(fd);
	if (n < 0)
		return fail(f, STATUS_TARGET, "cannot read the pid file '%s' of '%s': %s", path,
			    name, errno_words(error));
	text[n] = '\0';
	if (parse_pid(text, &pid))
		return fail(f, STATUS_TARGET, "the pid file '%s' of '%s' holds no pid", path, name);
	return add_pid(list, pid, name, f);
}

static void add_comm(struct process_list *list, const char *comm)
{
	struct dirent *entry;
	struct process_stat st;
	DIR *dir = opendir("/proc");
	pid_t pid;

	while (dir && (entry = readdir(dir)))
		if (isdigit((unsigned char)entry->d_name[0]) && !parse_pid(entry->d_name, &pid) &&
		    read_stat(pid, &st) && !(st.flags & TASK_IS_KERNEL_THREAD) &&
		    !strcmp(st.comm, comm))
			add(list, pid);
	if (dir)
		closedir(dir);
}

static int add_members(unsigned depth, uint64_t id, int dir, void *arg)
{
	struct process_list *list = arg;
	int fd = openat(dir, "cgroup.procs", O_RDONLY | O_CLOEXEC);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
	struct process_stat st;
	int pid;

	while (file && fscanf(file, "%d", &pid) == 1)
		if (pid > 0 && read_stat(pid, &st) && !(st.flags & TASK_IS_KERNEL_THREAD))
			add(list, pid);
	if (file)
		fclose(file);
	else if (fd >= 0)
		close(fd);
	return 0;
}

/* Those in the cgroup, or in each match of the glob, and in all cgroups below. */
static int add_cgroup(struct process_list *list, const struct policy *p, uint32_t group,
		      struct failure *f)
{
	return cgroup_each_match(p->mount, &p->manifest->plan->groups[group],
				 p->groups[group].bound, add_members, list, f);
}

int process_none_found(const struct manifest_process *process, const struct policy *p,
		       struct failure *f)
{
	const struct manifest_group *group = process->group == MANIFEST_NONE
						     ? NULL
						     : &p->manifest->groups[process->group];
	const char *what = group ? group->path : process->text;

	fail(f, STATUS_TARGET, "no process matches '%s' (%s '%s')", process->name,
	     plan_process_words.list[process->kind], what);
	if (group && group->is_glob) {
		fail_hint(f,
			  "start it first, or name one with --process %s=PID; beside a rule for "
			  "every process, as 'thp default', those to come are found too",
			  process->name);
		return -1;
	}
	fail_hint(f,
		  "start it first, or name one with --process %s=PID; a rule for every process "
		  "'when %s == \"%s\"' also finds those to come",
		  process->name, process->kind == PLAN_PROCESS_COMM ? "comm" : "memcg", what);
	return -1;
}

bool process_is_by_pid(const struct manifest_process *process)
{
	return process->kind == PLAN_PROCESS_PID || process->kind == PLAN_PROCESS_PIDFILE;
}

int process_resolve(const struct manifest_process *process, const struct policy *p,
		    const char *bound, struct process_list *ret, struct failure *f)
{
	const char *text = process->text ? process->text : "";
	pid_t pid;

	ret->count = 0;
	if (bound) {
		if (parse_pid(bound, &pid))
			return fail(f, STATUS_USAGE, "'%s' is not a pid", bound);
		return add_pid(ret, pid, process->name, f);
	}
	if (process->kind == PLAN_PROCESS_ALL) {
		ret->pids[ret->count++] = 0;
		return 0;
	}
	if (process->kind == PLAN_PROCESS_PID)
		return add_pid(ret, (pid_t)process->pid, process->name, f);
	if (process->kind == PLAN_PROCESS_PIDFILE)
		return add_pidfile(ret, text, process->name, f);
	if (process->kind == PLAN_PROCESS_COMM) {
		add_comm(ret, text);
	} else if (process->group != MANIFEST_NONE) {
		if (add_cgroup(ret, p, process->group, f))
			return -1;
	}
	return ret->count ? 0 : process_none_found(process, p, f);
}
