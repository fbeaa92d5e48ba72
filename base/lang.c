// SPDX-License-Identifier: GPL-2.0
#include "lang.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "bug.h"

const struct signal_info signal_infos[SIGNAL_COUNT] = {
#define SIGNAL(id, name, quantity, scopes, traits, reads, source, help)                            \
	[SIGNAL_##id] = { name, QUANTITY_##quantity, scopes, traits, READS_##reads, source, help },
#include "grammar/signals.def"
#undef SIGNAL
};

const struct action_info action_infos[ACTION_COUNT] = {
#define ACTION(id, word, help) [ACTION_##id] = { word, help },
#include "grammar/actions.def"
};

const struct modifier_info modifier_infos[MODIFIER_COUNT] = {
#define MODIFIER(id, word, actions, form, help) [MODIFIER_##id] = { word, actions, form, help },
#include "grammar/actions.def"
};

const struct hook_info hook_infos[HOOK_COUNT] = {
#define HOOK(id, type, member, actions) [HOOK_##id] = { type, member },
#include "grammar/actions.def"
};

const struct word_info thp_kind_infos[THP_KIND_COUNT] = {
#define THP_KIND(id, word, kernel, help) [THP_KIND_##id] = { word, kernel, help },
#include "grammar/actions.def"
};

const struct word_info notify_level_infos[NOTIFY_LEVEL_COUNT] = {
#define NOTIFY_LEVEL(id, word) [NOTIFY_LEVEL_##id] = { word, NULL, NULL },
#include "grammar/actions.def"
};

const struct word_info advice_infos[ADVICE_COUNT] = {
#define ADVICE(id, word) [ADVICE_##id] = { word, NULL, NULL },
#include "grammar/actions.def"
};

const struct unit_info unit_infos[] = {
#define UNIT(text, quantity, numerator, denominator)                                               \
	{ text, QUANTITY_##quantity, numerator, denominator, NULL },
#define BAD_UNIT(text, instead) { text, QUANTITY_UNKNOWN, 0, 1, instead },
#include "grammar/units.def"
#undef UNIT
#undef BAD_UNIT
};

const size_t unit_count = ARRAY_SIZE(unit_infos);

const char *const reserved_words[] = {
#define RESERVED(token, word) word,
#include "grammar/words.def"
	NULL
};

static const struct {
	const char *name, *example;
} quantity_texts[QUANTITY_COUNT_OF_ALL] = {
	[QUANTITY_UNKNOWN] = { "unknown", "" },
	[QUANTITY_CONDITION] = { "condition", "psi > 10%" },
	[QUANTITY_COUNT] = { "count", "5" },
	[QUANTITY_RATE] = { "rate", "100/s" },
	[QUANTITY_SIZE] = { "size", "64MiB" },
	[QUANTITY_SIZE_RATE] = { "size per second", "64MiB/s" },
	[QUANTITY_PERCENT] = { "percentage", "12.5%" },
	[QUANTITY_DURATION] = { "duration", "100ms" },
	[QUANTITY_ORDER] = { "order", "4" },
	[QUANTITY_ENUM] = { "word", "hugepage" },
	[QUANTITY_STRING] = { "text", "\"redis-server\"" },
};

const char *quantity_name(enum quantity q)
{
	return quantity_texts[q].name;
}

const char *quantity_example(enum quantity q)
{
	return quantity_texts[q].example;
}

static bool is_text(const char *word, const char *text, size_t len)
{
	return word[0] == text[0] && !strncmp(word, text, len) && !word[len];
}

enum signal_id signal_find(const char *name, size_t len)
{
	int i = 0;

	while (i < SIGNAL_COUNT && !is_text(signal_infos[i].name, name, len))
		i++;
	return i;
}

const struct unit_info *unit_find(const char *text, size_t len)
{
	for (size_t i = 0; i < unit_count; i++)
		if (is_text(unit_infos[i].text, text, len))
			return &unit_infos[i];
	return NULL;
}

static bool is_same_word(const char *word, const char *text, size_t len)
{
	return !strncasecmp(word, text, len) && !word[len];
}

bool unit_is_refused(const char *text, size_t len)
{
	for (size_t i = 0; i < unit_count; i++)
		if (unit_infos[i].quantity == QUANTITY_UNKNOWN &&
		    is_same_word(unit_infos[i].text, text, len))
			return true;
	return false;
}

const char *unit_meant(const char *text, size_t len)
{
	static const char *const words[][2] = {
		{ "second", "s" },  { "seconds", "s" }, { "sec", "s" },	  { "secs", "s" },
		{ "minute", "m" },  { "minutes", "m" }, { "min", "m" },	  { "mins", "m" },
		{ "hour", "h" },    { "hours", "h" },	{ "hr", "h" },	  { "milliseconds", "ms" },
		{ "millis", "ms" }, { "msec", "ms" },	{ "usec", "us" }, { "nsec", "ns" },
		{ "percent", "%" }, { "pct", "%" },	{ "bytes", "B" },
	};
	const struct unit_info *unit = unit_find(text, len);

	for (size_t i = 0; i < unit_count && !unit; i++)
		if (is_same_word(unit_infos[i].text, text, len))
			unit = &unit_infos[i];
	if (unit)
		return unit->instead ? unit->instead : unit->text;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (is_same_word(words[i][0], text, len))
			return words[i][1];
	return NULL;
}

/* Longer words are never compared: no word of the language comes near. */
#define DISTANCE_MAX_BYTES 64

static unsigned min(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Optimal string alignment: insert, delete, change, and swap of neighbours cost 1 each. */
unsigned edit_distance(const char *a, size_t alen, const char *b, size_t blen, unsigned cap)
{
	unsigned rows[3][DISTANCE_MAX_BYTES + 1];
	unsigned *before = rows[0], *last = rows[1], *now = rows[2];

	if (alen > DISTANCE_MAX_BYTES || blen > DISTANCE_MAX_BYTES ||
	    (alen > blen ? alen - blen : blen - alen) > cap)
		return cap + 1;
	for (size_t j = 0; j <= blen; j++)
		last[j] = j;
	for (size_t i = 1; i <= alen; i++) {
		unsigned *spare = before;

		now[0] = i;
		for (size_t j = 1; j <= blen; j++) {
			now[j] = min(min(now[j - 1], last[j]) + 1,
				     last[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				now[j] = min(now[j], before[j - 2] + 1);
		}
		before = last;
		last = now;
		now = spare;
	}
	return min(last[blen], cap + 1);
}

const char *nearest_word(const char *text, size_t len, const char *const *words, size_t count)
{
	unsigned cap = len <= 4 ? 1 : len <= 8 ? 2 : 3;
	const char *nearest = NULL;

	for (size_t i = 0; i < count; i++)
		if (is_same_word(words[i], text, len))
			return words[i];
	for (size_t i = 0; i < count && cap; i++) {
		unsigned distance = edit_distance(text, len, words[i], strlen(words[i]), cap);

		if (distance > cap || (nearest && distance == cap))
			continue;
		nearest = words[i];
		cap = distance;
	}
	return nearest;
}

/* The largest unit that leaves a whole number, else the value in base units. */
static char *print_whole(char *buf, size_t size, enum quantity q, int64_t value)
{
	const struct unit_info *best = NULL;

	for (size_t i = 0; i < unit_count; i++) {
		const struct unit_info *u = &unit_infos[i];

		if (u->quantity == q && value % u->numerator == 0 &&
		    (!best || u->numerator >= best->numerator) && (value || u->numerator == 1))
			best = u;
	}
	if (best)
		snprintf(buf, size, "%" PRId64 "%s", value / best->numerator, best->text);
	else
		snprintf(buf, size, "%" PRId64, value);
	return buf;
}

static char *print_percent(char *buf, size_t size, int64_t value)
{
	uint64_t magnitude = value < 0 ? -(uint64_t)value : (uint64_t)value;
	unsigned rest = magnitude % 100;
	const char *sign = value < 0 ? "-" : "";
	uint64_t whole = magnitude / 100;

	if (!rest)
		snprintf(buf, size, "%s%" PRIu64 "%%", sign, whole);
	else if (rest % 10)
		snprintf(buf, size, "%s%" PRIu64 ".%02u%%", sign, whole, rest);
	else
		snprintf(buf, size, "%s%" PRIu64 ".%u%%", sign, whole, rest / 10);
	return buf;
}

char *quantity_print(char *buf, size_t size, enum quantity q, int64_t value)
{
	switch (q) {
	case QUANTITY_PERCENT:
		return print_percent(buf, size, value);
	case QUANTITY_RATE:
	case QUANTITY_SIZE:
	case QUANTITY_SIZE_RATE:
	case QUANTITY_DURATION:
		return print_whole(buf, size, q, value);
	default:
		snprintf(buf, size, "%" PRId64, value);
		return buf;
	}
}
