/* SPDX-License-Identifier: GPL-2.0 */
/* For the third kind of trouble: we are wrong. */
#ifndef MMP_BUG_H
#define MMP_BUG_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define BUG(...)                                                                                   \
	do {                                                                                       \
		fprintf(stderr, "mmp: bug at %s:%d: ", __FILE__, __LINE__);                        \
		fprintf(stderr, __VA_ARGS__);                                                      \
		fputc('\n', stderr);                                                               \
		abort();                                                                           \
	} while (0)

/* The world's trouble, met everywhere: said once, with the status of what cannot be read. */
#define NO_MEMORY()                                                                                \
	do {                                                                                       \
		fputs("mmp: not enough memory\n", stderr);                                         \
		_exit(2);                                                                          \
	} while (0)

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif
