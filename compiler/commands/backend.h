/* SPDX-License-Identifier: GPL-2.0 */
/* From a plan to files: the C text, or the object that clang makes of it. */
#ifndef MMP_BACKEND_H
#define MMP_BACKEND_H

struct arena;
struct compilation;
struct options;

/* Where the output of the policy at `path` goes: a file's name, or "-" for standard output. */
const char *backend_output(struct arena *a, const struct options *o, const char *path);
/*
 * Write the output that o->emit names, of a policy that passed compile_front() (a tree: of any
 * policy that could be read), to `output`, which appears whole or not at all. Returns a status;
 * where it is not STATUS_OK, c->diags or c->trouble has the reason.
 */
int backend_write(struct compilation *c, const struct options *o, const char *output);

#endif
