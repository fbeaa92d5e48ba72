// SPDX-License-Identifier: GPL-2.0
#include "text_change.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/bug.h"
#include "base/output_file.h"
#include "report/source.h"

static bool write_all(int fd, const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0) {
			text += n;
			len -= (size_t)n;
		}
	}
	return true;
}

static int text_fd(const char *text, size_t len)
{
	int fd = memfd_create("mmpc", 0);

	if (fd < 0 || !write_all(fd, text, len))
		BUG("no memory for a policy");
	return fd;
}

bool text_diff(const struct source *f, const char *text, const char *how)
{
	char before[32], after[32], labels[2][PATH_MAX + 32];
	int fds[2] = { text_fd(f->text, f->len), text_fd(text, strlen(text)) }, status = 0;
	pid_t child;

	snprintf(before, sizeof(before), "/dev/fd/%d", fds[0]);
	snprintf(after, sizeof(after), "/dev/fd/%d", fds[1]);
	snprintf(labels[0], sizeof(labels[0]), "--label=%s", f->name);
	snprintf(labels[1], sizeof(labels[1]), "--label=%s (%s)", f->name, how);
	fflush(stdout);
	child = fork();
	if (!child) {
		execlp("diff", "diff", "-u", labels[0], labels[1], before, after, (char *)NULL);
		_exit(127);
	}
	close(fds[0]);
	close(fds[1]);
	return child > 0 && waitpid(child, &status, 0) > 0 && WIFEXITED(status) &&
	       WEXITSTATUS(status) <= 1;
}

int text_replace(const char *path, const char *text)
{
	struct output_file out;
	int error = output_file_begin(&out, path);

	if (error)
		return error;
	fputs(text, out.stream);
	return output_file_end(&out, true);
}
