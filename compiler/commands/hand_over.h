/* SPDX-License-Identifier: GPL-2.0 */
/* The commands of mmpctl: mmpctl does the work, mmpc only starts it. */
#ifndef MMP_HAND_OVER_H
#define MMP_HAND_OVER_H

/* Become mmpctl with these words, argv[0] being the command's name. Returns a status on failure. */
int hand_over(int argc, char **argv);

#endif
