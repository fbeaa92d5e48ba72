/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Random policies, as trees, so that one on which the two sides differ can be made smaller piece by
 * piece. The same seed gives the same policy.
 */
#ifndef MMP_GENERATE_H
#define MMP_GENERATE_H

#include "base/lang.h"
#include "random.h"

struct arena;

/* format has a %s for each of a and b; or a leaf's text. */
struct node {
	const char *format;
	struct node *a, *b;
	enum quantity quantity; /* CONDITION, or of a number */
};

struct generated_rule {
	const char *head; /* "protect web at min" */
	const char *tail; /* modifiers that are not about time: "up to 64MiB" */
	struct node *when, *until; /* NULL: none */
	const char *when_for, *until_for, *hold, *cooldown; /* "2s"; NULL: none */
	bool is_left_out;
};

#define GENERATED_RULES_MAX 8

struct generated {
	const char *declarations;
	struct generated_rule rules[GENERATED_RULES_MAX];
	uint32_t rule_count;
};

void generate(struct arena *a, struct generated *g, uint64_t seed);
/* The policy's text. */
char *generated_text(struct arena *a, const struct generated *g);

/*
 * Values near which policies decide and series stay: small, at limits, extreme. In base units; the
 * text form is what the policy says.
 */
struct landmark {
	const char *text;
	int64_t value;
};
const struct landmark *landmarks(enum quantity q, uint32_t *ret_count);

#endif
