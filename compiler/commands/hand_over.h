/* SPDX-License-Identifier: GPL-2.0 */
/* The commands of mmpctl: mmpctl does the work, mmpc only starts it. */
#ifndef MMP_HAND_OVER_H
#define MMP_HAND_OVER_H

struct temporary_folder;

/* Become mmpctl with these words, argv[0] being the command's name. Returns a status on failure. */
int hand_over(int argc, char **argv);

/* The same, or another function, in a child, which signals end as usual. Its status; STATUS_USAGE
 * and a sentence where it has none. */
int run_in_child(int (*start)(int argc, char **argv), int argc, char **argv);

/* For what mmpctl is given: STATUS_OK, or a sentence and STATUS_USAGE, and then there is none. */
int make_command_folder(struct temporary_folder *f);

#endif
