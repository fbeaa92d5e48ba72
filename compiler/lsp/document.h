/* SPDX-License-Identifier: GPL-2.0 */
/* The files that the client has open: their text replaces the one on disk. */
#ifndef MMP_LSP_DOCUMENT_H
#define MMP_LSP_DOCUMENT_H

#include <jansson.h>
#include <stdbool.h>

#include "position.h"
#include "report/source.h"

struct analysis;

struct document {
	struct document *next;
	char *uri; /* as the client writes it */
	char *path; /* the real path; the URI where it is not a file */
	json_int_t version;
	char *text; /* len bytes and a NUL */
	size_t len;
	struct line_index lines;
	struct analysis *analysis; /* of this text; NULL: none yet */
	bool must_publish; /* the client waits for the findings of this version */
};

struct documents {
	struct overlay overlay;
	struct document *first;
	char *page; /* the URI of the page that explains findings, or NULL */
};

void documents_init(struct documents *ds);
void documents_finish(struct documents *ds);

struct document *documents_find(const struct documents *ds, const char *uri);
/* The open document of that path, under any of the path's names, or NULL. */
struct document *documents_find_path(const struct documents *ds, const char *path);

/* Open it, or give an open one another text. */
struct document *documents_open(struct documents *ds, const char *uri, json_int_t version,
				const char *text, size_t len);
void documents_close(struct documents *ds, struct document *d);

/* Forget the analysis of this text. */
void document_forget(struct document *d);

/* Apply one of a didChange notification's changes. False where it is malformed. */
bool document_change(struct document *d, const json_t *change);

bool position_read(const json_t *j, struct position *ret);
json_t *position_json(struct position p);

#endif
