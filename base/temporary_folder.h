/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A folder of this process alone, for files that another program reads. While there is one, signals
 * that would end the process wait, so that the folder never stays; they arrive when it is removed.
 */
#ifndef MMP_TEMPORARY_FOLDER_H
#define MMP_TEMPORARY_FOLDER_H

#include <limits.h>
#include <signal.h>
#include <stdbool.h>

struct temporary_folder {
	char path[PATH_MAX]; /* empty: there is none */
	sigset_t mask; /* of the signals before */
};

/* Below $TMPDIR, or /tmp. 0, or -errno: then the path is the one that could not be made, and there
 * is nothing to remove. */
int temporary_folder_make(struct temporary_folder *f);
/* With the files in it. Nothing happens where it was not made. */
void temporary_folder_remove(struct temporary_folder *f);
/* For a program that is started meanwhile: the process's mask without the signals that wait. */
void temporary_folder_child_mask(sigset_t *mask);
/* Does one of them wait? Then what takes long should not go on. */
bool temporary_folder_is_interrupted(void);

#endif
