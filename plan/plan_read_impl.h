/* SPDX-License-Identifier: GPL-2.0 */
/* Between the files of the plan's reader only. */
#ifndef MMP_PLAN_READ_IMPL_H
#define MMP_PLAN_READ_IMPL_H

#include <jansson.h>

#include "plan.h"

struct plan_reader {
	struct arena *arena;
	struct plan *plan;
	const char *problem; /* the first one; NULL: none yet */
	const char *kind; /* what is being read, for problems: "rules" */
	uint32_t index, nodes;
	const struct plan_rule *rule; /* being read, whose group and any_group are known; or NULL */
};

/* How a member of an object becomes a member of a struct. */
enum plan_field_type {
	FIELD_TEXT, /* const char * */
	FIELD_NAME, /* the same: not empty, no control characters */
	FIELD_FLAG, /* bool */
	FIELD_LINE, /* uint32_t from 1 */
	FIELD_ROW, /* uint32_t up to PLAN_ROWS_MAX */
	FIELD_NUMBER, /* int64_t */
	FIELD_WORD, /* an enum */
	FIELD_CHOICE, /* bool, written as the first or second word */
	FIELD_WORDS, /* unsigned, a bit for each word */
	FIELD_QUANTITY, /* enum quantity */
	FIELD_FILE, /* uint32_t, an index */
	FIELD_GROUP, /* the same, or PLAN_NONE */
	FIELD_PROCESS,
	FIELD_VALUE, /* struct plan_value */
	FIELD_SIZE, /* the same, which may be a share */
};

struct plan_field {
	const char *name;
	enum plan_field_type type;
	bool is_needed;
	size_t offset;
	const struct plan_words *words;
};

#define NEEDED(t, n, of, member)                                                                   \
	{                                                                                          \
		.name = n, .type = t, .is_needed = true, .offset = offsetof(struct of, member)     \
	}
#define OPTIONAL(t, n, of, member)                                                                 \
	{                                                                                          \
		.name = n, .type = t, .offset = offsetof(struct of, member)                        \
	}
/* One or several of a list of words. */
#define NEEDED_OF(t, n, of, member, list)                                                          \
	{                                                                                          \
		.name = n, .type = t, .is_needed = true, .offset = offsetof(struct of, member),    \
		.words = &(list)                                                                   \
	}
#define OPTIONAL_OF(t, n, of, member, list)                                                        \
	{                                                                                          \
		.name = n, .type = t, .offset = offsetof(struct of, member), .words = &(list)      \
	}

/* Keep the first problem, which is in r->kind's entry r->index. Always false. */
bool plan_read_bad(struct plan_reader *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
bool plan_read_fields(struct plan_reader *r, const json_t *object, const struct plan_field *fields,
		      void *to);
bool plan_read_index(struct plan_reader *r, const char *what, const json_t *value, uint32_t count,
		     uint32_t *ret);

/* One expression of `rule`, whose group and any_group are known; absent is NULL. */
bool plan_read_code(struct plan_reader *r, const struct plan_rule *rule, const char *name,
		    const json_t *code, bool is_number, struct plan_expr **ret);
bool plan_read_rule(struct plan_reader *r, const json_t *object, struct plan_rule *rule);

#endif
