// SPDX-License-Identifier: GPL-2.0
#include "temporary_folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void temporary_folder_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGHUP);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGPIPE);
	sigaddset(set, SIGTERM);
}

bool temporary_folder_is_interrupted(void)
{
	sigset_t pending, set;

	temporary_folder_signals(&set);
	sigpending(&pending);
	return sigandset(&set, &set, &pending) == 0 && !sigisemptyset(&set);
}

int temporary_folder_make(struct temporary_folder *f)
{
	const char *tmp = getenv("TMPDIR");
	sigset_t set;
	int error = 0;

	temporary_folder_signals(&set);
	if ((size_t)snprintf(f->path, sizeof(f->path), "%s/mmpc-XXXXXX",
			     tmp && *tmp ? tmp : "/tmp") >= sizeof(f->path))
		return -ENAMETOOLONG;
	sigprocmask(SIG_BLOCK, &set, &f->mask);
	if (!mkdtemp(f->path)) {
		error = -errno;
		sigprocmask(SIG_SETMASK, &f->mask, NULL);
	}
	return error;
}

void temporary_folder_remove(struct temporary_folder *f)
{
	DIR *dir = *f->path ? opendir(f->path) : NULL;
	struct dirent *entry;

	if (!*f->path)
		return;
	while (dir && (entry = readdir(dir)))
		if (unlinkat(dirfd(dir), entry->d_name, 0))
			continue; /* "." and ".." */
	if (dir)
		closedir(dir);
	rmdir(f->path);
	*f->path = '\0';
	sigprocmask(SIG_SETMASK, &f->mask, NULL);
}
