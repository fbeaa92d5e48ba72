// SPDX-License-Identifier: GPL-2.0
#include "hand_over.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/bug.h"
#include "base/shown.h"
#include "base/status.h"
#include "base/temporary_folder.h"

/* Beside this program, otherwise in PATH. */
int hand_over(int argc, char **argv)
{
	char path[PATH_MAX], **words = calloc((size_t)argc + 2, sizeof(*words));
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - sizeof("mmpctl"));
	char *slash;

	if (!words)
		NO_MEMORY();
	words[0] = "mmpctl";
	memcpy(words + 1, argv, (size_t)argc * sizeof(*words));
	if (len > 0) {
		path[len] = '\0';
		slash = strrchr(path, '/');
		strcpy(slash ? slash + 1 : path, "mmpctl");
		execv(path, words);
	}
	execvp("mmpctl", words);
	shown_print(stderr, "mmpc: '%s' needs mmpctl, which is not installed\n", argv[0]);
	free(words);
	return STATUS_USAGE;
}

int run_in_child(int (*start)(int argc, char **argv), int argc, char **argv)
{
	int status = 0;
	sigset_t mask;
	pid_t child;

	fflush(NULL);
	child = fork();
	if (!child) {
		temporary_folder_child_mask(&mask);
		sigprocmask(SIG_SETMASK, &mask, NULL);
		_exit(start(argc, argv));
	}
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (child > 0 && WIFEXITED(status))
		return WEXITSTATUS(status);
	shown_print(stderr, "mmpc: '%s' could not be started or was killed\n", argv[0]);
	return STATUS_USAGE;
}

int make_command_folder(struct temporary_folder *f)
{
	int error = temporary_folder_make(f);

	if (!error)
		return STATUS_OK;
	shown_print(stderr, "mmpc: cannot make a temporary folder '%s': %s\n", f->path,
		    strerror(-error));
	*f->path = '\0';
	return STATUS_USAGE;
}
