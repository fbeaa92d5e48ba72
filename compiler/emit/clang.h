/* SPDX-License-Identifier: GPL-2.0 */
/* Running clang on what the emitter wrote. */
#ifndef MMP_CLANG_H
#define MMP_CLANG_H

struct arena;
struct sources;

/*
 * Compile `text` to the object `output`, which appears whole or not at all. Its #line directives
 * name the policy's files MMP_POLICY_FILE (`policy` holds them, or is NULL). clang's own messages
 * go to standard error. Returns 0, or -errno with one sentence in *ret_problem: -ENOENT there is no
 * clang, -ENOEXEC it cannot run or make BPF objects, -EINVAL it refused the text, -EINTR the user
 * interrupted, others from the file system.
 */
int clang_compile(struct arena *a, const struct sources *policy, const char *text,
		  const char *output, const char **ret_problem);

#endif
