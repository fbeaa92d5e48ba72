// SPDX-License-Identifier: GPL-2.0
#include "temporary_folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const int waiting_signals[] = { SIGHUP, SIGINT, SIGPIPE, SIGTERM };

#define WAITING_COUNT (sizeof(waiting_signals) / sizeof(waiting_signals[0]))

void temporary_folder_child_mask(sigset_t *mask)
{
	sigprocmask(SIG_BLOCK, NULL, mask);
	for (size_t i = 0; i < WAITING_COUNT; i++)
		sigdelset(mask, waiting_signals[i]);
}

bool temporary_folder_is_interrupted(void)
{
	sigset_t pending;
	bool is_any = false;

	sigpending(&pending);
	for (size_t i = 0; i < WAITING_COUNT; i++)
		is_any |= sigismember(&pending, waiting_signals[i]) == 1;
	return is_any;
}

int temporary_folder_make(struct temporary_folder *f)
{
	const char *tmp = getenv("TMPDIR");
	sigset_t set;
	int error = 0;

	sigemptyset(&set);
	for (size_t i = 0; i < WAITING_COUNT; i++)
		sigaddset(&set, waiting_signals[i]);
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
	struct dirent *entry;
	DIR *dir;

	if (!*f->path)
		return;
	dir = opendir(f->path);
	while (dir && (entry = readdir(dir)))
		unlinkat(dirfd(dir), entry->d_name, 0); /* "." and ".." stay */
	if (dir)
		closedir(dir);
	rmdir(f->path);
	*f->path = '\0';
	sigprocmask(SIG_SETMASK, &f->mask, NULL);
}
