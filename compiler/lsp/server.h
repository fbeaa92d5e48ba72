/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The language server: one client on a pipe. Messages that have arrived are read together, so that
 * a request can be cancelled before its turn, and findings are sent when no message waits. A
 * mistake of the client is answered with an error and changes nothing.
 */
#ifndef MMP_LSP_SERVER_H
#define MMP_LSP_SERVER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "compile.h"
#include "document.h"

/* The protocol's codes. */
enum lsp_error {
	LSP_PARSE_ERROR = -32700,
	LSP_INVALID_REQUEST = -32600,
	LSP_METHOD_NOT_FOUND = -32601,
	LSP_INVALID_PARAMS = -32602,
	LSP_NOT_INITIALIZED = -32002,
	LSP_CANCELLED = -32800,
	LSP_REQUEST_FAILED = -32803,
};

struct server {
	FILE *out;
	struct compile_options options;
	struct documents documents;
	json_t *published; /* by URI: what the client shows */
	json_t *queue; /* messages that have arrived and wait for their turn */
	bool is_initialized, is_shut_down, is_done;
	bool is_stale; /* a text has changed since findings were sent */
};

/* The answer to one request: a result, or an error with a sentence. */
struct answer {
	json_t *result; /* NULL: null */
	int error; /* enum lsp_error, or 0 */
	char *message; /* malloc'ed, where there is an error */
};

void answer_error(struct answer *a, int error, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Serve until the client says exit or closes the pipe. Returns an exit status. */
int server_run(int in, FILE *out, const struct compile_options *o);

/* The analysis of the document: never NULL, and of its newest text. */
struct analysis *server_analysis(struct server *s, struct document *d);

/* publish.c: send the findings that have changed. */
void server_publish(struct server *s);
void server_notify(struct server *s, const char *method, json_t *params);

/* For requests about a place: its document and its offset there. False: *a has the error. */
struct spot {
	struct document *document;
	uint32_t offset;
};
bool spot_read(struct server *s, const json_t *params, struct spot *ret, struct answer *a);
struct document *document_read(struct server *s, const json_t *params, struct answer *a);

/* methods.c: every request and notification that there is. */
struct method {
	const char *name;
	void (*run)(struct server *s, const json_t *params, struct answer *a);
	bool is_notification;
};
const struct method *method_find(const char *name);

#endif
