/* SPDX-License-Identifier: GPL-2.0 */
/* From a plan to files: the C text, or the object that clang makes of it. */
#ifndef MMP_BACKEND_H
#define MMP_BACKEND_H

struct compilation;
struct options;

/*
 * compile_front(), and then write what o->emit asks for to the file `output`; C text without -o
 * goes to standard output. The file appears whole or not at all. Returns a status; where it is not
 * STATUS_OK c->diags or c->trouble says why.
 */
int backend_compile(struct compilation *c, const struct options *o, const char *path,
		    const char *output);

#endif
