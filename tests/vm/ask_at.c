// SPDX-License-Identifier: GPL-2.0
/*
 * ask_at CGROUP SECONDS...: once a process is in the cgroup, asks it by SIGUSR1 after each of these
 * times what it did so far, and two seconds after the last kills it. The load's own lines have the
 * figures.
 *
 * Where a machine that is short of memory comes to a halt, a shell does not get that far: this one
 * has its memory locked, goes before all others on the processor, and makes nothing new.
 */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static void fail(const char *what)
{
	perror(what);
	exit(2);
}

static void rest(double seconds)
{
	struct timespec ts = { .tv_sec = seconds, .tv_nsec = (seconds - (long)seconds) * 1e9 };

	nanosleep(&ts, NULL);
}

static pid_t wait_for_process(int procs)
{
	char text[32];
	ssize_t len;

	for (;; rest(0.01)) {
		len = pread(procs, text, sizeof(text) - 1, 0);
		if (len < 0)
			fail("cgroup.procs");
		text[len] = '\0';
		if (len)
			return atoi(text);
	}
}

int main(int argc, char **argv)
{
	struct sched_param first = { .sched_priority = 50 };
	char path[256];
	pid_t pid;
	int procs;

	if (argc < 3)
		return 2;
	snprintf(path, sizeof(path), "%s/cgroup.procs", argv[1]);
	procs = open(path, O_RDONLY);
	if (procs < 0)
		fail(path);
	if (mlockall(MCL_CURRENT | MCL_FUTURE) || sched_setscheduler(0, SCHED_FIFO, &first))
		fail("ask_at");
	puts("ready");
	fflush(stdout);
	pid = wait_for_process(procs);
	for (int i = 2; i < argc; i++) {
		rest(atof(argv[i]));
		kill(pid, SIGUSR1);
	}
	rest(2);
	kill(pid, SIGKILL);
	return 0;
}
