// SPDX-License-Identifier: GPL-2.0
/* Whether a policy's manifest is within what both programs read. */
#include <string.h>

#include "emit_parts.h"

/*
 * Bytes of JSON at most, without names, texts and code. They are counted rather than written,
 * because most policies are far from the limit, and writing them costs more than everything else
 * that a check does.
 */
#define FILE_BYTES 64
#define GROUP_BYTES 256
#define TEXT_BYTES 32 /* of the name of a hook, or about a text in a list or the name of a map */
#define PROCESS_BYTES 4096 /* with the maps of its copies */
#define SIGNAL_BYTES 192
#define RULE_BYTES 448 /* with the words of its answer */
#define NAME_BYTES 32 /* of a name that is made, without its group's */
#define VALUE_BYTES 48 /* of a time or number of a rule */
#define NODE_BYTES 32 /* of a part of a condition */

/* Eight bytes that JSON has as they are; false may also be said of such that follow others. */
static bool is_plain_8(const char *text)
{
	const uint64_t ones = 0x0101010101010101;
	uint64_t bytes;

	memcpy(&bytes, text, sizeof(bytes));
	return !((bytes | (bytes - ones * ' ') | ((bytes ^ ones * '"') - ones) |
		  ((bytes ^ ones * '\\') - ones) | ((bytes ^ ones * 127) - ones)) &
		 ones * 0x80);
}

/* As a string of JSON, in ASCII. Every byte of a policy comes by here, most of them three times. */
static uint64_t string_bytes(const char *text, size_t len)
{
	static const uint8_t more[256] = {
		[0 ... 31] = 5, ['"'] = 1, ['\\'] = 1, [127 ... 255] = 5 /* \n or \u00fc */
	};
	uint64_t bytes = len;

	for (size_t i = 0; i < len; i++) {
		if (len - i >= 8 && is_plain_8(text + i))
			i += 7;
		else
			bytes += more[(unsigned char)text[i]];
	}
	return bytes;
}

static uint64_t text_bytes(const char *text)
{
	return text ? string_bytes(text, strlen(text)) : 0;
}

/* Of the policy's text; white space is folded there, which makes it no longer. */
static uint64_t span_bytes(const struct plan *p, struct span span)
{
	return string_bytes(p->files[span.file].text + span.start, span.end - span.start);
}

static uint64_t list_bytes(const char *const *list, uint32_t count)
{
	uint64_t bytes = 0;

	for (uint32_t i = 0; i < count; i++)
		bytes += TEXT_BYTES + text_bytes(list[i]);
	return bytes;
}

static uint64_t code_bytes(const struct plan_expr *x)
{
	return x ? NODE_BYTES + code_bytes(x->a) + code_bytes(x->b) : 0;
}

/* The answers' values that may be given, beside four times, with the code of those that are shares.
 */
static uint64_t value_bytes(const struct plan_rule *r)
{
	const struct plan_value *sizes[PLAN_SIZES_MAX];
	unsigned size_count = plan_rule_sizes(r, sizes);
	uint64_t code = 0;
	static const unsigned counts[ACTION_COUNT] = {
		[ACTION_PROTECT] = 1, [ACTION_THROTTLE] = 4, [ACTION_RECLAIM] = 4, [ACTION_THP] = 2
	};
	unsigned times = r->when_for.is_given + r->until_for.is_given + r->hold.is_given +
			 r->cooldown.is_given;

	for (unsigned i = 0; i < size_count; i++)
		code += code_bytes(sizes[i]->share);
	return VALUE_BYTES * (uint64_t)(counts[r->action] + times) + code;
}

static uint64_t group_name_bytes(const struct plan *p, uint32_t group)
{
	return group == PLAN_NONE ? 0 : text_bytes(p->groups[group].name);
}

static uint64_t condition_bytes(const struct plan *p, const struct plan_expr *x)
{
	return x ? span_bytes(p, x->span) + code_bytes(x) : 0;
}

/*
 * A rule gets its name and the identifier made of it later: they are in its text or made from the
 * group's name. So the text counts three times.
 */
static uint64_t rule_bytes(const struct plan *p, const struct plan_rule *r)
{
	const struct plan_expr *ramp = r->action == ACTION_THROTTLE ? r->throttle.signal : NULL;
	const char *message = r->action == ACTION_NOTIFY ? r->notify.message : NULL;

	return RULE_BYTES + value_bytes(r) + 2 * (NAME_BYTES + group_name_bytes(p, r->group)) +
	       3 * span_bytes(p, r->span) + text_bytes(message) + condition_bytes(p, r->when) +
	       condition_bytes(p, r->until) + condition_bytes(p, r->call) +
	       condition_bytes(p, ramp);
}

static uint64_t group_bytes(const struct plan_group *g)
{
	return GROUP_BYTES + TEXT_BYTES + text_bytes(g->id) + text_bytes(g->name) +
	       text_bytes(g->path) + text_bytes(g->absolute) +
	       TEXT_BYTES * (uint64_t)__builtin_popcount(g->hooks) +
	       list_bytes(g->patterns, g->pattern_count) +
	       list_bytes(g->exceptions, g->exception_count);
}

uint64_t manifest_most_bytes(const struct plan *p)
{
	uint64_t bytes = 4096;

	for (uint32_t i = 0; i < p->file_count; i++)
		bytes += FILE_BYTES + text_bytes(p->files[i].name) +
			 string_bytes(p->files[i].text, p->files[i].len);
	for (uint32_t i = 0; i < p->string_count; i++)
		bytes += TEXT_BYTES + text_bytes(p->strings[i]);
	for (uint32_t i = 0; i < p->group_count; i++)
		bytes += group_bytes(&p->groups[i]);
	for (uint32_t i = 0; i < p->process_count; i++)
		bytes += PROCESS_BYTES + text_bytes(p->processes[i].name) +
			 text_bytes(p->processes[i].text);
	for (uint32_t i = 0; i < p->param_count; i++)
		bytes += PROCESS_BYTES + text_bytes(p->params[i].name);
	for (uint32_t i = 0; i < p->signal_count; i++)
		bytes += SIGNAL_BYTES + group_name_bytes(p, p->signals[i].group);
	for (uint32_t i = 0; i < p->rule_count; i++)
		bytes += rule_bytes(p, &p->rules[i]);
	return bytes;
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
