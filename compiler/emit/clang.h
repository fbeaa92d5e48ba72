/* SPDX-License-Identifier: GPL-2.0 */
/* Running clang on what the emitter wrote. */
#ifndef MMP_CLANG_H
#define MMP_CLANG_H

struct arena;

/*
 * Compile `text` (a C file that #line calls `name`) to the object `output`, which appears whole or
 * not at all. clang's own words go to standard error. Returns 0, or -errno with one sentence in
 * *ret_problem: -ENOENT there is no clang, -ENOEXEC it cannot make BPF objects, -EINVAL it refused
 * the text, -EINTR the user interrupted, others from the file system.
 */
int clang_compile(struct arena *a, const char *name, const char *text, const char *output,
		  const char **ret_problem);

#endif
