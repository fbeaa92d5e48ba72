/* SPDX-License-Identifier: GPL-2.0 */
/* Parts of a snapshot (snapshot.h) as people read them, for the text and for the screen. */
#ifndef MMP_TOP_TEXT_H
#define MMP_TOP_TEXT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* A string member; "" where there is none. */
const char *text_of(const json_t *object, const char *key);

struct counts {
	unsigned policies, rules, active; /* rules: rows of them */
	double acted_per_s, monitored_per_s;
};

/* Of a policy's rules; of all policies' where policy is NULL. */
struct counts text_count(const json_t *snapshot, const json_t *policy);

/* "3 rules, 1 active, acts 12/s, 0.1% sampling"; buf is returned, as from all of these. */
const char *text_policy(const json_t *policy, char *buf, size_t size);
/* "12s", "3m", "2h", "5d": four characters at most, for a time in seconds. */
const char *text_age(double seconds, char *buf, size_t size);
/* "12/s", "1.5k/s", "-" for null: of acted_per_s, in mode monitor in brackets what it would do. */
const char *text_acted(const json_t *rule, char *buf, size_t size);
/* "psi 12% > 10%", "usage 12MiB", "psi unknown > 10%": one of a rule's signals. */
const char *text_signal(const json_t *signal, char *buf, size_t size);
/* All of a rule's signals, joined by ", ". */
const char *text_signals(const json_t *rule, char *buf, size_t size);
/* The last `count` cells of a rule's strip, as blocks where the locale has them. */
const char *text_strip(const json_t *rule, unsigned count, bool is_utf8, char *buf, size_t size);
bool text_is_utf8(void);

/* A whole snapshot as lines. */
void text_print(FILE *file, const json_t *snapshot);

#endif
