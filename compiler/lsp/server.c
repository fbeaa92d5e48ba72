// SPDX-License-Identifier: GPL-2.0
#include "server.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "analysis.h"
#include "base/bug.h"
#include "message.h"

void answer_error(struct answer *a, int error, const char *fmt, ...)
{
	va_list ap;

	a->error = error;
	free(a->message);
	va_start(ap, fmt);
	if (vasprintf(&a->message, fmt, ap) < 0)
		NO_MEMORY();
	va_end(ap);
}

static void send_message(struct server *s, json_t *message)
{
	json_object_set_new(message, "jsonrpc", json_string("2.0"));
	if (!message_send(s->out, message))
		s->is_done = true;
}

void server_notify(struct server *s, const char *method, json_t *params)
{
	send_message(s, json_pack("{s:s, s:o}", "method", method, "params", params));
}

/* id NULL: the id could not be read. */
static void send_answer(struct server *s, json_t *id, struct answer *a)
{
	json_t *message = json_object();

	json_object_set(message, "id", id ? id : json_null());
	if (a->error)
		json_object_set_new(message, "error",
				    json_pack("{s:i, s:s}", "code", a->error, "message",
					      a->message));
	else
		json_object_set_new(message, "result", a->result ? a->result : json_null());
	if (a->error)
		json_decref(a->result);
	send_message(s, message);
	free(a->message);
}

static void send_error(struct server *s, json_t *id, int error, const char *text)
{
	struct answer a = { .error = error, .message = strdup(text) };

	send_answer(s, id, &a);
}

struct analysis *server_analysis(struct server *s, struct document *d)
{
	if (!d->analysis)
		d->analysis = analysis_new(&s->documents, d, &s->options);
	return d->analysis;
}

struct document *document_read(struct server *s, const json_t *params, struct answer *a)
{
	const json_t *uri = json_object_get(json_object_get(params, "textDocument"), "uri");
	struct document *d;

	if (!json_is_string(uri)) {
		answer_error(a, LSP_INVALID_PARAMS, "textDocument.uri is not a string");
		return NULL;
	}
	d = documents_find(&s->documents, json_string_value(uri));
	if (!d)
		answer_error(a, LSP_INVALID_PARAMS, "'%s' is not open", json_string_value(uri));
	return d;
}

bool spot_read(struct server *s, const json_t *params, struct spot *ret, struct answer *a)
{
	struct position p;

	ret->document = document_read(s, params, a);
	if (!ret->document)
		return false;
	if (!position_read(json_object_get(params, "position"), &p)) {
		answer_error(a, LSP_INVALID_PARAMS, "position has no line and character from 0 on");
		return false;
	}
	ret->offset = position_offset(&ret->document->lines, p);
	return true;
}

static void run_request(struct server *s, json_t *id, const char *name, const json_t *params)
{
	const struct method *m = method_find(name);
	struct answer a = { 0 };

	if (s->is_shut_down)
		answer_error(&a, LSP_INVALID_REQUEST, "the server has been shut down");
	else if (!s->is_initialized && strcmp(name, "initialize"))
		answer_error(&a, LSP_NOT_INITIALIZED, "'initialize' comes first");
	else if (!m || m->is_notification)
		answer_error(&a, LSP_METHOD_NOT_FOUND, "there is no request '%s'", name);
	else
		m->run(s, params, &a);
	send_answer(s, id, &a);
}

/* Nothing waits for an answer, so the mistake is reported in the client's log. */
static void run_notification(struct server *s, const char *name, const json_t *params)
{
	const struct method *m = method_find(name);
	struct answer a = { 0 };

	if (!strcmp(name, "exit"))
		s->is_done = true;
	if (!m || !m->is_notification || !s->is_initialized || s->is_shut_down)
		return;
	m->run(s, params, &a);
	if (a.error)
		server_notify(s, "window/logMessage",
			      json_pack("{s:i, s:o}", "type", 2, "message",
					json_sprintf("%s: %s", name, a.message)));
	free(a.message);
}

static void run_message(struct server *s, const json_t *message)
{
	json_t *id = json_object_get(message, "id");
	const json_t *method = json_object_get(message, "method");
	bool has_id = json_is_integer(id) || json_is_string(id);

	if (has_id && !method &&
	    (json_object_get(message, "result") || json_object_get(message, "error")))
		return; /* an answer, although nothing was requested */
	if (!json_is_string(method) || (id && !has_id))
		send_error(s, has_id ? id : NULL, LSP_INVALID_REQUEST,
			   "this is neither a request nor a notification");
	else if (has_id)
		run_request(s, id, json_string_value(method), json_object_get(message, "params"));
	else
		run_notification(s, json_string_value(method), json_object_get(message, "params"));
}

static bool is_method(const json_t *message, const char *name)
{
	const char *method = json_string_value(json_object_get(message, "method"));

	return method && !strcmp(method, name);
}

/* A request that waits for its turn is answered at once and leaves the queue. */
static void cancel(struct server *s, const json_t *message)
{
	const json_t *id = json_object_get(json_object_get(message, "params"), "id");

	for (size_t i = 0; id && i < json_array_size(s->queue); i++) {
		const json_t *waiting = json_array_get(s->queue, i);
		json_t *waiting_id = json_object_get(waiting, "id");

		if (!json_object_get(waiting, "method") || !json_equal(waiting_id, id))
			continue;
		send_error(s, waiting_id, LSP_CANCELLED, "the request was cancelled");
		json_array_remove(s->queue, i);
		return;
	}
}

static void enqueue(struct server *s, json_t *message)
{
	if (is_method(message, "$/cancelRequest")) {
		cancel(s, message);
		json_decref(message);
	} else if (json_is_object(message)) {
		json_array_append_new(s->queue, message);
	} else {
		send_error(s, NULL, LSP_INVALID_REQUEST, "a message is a JSON object");
		json_decref(message);
	}
}

static void take_in(struct server *s, struct message_reader *r, bool must_wait)
{
	enum message_kind kind;
	json_t *message;

	message_receive(r, must_wait);
	while ((kind = message_next(r, &message)) != MESSAGE_NONE) {
		if (kind == MESSAGE_JSON)
			enqueue(s, message);
		else
			send_error(s, NULL, LSP_PARSE_ERROR,
				   kind == MESSAGE_BAD_JSON
					   ? "the message is not JSON"
					   : "a message begins with Content-Length and at most "
					     "100 MiB");
	}
}

static void run_first(struct server *s)
{
	json_t *message = json_incref(json_array_get(s->queue, 0));

	json_array_remove(s->queue, 0);
	run_message(s, message);
	json_decref(message);
}

static void server_finish(struct server *s)
{
	documents_finish(&s->documents);
	json_decref(s->published);
	json_decref(s->queue);
}

int server_run(int in, FILE *out, const struct compile_options *o)
{
	struct server s = { .out = out, .options = *o };
	struct message_reader reader;

	documents_init(&s.documents);
	s.options.overlay = &s.documents.overlay;
	s.options.is_check_only = true;
	s.published = json_object();
	s.queue = json_array();
	message_reader_init(&reader, in);
	while (!s.is_done) {
		take_in(&s, &reader, !json_array_size(s.queue) && !s.is_stale);
		if (json_array_size(s.queue))
			run_first(&s);
		else if (s.is_stale)
			server_publish(&s);
		else if (reader.is_ended)
			s.is_done = true;
	}
	message_reader_finish(&reader);
	server_finish(&s);
	return s.is_shut_down ? STATUS_OK : STATUS_ERRORS;
}
