/* SPDX-License-Identifier: GPL-2.0 */
/* How many files this process may have open. */
#ifndef MMP_OPEN_FILES_H
#define MMP_OPEN_FILES_H

/*
 * Raise the limit as far as this process may: the usual 1,024 is for programs that select(), and a
 * policy over a thousand cgroups holds several files of each open. Where nothing can be raised the
 * limit stays as it is, and the open that comes to it reports the error.
 */
void open_files_allow_many(void);

#endif
