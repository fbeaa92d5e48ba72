// SPDX-License-Identifier: GPL-2.0
#include "message.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/bug.h"

#define RECEIVE_BYTES (64u << 10)
#define HEADER_MAX_BYTES (8u << 10)

static const char length_field[] = "Content-Length:";

void message_reader_init(struct message_reader *r, int fd)
{
	*r = (struct message_reader){ .fd = fd };
}

void message_reader_finish(struct message_reader *r)
{
	free(r->data);
	*r = (struct message_reader){ .fd = -1 };
}

/* Room for so many more bytes, a NUL included. */
static void make_room(struct message_reader *r)
{
	if (r->start) {
		memmove(r->data, r->data + r->start, r->len - r->start);
		r->len -= r->start;
		r->start = 0;
	}
	if (r->room - r->len > RECEIVE_BYTES)
		return;
	r->room = r->room * 2 + 2 * RECEIVE_BYTES;
	r->data = realloc(r->data, r->room);
	if (!r->data)
		NO_MEMORY();
}

static bool has_come(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, 0) > 0;
}

void message_receive(struct message_reader *r, bool must_wait)
{
	ssize_t n;

	while (!r->is_ended && (must_wait || has_come(r->fd))) {
		make_room(r);
		n = read(r->fd, r->data + r->len, RECEIVE_BYTES);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			poll(&(struct pollfd){ .fd = r->fd, .events = POLLIN }, 1, -1);
		else if (n <= 0)
			r->is_ended = true;
		else
			r->data[r->len += (size_t)n] = '\0';
		must_wait = false;
	}
}

/* The header's end, just after its empty line; NULL where that has not come. */
static char *header_end(struct message_reader *r)
{
	char *at = r->data + r->start, *end = r->data + r->len;

	while ((at = memchr(at, '\n', (size_t)(end - at)))) {
		at++;
		if (at < end && *at == '\n')
			return at + 1;
		if (at + 1 < end && at[0] == '\r' && at[1] == '\n')
			return at + 2;
	}
	return NULL;
}

/* The last Content-Length of a header: the text before it may belong to an earlier mistake. */
static bool read_length(const char *header, const char *end, size_t *ret)
{
	const size_t field = sizeof(length_field) - 1;
	const char *at = end - field;
	unsigned long n;
	char *stop;

	while (at >= header && strncasecmp(at, length_field, field))
		at--;
	if (at < header)
		return false;
	at += field;
	at += strspn(at, " \t");
	if (*at < '0' || *at > '9')
		return false;
	errno = 0;
	n = strtoul(at, &stop, 10);
	*ret = n;
	return !errno && strspn(stop, "\r\n \t") && n <= MESSAGE_MAX_BYTES;
}

/* Drop bytes that are not a header. True where that is to be reported: the first time in a row. */
static bool lose(struct message_reader *r, size_t until)
{
	bool was_lost = r->is_lost;

	r->start = until;
	r->is_lost = true;
	return !was_lost;
}

static enum message_kind without_header(struct message_reader *r)
{
	size_t until = r->start;

	if (r->is_ended)
		until = r->len;
	else if (r->len - r->start > HEADER_MAX_BYTES)
		until = r->len - sizeof(length_field);
	return until > r->start && lose(r, until) ? MESSAGE_BAD_HEADER : MESSAGE_NONE;
}

static bool is_escape(const char *at, const char *end, const char *classes)
{
	return end - at >= 6 && at[0] == '\\' && at[1] == 'u' && (at[2] == 'd' || at[2] == 'D') &&
	       strchr(classes, at[3]);
}

/*
 * Half a surrogate pair is not a character, and the JSON reader would refuse the whole message
 * because of it. U+FFFD, which has the same length in UTF-16, replaces it.
 */
static void mend_surrogates(char *at, char *end)
{
	while (at < end && (at = memchr(at, '\\', (size_t)(end - at)))) {
		bool is_high = is_escape(at, end, "89abAB");

		if (is_high && is_escape(at + 6, end, "cdefCDEF")) {
			at += 12;
			continue;
		}
		if (is_high || is_escape(at, end, "cdefCDEF"))
			memcpy(at + 2, "fffd", 4);
		at += at + 1 < end ? 2 : 1;
	}
}

enum message_kind message_next(struct message_reader *r, struct json_t **ret)
{
	char *body;
	size_t len;

	while ((body = r->data ? header_end(r) : NULL)) {
		if (!read_length(r->data + r->start, body, &len)) {
			if (lose(r, (size_t)(body - r->data)))
				return MESSAGE_BAD_HEADER;
			continue;
		}
		if ((size_t)(r->data + r->len - body) < len)
			return MESSAGE_NONE;
		r->is_lost = false;
		r->start = (size_t)(body - r->data) + len;
		mend_surrogates(body, body + len);
		*ret = json_loadb(body, len, JSON_ALLOW_NUL, NULL);
		return *ret ? MESSAGE_JSON : MESSAGE_BAD_JSON;
	}
	return without_header(r);
}

bool message_send(FILE *out, struct json_t *message)
{
	char *text = json_dumps(message, JSON_COMPACT | JSON_ENCODE_ANY);

	json_decref(message);
	if (!text)
		BUG("a message that cannot be written");
	fprintf(out, "Content-Length: %zu\r\n\r\n%s", strlen(text), text);
	free(text);
	return !fflush(out) && !ferror(out);
}
