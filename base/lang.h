/* SPDX-License-Identifier: GPL-2.0 */
/* The language's vocabulary as tables, made from grammar/ *.def; look-ups and the nearest name. */
#ifndef MMP_LANG_H
#define MMP_LANG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the kernel offers anonymous memory, with 4 KiB pages: 16 KiB to 2 MiB. */
#define THP_ORDER_MIN 2
#define THP_ORDER_MAX 9

/* The kernel's number for `swappiness max`: anonymous memory only. */
#define SWAPPINESS_ONLY_ANON 201

/* What a value measures, and its base unit. */
enum quantity {
	QUANTITY_UNKNOWN, /* did not resolve: later checks stay silent about it */
	QUANTITY_CONDITION, /* true, false or unknown */
	QUANTITY_COUNT,
	QUANTITY_RATE, /* events per second */
	QUANTITY_SIZE, /* bytes */
	QUANTITY_SIZE_RATE, /* bytes per second */
	QUANTITY_PERCENT, /* hundredths of a percent */
	QUANTITY_DURATION, /* nanoseconds */
	QUANTITY_ORDER, /* log2 of base pages */
	QUANTITY_ENUM,
	QUANTITY_STRING,
	QUANTITY_COUNT_OF_ALL
};

enum signal_id {
#define SIGNAL(id, name, quantity, scopes, traits, reads, source, help) SIGNAL_##id,
#include "grammar/signals.def"
#undef SIGNAL
	SIGNAL_COUNT
};

enum signal_scopes { OF_CGROUP = 1, OF_SYSTEM = 2, OF_CALL = 4, OF_SELF = 8 };
enum signal_traits { WINDOWED = 1, LIVE = 2, OR_PERCENT = 4 };

/* What of the kernel a signal's reader asks: see needs.h. */
enum signal_reads {
#define READS(id, any, of_cgroup, of_system, is_gathered, what) READS_##id,
#include "needs.def"
	READS_COUNT
};

enum action {
#define ACTION(id, word, help) ACTION_##id,
#include "grammar/actions.def"
	ACTION_COUNT
};

enum action_mask {
#define ACTION(id, word, help) ON_##id = 1 << ACTION_##id,
#include "grammar/actions.def"
	ON_ALL = (1 << ACTION_COUNT) - 1
};

enum modifier_id {
#define MODIFIER(id, word, actions, form, help) MODIFIER_##id,
#include "grammar/actions.def"
	MODIFIER_COUNT
};

enum hook {
#define HOOK(id, type, member, actions) HOOK_##id,
#include "grammar/actions.def"
	HOOK_COUNT
};

enum thp_kind {
#define THP_KIND(id, word, kernel, help) THP_KIND_##id,
#include "grammar/actions.def"
	THP_KIND_COUNT
};

enum notify_level {
#define NOTIFY_LEVEL(id, word) NOTIFY_LEVEL_##id,
#include "grammar/actions.def"
	NOTIFY_LEVEL_COUNT
};

enum advice {
#define ADVICE(id, word) ADVICE_##id,
#include "grammar/actions.def"
	ADVICE_COUNT
};

struct signal_info {
	const char *name;
	enum quantity quantity;
	unsigned scopes, traits;
	enum signal_reads reads;
	const char *source, *help;
};

struct action_info {
	const char *word, *help;
};

struct modifier_info {
	const char *word;
	unsigned actions; /* ON_* */
	const char *form, *help;
};

struct hook_info {
	const char *type, *member;
};

struct word_info {
	const char *word, *kernel, *help;
};

struct unit_info {
	const char *text;
	enum quantity quantity; /* QUANTITY_UNKNOWN: refused, write `instead` */
	int64_t numerator, denominator;
	const char *instead;
};

extern const struct signal_info signal_infos[SIGNAL_COUNT];
extern const struct action_info action_infos[ACTION_COUNT];
extern const struct modifier_info modifier_infos[MODIFIER_COUNT];
extern const struct hook_info hook_infos[HOOK_COUNT];
extern const struct word_info thp_kind_infos[THP_KIND_COUNT];
extern const struct word_info notify_level_infos[NOTIFY_LEVEL_COUNT];
extern const struct word_info advice_infos[ADVICE_COUNT];
extern const struct unit_info unit_infos[];
extern const size_t unit_count;

/* "rate", and an example such as "100/s". */
const char *quantity_name(enum quantity q);
const char *quantity_example(enum quantity q);

/* SIGNAL_COUNT where there is none of that name. Names are compared with len bytes of text. */
enum signal_id signal_find(const char *name, size_t len);
const struct unit_info *unit_find(const char *text, size_t len);
/* The unit for a word in another spelling: MB, mib, sec. NULL: there is none. */
const char *unit_meant(const char *text, size_t len);
/* Whether the word is a unit of another size than the one that unit_meant() gives: MB, kb/s. */
bool unit_is_refused(const char *text, size_t len);

/* All reserved words, for the lexer's table, hints and completion; NULL-terminated. */
extern const char *const reserved_words[];

/*
 * The nearest of `count` words to text (edit distance where a swap of neighbours counts one), or
 * NULL where none is near enough: at most 1 for up to 4 bytes, 2 up to 8, else 3. Ties go to the
 * first.
 */
unsigned edit_distance(const char *a, size_t alen, const char *b, size_t blen, unsigned cap);
const char *nearest_word(const char *text, size_t len, const char *const *words, size_t count);

/* Print a value of base units the way a person would write it ("64MiB", "12.5%", "100/s"). */
char *quantity_print(char *buf, size_t size, enum quantity q, int64_t value);

#endif
