/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a command says. A command makes one JSON document (or a stream of them); the text for people
 * is a view of that document, so that both show the same.
 */
#ifndef MMP_OUTPUT_H
#define MMP_OUTPUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct failure;

enum output_format { OUTPUT_TEXT, OUTPUT_JSON, OUTPUT_OPENMETRICS, OUTPUT_PROMETHEUS };

struct output {
	FILE *file, *errors;
	enum output_format format;
	bool is_verbose; /* a failure prints its log too */
};

struct output_column {
	const char *title, *key; /* key: the member of each row */
	int is_number; /* to the right */
};

/* Show a document: as JSON, or by `print`. Takes the reference. */
void output_document(struct output *o, json_t *document, void (*print)(FILE *, const json_t *));
/* One document of a stream: a line of JSON, or by `print`; flushed. Takes the reference. */
void output_record(struct output *o, json_t *record, void (*print)(FILE *, const json_t *));
/* The sentence of a failure: on `errors` as text, or as a JSON document. */
void output_failure(struct output *o, const struct failure *f);

/* An array of objects as columns; absent and null members show as "-". */
void output_table(FILE *file, const json_t *rows, const struct output_column *columns,
		  size_t count);

/* Text that did not come from us: control characters are shown as '?'. */
void output_clean(FILE *file, const char *text);

/* A member's text: a string itself, a number printed; "" where absent. In buf where needed. */
const char *output_member(const json_t *object, const char *key, char *buf, size_t size);
/* In the text of status and stats: the matches that got no slot, if any. */
void output_lost(FILE *file, const json_t *policy);

#endif
