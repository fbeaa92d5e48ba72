/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Messages on a pipe: a header with Content-Length, an empty line, JSON. A client's mistake (no
 * length, an absurd one, a body that is no JSON) is reported once, and reading goes on at the next
 * header that makes sense.
 */
#ifndef MMP_LSP_MESSAGE_H
#define MMP_LSP_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct json_t;

/* A text of SOURCE_MAX_BYTES of which every byte is escaped. */
#define MESSAGE_MAX_BYTES (100u << 20)

struct message_reader {
	int fd;
	char *data;
	size_t start, len, room; /* what is not taken yet: data[start] to data[len] */
	bool is_ended;
	bool is_lost; /* no header has been found since the last mistake, which has been reported */
};

enum message_kind {
	MESSAGE_NONE, /* nothing whole has come yet */
	MESSAGE_JSON,
	MESSAGE_BAD_HEADER,
	MESSAGE_BAD_JSON,
};

void message_reader_init(struct message_reader *r, int fd);
void message_reader_finish(struct message_reader *r);

/* Take in what has come; wait for it where `must_wait`. Sets is_ended where nothing more comes. */
void message_receive(struct message_reader *r, bool must_wait);

/* The next message of what has been taken in. MESSAGE_JSON: *ret is the caller's. */
enum message_kind message_next(struct message_reader *r, struct json_t **ret);

/* Write one message and give `message` up. False where nobody reads any more. */
bool message_send(FILE *out, struct json_t *message);

#endif
