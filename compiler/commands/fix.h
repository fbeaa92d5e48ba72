/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Carrying hints out. A hint's replacement is tried on the text, the text is judged again, and the
 * change stays only where its finding is gone and no other error has come.
 */
#ifndef MMP_FIX_H
#define MMP_FIX_H

#include "compile.h"

struct fix {
	const struct diag *finding;
	struct span span;
	const char *text; /* what stands there instead */
	bool is_sure;
};

/*
 * The note as a change of its file. False: it has none. What is taken away goes with the white
 * space before it, and with its line where nothing else stands there.
 */
bool fix_of_note(const struct sources *s, const struct diag *d, const struct diag_note *n,
		 struct fix *ret);

/* Of a policy's own findings, those with a sure fix; by place, none overlapping another. */
struct fix *fixes_sure(struct compilation *c, const bool *codes, size_t *ret_count);

/* The file's text with these changes, in the arena. */
char *fixes_apply(struct arena *a, const struct source *f, const struct fix *fixes, size_t count);

struct fix_result {
	char *text; /* in the arena */
	unsigned fixed, errors; /* changes made; errors that are left */
	const char *trouble; /* a sentence in the arena: it cannot be judged; else NULL */
};

/*
 * Mend the policy `text` of that path, as long as there is something to mend. Only findings whose
 * code is set in `codes` count.
 */
void fix_policy(struct arena *a, const struct compile_options *o, const char *path,
		const char *text, const bool *codes, struct fix_result *ret);

#endif
