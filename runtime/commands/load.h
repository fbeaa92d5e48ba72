/* SPDX-License-Identifier: GPL-2.0 */
/* The transaction that load and apply are: everything in force at its end, or what was before. */
#ifndef MMP_LOAD_H
#define MMP_LOAD_H

#include "policy/replace.h"
#include "policy/policy.h"
#include "installed/pin.h"

#include <jansson.h>

struct options;

#define LOAD_POLICIES_MAX 64
#define LOAD_GONE_MAX 256

struct load {
	const struct options *options; /* its operands are the files */
	const char *const *names; /* of the policies, one for each file; NULL: the files say */
	const char *const *gone; /* policies that go out of force in the same step */
	size_t gone_count;

	struct machine machine;
	struct pin_lock lock;
	struct policy *policies[LOAD_POLICIES_MAX];
	/* The same as the policies', which are closed first. */
	struct replacement *replacements[LOAD_POLICIES_MAX];
	struct replacement *removed[LOAD_GONE_MAX];
	size_t count, removed_count;
};

/* First the options, names and gone. load_close() whatever comes of it. */
void load_init(struct load *l, const struct options *o);
/* Reads and checks the files, and takes the lock. Nothing changes. */
int load_open(struct load *l, struct failure *f);
int load_run(struct load *l, struct failure *f);
/* An entry for each policy. */
json_t *load_describe(const struct load *l);
void load_close(struct load *l, bool is_done);

/* What a document's "loaded" says. */
void load_print(FILE *file, const json_t *doc);

#endif
