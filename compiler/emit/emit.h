/* SPDX-License-Identifier: GPL-2.0 */
/* From the plan to C for the BPF target: equal plans give equal bytes. */
#ifndef MMP_EMIT_H
#define MMP_EMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct diags;
struct plan;
struct sources;

/*
 * False where a part cannot be compiled yet; adds DIAG_NOT_COMPILED_YET to ds, at the part's rule.
 */
bool emit_check(struct arena *a, const struct plan *p, struct diags *ds);
/* The whole C file of a policy; `sources` are what its places are in. NULL where emit_check() finds
 * something. */
char *emit_c(struct arena *a, const struct plan *p, const struct sources *sources,
	     struct diags *ds);

/*
 * Its name in #line, the same for every policy: names that a user chooses are not part of the C
 * text.
 */
#define EMIT_FILE_NAME "mmpc.bpf.c"

/* The manifest as JSON text; see bpf-templates/mmp_abi.h. */
char *manifest_json(struct arena *a, const struct plan *p);
/*
 * How many bytes the manifest has at most, asked before the plan has its names. Where that is more
 * than both programs read (plan/limits.h), the second function writes it to know: false after a
 * finding.
 */
uint64_t manifest_most_bytes(const struct plan *p);
bool manifest_fits(struct arena *a, const struct plan *p, struct diags *ds);

#endif
