/* SPDX-License-Identifier: GPL-2.0 */
/* libbpf's part of loading: opening, the verifier's answer as a sentence, running the starter. */
#ifndef MMP_PROGRAM_H
#define MMP_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

struct bpf_object;
struct failure;
struct kernel;
struct manifest;
struct object;

/* Room for the verifier's log. */
struct program_log {
	char *text;
	size_t size;
};

/* Keep libbpf from printing; what it says last is kept for messages. Call once. */
void program_quiet(void);

/* *ret is the caller's, for bpf_object__close(); log->text is too, from malloc(), also on failure.
 */
int program_open(struct bpf_object **ret, const struct object *o, struct program_log *log,
		 struct failure *f);
/* Whether there is a starter that flushes statistics exactly, and this kernel has what it needs. */
bool program_has_exact_starter(const struct bpf_object *bpf, const struct kernel *k);
/* Choose the starter; the other one is not loaded. */
void program_choose_starter(struct bpf_object *bpf, bool exact);
/* Load. The refusal names the policy's line that the verifier was at. */
int program_load(struct bpf_object *bpf, const struct manifest *m, const struct program_log *log,
		 struct failure *f);
/* Reclaim in the kernel can be started from now on. */
int program_set_up_works(struct bpf_object *bpf, struct failure *f);
/* Run the starter once, and drop it: the timer keeps what it needs. */
int program_start(struct bpf_object *bpf, struct failure *f);
bool program_exists(const struct bpf_object *bpf, const char *name);

#endif
