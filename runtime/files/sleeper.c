// SPDX-License-Identifier: GPL-2.0
#include "sleeper.h"

#include "base/clock.h"

#include <errno.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#define SECOND 1000000000ull

void sleeper_init(struct sleeper *s)
{
	s->signals = s->settings = s->verdicts = -1;
	sigemptyset(&s->set);
	sigaddset(&s->set, SIGTERM);
	sigaddset(&s->set, SIGINT);
	sigaddset(&s->set, SIGHUP);
	sigaddset(&s->set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &s->set, NULL);
}

int sleeper_watch(struct sleeper *s, const char *settings, int verdicts)
{
	s->signals = signalfd(-1, &s->set, SFD_CLOEXEC);
	s->settings = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	s->verdicts = verdicts;
	if (s->signals < 0 || s->settings < 0 ||
	    inotify_add_watch(s->settings, settings, IN_MODIFY) < 0)
		return -errno;
	return 0;
}

void sleeper_finish(struct sleeper *s)
{
	if (s->signals >= 0)
		close(s->signals);
	if (s->settings >= 0)
		close(s->settings);
	s->signals = s->settings = s->verdicts = -1;
}

static int wait_all(const struct sleeper *s, const struct timespec *t)
{
	struct pollfd fds[] = { { .fd = s->signals, .events = POLLIN },
				{ .fd = s->settings, .events = POLLIN },
				{ .fd = s->verdicts, .events = POLLIN } };
	struct signalfd_siginfo info;
	char changes[512];

	if (ppoll(fds, 3, t, NULL) <= 0)
		return 0;
	if (fds[1].revents && read(s->settings, changes, sizeof(changes)) < 0)
		return 0;
	if (fds[0].revents && read(s->signals, &info, sizeof(info)) == sizeof(info))
		return (int)info.ssi_signo;
	return 0;
}

int sleeper_wait(const struct sleeper *s, uint64_t time)
{
	uint64_t now = (uint64_t)clock_now_ns(), ns = time > now ? time - now : 0;
	struct timespec t = { .tv_sec = (time_t)(ns / SECOND), .tv_nsec = (long)(ns % SECOND) };
	int signal;

	if (s->signals >= 0)
		return wait_all(s, &t);
	signal = sigtimedwait(&s->set, NULL, &t);
	return signal > 0 ? signal : 0;
}
