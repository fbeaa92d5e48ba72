// SPDX-License-Identifier: GPL-2.0
/* Whether a policy's manifest is within what both programs read. */
#include <string.h>

#include "emit_parts.h"

#define ESCAPED 6 /* bytes of JSON for a byte of text, at most */
#define ENTRY_BYTES 1024 /* of a rule, group or signal without names, texts and code, at most */
#define NODE_BYTES 32 /* of a part of a condition, at most */

static uint64_t text_bytes(const struct plan_expr *x)
{
	return x ? (uint64_t)ESCAPED * (x->span.end - x->span.start) : 0;
}

static uint64_t code_bytes(const struct plan_expr *x)
{
	return x ? NODE_BYTES + code_bytes(x->a) + code_bytes(x->b) : 0;
}

static uint64_t name_bytes(const struct plan *p, uint32_t group)
{
	return group == PLAN_NONE ? 0 : (uint64_t)ESCAPED * strlen(p->groups[group].name);
}

static uint64_t rule_bytes(const struct plan *p, const struct plan_rule *r)
{
	const struct plan_expr *conditions[] = { r->when, r->until, r->call,
						 r->action == ACTION_THROTTLE ? r->throttle.signal
									      : NULL };
	uint64_t bytes = ENTRY_BYTES + name_bytes(p, r->group) +
			 (uint64_t)ESCAPED * (r->span.end - r->span.start);

	for (size_t i = 0; i < 4; i++)
		bytes += text_bytes(conditions[i]) + code_bytes(conditions[i]);
	return bytes;
}

static uint64_t most_bytes(const struct plan *p)
{
	uint64_t bytes = 0;

	for (uint32_t i = 0; i < p->file_count; i++)
		bytes += ENTRY_BYTES + (uint64_t)ESCAPED * p->files[i].len;
	for (uint32_t i = 0; i < p->group_count; i++)
		bytes += ENTRY_BYTES + 2 * name_bytes(p, i) +
			 2 * ESCAPED * (uint64_t)strlen(p->groups[i].path);
	for (uint32_t i = 0; i < p->process_count; i++)
		bytes += 16 * ENTRY_BYTES;
	for (uint32_t i = 0; i < p->signal_count; i++)
		bytes += ENTRY_BYTES + name_bytes(p, p->signals[i].group);
	for (uint32_t i = 0; i < p->rule_count; i++)
		bytes += rule_bytes(p, &p->rules[i]);
	return bytes;
}

bool manifest_may_be_large(const struct plan *p)
{
	return most_bytes(p) > PLAN_FILE_BYTES_MAX;
}

bool manifest_fits(struct arena *a, const struct plan *p, struct diags *ds)
{
	struct span at = { .file = p->file };
	size_t size = strlen(manifest_json(a, p));

	if (size <= PLAN_FILE_BYTES_MAX)
		return true;
	diag_add(ds, DIAG_TOO_LARGE, p->rule_count ? p->rules[0].span : at,
		 "with its text the policy is %zu bytes of JSON, and an object holds at most %u "
		 "MiB",
		 size, PLAN_FILE_BYTES_MAX >> 20);
	return false;
}
